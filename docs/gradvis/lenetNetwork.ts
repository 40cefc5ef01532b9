/** LeNet-5 on handwritten digits: the network, its loss as an objective, and its training; worker threads import this file. */
import { createRng, defineTask } from '@pct/core';
import {
  adam,
  add,
  argmax,
  averagePool2d,
  compile,
  conv2d,
  crossEntropy,
  dense,
  denseParameters,
  fit,
  flatten,
  flattenParameters,
  glorotUniform,
  mean,
  objective,
  reshape,
  shapesOf,
  tanh,
  zeros,
  type NdArray,
  type Tensor,
  type TreeOf,
} from '@pct/tensor';
import type { DescribedObjective } from '@viz/gradvis';
import { digits, digitsInAll, trainingDigits } from './digits.js';

/** Initial parameters: 61 706 numbers. */
export function lenetParameters(seed: number) {
  const rng = createRng(seed);
  const convolution = (shape: [number, number, number, number]) => ({
    kernel: glorotUniform(shape, rng),
    bias: zeros([shape[0]]),
  });
  return {
    first: convolution([6, 1, 5, 5]),
    second: convolution([16, 6, 5, 5]),
    third: denseParameters(400, 120, rng),
    fourth: denseParameters(120, 84, rng),
    last: denseParameters(84, 10, rng),
  };
}

type Parameters = ReturnType<typeof lenetParameters>;

/** Scores of the classes, [n, 10]; tanh and mean pooling, as in LeCun et al. 1998, so that the loss is smooth. */
function lenet(p: TreeOf<Parameters, Tensor>, images: Tensor): Tensor {
  const layer = ({ kernel, bias }: { kernel: Tensor; bias: Tensor }, x: Tensor, padding: number): Tensor => {
    const sums = conv2d(x, kernel, { padding: [padding, padding, padding, padding] });
    return averagePool2d(tanh(add(sums, reshape(bias, [-1, 1, 1]))), 2);
  };
  const features = flatten(layer(p.second, layer(p.first, images, 2), 0), 1);
  return dense(p.last, tanh(dense(p.fourth, tanh(dense(p.third, features)))));
}

const loss = (p: TreeOf<Parameters, Tensor>, images: Tensor, labels: Tensor): Tensor =>
  mean(crossEntropy(lenet(p, images), labels));

/** Mean cross-entropy of the first training digits. */
export function lenetObjective({ count }: { readonly count: number }): DescribedObjective {
  const { images, labels } = digits(0, count);
  const made = objective(loss, lenetParameters(0), [images, labels], { threads: 1 });
  return { ...made, label: labelOf(count) };
}

export const labelOf = (count: number): string => `LeNet-5, cross-entropy of ${count} digits`;

/** What a training is asked for. */
export interface TrainingOrder {
  readonly seed: number;
  readonly epochs: number;
  /** Checkpoints per epoch. */
  readonly perEpoch: number;
  /** Digits to train with. */
  readonly count: number;
}

/** What a training gives. */
export interface Training {
  /** Steps done at each checkpoint. */
  readonly steps: number[];
  readonly checkpoints: Float64Array[];
  /** Share of the test digits that the network recognises in the end. */
  readonly accuracy: number;
}

/** A training with Adam on batches of 100. */
export const trainLenet = defineTask({
  module: import.meta.url,
  name: 'trainLenet',
  async run({ seed, epochs, perEpoch, count }: TrainingOrder): Promise<Training> {
    const { images, labels } = digits(0, count);
    const batchSize = 100;
    const stride = Math.max(1, Math.round(count / batchSize / perEpoch));
    const initial = lenetParameters(seed);
    const steps = [0];
    const checkpoints = [flattenParameters(initial)];
    const options = { optimizer: adam({ learningRate: 1e-3 }), batchSize, seed, threads: 1 };
    let resume: Uint8Array | undefined;
    let parameters: TreeOf<Parameters, NdArray> = initial;
    for (let k = 1; k <= epochs * perEpoch; k++) {
      const result = await fit(loss, initial, [images, labels], { ...options, steps: k * stride, resume });
      resume = result.checkpoint();
      parameters = result.lastParameters;
      steps.push(k * stride);
      checkpoints.push(flattenParameters(parameters));
    }
    return { steps, checkpoints, accuracy: await accuracyOf(parameters) };
  },
});

async function accuracyOf(parameters: TreeOf<Parameters, NdArray>): Promise<number> {
  const { images, labels } = digits(trainingDigits, digitsInAll);
  const guess = (p: TreeOf<Parameters, Tensor>, x: Tensor): Tensor => argmax(lenet(p, x));
  await using program = await compile(guess, [shapesOf(parameters), shapesOf(images)], { threads: 1 });
  const { data } = await program.run(parameters, images);
  return labels.data.filter((label, n) => label === data[n]).length / data.length;
}
