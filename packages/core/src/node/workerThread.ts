import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import { PctError } from '../errors.js';
import type { TransferItem } from '../executor/types.js';
import type { ErrorDescription } from './reviveError.js';

/** What worker.js is asked to do. */
export interface Request {
  readonly module: string;
  readonly name: string;
  readonly input: unknown;
  readonly index: number;
}

/** What worker.js answers. */
export type Answer = { readonly output: unknown } | { readonly error: ErrorDescription };

type TransferList = NonNullable<NonNullable<Parameters<Tinypool['run']>[1]>['transferList']>;

// The same name beside this file in the sources and beside the bundle that holds it.
const workerFile = fileURLToPath(new URL('./worker.js', import.meta.url));

/**
 * One worker thread: a tinypool of size one. A pool shared by several tasks can hand a waiting task to a
 * thread that it is stopping for another task's abort, and so lose it.
 */
export class WorkerThread {
  private readonly pool: Tinypool;
  private stopping: Promise<void> | undefined;
  private fail: (error: unknown) => void = () => {};

  constructor(execArgv: readonly string[] | undefined) {
    this.pool = new Tinypool({
      filename: workerFile,
      name: 'runTask',
      minThreads: 1,
      maxThreads: 1,
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
    });
    // An error without a task, say of a timer that a task left behind.
    this.pool.on('error', () => void this.stop());
    // Tinypool would wait for ever for a thread that ended itself. Threads that it stopped, or that broke,
    // are off its list by then.
    const [thread] = this.pool.threads;
    thread?.once('exit', () => {
      if (!this.pool.threads.includes(thread)) return;
      this.stopping = Promise.resolve();
      this.fail(endedError());
    });
  }

  /** Whether the thread still takes work. */
  get usable(): boolean {
    return this.stopping === undefined;
  }

  /** Runs one task, and nothing else meanwhile; an abort stops the thread, and so does any rejection. */
  async run(request: Request, transfer: readonly TransferItem[], signal: AbortSignal): Promise<Answer> {
    const stop = () => void this.stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.fail = reject;
        const transferList = transfer.filter((item) => !(item instanceof SharedArrayBuffer)) as TransferList;
        this.pool.run(request, { transferList }).then((answer) => resolve(answer as Answer), reject);
      });
    } catch (error) {
      void this.stop();
      throw error instanceof Error && error.message !== '' ? error : brokenError(error);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Stops the thread, in the middle of its work if it has any; resolves when it has ended. */
  stop(): Promise<void> {
    this.stopping ??= this.pool.destroy();
    return this.stopping;
  }
}

function endedError(): PctError {
  return new PctError(
    'ERR_THREAD_ENDED',
    'the worker thread ended in the middle of its work; tasks must not call process.exit',
  );
}

/** Node reports that a thread could not send its answer by something that is no `Error` (20), or an empty one (22). */
function brokenError(cause: unknown): Error {
  const message =
    'the worker thread broke while it sent the output; does it hold something that structured clone ' +
    'cannot copy, such as a function?';
  return new Error(message, { cause });
}
