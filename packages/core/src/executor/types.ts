/// <reference lib="esnext.disposable" preserve="true" />
import type { Progress } from '../progress.js';

/** What a task is told besides its input. */
export interface TaskContext {
  /** Place of the input among all inputs, from 0: the key for random streams (`rng.split(index)`). */
  readonly index: number;
  /**
   * Aborts when the result is no longer wanted. Long asynchronous tasks should listen; a worker thread is
   * stopped whether its task listens or not.
   */
  readonly signal: AbortSignal;
}

/** What can be handed over instead of copied; shared memory is accepted too, and stays shared. */
export type TransferItem = ArrayBufferLike | MessagePort;

/**
 * A piece of work that runs here, in a worker thread or on another machine. The other side loads it by
 * importing `module` and taking its export `name`, so it must be exported under that name.
 *
 * @typeParam I - input; anything `structuredClone` copies. The task must not change it
 * @typeParam O - output; anything `structuredClone` copies
 */
export interface Task<I, O> {
  /** URL of the module that exports the task, usually `import.meta.url`. */
  readonly module: string;
  /** Name of the export. */
  readonly name: string;
  /** The work: must depend on nothing but the input and the index. */
  readonly run: (input: I, context: TaskContext) => O | Promise<O>;
  /** What to hand over to a worker thread instead of copying; the caller cannot use it afterwards. */
  readonly transferInput?: ((input: I) => readonly TransferItem[]) | undefined;
  /** What to hand back from a worker thread instead of copying: usually the buffers of new arrays. */
  readonly transferOutput?: ((output: O) => readonly TransferItem[]) | undefined;
}

/** Options of {@link Executor.map}. */
export interface MapOptions {
  /** Stops the work; the iteration then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of finished inputs from time to time, and at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * How many inputs are worked on at once.
   * @defaultValue 1 for `inlineExecutor`, the number of threads for `threadExecutor`
   */
  readonly concurrency?: number | undefined;
  /**
   * Number of inputs, for progress only.
   * @defaultValue `length` or `size` of the inputs if they have one; otherwise not known until the end
   */
  readonly total?: number | undefined;
}

/** The output of one input. */
export interface TaskResult<O> {
  /** Place of the input, from 0. */
  readonly index: number;
  readonly output: O;
}

/** Runs independent pieces of work: in this thread, in worker threads, or on other machines. */
export interface Executor extends AsyncDisposable {
  /**
   * Runs a task for each input.
   *
   * Work starts when the iteration does. Inputs are taken from their iterable one by one, in order, not much
   * sooner than needed: at most twice `concurrency` inputs are taken but not yet yielded. Outputs come in
   * the order in which they are finished, with the index of their input; use {@link collect} for input
   * order. Leaving the iteration early stops the rest of the work.
   *
   * @returns an iterable to be iterated once
   * @throws {@link TaskError} (in the iteration) if a task throws · the signal's reason if it aborts ·
   * {@link InvalidArgumentError} (at once) for bad options or after `close`
   */
  map<I, O>(task: Task<I, O>, inputs: Iterable<I>, options?: MapOptions): AsyncIterable<TaskResult<O>>;
  /** Stops running work, which then throws, and frees threads and connections. May be called again. */
  close(): Promise<void>;
}
