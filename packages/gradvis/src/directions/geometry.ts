import { InvalidArgumentError } from '@pct/core';
import { addScaled, dot, norm } from '../linalg/vectors.js';
import { checkVector } from '../objective/check.js';
import type { Direction } from './types.js';

/** Checks that directions have one length, are finite and not zero. */
export function checkDirections(functionName: string, directions: readonly Direction[], size?: number): void {
  directions.forEach(({ name, direction }) => {
    checkVector(functionName, `the direction "${name}"`, direction, size ?? directions[0]!.direction.length);
    if (norm(direction) === 0)
      throw new InvalidArgumentError(`${functionName}: the direction "${name}" must not be zero`);
  });
}

/**
 * Directions at right angles that span the same space: from each, its parts along the ones before are taken away. Do this
 * before normalising; filter normalisation turns directions a little again.
 *
 * @param directions - of one size
 * @returns new directions, of the lengths that are left
 * @throws {@link InvalidArgumentError} if one lies in the space of those before it, or is zero or not finite
 */
export function orthogonalize(directions: readonly Direction[]): Direction[] {
  const name = 'orthogonalize';
  checkDirections(name, directions);
  const result: Direction[] = [];
  for (const given of directions) {
    const direction = given.direction.slice();
    const before = norm(direction);
    // Twice is enough: once leaves parts of the size of rounding errors over the length that is left.
    for (let pass = 0; pass < 2; pass++)
      for (const { direction: other } of result)
        addScaled(direction, -dot(direction, other) / dot(other, other), other);
    if (norm(direction) <= 1e-12 * before)
      throw new InvalidArgumentError(
        `${name}: the direction "${given.name}" must not lie in the space of those before it`,
      );
    result.push({ ...given, direction });
  }
  return result;
}

/**
 * Cosines of the angles between directions.
 *
 * @param directions - of one size
 * @returns [directions, directions] row-major, in [−1, 1], 1 on the diagonal
 * @throws {@link InvalidArgumentError} if one is zero or not finite
 */
export function cosines(directions: readonly Direction[]): Float64Array {
  checkDirections('cosines', directions);
  const count = directions.length;
  const lengths = directions.map(({ direction }) => norm(direction));
  const result = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    result[i * count + i] = 1;
    for (let j = 0; j < i; j++) {
      const cosine = dot(directions[i]!.direction, directions[j]!.direction) / lengths[i]! / lengths[j]!;
      result[i * count + j] = result[j * count + i] = Math.max(-1, Math.min(1, cosine));
    }
  }
  return result;
}
