import { createRng } from '@pct/core';
import type { NdArray, Tensor } from '@pct/tensor';
import { array, matmul, mean, mul, square, sub, add, sum } from '@pct/tensor';

/** Parameters of a line. */
export interface Line<Leaf = Tensor> {
  readonly slope: Leaf;
  readonly offset: Leaf;
}

/** Mean squared error of a line. */
export function lineLoss({ slope, offset }: Line, x: Tensor, y: Tensor): Tensor {
  return mean(square(sub(add(mul(slope, x), offset), y)));
}

export function line(slope = 0, offset = 0): Line<NdArray> {
  return { slope: array(slope, 'float64'), offset: array(offset, 'float64') };
}

/** Points near a line, with noise: [n] and [n]. */
export function noisyLine(n: number, seed = 3, noise = 0.3): [x: NdArray, y: NdArray] {
  const rng = createRng(seed);
  const x = Array.from({ length: n }, () => rng.uniform(-1, 1));
  return [
    array(x, 'float64'),
    array(
      x.map((at) => 1.5 * at - 0.5 + rng.normal(0, noise)),
      'float64',
    ),
  ];
}

/** Small network in float32 with a hidden layer of 3. */
export function networkLoss(
  params: { readonly layers: readonly Tensor[]; readonly scale: Tensor },
  { x, y }: { readonly x: Tensor; readonly y: Tensor },
): Tensor {
  const [first, second] = params.layers;
  const hidden = square(matmul(x, first!));
  return mean(square(sub(mul(sum(matmul(hidden, second!), { axes: 1 }), params.scale), y)));
}

export function network(seed = 1): { layers: NdArray[]; scale: NdArray } {
  const rng = createRng(seed);
  const weight = (rows: number, columns: number): NdArray => ({
    data: rng.fillNormal(new Float32Array(rows * columns), 0, 0.4),
    shape: [rows, columns],
  });
  return { layers: [weight(2, 3), weight(3, 1)], scale: array(1) };
}

export function networkData(n: number, seed = 2): [{ x: NdArray; y: NdArray }] {
  const rng = createRng(seed);
  return [
    {
      x: { data: rng.fillNormal(new Float32Array(2 * n)), shape: [n, 2] },
      y: { data: rng.fillNormal(new Float32Array(n)), shape: [n] },
    },
  ];
}
