import { checkInteger } from '@pct/core';
import { checkVector } from '../objective/check.js';
import type { ObjectiveLike } from '../objective/source.js';
import type { Provenance } from '../results/types.js';
import type { ChainOutput, ChainPoints } from './chain.js';
import { followChains, type FollowOptions } from './follow.js';

/** Options of {@link curvatureAlong}. */
export interface CurvatureAlongOptions extends FollowOptions {
  /**
   * Number of largest eigenvalues.
   * @defaultValue `1`
   */
  readonly top?: number | undefined;
  /**
   * Number of smallest eigenvalues.
   * @defaultValue `1`
   */
  readonly bottom?: number | undefined;
}

/** Extreme eigenvalues along a training. */
export interface CurvatureAlong {
  /** Largest eigenvalues, descending, [points, top] row-major. */
  readonly largest: Float64Array;
  /** Smallest eigenvalues, descending, [points, bottom] row-major. */
  readonly smallest: Float64Array;
  /** |A v − λ v| of each, [points, top + bottom] row-major. */
  readonly residuals: Float64Array;
  /** Products with the operator in all. */
  readonly products: number;
  readonly provenance: Provenance;
}

/** Checkpoints that are followed together; fixed, so that the result does not depend on the number of threads. */
const CHECKPOINTS_PER_CHAIN = 8;

/**
 * Extreme eigenvalues at the checkpoints of a training, each search beginning with the eigenvectors of the one before.
 *
 * @param objective - the loss, or with an executor where to find it
 * @param checkpoints - [size] each, in the order of the training
 * @param options - {@link CurvatureAlongOptions}
 * @throws as `hessianOperator` and `eigenpairs`
 */
export async function curvatureAlong(
  objective: ObjectiveLike,
  checkpoints: readonly Float64Array[],
  options: CurvatureAlongOptions = {},
): Promise<CurvatureAlong> {
  const name = 'curvatureAlong';
  const { top = 1, bottom = 1 } = options;
  checkInteger(name, 'option top', top, { min: 1 });
  checkInteger(name, 'option bottom', bottom, { min: 0 });
  checkInteger(name, 'number of checkpoints', checkpoints?.length, { min: 1 });
  checkpoints.forEach((one, k) => checkVector(name, `checkpoints[${k}]`, one, checkpoints[0]!.length));
  const chains: ChainPoints[] = [];
  for (let from = 0; from < checkpoints.length; from += CHECKPOINTS_PER_CHAIN) {
    const directions = checkpoints.slice(from, from + CHECKPOINTS_PER_CHAIN);
    // Multiples of one checkpoint and none of the others: the checkpoints themselves, to the bit.
    const coordinates = directions.map((_, k) => directions.map((__, i) => (i === k ? 1 : 0)));
    chains.push({ origin: new Float64Array(checkpoints[0]!.length), directions, coordinates });
  }
  const { outputs, products, provenance } = await followChains(
    name,
    objective,
    chains,
    { top, bottom },
    options,
  );
  const width = top + bottom;
  const join = (from: number, to: number, of: (output: ChainOutput) => Float64Array): Float64Array =>
    Float64Array.from(
      outputs.flatMap((output) =>
        Array.from(of(output)).filter((_, k) => k % width >= from && k % width < to),
      ),
    );
  return {
    largest: join(0, top, ({ values }) => values),
    smallest: join(top, width, ({ values }) => values),
    residuals: join(0, width, ({ residuals }) => residuals),
    products,
    provenance: provenance({ top, bottom, checkpoints: checkpoints.length }),
  };
}
