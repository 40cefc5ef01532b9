import { checkPositive, InvalidArgumentError } from '@pct/core';
import { addScaled, norm } from '../linalg/vectors.js';
import { checkVector } from '../objective/check.js';
import { resolveObjective, type ObjectiveLike } from '../objective/source.js';

/** How loss and gradient change along a step against the gradient. */
export interface GradientPredictiveness {
  /** L(θ − η g) for each step size, [step sizes]. */
  readonly losses: Float64Array;
  /** |g(θ − η g) − g(θ)|, [step sizes]. */
  readonly gradientChanges: Float64Array;
  /** Largest |g′ − g| / |θ′ − θ|: the effective smoothness; NaN at a stationary point. */
  readonly smoothness: number;
  /** Loss at the point itself. */
  readonly loss: number;
}

/**
 * Gradient predictiveness and effective smoothness: how far the gradient at a point tells the loss around it.
 *
 * @param objective - with `gradient`
 * @param at - the point, [size]
 * @param stepSizes - η, each above 0
 * @throws {@link InvalidArgumentError} if the objective has no gradient, or an argument is not such
 * @see Santurkar et al. 2018, arXiv:1805.11604, section 3
 */
export async function gradientPredictiveness(
  objective: ObjectiveLike,
  at: Float64Array,
  stepSizes: ArrayLike<number>,
): Promise<GradientPredictiveness> {
  const name = 'gradientPredictiveness';
  const opened = await resolveObjective(name, objective);
  checkVector(name, 'at', at, opened.size);
  if (opened.gradient === undefined)
    throw new InvalidArgumentError(`${name}: the objective must offer a gradient`);
  const loss = await opened.loss(at);
  const gradient = await opened.gradient(at);
  const length = norm(gradient);
  const losses = new Float64Array(stepSizes.length);
  const gradientChanges = new Float64Array(stepSizes.length);
  let smoothness = length === 0 ? NaN : 0;
  for (let k = 0; k < stepSizes.length; k++) {
    const step = checkPositive(name, `stepSizes[${k}]`, stepSizes[k]);
    const moved = at.slice();
    addScaled(moved, -step, gradient);
    losses[k] = await opened.loss(moved);
    const change = (await opened.gradient(moved)).slice();
    addScaled(change, -1, gradient);
    gradientChanges[k] = norm(change);
    smoothness = Math.max(smoothness, gradientChanges[k]! / (step * length));
  }
  return { losses, gradientChanges, smoothness, loss };
}
