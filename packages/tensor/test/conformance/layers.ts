import * as t from '@pct/tensor';
import type { Case } from './cases.js';
import { integers, of, truths } from './cases.js';

const exps = [0, 1, 2].map((x) => Math.exp(x));
const total = exps.reduce((a, b) => a + b);
const probabilities = exps.map((x) => x / total);

/** Normalised numbers [0, 2, 4] and [1, 1, 7], by hand. */
const normalized = [
  ...[0, 2, 4].map((x) => (x - 2) / Math.sqrt(8 / 3 + 1e-5)),
  ...[1, 1, 7].map((x) => (x - 3) / Math.sqrt(8 + 1e-5)),
];

export const layerCases: readonly Case[] = [
  {
    name: 'softmax',
    args: [of(['n=1', 3], [0, 1, 2])],
    fn: (x) => t.softmax(x),
    expected: () => probabilities,
  },
  { name: 'softmax of rows', args: [['n=3', 2]], fn: (x) => t.softmax(x, 0) },
  {
    name: 'softmax of large numbers',
    args: [of([3], [1000, 1001, 1002])],
    fn: (x) => t.softmax(x),
    expected: () => probabilities,
  },
  {
    name: 'logSoftmax',
    args: [of(['n=1', 3], [0, 1, 2])],
    fn: (x) => t.logSoftmax(x),
    expected: () => probabilities.map(Math.log),
  },
  {
    name: 'crossEntropy of integers',
    args: [of(['n=2', 3], [0, 1, 2, 2, 1, 0]), integers(['n=2'], [2, 1])],
    fn: t.crossEntropy,
    expected: () => [-Math.log(probabilities[2]!), -Math.log(probabilities[1]!)],
  },
  {
    name: 'crossEntropy of probabilities',
    args: [of(['n=1', 3], [0, 1, 2]), of(['n=1', 3], [0.5, 0, 0.5])],
    fn: t.crossEntropy,
    expected: () => [-0.5 * Math.log(probabilities[0]!) - 0.5 * Math.log(probabilities[2]!)],
  },
  {
    name: 'binaryCrossEntropy',
    args: [of(['n=3'], [0, 2, -40]), of(['n=3'], [1, 0, 1])],
    fn: t.binaryCrossEntropy,
    expected: () => [Math.log(2), Math.log(1 + Math.exp(2)), 40],
  },
  {
    name: 'dense',
    args: [of(['n=2', 2], [1, 2, 3, 4]), of([2, 1], [1, -1]), of([1], [10])],
    fn: (x, weight, bias) => t.dense({ weight, bias }, x),
    expected: () => [9, 9],
  },
  {
    name: 'mlp',
    args: [['n=2', 3], [3, 4], [4], [4, 1], [1]],
    fn: (x, w0, b0, w1, b1) =>
      t.mlp(
        {
          layers: [
            { weight: w0, bias: b0 },
            { weight: w1, bias: b1 },
          ],
        },
        x,
        t.tanh,
      ),
  },
  {
    name: 'layerNorm',
    args: [of(['n=2', 3], [0, 2, 4, 1, 1, 7]), of([3], [1, 1, 1]), of([3], [0, 0, 0])],
    fn: (x, scale, offset) => t.layerNorm({ scale, offset }, x),
    expected: () => normalized,
  },
  {
    name: 'batchNormTraining',
    args: [
      of(['n=3', 2], [0, 1, 2, 1, 4, 7]),
      of([2], [1, 1]),
      of([2], [0, 0]),
      [2],
      { shape: [2], domain: 'positive' },
    ],
    fn: (x, scale, offset, mean, variance) =>
      t.batchNormTraining({ scale, offset }, { mean, variance }, x)[0],
    expected: () => [0, 1, 2].flatMap((i) => [normalized[i]!, normalized[i + 3]!]),
  },
  {
    name: 'batchNormTraining, new statistics',
    args: [of(['n=3', 2], [0, 1, 2, 1, 4, 7]), of([2], [5, 5]), of([2], [1, 1])],
    fn: (x, mean, variance) => {
      const state = { mean, variance };
      const [, next] = t.batchNormTraining({ scale: mean, offset: mean }, state, x, { momentum: 0.5 });
      return t.stopGradient(t.concat([next.mean, next.variance]));
    },
    expected: () => [3.5, 4, 2.5, 6.5],
    differentiable: false,
  },
  {
    name: 'batchNormInference on images',
    args: [['n=2', 3, 2, 2], [3], [3], [3], { shape: [3], domain: 'positive' }],
    fn: (x, scale, offset, mean, variance) =>
      t.batchNormInference({ scale, offset }, { mean, variance }, x, {
        axis: 1,
      }),
    expected: (x, scale, offset, mean, variance) =>
      Array.from(x, (v, i) => {
        const c = Math.floor(i / 4) % 3;
        return ((v - mean[c]!) / Math.sqrt(variance[c]! + 1e-5)) * scale[c]! + offset[c]!;
      }),
  },
  {
    name: 'attention',
    args: [of(['q=1', 1], [1]), of(['k=2', 1], [0, Math.log(3)]), of(['k=2', 1], [4, 8])],
    fn: (q, k, v) => t.attention(q, k, v),
    expected: () => [7],
  },
  {
    name: 'attention with a mask',
    args: [['b=2', 'q=2', 3], ['b=2', 'q=2', 3], ['b=2', 'q=2', 2], truths([2, 2], [1, 0, 1, 1])],
    fn: (q, k, v, mask) => t.attention(q, k, v, { mask }),
    symbolic: false,
  },
];
