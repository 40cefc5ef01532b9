import { checkInteger, InvalidArgumentError, toRng, type ParameterBlock, type Rng } from '@pct/core';
import { norm } from '../linalg/vectors.js';
import { checkVector } from '../objective/check.js';
import type { DescribedObjective } from '../objective/source.js';
import { checkBlocks, sizeOf } from './filters.js';
import { normalizeDirection, type NormalizeOptions } from './normalize.js';
import type { Direction } from './types.js';

const NAME = 'randomDirections';

/** Options of {@link randomDirections}. */
export interface RandomDirectionOptions extends NormalizeOptions {
  /** Of the random numbers; direction i has the same ones whatever `count` is. @defaultValue `0` */
  readonly rng?: Rng | number | undefined;
  /** Chooses the arrays that the directions move; others stay. @defaultValue all */
  readonly only?: ((block: ParameterBlock) => boolean) | undefined;
}

/**
 * Directions of normal random numbers, scaled to the parameters.
 *
 * @param objective - tells the arrays of the vector
 * @param parameters - the point to look around, [size]
 * @param count - number of directions, 1 to 3 for a line, plane or volume
 * @param options - {@link RandomDirectionOptions}
 * @throws as {@link normalizeDirection} · {@link InvalidArgumentError} if a direction is zero in the end, as where all
 *   that could move is excluded
 * @example
 * ```ts
 * const [x, y] = randomDirections(objective, minimum, 2, { rng: 7 });
 * ```
 */
export function randomDirections(
  objective: Pick<DescribedObjective, 'size' | 'blocks' | 'outputAxis'>,
  parameters: Float64Array,
  count: number,
  options: RandomDirectionOptions = {},
): Direction[] {
  const { rng = 0, only, outputAxis = objective.outputAxis, ...rest } = options;
  const normalize = { ...rest, outputAxis };
  const { normalization = 'filter', smallArrays = 'zero' } = normalize;
  const { size, blocks } = objective;
  checkVector(NAME, 'parameters', parameters, size);
  checkInteger(NAME, 'count', count, { min: 1 });
  const stream = toRng(rng, NAME);
  return Array.from({ length: count }, (_, index) => {
    const drawn = stream.split(index).fillNormal(new Float64Array(size));
    if (only !== undefined)
      for (const block of checkBlocks(NAME, blocks, size))
        if (!only(block)) drawn.fill(0, block.offset, block.offset + sizeOf(block));
    const direction = normalizeDirection(drawn, parameters, blocks, normalize);
    if (norm(direction) === 0)
      throw new InvalidArgumentError(
        `${NAME}: direction ${index + 1} must not be zero, but all that may move is; ` +
          "are the parameters zero, or are all arrays left out? The normalisation 'none' does not need them",
      );
    const note = normalization === 'none' ? '' : ` (${normalization}-normalised)`;
    return {
      name: `random ${index + 1}${note}`,
      direction,
      made: {
        createdBy: NAME,
        normalization,
        smallArrays,
        ...(typeof rng === 'number' ? { seed: rng, index } : { index }),
      },
    };
  });
}
