import { defineTask, InvalidArgumentError, type Objective } from '@pct/core';
import { checkLoss, checkSize, checkVector } from './check.js';
import { openObjective, type ObjectiveSource } from './source.js';

/** A point at which to evaluate the objective of a source. */
export interface PointOrder {
  readonly source: ObjectiveSource;
  /** [size]; handed over to worker threads. */
  readonly parameters: Float64Array;
}

/** Loss and gradient at a point. */
export interface LossAndGradient {
  readonly loss: number;
  /** [size] */
  readonly gradient: Float64Array;
}

/** Loss at a point; NaN and infinities are kept. Runs here or in a worker thread. */
export const lossAtPoint = defineTask({
  module: import.meta.url,
  name: 'lossAtPoint',
  run: async ({ source, parameters }: PointOrder): Promise<number> =>
    lossOf(await openObjective(source), parameters),
  transferInput: ({ parameters }: PointOrder) => [parameters.buffer],
});

/** Loss and gradient at a point. Runs here or in a worker thread. */
export const gradientAtPoint = defineTask({
  module: import.meta.url,
  name: 'gradientAtPoint',
  run: async ({ source, parameters }: PointOrder): Promise<LossAndGradient> =>
    gradientOf(await openObjective(source), parameters),
  transferInput: ({ parameters }: PointOrder) => [parameters.buffer],
  transferOutput: ({ gradient }: LossAndGradient) => [gradient.buffer],
});

/** Loss, checked. */
export async function lossOf(objective: Objective, parameters: Float64Array): Promise<number> {
  checkSize(objective, parameters);
  return checkLoss(await objective.loss(parameters));
}

/** Loss and gradient, checked. */
export async function gradientOf(objective: Objective, parameters: Float64Array): Promise<LossAndGradient> {
  checkSize(objective, parameters);
  if (objective.gradient === undefined)
    throw new InvalidArgumentError('the objective must have a gradient, which this method follows');
  const loss = checkLoss(await objective.loss(parameters));
  return {
    loss,
    gradient: checkVector('objective', 'the gradient', await objective.gradient(parameters), objective.size),
  };
}
