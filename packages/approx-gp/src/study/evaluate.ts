import {
  describeValue,
  inlineExecutor,
  InvalidArgumentError,
  TaskError,
  type Executor,
  type PctError,
  type Task,
} from '@pct/core';
import type { Space } from '../space/parameters.js';
import { openChannel } from './taskChannel.js';
import type { Trial } from './Trial.js';
import type { Objective, OptimizeOptions, TaskTrial } from './types.js';

/** How the objective ended. */
export type Outcome =
  | { readonly kind: 'values'; readonly values: unknown }
  | { readonly kind: 'pruned' }
  | { readonly kind: 'error'; readonly error: unknown };

/** Runs an objective, a function here or a task wherever the executor does, and says how it ended. */
export function evaluator<S extends Space, O>(
  objective: Objective<S> | Task<TaskTrial<S>, O>,
  { executor, reports = false }: Pick<OptimizeOptions<S>, 'executor' | 'reports'>,
): (trial: Trial<S>) => Promise<Outcome> {
  if (typeof objective === 'function') {
    if (executor !== undefined) {
      throw new InvalidArgumentError(
        'Study.optimize: with an executor the objective must be a task (see defineTask), got a function',
      );
    }
    return (trial) =>
      settle(
        async () => objective(trial),
        () => true,
      );
  }
  if (typeof objective !== 'object' || objective === null) {
    throw new InvalidArgumentError(
      `Study.optimize: objective must be a function or a task, got ${describeValue(objective)}`,
    );
  }
  const runner = executor ?? inlineExecutor();
  const run = reports ? runReportingTask : runTask;
  return (trial) =>
    // Only what the task did is the trial's fault; a closed executor is not.
    settle(
      () => run(runner, objective, trial),
      (error) => error instanceof TaskError,
    );
}

async function runTask<S extends Space, O>(
  executor: Executor,
  task: Task<TaskTrial<S>, O>,
  { number, params, rng, signal }: Trial<S>,
  port?: MessagePort,
): Promise<unknown> {
  const input = { number, params, rng: rng.getState(), ...(port && { port }) };
  for await (const { output } of executor.map(task, [input], { signal })) return output;
  throw new InvalidArgumentError('Study.optimize: the executor gave no result');
}

/** The same with a port, which has to be handed over, not copied. */
async function runReportingTask<S extends Space, O>(
  executor: Executor,
  task: Task<TaskTrial<S>, O>,
  trial: Trial<S>,
): Promise<unknown> {
  const channel = openChannel(trial);
  const withPort: Task<TaskTrial<S>, O> = {
    ...task,
    transferInput: (input) => [...(task.transferInput?.(input) ?? []), channel.port],
  };
  try {
    return await runTask(executor, withPort, trial, channel.port);
  } finally {
    channel.close();
  }
}

async function settle(
  work: () => Promise<unknown>,
  isOfTrial: (error: unknown) => boolean,
): Promise<Outcome> {
  try {
    return { kind: 'values', values: await work() };
  } catch (error) {
    if (!isOfTrial(error)) throw error;
    const cause = error instanceof TaskError ? error.cause : error;
    // From another thread it has its code, but not its class.
    const { code } = (cause ?? {}) as Partial<PctError>;
    return code === 'ERR_TRIAL_PRUNED' ? { kind: 'pruned' } : { kind: 'error', error: cause };
  }
}
