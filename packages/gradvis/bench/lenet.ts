/** The network and data that the benches of this folder share: LeNet-5 with tanh on digits of the `mnist` package. */
import { createRequire } from 'node:module';
import { createRng } from '@pct/core';
import {
  add,
  averagePool2d,
  conv2d,
  crossEntropy,
  glorotUniform,
  matmul,
  mean,
  reshape,
  tanh,
  zeros,
  type NdArray,
  type Tensor,
} from '@pct/tensor';
import { networkObjective, type NetworkObjective } from '@viz/gradvis';

/** Kernel and bias of each layer, in the order of the flat vector. */
export const SHAPES = [
  ['conv1', [6, 1, 5, 5]],
  ['conv2', [16, 6, 5, 5]],
  ['dense1', [256, 120]],
  ['dense2', [120, 84]],
  ['dense3', [84, 10]],
] as const;

/** Settings of {@link lenet}: JSON values, so that worker threads can be told. */
export interface LenetSettings {
  readonly images: number;
  readonly precision: 'float32' | 'float64';
  /** Threads of the engine. */
  readonly threads: number;
}

type Layer = Record<'weight' | 'bias', NdArray>;

/** Weights from a seed; 44 426 numbers. */
export function parameters(): Record<string, Layer> {
  const rng = createRng(1);
  return Object.fromEntries(
    SHAPES.map(([name, shape], k) => {
      const outputs = shape.length === 4 ? shape[0] : shape[1];
      const weight = glorotUniform(shape, rng.split(k), { dtype: 'float64' });
      return [name, { weight, bias: zeros([outputs], { dtype: 'float64' }) }];
    }),
  );
}

/** The first images of each digit in turn, [images, 1, 28, 28], and their digits. */
export function digits(images: number): { readonly pixels: Float64Array; readonly labels: Int32Array } {
  const require = createRequire(import.meta.url);
  const raw = Array.from({ length: 10 }, (_, digit) => {
    const { data } = require(`mnist/src/digits/${digit}.json`) as { readonly data: readonly number[] };
    return data;
  });
  const pixels = new Float64Array(images * 784);
  const labels = Int32Array.from({ length: images }, (_, k) => k % 10);
  for (let k = 0; k < images; k++) {
    const at = 784 * Math.floor(k / 10);
    pixels.set(raw[k % 10]!.slice(at, at + 784), 784 * k);
  }
  return { pixels, labels };
}

type Layers = Record<string, Record<'weight' | 'bias', Tensor>>;

function network(p: Layers, x: Tensor): Tensor {
  const convolve = (name: string, image: Tensor): Tensor => {
    const { weight, bias } = p[name]!;
    const channels = bias.shape[0]!;
    return averagePool2d(tanh(add(conv2d(image, weight), reshape(bias, [channels, 1, 1]))), 2);
  };
  const dense = (name: string, input: Tensor): Tensor => add(matmul(input, p[name]!.weight), p[name]!.bias);
  const features = convolve('conv2', convolve('conv1', x));
  const flat = reshape(features, [features.shape[0]!, 256]);
  return dense('dense3', tanh(dense('dense2', tanh(dense('dense1', flat)))));
}

/** The objective; an `ObjectiveSource` names it for worker threads. */
export function lenet({
  images,
  precision,
  threads,
}: LenetSettings): NetworkObjective<Record<string, Layer>> {
  const { pixels, labels } = digits(images);
  return networkObjective(
    {
      model: network,
      loss: (logits: Tensor, y: Tensor) => mean(crossEntropy(logits, y)),
      parameters: parameters(),
      inputs: [{ data: pixels, shape: [images, 1, 28, 28] }],
      targets: [{ data: labels, shape: [images] }],
    },
    { precision, threads, runtime: 'onnxruntime-node' },
  );
}
