import type { PctError } from '@pct/core';
import type { Storage } from '../../storage/types.js';
import { mayBeAlive } from '../worker.js';
import { aliveKey, diedHere, hasHeartbeat } from './heartbeat.js';
import { failure, type RedisConnection } from '../RedisConnection.js';
import { ACQUIRE, APPEND, READ, RELEASE } from './scripts.js';

/** Lines that one command reads. */
const PAGE = 1000;
/** Longest pause between two looks at a lock or a line that is not there yet, in milliseconds. */
const LONGEST_PAUSE = 50;
/** How long a line may be missing whose number was given out, in milliseconds. */
const MISSING_MS = 10_000;

/** Somebody who does not know the lock appended since the work began. */
class Conflict extends Error {}

/** What the holder of the lock knows. */
interface Section {
  /** Number of lines when it began, or after which the last own lines are. */
  start: number;
  /** Own lines from there on. Nothing that others append meanwhile is seen. */
  lines: string[];
  appended: boolean;
  readonly alive: Map<string, boolean>;
}

interface JournalSettings {
  readonly name: string;
  readonly worker: string;
  readonly prefix: string;
  readonly lockMs: number;
}

/** The journal on a server, by the scripts that run there. */
export class RedisJournal implements Storage {
  readonly name: string;
  readonly worker: string;
  private readonly connection: RedisConnection;
  private readonly prefix: string;
  private readonly lockMs: number;
  private section: Section | undefined;

  constructor(connection: RedisConnection, { name, worker, prefix, lockMs }: JournalSettings) {
    this.connection = connection;
    this.name = name;
    this.worker = worker;
    this.prefix = prefix;
    this.lockMs = lockMs;
  }

  read(position: number): { lines: readonly string[]; next: number } {
    const { section } = this;
    const end = section && section.start + section.lines.length;
    if (end !== undefined && position > end) throw this.lost(position, end);
    const lines =
      section !== undefined && position >= section.start
        ? section.lines.slice(position - section.start)
        : this.fetch(position, end);
    return { lines, next: position + lines.length };
  }

  exclusively<T>(work: (append: (lines: readonly string[]) => void) => T): T {
    try {
      for (;;) {
        const start = this.acquire();
        this.section = { start, lines: [], appended: false, alive: new Map() };
        try {
          return work((lines) => this.append(lines));
        } catch (error) {
          // Nothing was appended yet: the work is done again, with what the other one wrote.
          if (!(error instanceof Conflict)) throw error;
        }
      }
    } finally {
      this.section = undefined;
      this.release();
    }
  }

  isAlive(worker: string): boolean {
    if (worker === this.worker) return true;
    if (!hasHeartbeat(worker)) return mayBeAlive(worker);
    if (diedHere(worker)) return false;
    const known = this.section?.alive.get(worker);
    if (known !== undefined) return known;
    const alive = this.connection.run(['EXISTS', aliveKey(this.prefix, worker)]) === 1;
    this.section?.alive.set(worker, alive);
    return alive;
  }

  close(): void {
    this.connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Waits for the lock, whose value is its holder's name; gives the number of lines. */
  private acquire(): number {
    for (let pause = 1; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const answer = this.evaluate(ACQUIRE, [this.lockKey, this.worker, this.lockMs]);
      if (typeof answer === 'number') return answer;
      if (diedHere(answer as string)) this.evaluate(RELEASE, [this.lockKey, answer as string]);
      else wait(pause);
    }
  }

  private release(): void {
    try {
      this.connection.run(['EVAL', RELEASE, 0, this.prefix, this.lockKey, this.worker], false);
    } catch {
      // What was done is done; the server lets the lock go by itself.
    }
  }

  /**
   * Appends where the section ends, so that what was decided holds: the server refuses if others were faster. The lock only
   * makes that rare; Optuna does not know it, and it may have run out.
   */
  private append(lines: readonly string[]): void {
    const { section } = this;
    if (section === undefined) throw failure('append was called after exclusively had ended');
    if (lines.length === 0) return;
    let end = section.start + section.lines.length;
    for (;;) {
      const length = this.evaluate(APPEND, [end, ...lines]) as number;
      if (length === -1) break;
      if (!section.appended) throw new Conflict();
      // What was begun is finished, behind the lines of the other one.
      end = length;
      section.start = length;
      section.lines = [];
    }
    section.lines.push(...lines);
    section.appended = true;
  }

  /** Lines from the server, up to its last one or a given end. */
  private fetch(from: number, end = Infinity): string[] {
    const lines: string[] = [];
    let missing = 0;
    for (;;) {
      const next = from + lines.length;
      const page = this.evaluate(READ, [next, Math.min(PAGE, end - next)]);
      const [length, ...found] = page as [number, ...(string | null)[]];
      if (length < next) throw this.lost(next, length);
      const hole = found.indexOf(null);
      lines.push(...(found.slice(0, hole === -1 ? undefined : hole) as string[]));
      if (from + lines.length >= Math.min(length, end)) return lines;
      if (hole === -1) continue;
      // Optuna on a cluster gives out a number before it writes the line.
      if (hole > 0) missing = 0;
      if ((missing += LONGEST_PAUSE) > MISSING_MS) {
        throw failure(
          `line ${from + lines.length} of ${this.name} is missing; maxmemory-policy of the server must be noeviction`,
        );
      }
      wait(LONGEST_PAUSE);
    }
  }

  private lost(expected: number, length: number): PctError {
    return failure(
      `${this.name} has ${length} lines, but had ${expected}: the server lost some or somebody deleted them; ` +
        'restore them or use another prefix',
    );
  }

  private get lockKey(): string {
    return `${this.prefix}:approx-gp:lock`;
  }

  private evaluate(script: string, args: readonly (string | number)[]): unknown {
    return this.connection.run(['EVAL', script, 0, this.prefix, ...args]);
  }
}

/** Waits without letting the event loop run. */
function wait(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
