import { InvalidArgumentError, type Objective } from '@pct/core';
import { difference, dot, norm, scaled } from '../linalg/vectors.js';
import { checkSize, checkVector } from '../objective/check.js';
import type { Eigenpairs } from '../results/types.js';
import { cosines, orthogonalize } from './geometry.js';
import type { Direction } from './types.js';

/**
 * The direction from a to b, with its length: a + 1·direction is b. For minima, updates of a training, or momenta.
 *
 * @param a - [size]
 * @param b - [size]
 * @param name - @defaultValue `'from a to b'`
 * @throws {@link ShapeError} for different lengths · {@link InvalidArgumentError} if they are the same point, or not finite
 */
export function directionBetween(a: Float64Array, b: Float64Array, name = 'from a to b'): Direction {
  checkVector('directionBetween', 'a', a);
  checkVector('directionBetween', 'b', b, a.length);
  const direction = difference(b, a);
  if (norm(direction) === 0)
    throw new InvalidArgumentError('directionBetween: a and b must differ, got the same point twice');
  return { name, direction };
}

/** A plane through three points. */
export interface PlaneOfThree {
  /** The first point, [size]. */
  readonly origin: Float64Array;
  /** Axes of unit length, at right angles; the first one leads to the second point. */
  readonly axes: readonly [Direction, Direction];
  /** Coordinates of the three points, [3, 2] row-major: (0, 0), (|b − a|, 0), (p, q) with q > 0. */
  readonly corners: Float64Array;
}

/**
 * The plane through three points, such as two minima and the bend of a curve between them.
 *
 * @param a - [size]
 * @param b - [size]
 * @param c - [size]
 * @throws {@link ShapeError} for different lengths · {@link InvalidArgumentError} if they lie on one line, or are not
 *   finite
 * @see Garipov et al. 2018, arXiv:1802.10026, appendix
 */
export function planeThrough(a: Float64Array, b: Float64Array, c: Float64Array): PlaneOfThree {
  const name = 'planeThrough';
  checkVector(name, 'a', a);
  checkVector(name, 'b', b, a.length);
  checkVector(name, 'c', c, a.length);
  const [toB, toC] = [difference(b, a), difference(c, a)];
  const length = norm(toB);
  const raw = [
    { name: 'from a to b', direction: toB },
    { name: 'towards c', direction: toC },
  ];
  if (length === 0 || norm(toC) === 0 || 1 - Math.abs(cosines(raw)[1]!) < 1e-12)
    throw new InvalidArgumentError(`${name}: a, b and c must not lie on one line`);
  const [first, second] = orthogonalize(raw);
  const axes = [unit(first!), unit(second!)] as const;
  const corners = Float64Array.of(0, 0, length, 0, dot(toC, axes[0].direction), dot(toC, axes[1].direction));
  return { origin: a.slice(), axes, corners };
}

function unit({ name, direction }: Direction): Direction {
  return { name, direction: scaled(direction, 1 / norm(direction)) };
}

/**
 * Eigenvectors as directions of unit length; their sign is fixed, the basis of an eigenvalue that repeats is not.
 *
 * @param pairs - {@link Eigenpairs}
 * @param which - places among the pairs. @defaultValue `[0, 1]`: those of the two largest eigenvalues
 * @throws {@link InvalidArgumentError} if there is no such pair
 */
export function eigenDirections(pairs: Eigenpairs, which: readonly number[] = [0, 1]): Direction[] {
  return which.map((place) => {
    const vector = pairs.vectors[place];
    if (vector === undefined)
      throw new InvalidArgumentError(
        `eigenDirections: which must name pairs from 0 to ${pairs.vectors.length - 1}, got ${place}; ` +
          'eigenpairs finds more by its options top and bottom',
      );
    return {
      name: `eigenvector ${place + 1} (λ = ${Number(pairs.values[place]!.toPrecision(4))})`,
      direction: vector.slice(),
    };
  });
}

/**
 * The direction of steepest descent, −g / |g|.
 *
 * @param objective - must have a gradient
 * @param parameters - [size]
 * @throws {@link InvalidArgumentError} if there is no gradient, or it is zero or not finite · {@link ShapeError} for
 *   another number of parameters
 */
export async function descentDirection(objective: Objective, parameters: Float64Array): Promise<Direction> {
  const name = 'descentDirection';
  checkVector(name, 'parameters', parameters);
  checkSize(objective, parameters);
  if (objective.gradient === undefined)
    throw new InvalidArgumentError(`${name}: the objective must have a gradient`);
  const gradient = checkVector(name, 'the gradient', await objective.gradient(parameters), objective.size);
  const length = norm(gradient);
  if (length === 0)
    throw new InvalidArgumentError(`${name}: the gradient is zero, so that there is no direction of descent`);
  return { name: 'steepest descent', direction: scaled(gradient, -1 / length) };
}
