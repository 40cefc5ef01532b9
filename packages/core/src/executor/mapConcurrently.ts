import { checkInteger, describeValue } from '../check.js';
import { InvalidArgumentError } from '../errors.js';
import { trackProgress, type ProgressTracker } from '../progress.js';
import { checkTask } from './defineTask.js';
import { TaskError } from './TaskError.js';
import type { MapOptions, Task, TaskResult } from './types.js';

/** Starts one piece of work; the signal aborts when its result is no longer wanted. */
export type StartTask<I, O> = (input: I, index: number, signal: AbortSignal) => Promise<O>;

/** What an executor says about itself to {@link mapConcurrently}. */
export interface MapSetting<I, O> {
  /** Opens the messages of errors: the executor's name and `map`. */
  readonly functionName: string;
  /** Runs one input. */
  readonly start: StartTask<I, O>;
  /** Used when the caller gives none. */
  readonly concurrency: number;
  /** Aborts when the executor closes or breaks. */
  readonly closed: AbortSignal;
}

/**
 * The scheduling that all executors share: takes inputs in order, keeps `concurrency` of them in work, yields
 * outputs as they are finished, reports progress, wraps errors in {@link TaskError}, stops on abort.
 * For authors of executors.
 *
 * @param setting - {@link MapSetting}
 * @param task - the task that `start` runs; here only its name is used
 * @param inputs - taken lazily
 * @param options - {@link MapOptions} of the caller, checked here
 */
export function mapConcurrently<I, O>(
  setting: MapSetting<I, O>,
  task: Task<I, O>,
  inputs: Iterable<I>,
  options: MapOptions = {},
): AsyncIterable<TaskResult<O>> {
  const { functionName } = setting;
  checkTask(functionName, task);
  if (typeof inputs?.[Symbol.iterator] !== 'function') {
    throw new InvalidArgumentError(
      `${functionName}: inputs must be an iterable such as an array, got ${describeValue(inputs)}`,
    );
  }
  const { concurrency = setting.concurrency, total = countOf(inputs), onProgress } = options;
  checkInteger(functionName, 'concurrency', concurrency, { min: 1 });
  if (total !== Infinity) checkInteger(functionName, 'total', total, { min: 0 });
  setting.closed.throwIfAborted();
  const begin = () =>
    new Run(setting.start, task.name, inputs, concurrency, trackProgress(total, onProgress));
  return iterate(begin, [options.signal, setting.closed]);
}

function countOf(inputs: Iterable<unknown>): number {
  const { length, size } = inputs as { length?: unknown; size?: unknown };
  if (typeof length === 'number') return length;
  return typeof size === 'number' ? size : Infinity;
}

async function* iterate<I, O>(
  begin: () => Run<I, O>,
  signals: readonly (AbortSignal | undefined)[],
): AsyncGenerator<TaskResult<O>, void, undefined> {
  for (const signal of signals) signal?.throwIfAborted();
  const run = begin();
  const stop = () => run.fail(signals.find((signal) => signal?.aborted)?.reason);
  for (const signal of signals) signal?.addEventListener('abort', stop, { once: true });
  try {
    for (let result = await run.next(); result !== undefined; result = await run.next()) yield result;
  } finally {
    for (const signal of signals) signal?.removeEventListener('abort', stop);
    run.stop();
  }
}

/** One run of a map. */
class Run<I, O> {
  private readonly start: StartTask<I, O>;
  private readonly task: string;
  private readonly inputs: Iterator<I>;
  private readonly concurrency: number;
  private readonly progress: ProgressTracker;
  private readonly controller = new AbortController();
  private readonly finished: TaskResult<O>[] = [];
  private failure: { readonly reason: unknown } | undefined;
  private taken = 0;
  private running = 0;
  private exhausted = false;
  private wake: () => void = () => {};

  constructor(
    start: StartTask<I, O>,
    task: string,
    inputs: Iterable<I>,
    concurrency: number,
    progress: ProgressTracker,
  ) {
    this.start = start;
    this.task = task;
    this.inputs = inputs[Symbol.iterator]();
    this.concurrency = concurrency;
    this.progress = progress;
  }

  /** The next finished output; undefined after the last. */
  async next(): Promise<TaskResult<O> | undefined> {
    for (;;) {
      this.fill();
      if (this.failure !== undefined) throw this.failure.reason;
      const result = this.finished.shift();
      if (result !== undefined) return result;
      if (this.exhausted && this.running === 0) {
        this.progress.finish();
        return undefined;
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** Ends the run with an error; only the first one counts. */
  fail(reason: unknown): void {
    this.failure ??= { reason };
    this.controller.abort(reason);
    this.wake();
  }

  /** Stops whatever still runs. */
  stop(): void {
    this.controller.abort();
    if (!this.exhausted) this.inputs.return?.();
    this.exhausted = true;
  }

  private fill(): void {
    while (!this.exhausted && this.running < this.concurrency && !this.controller.signal.aborted) {
      // A slow consumer must not make outputs pile up.
      if (this.finished.length >= this.concurrency) return;
      const next = this.inputs.next();
      if (next.done === true) this.exhausted = true;
      else void this.runOne(next.value, this.taken++);
    }
  }

  private async runOne(input: I, index: number): Promise<void> {
    this.running++;
    try {
      const output = await this.start(input, index, this.controller.signal);
      this.running--;
      if (this.controller.signal.aborted) return;
      this.finished.push({ index, output });
      this.progress.advance();
    } catch (cause) {
      this.running--;
      this.fail(new TaskError(this.task, index, cause));
      return;
    }
    this.refill();
    this.wake();
  }

  /** Keeps the workers busy while the consumer is; errors of the inputs end the run. */
  private refill(): void {
    try {
      this.fill();
    } catch (error) {
      this.exhausted = true;
      this.fail(error);
    }
  }
}
