import { describeValue } from '../check.js';
import { InvalidArgumentError } from '../errors.js';
import type { Task } from './types.js';

/**
 * Makes a {@link Task}, checked. Export it under its `name` from the module at `module`; the module is
 * imported in worker threads, so it should do nothing else when loaded.
 *
 * @param task - the fields of {@link Task}
 * @returns a frozen copy
 * @throws {@link InvalidArgumentError} if a field is missing or of the wrong type
 * @example
 * ```ts
 * // square.ts
 * export const square = defineTask({ module: import.meta.url, name: 'square', run: (x: number) => x * x });
 * ```
 */
export function defineTask<I, O>(task: Task<I, O>): Task<I, O> {
  checkTask('defineTask', task);
  return Object.freeze({ ...task });
}

/** Checks a task that may be written by hand. */
export function checkTask<I, O>(functionName: string, task: Task<I, O>): void {
  const { name, run } = task;
  // Scripts that are no modules, as some bundlers write them, have no import.meta.url: tasks still run inline there.
  const module: unknown = task.module;
  if (module !== undefined && (typeof module !== 'string' || !URL.canParse(module))) {
    throw new InvalidArgumentError(
      `${functionName}: task.module must be a URL such as import.meta.url, got ${describeValue(module)}`,
    );
  }
  if (typeof name !== 'string' || name === '') {
    throw new InvalidArgumentError(
      `${functionName}: task.name must be the name of the export that holds the task, got ${describeValue(name)}`,
    );
  }
  if (typeof run !== 'function') {
    throw new InvalidArgumentError(`${functionName}: task.run must be a function, got ${describeValue(run)}`);
  }
}
