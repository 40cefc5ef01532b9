import type { Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { evaluate, vector } from '../support.js';

const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 1, -1];

describe('special numbers follow IEEE 754', () => {
  const unary: readonly (readonly [string, (x: Tensor) => Tensor, (x: number) => number])[] = [
    ['neg', t.neg, (x) => -x],
    ['exp', t.exp, Math.exp],
    ['log', t.log, Math.log],
    ['log1p', t.log1p, Math.log1p],
    ['expm1', t.expm1, Math.expm1],
    ['sqrt', t.sqrt, Math.sqrt],
    ['sin', t.sin, Math.sin],
    ['tanh', t.tanh, Math.tanh],
    ['abs', t.abs, Math.abs],
    ['sign', t.sign, Math.sign],
    ['floor', t.floor, Math.floor],
  ];
  it.each(unary)('%s', (_, fn, expected) => {
    expect(evaluate(fn, vector(...SPECIAL))[0]).toEqual(SPECIAL.map(expected));
  });

  it.each([
    ['sigmoid', t.sigmoid, [NaN, 1, 0]],
    ['softplus', t.softplus, [NaN, Infinity, 0]],
    ['relu', t.relu, [NaN, Infinity, 0]],
    ['erf', t.erf, [NaN, 1, -1]],
    ['elu', t.elu, [NaN, Infinity, -1]],
    ['clip', (x: Tensor) => t.clip(x, -2, 2), [NaN, 2, -2]],
  ] as const)('%s', (_, fn, expected) => {
    expect(evaluate((x) => fn(x), vector(NaN, Infinity, -Infinity))[0]).toEqual(expected);
  });

  it('in binary operations', () => {
    const pairs = SPECIAL.flatMap((a) => SPECIAL.map((b) => [a, b] as const));
    const [as, bs] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
    const of = (fn: (a: Tensor, b: Tensor) => Tensor) =>
      evaluate((a, b) => fn(a, b), vector(...as), vector(...bs))[0];
    expect(of(t.add)).toEqual(pairs.map(([a, b]) => a + b));
    expect(of(t.sub)).toEqual(pairs.map(([a, b]) => a - b));
    expect(of(t.mul)).toEqual(pairs.map(([a, b]) => a * b));
    expect(of(t.div)).toEqual(pairs.map(([a, b]) => a / b));
    expect(of(t.maximum)).toEqual(pairs.map(([a, b]) => Math.max(a, b)));
    expect(of(t.minimum)).toEqual(pairs.map(([a, b]) => Math.min(a, b)));
    expect(of(t.equal)).toEqual(pairs.map(([a, b]) => Number(a === b)));
    expect(of(t.notEqual)).toEqual(pairs.map(([a, b]) => Number(a !== b)));
    expect(of(t.lessEqual)).toEqual(pairs.map(([a, b]) => Number(a <= b)));
  });

  it('in powers, where JavaScript differs', () => {
    const powers = (fn: (x: Tensor) => Tensor) => evaluate(fn, vector(NaN, Infinity, 0, -0))[0];
    expect(powers((x) => t.pow(1, x))).toEqual([1, 1, 1, 1]);
    expect(powers((x) => t.pow(x, 0))).toEqual([1, 1, 1, 1]);
    expect(powers((x) => t.pow(-1, x))).toEqual([NaN, 1, 1, 1]);
    expect(powers((x) => t.pow(x, -1))).toEqual([NaN, 0, Infinity, -Infinity]);
  });

  it('in reductions', () => {
    expect(evaluate((x) => t.max(x), vector(1, NaN, 3))).toEqual([[NaN]]);
    expect(evaluate((x) => t.min(x), vector(1, NaN, 3))).toEqual([[NaN]]);
    expect(evaluate((x) => t.sum(x), vector(Infinity, -Infinity))).toEqual([[NaN]]);
    expect(evaluate((x) => t.mean(x), vector())).toEqual([[NaN]]);
    expect(evaluate((x) => t.prod(x), vector())).toEqual([[1]]);
    expect(evaluate((x) => t.logSumExp(x), vector(-Infinity, -Infinity))).toEqual([[-Infinity]]);
    expect(evaluate((x) => t.logSumExp(x), vector(Infinity, 0))).toEqual([[Infinity]]);
    expect(evaluate((x) => t.isNaN(x), vector(NaN, 1))).toEqual([[1, 0]]);
    expect(evaluate((x) => t.segmentMax(x, t.constant(t.array([0], 'int32')), 2), vector(3))).toEqual([
      [3, -Infinity],
    ]);
  });

  it('rounds only where a program says so', () => {
    const tenth = (x: Tensor) => [x, t.cast(t.cast(x, 'float32'), 'float64')];
    expect(evaluate(tenth, vector(0.1))).toEqual([[0.1], [Math.fround(0.1)]]);
  });
});
