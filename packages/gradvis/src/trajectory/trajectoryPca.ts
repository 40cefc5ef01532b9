import {
  checkInteger,
  checkOneOf,
  InvalidArgumentError,
  throwIfAborted,
  trackProgress,
  yieldToEventLoop,
  type Progress,
} from '@pct/core';
import type { Direction } from '../directions/types.js';
import { symmetricEigen } from '../linalg/symmetricEigen.js';
import { addScaled, difference, dot, fixSign, norm, scaled } from '../linalg/vectors.js';
import { openCheckpoints, usualBlock, type Checkpoints, type OpenCheckpoints } from './checkpoints.js';
import { randomWalkVariances } from './randomWalk.js';

const NAME = 'trajectoryPca';

/** Options of {@link trajectoryPca}. */
export interface TrajectoryPcaOptions {
  /** Number of directions that are wanted. @defaultValue `2` */
  readonly components?: number | undefined;
  /**
   * What differences are taken from: the `last` checkpoint, so that the origin is where training ended, or the `mean`, as
   * usual for principal components.
   * @defaultValue `'last'`
   */
  readonly centring?: 'last' | 'mean' | undefined;
  /** Checkpoints in memory at once, at least 1. @defaultValue as many as fill 256 MB, at least 2 */
  readonly block?: number | undefined;
  /** Stops between two checkpoints. */
  readonly signal?: AbortSignal | undefined;
  /** Counts pairs of checkpoints, then checkpoints. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Principal components of a training. */
export interface TrajectoryPca {
  /** The last checkpoint, or the mean; [size]. */
  readonly origin: Float64Array;
  /** Unit vectors at right angles, those of most variance first; fewer than wanted if there are no more. */
  readonly directions: readonly Direction[];
  /** Share of the variance of each component, descending, of sum 1; [checkpoints − 1]. */
  readonly variances: Float64Array;
  /** The same of a random walk of as many points; see `randomWalkVariances`. */
  readonly randomWalkVariances: Float64Array;
  readonly centring: 'last' | 'mean';
}

/**
 * Principal components of the checkpoints of a training, by their Gram matrix.
 *
 * With the rows dᵢ = θᵢ − origin of D, the eigenvectors u of D Dᵀ (checkpoints × checkpoints, in float64) give the
 * directions Dᵀ u / √λ. Components below √ε of the first one drown in rounding errors and are left out. The largest
 * component of each direction is positive.
 *
 * @param checkpoints - at least two that differ; [size] each
 * @param options - {@link TrajectoryPcaOptions}
 * @throws {@link InvalidArgumentError} for fewer than two checkpoints, checkpoints that are all the same, numbers that are
 *   not finite, or an option out of range · {@link ShapeError} if sizes differ
 * @see Li et al. 2018, arXiv:1712.09913, section 7
 */
export async function trajectoryPca(
  checkpoints: Checkpoints,
  options: TrajectoryPcaOptions = {},
): Promise<TrajectoryPca> {
  const { components = 2, centring = 'last', signal, onProgress } = options;
  checkInteger(NAME, 'components', components, { min: 1 });
  checkOneOf(NAME, 'centring', centring, ['last', 'mean']);
  const opened = openCheckpoints(NAME, checkpoints, { least: 2 });
  const { count } = opened;
  const origin = centring === 'last' ? (await opened.load(count - 1)).slice() : await meanOf(opened, signal);
  const block = checkInteger(NAME, 'block', options.block ?? usualBlock(origin.length), { min: 1 });
  const progress = trackProgress((count * (count + 1)) / 2 + count, onProgress);
  const advance = async (steps: number): Promise<void> => {
    progress.advance(steps);
    await yieldToEventLoop();
    throwIfAborted(signal);
  };

  const gram = await gramMatrix(opened, origin, block, advance);
  const { values, vectors } = symmetricEigen(gram, count);
  // Ascending; rounding can make the zero ones negative.
  const eigenvalues = values.map((value) => Math.max(0, value)).reverse();
  const total = eigenvalues.reduce((sum, value) => sum + value, 0);
  if (total === 0)
    throw new InvalidArgumentError(`${NAME}: checkpoints must differ, but all ${count} are the same point`);
  const variances = eigenvalues.slice(0, count - 1).map((value) => value / total);

  const floor = eigenvalues[0]! * count * Number.EPSILON;
  const rank = Math.min(components, eigenvalues.filter((value) => value > floor).length, count - 1);
  const sums = Array.from({ length: rank }, () => new Float64Array(origin.length));
  for (let i = 0; i < count; i++) {
    const row = difference(await opened.load(i), origin);
    sums.forEach((sum, k) => addScaled(sum, vectors[(count - 1 - k) * count + i]!, row));
    await advance(1);
  }
  progress.finish();
  const directions = sums.map((sum, k) => {
    const direction = scaled(sum, 1 / norm(sum));
    fixSign(direction);
    return {
      name: `PC ${k + 1}`,
      direction,
      variance: variances[k]!,
      made: { createdBy: NAME, centring, checkpoints: count },
    };
  });
  return {
    origin,
    directions,
    variances,
    randomWalkVariances: randomWalkVariances(count, centring),
    centring,
  };
}

async function meanOf(
  { count, load }: OpenCheckpoints,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const sum = (await load(0)).slice();
  for (let i = 1; i < count; i++) {
    throwIfAborted(signal);
    addScaled(sum, 1, await load(i));
  }
  return scaled(sum, 1 / count);
}

/** D Dᵀ, [count, count]: a block of rows stays in memory while the later ones pass by. */
async function gramMatrix(
  { count, load }: OpenCheckpoints,
  origin: Float64Array,
  block: number,
  advance: (steps: number) => Promise<void>,
): Promise<Float64Array> {
  const gram = new Float64Array(count * count);
  for (let from = 0; from < count; from += block) {
    const rows: Float64Array[] = [];
    for (let i = from; i < count; i++) {
      const row = difference(await load(i), origin);
      if (i < from + block) rows.push(row);
      const upTo = Math.min(rows.length, i - from + 1);
      for (let k = 0; k < upTo; k++) {
        const j = from + k;
        gram[i * count + j] = gram[j * count + i] = dot(row, rows[k]!);
      }
      await advance(upTo);
    }
  }
  return gram;
}
