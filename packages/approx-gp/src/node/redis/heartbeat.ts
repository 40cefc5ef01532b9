import { readFileSync, readlinkSync } from 'node:fs';
import { createWorkerName, mayBeAlive } from '../worker.js';

/** Field of a worker's name that says it has a heartbeat; the next one is its {@link PLACE}. */
const KIND = 'redis';
/** Within which numbers of processes are unique: a boot of a machine and a container on it; empty if that is not known. */
const PLACE = placeOfProcess();

/** A name for a worker that keeps its {@link aliveKey} alive. */
export function createBeatingName(): string {
  return `${createWorkerName()}:${KIND}:${PLACE}`;
}

/** Whether a worker, which any program may have named, keeps an {@link aliveKey}. */
export function hasHeartbeat(worker: string): boolean {
  return worker.split(':')[5] === KIND;
}

/** Key that is there while a worker lives. */
export function aliveKey(prefix: string, worker: string): string {
  return `${prefix}:approx-gp:alive:${worker}`;
}

/** Whether a worker was a process of this machine and container that has ended. */
export function diedHere(worker: string): boolean {
  return PLACE !== '' && worker.endsWith(`:${KIND}:${PLACE}`) && !mayBeAlive(worker);
}

function placeOfProcess(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`;
  } catch {
    return '';
  }
}
