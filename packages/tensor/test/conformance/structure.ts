import * as t from '@pct/tensor';
import type { Case } from './cases.js';
import { count, each, of } from './cases.js';

const six = of(['n=2', 3], count(6));

/** Reductions and shapes. */
export const structureCases: readonly Case[] = [
  { name: 'sum', args: [six], fn: (x) => t.sum(x), expected: () => [21] },
  { name: 'sum over rows', args: [six], fn: (x) => t.sum(x, { axes: 0 }), expected: () => [5, 7, 9] },
  {
    name: 'sum with kept axes',
    args: [six],
    fn: (x) => t.sum(x, { axes: [-1], keepDims: true }),
    expected: () => [6, 15],
  },
  { name: 'sum of nothing', args: [['n=0', 3]], fn: (x) => t.sum(x, { axes: 0 }), expected: () => [0, 0, 0] },
  { name: 'mean', args: [six], fn: (x) => t.mean(x), expected: () => [3.5] },
  {
    name: 'mean over a named axis',
    args: [six],
    fn: (x) => t.mean(x, { axes: 0 }),
    expected: () => [2.5, 3.5, 4.5],
  },
  { name: 'variance', args: [six], fn: (x) => t.variance(x, { axes: 1 }), expected: () => [2 / 3, 2 / 3] },
  {
    name: 'max',
    args: [of(['n=2', 3], [1, 5, 2, -3, -1, -2])],
    fn: (x) => t.max(x, { axes: 1 }),
    expected: () => [5, -1],
  },
  { name: 'max of all', args: [['n=3', 4]], fn: (x) => t.max(x), expected: (x) => [Math.max(...x)] },
  {
    name: 'min',
    args: [of(['n=2', 3], [1, 5, 2, -3, -1, -2])],
    fn: (x) => t.min(x, { axes: 0, keepDims: true }),
    expected: () => [-3, -1, -2],
  },
  {
    name: 'prod',
    args: [of(['n=2', 3], [1, 2, 3, 4, 0, 6])],
    fn: (x) => t.prod(x, { axes: 1 }),
    expected: () => [6, 0],
  },
  { name: 'prod with two zeros', args: [of([4], [0, 2, 0, 3])], fn: (x) => t.prod(x), expected: () => [0] },
  {
    name: 'prod of all',
    args: [['n=2', 3]],
    fn: (x) => t.prod(x, { keepDims: true }),
    expected: (x) => [Array.from(x).reduce((a, b) => a * b)],
  },
  {
    name: 'logSumExp',
    args: [of(['n=2', 2], [0, 1, 1000, 1001])],
    fn: (x) => t.logSumExp(x, { axes: 1 }),
    expected: () => [Math.log(1 + Math.E), 1000 + Math.log(1 + Math.E)],
  },
  {
    name: 'logSumExp of all',
    args: [['n=2', 3]],
    fn: (x) => t.logSumExp(x),
    expected: (x) => [Math.log(Array.from(x, Math.exp).reduce((a, b) => a + b))],
  },
  {
    name: 'argmax',
    args: [of(['n=2', 3], [1, 5, 5, 3, 2, 1])],
    fn: (x) => t.argmax(x),
    expected: () => [1, 0],
    differentiable: false,
  },
  {
    name: 'argmin over rows',
    args: [of(['n=2', 3], [1, 5, 5, 3, 2, 5])],
    fn: (x) => t.argmin(x, 0),
    expected: () => [0, 1, 0],
    differentiable: false,
  },

  { name: 'reshape', args: [six], fn: (x) => t.reshape(x, [3, -1]), expected: () => count(6) },
  { name: 'flatten', args: [['n=2', 3, 2]], fn: (x) => t.flatten(x, 1), expected: each((x) => x) },
  {
    name: 'expandDims and squeeze',
    args: [six],
    fn: (x) => t.squeeze(t.expandDims(x, 1), 1),
    expected: () => count(6),
  },
  { name: 'transpose', args: [six], fn: (x) => t.transpose(x), expected: () => [1, 4, 2, 5, 3, 6] },
  {
    name: 'transpose of three axes',
    args: [of(['n=2', 1, 3], count(6))],
    fn: (x) => t.transpose(x, [2, 0, 1]),
    expected: () => [1, 4, 2, 5, 3, 6],
  },
  { name: 'swapAxes', args: [six], fn: (x) => t.swapAxes(x, 0, -1), expected: () => [1, 4, 2, 5, 3, 6] },
  {
    name: 'broadcastTo',
    args: [of(['n=2', 1], [1, 2])],
    fn: (x) => t.broadcastTo(x, [2, ...x.shape.slice(0, 1), 2]),
    expected: () => [1, 1, 2, 2, 1, 1, 2, 2],
  },
  {
    name: 'concat',
    args: [six, of(['m=1', 3], [7, 8, 9])],
    fn: (a, b) => t.concat([a, b]),
    expected: () => count(9),
  },
  {
    name: 'concat of columns',
    args: [six, of(['n=2', 1], [7, 8])],
    fn: (a, b) => t.concat([a, b], 1),
    expected: () => [1, 2, 3, 7, 4, 5, 6, 8],
  },
  {
    name: 'concat with itself',
    args: [of(['n=2'], [1, 2])],
    fn: (x) => t.concat([x, t.square(x), x]),
    expected: () => [1, 2, 1, 4, 1, 2],
  },
  {
    name: 'stack',
    args: [of(['n=2'], [1, 2]), of(['n=2'], [3, 4])],
    fn: (a, b) => t.stack([a, b], 1),
    expected: () => [1, 3, 2, 4],
  },
  { name: 'repeat', args: [of(['n=2'], [1, 2])], fn: (x) => t.repeat(x, 2), expected: () => [1, 1, 2, 2] },
  {
    name: 'split',
    args: [six],
    fn: (x) => t.sub(...(t.split(x, [1, 1, 1], 1).slice(0, 2) as [t.Tensor, t.Tensor])),
    expected: () => [-1, -1],
  },
  { name: 'slice', args: [six], fn: (x) => t.slice(x, [null, [1, 3]]), expected: () => [2, 3, 5, 6] },
  { name: 'slice of the last row', args: [six], fn: (x) => t.slice(x, [[-1]]), expected: () => [4, 5, 6] },
  {
    name: 'slice without the first row',
    args: [of(['n=3', 2], count(6))],
    fn: (x) => t.slice(x, [[1]]),
    expected: () => [3, 4, 5, 6],
  },
  {
    name: 'slice with steps',
    args: [of([7], count(7))],
    fn: (x) => t.slice(x, [[1, 7, 2]]),
    expected: () => [2, 4, 6],
  },
  {
    name: 'slice with steps that end early',
    args: [of([2, 8], count(16))],
    fn: (x) => t.slice(x, [null, [0, 8, 3]]),
    expected: () => [1, 4, 7, 9, 12, 15],
  },
  { name: 'slice of nothing', args: [six], fn: (x) => t.slice(x, [null, [3, 3]]), expected: () => [] },
  {
    name: 'pad',
    args: [of(['n=2'], [1, 2])],
    fn: (x) => t.pad(x, [[1, 2]], 9),
    expected: () => [9, 1, 2, 9, 9],
  },
  { name: 'flip', args: [six], fn: (x) => t.flip(x, 1), expected: () => [3, 2, 1, 6, 5, 4] },
  { name: 'flip of all', args: [six], fn: (x) => t.flip(x), expected: () => [6, 5, 4, 3, 2, 1] },
  { name: 'cumsum', args: [six], fn: (x) => t.cumsum(x, 0), expected: () => [1, 2, 3, 5, 7, 9] },
  {
    name: 'cumsum from the end',
    args: [six],
    fn: (x) => t.cumsum(x, 1, { reverse: true, exclusive: true }),
    expected: () => [5, 3, 0, 11, 6, 0],
  },
];
