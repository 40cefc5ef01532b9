import { checkInteger, InvalidArgumentError } from '@pct/core';
import { checkVector } from '../objective/check.js';

/** Checkpoints that are loaded when needed, so that not all have to be in memory. */
export interface CheckpointLoader {
  /** Number of checkpoints. */
  readonly count: number;
  /** The parameters of a checkpoint, from 0, in the order of training; [size]. May be called several times for each. */
  load(index: number): Float64Array | Promise<Float64Array>;
}

/** The parameters of a model at several times of its training, in order; [size] each. */
export type Checkpoints = readonly Float64Array[] | CheckpointLoader;

/** Checkpoints behind one interface, checked as they come. */
export interface OpenCheckpoints {
  readonly count: number;
  /** [size], of the loader: only to be read. */
  readonly load: (index: number) => Promise<Float64Array>;
}

/**
 * @throws {@link InvalidArgumentError} for fewer than `least` checkpoints; from `load` if one is not finite, or (
 * {@link ShapeError}) has another size than the first that was loaded
 */
export function openCheckpoints(
  functionName: string,
  checkpoints: Checkpoints,
  { least, size }: { readonly least: number; readonly size?: number | undefined },
): OpenCheckpoints {
  const loader: CheckpointLoader =
    'load' in checkpoints ? checkpoints : { count: checkpoints.length, load: (index) => checkpoints[index]! };
  const count = checkInteger(functionName, 'the number of checkpoints', loader.count, { min: 0 });
  if (count < least)
    throw new InvalidArgumentError(
      `${functionName}: there must be at least ${least} checkpoint${least === 1 ? '' : 's'}, got ${count}`,
    );
  let known = size;
  return {
    count,
    async load(index) {
      const vector = checkVector(functionName, `checkpoint ${index}`, await loader.load(index), known);
      known = vector.length;
      return vector;
    },
  };
}

/** Number of vectors that fill 256 MB, at least 2. */
export function usualBlock(size: number): number {
  return Math.max(2, Math.floor(2 ** 28 / (8 * size)));
}
