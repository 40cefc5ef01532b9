import * as t from '@pct/tensor';
import type { Case } from './cases.js';
import { both, count, each, of, truths } from './cases.js';

const NX = ['n=2', 3] as const;
const positive = { shape: NX, domain: 'positive' } as const;
const unit = { shape: NX, domain: 'unit' } as const;

/** Numerical error function by Simpson's rule, far from how the package computes it. */
function integratedErf(x: number): number {
  const steps = 2000;
  const h = x / steps;
  let sum = 1 + Math.exp(-x * x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * Math.exp(-((i * h) ** 2));
  return (2 / Math.sqrt(Math.PI)) * (h / 3) * sum;
}

const normalCdf = (x: number): number => 0.5 * (1 + integratedErf(x / Math.SQRT2));

export const elementwiseCases: readonly Case[] = [
  { name: 'add', args: [NX, NX], fn: t.add, expected: both((a, b) => a + b) },
  { name: 'sub', args: [NX, NX], fn: t.sub, expected: both((a, b) => a - b) },
  { name: 'mul', args: [NX, NX], fn: t.mul, expected: both((a, b) => a * b) },
  { name: 'div', args: [NX, positive], fn: t.div, expected: both((a, b) => a / b) },
  { name: 'pow', args: [positive, NX], fn: t.pow, expected: both((a, b) => a ** b) },
  { name: 'pow with a whole exponent', args: [NX], fn: (x) => t.pow(x, 3), expected: each((x) => x ** 3) },
  {
    name: 'pow with exponent 2 at 0',
    args: [of([3], [0, 1, -2])],
    fn: (x) => t.pow(x, 2),
    expected: () => [0, 1, 4],
  },
  { name: 'maximum', args: [NX, NX], fn: t.maximum, expected: both(Math.max) },
  { name: 'minimum', args: [NX, NX], fn: t.minimum, expected: both(Math.min) },
  {
    name: 'add over a new axis in front',
    args: [of(['n=2', 3], count(6)), of([3], [10, 20, 30])],
    fn: t.add,
    expected: () => [11, 22, 33, 14, 25, 36],
  },
  {
    name: 'mul over axes of size 1 on both sides',
    args: [of(['n=2', 1], [1, 2]), of([1, 3], [3, 4, 5])],
    fn: t.mul,
    expected: () => [3, 4, 5, 6, 8, 10],
  },
  { name: 'div of a number', args: [positive], fn: (x) => t.div(2, x), expected: each((x) => 2 / x) },
  {
    name: 'sub of an array without axes',
    args: [NX, []],
    fn: t.sub,
    expected: (a, b) => Array.from(a, (x) => x - b[0]!),
  },
  { name: 'mul of empty arrays', args: [['n=0', 3], [3]], fn: t.mul, expected: () => [] },
  { name: 'mul by itself', args: [NX], fn: (x) => t.mul(x, x), expected: each((x) => x * x) },
  { name: 'neg', args: [NX], fn: t.neg, expected: each((x) => -x) },
  { name: 'exp', args: [NX], fn: t.exp, expected: each(Math.exp) },
  { name: 'log', args: [positive], fn: t.log, expected: each(Math.log) },
  { name: 'log1p', args: [positive], fn: t.log1p, expected: each(Math.log1p) },
  { name: 'expm1', args: [NX], fn: t.expm1, expected: each(Math.expm1) },
  { name: 'sqrt', args: [positive], fn: t.sqrt, expected: each(Math.sqrt) },
  { name: 'rsqrt', args: [positive], fn: t.rsqrt, expected: each((x) => x ** -0.5) },
  { name: 'sin', args: [NX], fn: t.sin, expected: each(Math.sin) },
  { name: 'cos', args: [NX], fn: t.cos, expected: each(Math.cos) },
  { name: 'tan', args: [unit], fn: t.tan, expected: each(Math.tan) },
  { name: 'tanh', args: [NX], fn: t.tanh, expected: each(Math.tanh) },
  { name: 'sigmoid', args: [NX], fn: t.sigmoid, expected: each((x) => 0.5 * (1 + Math.tanh(x / 2))) },
  { name: 'softplus', args: [NX], fn: t.softplus, expected: each((x) => Math.log(1 + Math.exp(x))) },
  { name: 'relu', args: [NX], fn: t.relu, expected: each((x) => Math.max(x, 0)) },
  {
    name: 'leakyRelu',
    args: [NX],
    fn: (x) => t.leakyRelu(x, 0.2),
    expected: each((x) => Math.max(x, 0.2 * x)),
  },
  {
    name: 'elu',
    args: [NX],
    fn: (x) => t.elu(x, 1.5),
    expected: each((x) => (x > 0 ? x : 1.5 * (Math.exp(x) - 1))),
  },
  { name: 'silu', args: [NX], fn: t.silu, expected: each((x) => x / (1 + Math.exp(-x))) },
  { name: 'gelu', args: [NX], fn: t.gelu, expected: each((x) => x * normalCdf(x)) },
  {
    name: 'erf',
    args: [of([7], [-4, -2.6, -0.5, 1e-3, 1.3, 2.4, 3.1])],
    fn: t.erf,
    expected: each(integratedErf),
  },
  { name: 'abs', args: [NX], fn: t.abs, expected: each(Math.abs) },
  {
    name: 'sign',
    args: [of([3], [-2, 0, 5])],
    fn: t.sign,
    expected: () => [-1, 0, 1],
    differentiable: false,
  },
  { name: 'floor', args: [NX], fn: t.floor, expected: each(Math.floor) },
  {
    name: 'clip',
    args: [NX],
    fn: (x) => t.clip(x, -0.5, 0.5),
    expected: each((x) => Math.min(Math.max(x, -0.5), 0.5)),
  },
  { name: 'square', args: [NX], fn: t.square, expected: each((x) => x ** 2) },
  {
    name: 'where',
    args: [truths([2, 1], [1, 0]), of(['n=2', 3], count(6)), of([3], [7, 8, 9])],
    fn: t.where,
    expected: () => [1, 2, 3, 7, 8, 9],
    symbolic: false,
  },
  {
    name: 'where with a number',
    args: [NX],
    fn: (x) => t.where(t.greater(x, 0), t.square(x), 0.5),
    expected: each((x) => (x > 0 ? x * x : 0.5)),
  },
  ...(
    [
      ['equal', t.equal, [0, 1, 0]],
      ['notEqual', t.notEqual, [1, 0, 1]],
      ['less', t.less, [1, 0, 0]],
      ['lessEqual', t.lessEqual, [1, 1, 0]],
      ['greater', t.greater, [0, 0, 1]],
      ['greaterEqual', t.greaterEqual, [0, 1, 1]],
    ] as const
  ).map(([name, fn, expected]): Case => ({
    name,
    args: [of(['n=3'], [1, 2, 3]), of(['n=3'], [2, 2, 2])],
    fn,
    expected: () => expected,
    differentiable: false,
  })),
  {
    name: 'logicalAnd',
    args: [truths([4], [0, 0, 1, 1]), truths([4], [0, 1, 0, 1])],
    fn: t.logicalAnd,
    expected: () => [0, 0, 0, 1],
  },
  {
    name: 'logicalOr',
    args: [truths([4], [0, 0, 1, 1]), truths([4], [0, 1, 0, 1])],
    fn: t.logicalOr,
    expected: () => [0, 1, 1, 1],
  },
  { name: 'logicalNot', args: [truths([2], [0, 1])], fn: t.logicalNot, expected: () => [1, 0] },
  {
    name: 'cast to int32 and back',
    args: [of([4], [-1.5, -0.5, 0.5, 2.9])],
    fn: (x) => t.cast(t.cast(x, 'int32'), x.dtype),
    expected: () => [-1, 0, 0, 2],
    differentiable: false,
  },
  {
    name: 'cast from bool',
    args: [truths([2], [0, 1])],
    fn: (x) => t.cast(x, 'float32'),
    expected: () => [0, 1],
  },
  {
    name: 'stopGradient keeps values',
    args: [NX],
    fn: t.stopGradient,
    expected: each((x) => x),
    differentiable: false,
  },
];
