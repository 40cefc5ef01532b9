/** Integers, truth values, special numbers and arrays without elements, where the kernels of the backends differ. */
import type { NdArray, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { tfjs } from '@pct/tensor/tfjs';
import { describe, expect, it } from 'vitest';

const integers = (...values: number[]): NdArray => ({
  data: Int32Array.from(values),
  shape: [values.length],
});
const truths = (...values: number[]): NdArray => ({ data: Uint8Array.from(values), shape: [values.length] });
const floats = (...values: number[]): NdArray => ({
  data: Float32Array.from(values),
  shape: [values.length],
});
const shaped = ({ data }: NdArray, ...shape: number[]): NdArray => ({ data, shape });

const NONE = { data: new Float32Array(0), shape: [0, 3] };
const a = integers(5, -7, 0, 2 ** 24 + 1);
const b = integers(5, 3, -2, 4);
const p = truths(1, 0, 1, 0);
const q = truths(1, 1, 0, 0);
const matrix = shaped(integers(1, 2, 3, 4, 5, 6), 2, 3);
const mask = shaped(truths(1, 0, 0, 1, 1, 0), 2, 3);

type Entry = readonly [name: string, fn: (...args: Tensor[]) => Tensor, ...args: NdArray[]];

/** Compared bit for bit with the interpreter. */
const exact: readonly Entry[] = [
  ['add', t.add, a, b],
  ['sub', t.sub, a, b],
  ['mul', t.mul, integers(3, -4), integers(5, 6)],
  ['maximum', t.maximum, a, b],
  ['minimum', t.minimum, a, b],
  ['abs', t.abs, a],
  ['neg', t.neg, a],
  ['sign', t.sign, a],
  ['equal', t.equal, a, b],
  ['less', t.less, a, b],
  ['lessEqual', t.lessEqual, a, b],
  ['greater', t.greater, a, b],
  ['greaterEqual', t.greaterEqual, a, b],
  ['equal of truth values', t.equal, p, q],
  ['logicalAnd', t.logicalAnd, p, q],
  ['logicalOr', t.logicalOr, p, q],
  ['logicalNot', t.logicalNot, p],
  ['where of integers', t.where, p, a, b],
  ['where of truth values', t.where, p, q, truths(0, 1, 1, 1)],
  ['where over axes', t.where, shaped(truths(1, 0), 2, 1), matrix, integers(7, 8, 9)],
  ['cast of numbers to truth values', (x) => t.cast(x, 'bool'), floats(0, 0.5, -0, 256, NaN)],
  ['cast of integers to truth values', (x) => t.cast(x, 'bool'), integers(0, 1, 256, -65536)],
  ['cast of truth values to integers', (x) => t.cast(x, 'int32'), p],
  ['cast of numbers to integers', (x) => t.cast(x, 'int32'), floats(1.9, -1.9, 0.4)],
  ['cast of integers to numbers', (x) => t.cast(x, 'float32'), a],
  ['sum', (x) => t.sum(x, { axes: 0 }), matrix],
  ['max', (x) => t.max(x, { axes: 1 }), matrix],
  ['min', (x) => t.min(x), matrix],
  ['prod', (x) => t.prod(x, { axes: 1 }), matrix],
  ['argmax', (x) => t.argmax(x), matrix],
  ['argmin', (x) => t.argmin(x, 0), matrix],
  ['cumsum', (x) => t.cumsum(x, 1, { exclusive: true }), matrix],
  ['cumsum from the end', (x) => t.cumsum(x, 0, { reverse: true }), matrix],
  ['matmul', t.matmul, matrix, shaped(integers(1, 0, -1, 2, 3, 4), 3, 2)],
  ['broadcastTo', (x) => t.broadcastTo(x, [2, 4]), a],
  ['broadcastTo of truth values', (x) => t.broadcastTo(x, [2, 4]), p],
  ['transpose', (x) => t.transpose(x), matrix],
  ['transpose of truth values', (x) => t.transpose(x), mask],
  ['slice', (x) => t.slice(x, [null, [0, 3, 2]]), matrix],
  ['slice of truth values', (x) => t.slice(x, [[1], [1]]), mask],
  ['slice of truth values with steps', (x) => t.slice(x, [null, [0, 3, 2]]), mask],
  ['flip', (x) => t.flip(x), matrix],
  ['flip of truth values', (x) => t.flip(x, 1), mask],
  ['pad', (x) => t.pad(x, [[1, 2]], 7), a],
  ['pad of truth values', (x) => t.pad(x, [[1, 2]], 1), p],
  ['pad with -Infinity', (x) => t.pad(x, [[1, 0]], -Infinity), floats(1, 2)],
  ['concat', (x, y) => t.concat([x, y]), a, b],
  ['concat of truth values', (x, y) => t.concat([x, y]), p, q],
  ['concat along columns', (x) => t.concat([x, x], 1), mask],
  ['gather', t.gather, matrix, integers(1, 0, 1)],
  ['gather of truth values', t.gather, mask, integers(1, 1)],
  ['gather by no axes', t.gather, matrix, { data: Int32Array.of(1), shape: [] }],
  ['takeAlongAxis', (x, i) => t.takeAlongAxis(x, i, 1), matrix, shaped(integers(2, 0, 1, 1), 2, 2)],
  [
    'takeAlongAxis of truth values',
    (x, i) => t.takeAlongAxis(x, i, 0),
    mask,
    shaped(integers(1, 0, 1), 1, 3),
  ],
  ['putAlongAxis', (x, i) => t.putAlongAxis(x, i, 0, 3), matrix, shaped(integers(2, 0, 1, 1, 0, 1), 2, 3)],
  ['segmentSum', (x, i) => t.segmentSum(x, i, 3), matrix, integers(2, 2)],
  [
    'segmentSum by a matrix',
    (x, i) => t.segmentSum(x, i, 2),
    matrix,
    shaped(integers(0, 1, 0, 0, 1, 1), 2, 3),
  ],
  ['segmentMax', (x, i) => t.segmentMax(x, i, 1), matrix, integers(0, 0)],
  ['iota', (x) => t.add(x, t.iota(4)), a],
  ['dimension', (x) => t.mul(x, t.dimension(4, 'int32')), b],
  ['constant', (x) => t.logicalAnd(x, t.constant(truths(0, 0, 1, 1))), p],
  [
    'values that are computed twice',
    (x) => t.grad((y: Tensor) => t.sum(t.rematerialize(t.square)(y)))(x),
    floats(1, -2, 3),
  ],
  ['no elements: sum', (x) => t.sum(x, { axes: 0 }), NONE],
  ['no elements: prod', (x) => t.prod(x, { axes: 0 }), NONE],
  ['no elements: exp', t.exp, NONE],
  ['no elements: concat', (x, y) => t.concat([x, y]), NONE, shaped(floats(1, 2, 3), 1, 3)],
  ['no elements: transpose', (x) => t.transpose(x), NONE],
  ['no elements: segmentSum', (x, i) => t.segmentSum(x, i, 2), NONE, integers()],
  ['no elements: gather', t.gather, shaped(floats(1, 2, 3), 1, 3), integers()],
  ['no elements: where', t.where, { data: new Uint8Array(0), shape: [0, 3] }, NONE, floats(1, 2, 3)],
  ['special numbers: add', t.add, floats(Infinity, Infinity, NaN), floats(1, -Infinity, 0)],
  ['special numbers: comparison', t.greaterEqual, floats(NaN, Infinity, 0), floats(0, Infinity, -0)],
  ['special numbers: choice', t.where, truths(1, 0), floats(NaN, NaN), floats(1, 1)],
  ['special numbers: exp', t.exp, floats(-Infinity, Infinity)],
  ['special numbers: log', t.log, floats(0, Infinity)],
  ['special numbers: sqrt', t.sqrt, floats(Infinity, 0)],
  ['special numbers: relu', t.relu, floats(Infinity, -Infinity)],
  ['special numbers: sign', t.sign, floats(-Infinity, 3, 0)],
  ['special numbers: tanh', t.tanh, floats(-Infinity, Infinity, 40)],
  ['special numbers: sigmoid', t.sigmoid, floats(-Infinity, Infinity)],
  ['special numbers: softplus', t.softplus, floats(-Infinity, 100, Infinity)],
  ['special numbers: max', (x) => t.max(x), floats(-Infinity, -Infinity)],
  ['NaN: maximum', t.maximum, floats(NaN, 1), floats(1, NaN)],
  ['NaN: relu', t.relu, floats(NaN)],
  ['NaN: sign', t.sign, floats(NaN)],
  ['NaN: max', (x) => t.max(x), floats(1, NaN, 3)],
  ['NaN: isNaN', t.isNaN, floats(1, NaN, Infinity)],
  ['NaN: powers', t.pow, floats(1, -1, 2), floats(NaN, Infinity, -Infinity)],
];

describe.each(['cpu', 'wasm'] as const)('on %s', async (backend) => {
  const runtime = await tfjs({ backend });

  it.each(exact.map((entry) => [entry[0], entry] as const))('%s', async (_, [, fn, ...args]) => {
    const specs = args.map((arg) => t.shapesOf(arg));
    const wanted = await (await t.compile(fn, specs, { runtime: t.interpreter() })).run(...args);
    const before = runtime.tf.memory().numTensors;
    const found = await (await t.compile(fn, specs, { runtime })).run(...args);
    expect(found).toEqual(wanted);
    expect(found.data.constructor).toBe(wanted.data.constructor);
    expect(runtime.tf.memory().numTensors).toBe(before);
  });
});
