import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mayBeAlive } from './worker.js';

/** Longest pause between two attempts, in milliseconds. */
const LONGEST_PAUSE = 50;

/** Runs a function while this process alone holds a lock file; waits for it, without letting the event loop run. */
export function withFileLock<T>(path: string, worker: string, graceMs: number, work: () => T): T {
  acquire(path, worker, graceMs);
  try {
    return work();
  } finally {
    release(path, worker);
  }
}

/**
 * Exclusive creation, which Optuna's locks (a symbolic link or an empty file of the same name) and this one all obey.
 * A lock of a process that is dead is broken at once, any other one that stays unchanged after the time of grace.
 */
function acquire(path: string, worker: string, graceMs: number): void {
  let seen = '';
  let since = performance.now();
  for (let pause = 1; !create(path, worker); pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const holder = holderOf(path);
    if (holder === undefined) continue;
    if (holder.id !== seen) {
      seen = holder.id;
      since = performance.now();
    }
    const dead = holder.worker !== '' && !mayBeAlive(holder.worker);
    if (dead || performance.now() - since > graceMs) breakLock(path, holder.id);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  }
}

/** Makes the lock with the holder's name in it in one step, so that nobody ever sees one without a name. */
function create(path: string, worker: string): boolean {
  const named = `${path}.${randomUUID()}`;
  writeFileSync(named, worker, { flag: 'wx' });
  try {
    linkSync(named, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(named, { force: true });
  }
}

function release(path: string, worker: string): void {
  // If it was broken in the meantime it is another's now.
  if (holderOf(path)?.worker === worker) rmSync(path, { force: true });
}

/** Who holds a lock, and what changes when another one does; undefined if nobody holds it. */
function holderOf(path: string): { readonly worker: string; readonly id: string } | undefined {
  const link = read(() => readlinkSync(path));
  // A link of Optuna leads to the journal itself, whose changes mean that its holder is at work.
  if (link !== undefined) return { worker: '', id: `${link} ${read(() => statSync(path).mtimeMs) ?? ''}` };
  const worker = read(() => readFileSync(path, 'utf8'));
  const changed = read(() => statSync(path).mtimeMs);
  return worker === undefined || changed === undefined ? undefined : { worker, id: `${worker} ${changed}` };
}

/** Removes a lock, unless another one came to its place since it was looked at. */
function breakLock(path: string, id: string): void {
  if (holderOf(path)?.id !== id) return;
  const aside = `${path}.${randomUUID()}`;
  // Of several that break it, one renames it.
  read(() => renameSync(path, aside));
  rmSync(aside, { force: true });
}

/** What a look at the file gives; undefined if it is gone. */
function read<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EINVAL' || code === 'UNKNOWN') return undefined;
    throw error;
  }
}
