import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { checkInteger } from '../check.js';
import { InvalidArgumentError } from '../errors.js';
import { closedError } from '../executor/closedError.js';
import { mapConcurrently } from '../executor/mapConcurrently.js';
import type { Executor, MapOptions, Task, TaskResult } from '../executor/types.js';
import { reviveError } from './reviveError.js';
import { WorkerThread } from './workerThread.js';

/** Options of {@link threadExecutor}. */
export interface ThreadExecutorOptions {
  /**
   * Number of worker threads, at least 1.
   * @defaultValue `availableParallelism()` of `node:os`: the number of processors this process may use
   */
  readonly threads?: number | undefined;
  /**
   * Command-line options of Node for the threads, say `['--import', './loader.mjs']`. To run TypeScript tasks let
   * that module call `register()` of `tsx/esm/api`; `--import tsx` has no effect in threads.
   * @defaultValue those of this process
   */
  readonly execArgv?: readonly string[] | undefined;
}

/**
 * An executor that runs tasks in worker threads of this process (on tinypool).
 *
 * Threads start when there is work for them and stay until `close`; while idle they do not keep the process
 * alive. Inputs and outputs are copied by structured clone, except what the task's `transferInput` and
 * `transferOutput` name. Aborting, or leaving the iteration early, stops the threads that still work, in
 * the middle of their tasks.
 *
 * @param options - {@link ThreadExecutorOptions}
 * @throws {@link InvalidArgumentError} if the number of threads is not an integer of at least 1
 * @example
 * ```ts
 * const executor = threadExecutor({ threads: 4 });
 * const outputs = await collect(executor.map(simulate, energies));
 * await executor.close();
 * ```
 */
export function threadExecutor(options: ThreadExecutorOptions = {}): Executor {
  const { threads = availableParallelism(), execArgv } = options;
  checkInteger('threadExecutor', 'threads', threads, { min: 1 });
  return new ThreadExecutor(threads, execArgv);
}

class ThreadExecutor implements Executor {
  private readonly threads: number;
  private readonly execArgv: readonly string[] | undefined;
  private readonly closed = new AbortController();
  /** All threads, also those that are stopping. */
  private readonly all = new Set<WorkerThread>();
  private readonly idle: WorkerThread[] = [];
  /** Tasks that wait for a thread: more than one map may run. */
  private readonly waiting: (() => void)[] = [];

  constructor(threads: number, execArgv: readonly string[] | undefined) {
    this.threads = threads;
    this.execArgv = execArgv;
    // One listener per running map is no leak.
    setMaxListeners(0, this.closed.signal);
  }

  map<I, O>(task: Task<I, O>, inputs: Iterable<I>, options: MapOptions = {}): AsyncIterable<TaskResult<O>> {
    if ((task.module as unknown) === undefined) {
      throw new InvalidArgumentError(
        `threadExecutor.map: task.module must be the URL of a module that threads can import, got undefined; ` +
          `the code was bundled into a script without import.meta.url: build it as a module`,
      );
    }
    const start = (input: I, index: number, signal: AbortSignal) => this.start(task, input, index, signal);
    const { threads, closed } = this;
    const setting = {
      functionName: 'threadExecutor.map',
      start,
      concurrency: threads,
      closed: closed.signal,
    };
    return mapConcurrently(setting, task, inputs, options);
  }

  async close(): Promise<void> {
    this.closed.abort(closedError('threadExecutor'));
    await Promise.all([...this.all].map((thread) => thread.stop()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async start<I, O>(task: Task<I, O>, input: I, index: number, signal: AbortSignal): Promise<O> {
    // One listener per running input is no leak either.
    setMaxListeners(0, signal);
    const thread = await this.acquire(signal);
    try {
      const request = { module: task.module, name: task.name, input, index };
      const answer = await thread.run(request, task.transferInput?.(input) ?? [], signal);
      if ('error' in answer) throw reviveError(answer.error);
      return answer.output as O;
    } finally {
      this.release(thread);
    }
  }

  private async acquire(signal: AbortSignal): Promise<WorkerThread> {
    for (;;) {
      if (signal.aborted) {
        // This task may have been woken in the place of another.
        this.wakeOne();
        throw signal.reason;
      }
      const thread = this.idle.pop();
      if (thread?.usable === true) return thread;
      if (thread !== undefined) this.forget(thread);
      else if (this.all.size < this.threads) return this.open();
      else await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private open(): WorkerThread {
    const thread = new WorkerThread(this.execArgv);
    this.all.add(thread);
    return thread;
  }

  private release(thread: WorkerThread): void {
    if (thread.usable) {
      this.idle.push(thread);
      this.wakeOne();
    } else {
      this.forget(thread);
    }
  }

  /** Lets another thread take the place of a stopping one, once it has ended. */
  private forget(thread: WorkerThread): void {
    void thread.stop().then(() => {
      this.all.delete(thread);
      this.wakeOne();
    });
  }

  private wakeOne(): void {
    this.waiting.shift()?.();
  }
}
