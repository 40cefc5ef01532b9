import * as t from '@pct/tensor';
import type { Case } from './cases.js';
import { count, integers, of } from './cases.js';

const six = of(['n=2', 3], count(6));

/** Convolution from its definition, for images [n, c, h, w] and kernels [o, c, kh, kw]. */
function convolved(
  [n, c, h, w]: readonly number[],
  [o, , kh, kw]: readonly number[],
  {
    strides = [1, 1],
    padding = [0, 0, 0, 0],
    dilations = [1, 1],
    groups = 1,
  }: Partial<Record<'strides' | 'padding' | 'dilations', readonly number[]>> & { groups?: number },
) {
  return (images: ArrayLike<number>, kernels: ArrayLike<number>): number[] => {
    const out: number[] = [];
    const part = c! / groups;
    const rows =
      Math.floor((h! + padding[0]! + padding[2]! - (kh! - 1) * dilations[0]! - 1) / strides[0]!) + 1;
    const columns =
      Math.floor((w! + padding[1]! + padding[3]! - (kw! - 1) * dilations[1]! - 1) / strides[1]!) + 1;
    for (let image = 0; image < n!; image++)
      for (let kernel = 0; kernel < o!; kernel++)
        for (let row = 0; row < rows; row++)
          for (let column = 0; column < columns; column++) {
            let sum = 0;
            for (let channel = 0; channel < part; channel++)
              for (let i = 0; i < kh!; i++)
                for (let j = 0; j < kw!; j++) {
                  const y = row * strides[0]! - padding[0]! + i * dilations[0]!;
                  const x = column * strides[1]! - padding[1]! + j * dilations[1]!;
                  if (y < 0 || y >= h! || x < 0 || x >= w!) continue;
                  const from = Math.floor(kernel / (o! / groups)) * part + channel;
                  sum +=
                    images[((image * c! + from) * h! + y) * w! + x]! *
                    kernels[((kernel * part + channel) * kh! + i) * kw! + j]!;
                }
            out.push(sum);
          }
    return out;
  };
}

