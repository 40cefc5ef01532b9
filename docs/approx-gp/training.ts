/** Training of classifiers of digits with dropout, momentum and weight decay, epoch by epoch. */
import type { Rng } from '@pct/core';
import {
  argmax,
  compile,
  crossEntropy,
  float32,
  int32,
  mean,
  sgd,
  shapesOf,
  valueAndGrad,
  type NdArray,
  type Tensor,
} from '@pct/tensor';
import type { Digits } from './digits.js';

/** Digits per step. */
const BATCH = 64;

/** A network as functions of its parameters, a list of arrays. */
export interface Network {
  /** Parameters before the first step. */
  readonly start: (rng: Rng) => NdArray[];
  /**
   * @param images - [n, ...image]
   * @param masks - factors of the units of each hidden layer with dropout, [n, units]; none to use the network
   * @returns logits, [n, 10]
   */
  readonly apply: (params: readonly Tensor[], images: Tensor, masks: readonly Tensor[]) => Tensor;
  /** Shape of an image. */
  readonly image: readonly number[];
  /** Units of each hidden layer with dropout. */
  readonly units: readonly number[];
}

/** How a network is trained. */
export interface TrainingConfig {
  readonly rate: number;
  readonly momentum: number;
  readonly decay: number;
  /** Shares of the units that dropout keeps, one per hidden layer with dropout. */
  readonly keep: readonly number[];
}

/** Digits that a network learns from and is judged by. */
export interface DigitSets {
  readonly training: Digits;
  readonly validation: Digits;
  readonly test: Digits;
}

/**
 * Trains from the beginning, and yields after each epoch how many of the digits for validation are wrong; ends early where
 * the loss is no longer finite. Returns how many of the test digits are wrong; undefined if the training diverged.
 */
export type Train = (
  config: TrainingConfig,
  epochs: number,
  rng: Rng,
) => AsyncGenerator<number, number | undefined>;

/** Compiles a network, for one thread, to be trained again and again. */
export async function trainerOf(
  network: Network,
  { training, validation, test }: DigitSets,
  rng: Rng,
): Promise<Train> {
  const { apply, image, units } = network;
  const options = { runtime: 'onnxruntime-node', threads: 1 } as const;
  const shapes = shapesOf(network.start(rng));
  const step = await compile(
    valueAndGrad((params: readonly Tensor[], images: Tensor, labels: Tensor, masks: readonly Tensor[]) =>
      mean(crossEntropy(apply(params, images, masks), labels)),
    ),
    [shapes, float32(BATCH, ...image), int32(BATCH), units.map((count) => float32(BATCH, count))],
    options,
  );
  const classify = await compile(
    (params: readonly Tensor[], images: Tensor) => argmax(apply(params, images, [])),
    [shapes, float32('n', ...image)],
    options,
  );
  const wrongOf = async (params: NdArray[], { images, labels }: Digits): Promise<number> => {
    const guesses = await classify.run(params, { data: images, shape: [labels.length, ...image] });
    return labels.reduce((sum, label, i) => sum + (guesses.data[i] === label ? 0 : 1), 0);
  };
  return async function* ({ rate, momentum, decay, keep }, epochs, stream) {
    const params = network.start(stream.split('start'));
    const optimizer = sgd({ learningRate: rate, momentum, weightDecay: decay });
    let state = optimizer.init(params);
    const outputs = step.allocateOutputs();
    const batch = new DigitBatch(training, image);
    const masks = units.map((count) => ({ data: new Float32Array(BATCH * count), shape: [BATCH, count] }));
    const draws = stream.split('steps');
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = draws.permutation(training.labels.length);
      for (let from = 0; from + BATCH <= order.length; from += BATCH) {
        batch.fill(order, from);
        masks.forEach(({ data }, layer) => drawMask(data, keep[layer]!, draws));
        const [value, gradient] = await step.runInto(outputs, params, batch.images, batch.labels, masks);
        if (!Number.isFinite(value.data[0])) return undefined;
        state = optimizer.updateInPlace(gradient, state, params);
      }
      yield await wrongOf(params, validation);
    }
    return wrongOf(params, test);
  };
}

/** Dropout that keeps the mean of the units. */
function drawMask(mask: Float32Array, keep: number, rng: Rng): void {
  for (let i = 0; i < mask.length; i++) mask[i] = keep === 1 || rng.uniform() < keep ? 1 / keep : 0;
}

/** Arrays of one step, filled again for the next. */
class DigitBatch {
  readonly images: { readonly data: Float32Array; readonly shape: readonly number[] };
  readonly labels = { data: new Int32Array(BATCH), shape: [BATCH] };
  private readonly digits: Digits;
  private readonly pixels: number;

  constructor(digits: Digits, image: readonly number[]) {
    this.digits = digits;
    this.pixels = digits.size ** 2;
    this.images = { data: new Float32Array(BATCH * this.pixels), shape: [BATCH, ...image] };
  }

  fill(order: Int32Array, from: number): void {
    const { pixels, digits } = this;
    for (let b = 0; b < BATCH; b++) {
      const at = order[from + b]!;
      this.images.data.set(digits.images.subarray(at * pixels, (at + 1) * pixels), b * pixels);
      this.labels.data[b] = digits.labels[at]!;
    }
  }
}
