/** What the page trains: which of two spirals a point of the plane belongs to. Nothing here needs a browser. */
import { createRng } from '@pct/core';
import {
  adam,
  binaryCrossEntropy,
  fit,
  mean,
  mlp,
  mlpParameters,
  reshape,
  tanh,
  type MlpParameters,
  type NdArray,
  type Runtime,
  type Tensor,
} from '@pct/tensor';

/** Points of both spirals together. */
const POINTS = 256;

export interface Training {
  /** Mean loss of the points in each epoch, in nats; [epoch]. */
  readonly losses: readonly number[];
  /** Time of the whole training, compilation included. */
  readonly milliseconds: number;
}

/** Settings of {@link train}. */
export interface TrainOptions {
  /** Passes over all points. @defaultValue `150` */
  readonly epochs?: number | undefined;
  /** Receives the number of epochs begun and the mean loss of the last finished one. */
  readonly onProgress?: ((epoch: number, loss: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Points [POINTS, 2] on two spirals with some noise, and which one it is, 0 or 1, [POINTS]. */
function makeSpirals(): [points: NdArray, labels: NdArray] {
  const rng = createRng('spirals');
  const points = new Float32Array(2 * POINTS);
  const labels = new Float32Array(POINTS);
  for (let k = 0; k < POINTS; k++) {
    const label = k % 2;
    const angle = (1 + (4 * k) / POINTS) * 1.5 + label * Math.PI;
    const radius = 0.2 + k / POINTS;
    points[2 * k] = radius * Math.cos(angle) + 0.02 * rng.normal();
    points[2 * k + 1] = radius * Math.sin(angle) + 0.02 * rng.normal();
    labels[k] = label;
  }
  return [
    { data: points, shape: [POINTS, 2] },
    { data: labels, shape: [POINTS] },
  ];
}

/** Trains a network of 2-32-32-1 neurons, on any engine with the same numbers but for rounding. */
export async function train(
  runtime: Runtime,
  { epochs = 150, onProgress, signal }: TrainOptions = {},
): Promise<Training> {
  const start = performance.now();
  const result = await fit(
    (params: MlpParameters, points: Tensor, labels: Tensor) =>
      mean(binaryCrossEntropy(reshape(mlp(params, points, tanh), labels.shape), labels)),
    mlpParameters([2, 32, 32, 1], createRng('network')),
    makeSpirals(),
    {
      runtime,
      optimizer: adam({ learningRate: 0.01 }),
      batchSize: 64,
      epochs,
      signal,
      onProgress: ({ epoch, epochLoss }) => {
        if (epochLoss !== undefined) onProgress?.(epoch, epochLoss);
      },
    },
  );
  return { losses: [...result.epochLosses], milliseconds: performance.now() - start };
}
