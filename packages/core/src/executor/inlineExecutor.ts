import { yieldToEventLoop } from '../eventLoop.js';
import { closedError } from './closedError.js';
import { mapConcurrently } from './mapConcurrently.js';
import type { Executor, MapOptions, Task, TaskResult } from './types.js';

/** Longest time between two pauses for the event loop, unless one task alone takes longer. */
const PAUSE_MS = 10;

/**
 * An executor that runs tasks one after the other in this thread. Inputs and outputs are not copied and
 * nothing is transferred. Between tasks it lets the event loop run, so that aborts arrive.
 *
 * @example
 * ```ts
 * const squares = await collect(inlineExecutor().map(square, [1, 2, 3])); // [1, 4, 9]
 * ```
 */
export function inlineExecutor(): Executor {
  return new InlineExecutor();
}

class InlineExecutor implements Executor {
  private readonly closed = new AbortController();
  private lastPause = performance.now();

  map<I, O>(task: Task<I, O>, inputs: Iterable<I>, options: MapOptions = {}): AsyncIterable<TaskResult<O>> {
    const start = async (input: I, index: number, signal: AbortSignal): Promise<O> => {
      await this.pause();
      signal.throwIfAborted();
      return task.run(input, { index, signal });
    };
    const setting = { functionName: 'inlineExecutor.map', start, concurrency: 1, closed: this.closed.signal };
    return mapConcurrently(setting, task, inputs, options);
  }

  close(): Promise<void> {
    this.closed.abort(closedError('inlineExecutor'));
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async pause(): Promise<void> {
    if (performance.now() - this.lastPause < PAUSE_MS) return;
    await yieldToEventLoop();
    this.lastPause = performance.now();
  }
}
