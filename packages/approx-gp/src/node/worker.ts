import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

const PREFIX = 'approx-gp';

/** A name for who writes that lets others on this machine find out whether the process still runs. */
export function createWorkerName(): string {
  const { pid } = process;
  // Host names have no colons.
  return [PREFIX, hostname(), pid, startOf(pid) ?? '', randomUUID()].join(':');
}

/** Whether the process of a worker may still run; true for workers of other machines and programs. */
export function mayBeAlive(worker: string): boolean {
  const [prefix, host, pidText, start] = worker.split(':');
  if (prefix !== PREFIX || host !== hostname()) return true;
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return true;
  if (!isRunning(pid)) return false;
  // Numbers of processes are used again; the time of the start tells them apart where the system gives it.
  const now = startOf(pid);
  return now === undefined || start === '' || now === start;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not allowed to signal it: it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, in ticks since the machine did: field 22 of its stat on Linux. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, field 2, may have spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