/** Products, indices, convolutions and what programs begin with. */
export const productCases: readonly Case[] = [
  { name: 'matmul', args: [six, of([3, 2], count(6))], fn: t.matmul, expected: () => [22, 28, 49, 64] },
  {
    name: 'matmul of vectors',
    args: [of(['k=3'], [1, 2, 3]), of(['k=3'], [4, 5, 6])],
    fn: t.matmul,
    expected: () => [32],
  },
  {
    name: 'matmul of a matrix and a vector',
    args: [six, of([3], [1, 0, -1])],
    fn: t.matmul,
    expected: () => [-2, -2],
  },
  {
    name: 'matmul of a vector and a matrix',
    args: [of(['n=2'], [1, -1]), six],
    fn: t.matmul,
    expected: () => [-3, -3, -3],
  },
  {
    name: 'matmul of stacks',
    args: [of(['b=2', 1, 2], [1, 2, 3, 4]), of(['b=2', 2, 1], [5, 6, 7, 8])],
    fn: t.matmul,
    expected: () => [17, 53],
  },
  {
    name: 'matmul of a stack and a matrix',
    args: [
      ['b=2', 'n=3', 2],
      [2, 4],
    ],
    fn: t.matmul,
  },
  {
    name: 'matmul of a matrix and a stack',
    args: [
      [2, 3],
      ['b=2', 3, 2],
    ],
    fn: t.matmul,
  },
  {
    name: 'matmul over an empty axis',
    args: [
      ['n=2', 0],
      [0, 2],
    ],
    fn: t.matmul,
    expected: () => [0, 0, 0, 0],
  },

  {
    name: 'gather',
    args: [of(['n=3', 2], count(6)), integers(['m=4'], [2, 0, 2, 1])],
    fn: t.gather,
    expected: () => [5, 6, 1, 2, 5, 6, 3, 4],
  },
  {
    name: 'gather by a matrix',
    args: [of(['n=3'], [7, 8, 9]), integers([2, 2], [0, 1, 1, 2])],
    fn: t.gather,
    expected: () => [7, 8, 8, 9],
  },
  {
    name: 'takeAlongAxis',
    args: [six, integers(['n=2', 2], [2, 0, 1, 1])],
    fn: (x, i) => t.takeAlongAxis(x, i, 1),
    expected: () => [3, 1, 5, 5],
  },
  {
    name: 'takeAlongAxis of rows',
    args: [six, integers([1, 3], [1, 0, 1])],
    fn: (x, i) => t.takeAlongAxis(x, i, 0),
    expected: () => [4, 2, 6],
  },
  {
    name: 'putAlongAxis',
    args: [of(['n=2', 2], [1, 2, 3, 4]), integers(['n=2', 2], [2, 0, 1, 1])],
    fn: (x, i) => t.putAlongAxis(x, i, 1, 3),
    expected: () => [2, 0, 1, 0, 7, 0],
  },
  {
    name: 'scatterAdd',
    args: [six, integers(['m=3'], [1, 1, 0]), of(['m=3', 3], [1, 1, 1, 2, 2, 2, 5, 5, 5])],
    fn: t.scatterAdd,
    expected: () => [6, 7, 8, 7, 8, 9],
  },
  {
    name: 'segmentSum',
    args: [of(['m=4'], [1, 2, 3, 4]), integers(['m=4'], [2, 0, 2, 0])],
    fn: (x, i) => t.segmentSum(x, i, 3),
    expected: () => [6, 0, 4],
  },
  {
    name: 'segmentMean',
    args: [of(['m=3', 2], count(6)), integers(['m=3'], [1, 1, 2])],
    fn: (x, i) => t.segmentMean(x, i, 3),
    expected: () => [0, 0, 2, 3, 5, 6],
  },
  {
    name: 'segmentMax',
    args: [of(['m=4', 1], [1, -2, 3, -4]), integers(['m=4'], [0, 1, 0, 1])],
    fn: (x, i) => t.segmentMax(x, i, 2),
    expected: () => [3, -2],
  },
  {
    name: 'segmentSoftmax',
    args: [of(['m=3'], [0, Math.log(3), 5]), integers(['m=3'], [0, 0, 1])],
    fn: (x, i) => t.segmentSoftmax(x, i, 2),
    expected: () => [0.25, 0.75, 1],
  },

  {
    name: 'conv2d',
    args: [
      ['n=2', 2, 4, 5],
      [3, 2, 2, 3],
    ],
    fn: (x, k) => t.conv2d(x, k),
    expected: convolved([2, 2, 4, 5], [3, 2, 2, 3], {}),
  },
  {
    name: 'conv2d with named sizes',
    args: [
      ['n=1', 1, 'h=4', 'w=3'],
      [2, 1, 3, 3],
    ],
    fn: (x, k) => t.conv2d(x, k, { padding: 'same' }),
    expected: convolved([1, 1, 4, 3], [2, 1, 3, 3], { padding: [1, 1, 1, 1] }),
  },
  {
    name: 'conv2d with strides, padding and dilations',
    args: [
      ['n=1', 2, 7, 6],
      [2, 2, 3, 2],
    ],
    fn: (x, k) => t.conv2d(x, k, { strides: [2, 3], padding: [1, 0, 2, 1], dilations: [2, 1] }),
    expected: convolved([1, 2, 7, 6], [2, 2, 3, 2], {
      strides: [2, 3],
      padding: [1, 0, 2, 1],
      dilations: [2, 1],
    }),
  },
  {
    name: 'conv2d with groups',
    args: [
      ['n=1', 4, 3, 3],
      [2, 2, 2, 2],
    ],
    fn: (x, k) => t.conv2d(x, k, { groups: 2 }),
    expected: convolved([1, 4, 3, 3], [2, 2, 2, 2], { groups: 2 }),
  },
  {
    name: 'maxPool2d',
    args: [of(['n=1', 1, 4, 4], [1, 2, 3, 4, 8, 7, 6, 5, 9, 10, 11, 12, 16, 15, 14, 13])],
    fn: (x) => t.maxPool2d(x, 2),
    expected: () => [8, 6, 16, 14],
  },
  {
    name: 'maxPool2d with overlap',
    args: [of([1, 1, 3, 3], [1, 2, 3, 6, 5, 4, 7, 8, 9])],
    fn: (x) => t.maxPool2d(x, 2, { strides: 1, padding: [1, 0, 0, 0] }),
    expected: () => [2, 3, 6, 5, 8, 9],
  },
  {
    name: 'averagePool2d',
    args: [of(['n=1', 1, 2, 4], count(8))],
    fn: (x) => t.averagePool2d(x, 2),
    expected: () => [3.5, 5.5],
  },
  {
    name: 'averagePool2d with strides',
    args: [of([1, 1, 3, 5], count(15))],
    fn: (x) => t.averagePool2d(x, [3, 1], { strides: [1, 2] }),
    expected: () => [6, 8, 10],
  },

  {
    name: 'oneHot',
    args: [integers(['n=3'], [2, 0, -1])],
    fn: (i) => t.oneHot(i, 3),
    expected: () => [0, 0, 1, 1, 0, 0, 0, 0, 0],
  },
  {
    name: 'iota',
    args: [six],
    fn: (x) => t.add(t.mul(x, 0), t.cast(t.iota(3), x.dtype)),
    expected: () => [0, 1, 2, 0, 1, 2],
  },
  {
    name: 'dimension',
    args: [six],
    fn: (x) => t.mul(x, t.dimension(x.shape[0]!, x.dtype as 'float32')),
    expected: () => [2, 4, 6, 8, 10, 12],
  },
  {
    name: 'full',
    args: [of(['n=2'], [1, 2])],
    fn: (x) => t.add(x, t.full(x.shape, 3, x.dtype)),
    expected: () => [4, 5],
  },
  {
    name: 'constant',
    args: [of([2], [1, 2])],
    fn: (x) => t.mul(x, t.cast(t.constant({ data: Float64Array.of(3, 4), shape: [2] }), x.dtype)),
    expected: () => [3, 8],
  },
];
