/** Paths between the parameters of two networks, and the losses along them. */
import type { Frame } from '@pct/detector';
import {
  bezierPath,
  evaluatePath,
  trackingObjective,
  trainBend,
  type InteractionParameters,
  type ParameterPath,
} from '@pct/gnn-dfl';
import { unflattenParameters, type NdArray } from '@pct/tensor';
import { meanOf } from './runs.js';
import type { Decider } from './segments.js';

/** With which losses bends of curves are trained. */
export const bendLosses = ['Hamming', 'cross-entropy'] as const;
export type BendLoss = (typeof bendLosses)[number];

/** Numbers of a path in the units of the paper. */
export interface PathNumbers {
  /** Hamming loss x 1000 at every point. */
  readonly losses: readonly number[];
  /** Largest and mean Hamming loss x 1000. */
  readonly max: number;
  readonly mean: number;
  /** Smallest rate of true positives, percent. */
  readonly leastRate: number;
}

/** Frames of a step of the bend. */
export const bendBatch = 2;
/** In the paper. */
const PUBLISHED_BEND_BATCH = 8;
/** λ of the blackbox estimator with which the paper trains bends. */
const PUBLISHED_BEND_LAMBDA = 10;

/** Bézier curve from a to b with the bend that some steps of RMSprop find. */
export async function curveBetween(
  a: Float64Array,
  b: Float64Array,
  frames: readonly Frame[],
  { loss, steps }: { readonly loss: BendLoss; readonly steps: number },
): Promise<ParameterPath> {
  const estimator = {
    name: 'blackbox',
    // λ |g| is that of the paper, as in training.
    lambda: (PUBLISHED_BEND_LAMBDA * bendBatch) / PUBLISHED_BEND_BATCH,
    divideByLambda: false,
    clip: true,
  } as const;
  const batches: ReturnType<typeof trackingObjective>[] = [];
  for (let from = 0; from < frames.length; from += bendBatch) {
    const batch = frames.slice(from, from + bendBatch);
    batches.push(
      loss === 'Hamming'
        ? trackingObjective(batch, { mode: 'predict-and-track', estimator })
        : trackingObjective(batch, { mode: 'predict-then-track' }),
    );
  }
  try {
    const gradientOf = (at: Float64Array, step: number) => batches[step % batches.length]!.gradient(at);
    return bezierPath(a, await trainBend(a, b, gradientOf, { steps }), b);
  } finally {
    for (const batch of batches) await batch.dispose();
  }
}

/** What the networks on a path are like. */
export async function alongPath(
  path: ParameterPath,
  decider: Decider,
  like: InteractionParameters<NdArray>,
  points: number,
): Promise<PathNumbers> {
  const found = await evaluatePath(
    path,
    async (vector) => {
      const decisions = await decider.decide(unflattenParameters(vector, like));
      return {
        hamming: meanOf(decisions.map(({ hamming }) => hamming)),
        rate: meanOf(decisions.map(({ truePositiveRate }) => truePositiveRate)),
      };
    },
    { points },
  );
  const losses = found.map(({ value }) => 1000 * value.hamming);
  const rates = found.map(({ value }) => 100 * value.rate);
  return { losses, max: Math.max(...losses), mean: meanOf(losses), leastRate: Math.min(...rates) };
}
