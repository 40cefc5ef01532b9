import { createRng } from '@pct/core';
import {
  abs,
  add,
  broadcastTo,
  cast,
  clip,
  compile,
  concat,
  cumsum,
  div,
  equal,
  erf,
  exp,
  expm1,
  float64,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  log1p,
  logicalAnd,
  logicalNot,
  logicalOr,
  matmul,
  max,
  maximum,
  min,
  minimum,
  mul,
  neg,
  pad,
  relu,
  reshape,
  sigmoid,
  sign,
  slice,
  softplus,
  sqrt,
  sub,
  sum,
  tanh,
  trace,
  transpose,
  where,
  type Tensor,
} from '@pct/tensor';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Expressions } from '../../../src/emulator/fused/expressions.js';
import { row } from '../../../src/emulator/tensors.js';
import { fusedRows } from './support.js';

const columns = 6;
const part = (x: Tensor, from: number, to: number, step = 1): Tensor => slice(x, [null, [from, to, step]]);
const weights = row([0, 1, -1, 2, 0.5, 3]);

/** Functions of rows, [batch, 6] to anything. */
const programs: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  arithmetic: (x) => sub(mul(add(x, 1), div(x, add(abs(x), 1))), div(x, 3)),
  'left out': (x) => add(mul(x, weights), sub(mul(weights, x), sub(0, neg(neg(x))))),
  limits: (x) => add(clip(x, -0.5, 0.25), add(relu(x), add(minimum(x, 0.1), maximum(x, neg(x))))),
  functions: (x) => {
    const positive = add(abs(x), 0.1);
    const some = [exp(x), expm1(x), log(positive), log1p(positive), tanh(x), erf(x), sqrt(positive)];
    return concat([...some, sigmoid(x), softplus(x), sign(x)], 1);
  },
  roots: (x) => {
    const logs = log(add(abs(x), 0.1));
    return concat([exp(div(logs, 3)), exp(mul(logs, 2 / 3)), exp(add(div(logs, 3), weights))], 1);
  },
  masks: (x) => {
    const y = part(x, 5, 6);
    const both = logicalOr(logicalAnd(less(x, y), greater(x, 0)), logicalNot(lessEqual(x, -1)));
    const counted = mul(x, cast(logicalAnd(greaterEqual(x, y), greater(x, -1)), 'float64'));
    return add(counted, where(both, where(equal(x, y), 7, x), where(less(x, 0), 0, neg(x))));
  },
  shapes: (x) => {
    const cube = reshape(x, ['batch', 2, 3]);
    const sums = sum(cube, { axes: [2], keepDims: true });
    const spread = reshape(broadcastTo(sums, ['batch', 2, 3]), ['batch', 6]);
    const widened = pad(part(x, 0, 6, 2), [
      [0, 0],
      [1, 2],
    ]);
    const extremes = reshape(sub(max(cube, { axes: [1] }), min(cube, { axes: [1] })), ['batch', 3]);
    return concat([add(spread, mul(x, reshape(mul(cube, sums), ['batch', 6]))), widened, extremes], 1);
  },
  products: (x) =>
    matmul(concat([x, x], 1), reshape(row(Array.from({ length: 36 }, (_, k) => (k % 4) - 1)), [12, 3])),
  one: (x) => max(x, { axes: [-1] }),
};

describe('a row program', () => {
  it.each(Object.keys(programs))('of %s agrees with the interpreter', async (name) => {
    const fn = programs[name]!;
    const fused = fusedRows(trace(fn, float64('batch', columns)).graph)!;
    const program = await compile(fn, [float64('batch', columns)], { runtime: 'interpreter' });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 150 }),
        fc.integer({ min: 0, max: 999 }),
        async (rows, seed) => {
          const rng = createRng(seed);
          const data = Float64Array.from({ length: rows * columns }, () =>
            rng.uniform() < 0.2 ? 0 : rng.normal() * 10 ** rng.uniform(-6, 1),
          );
          const { data: expected } = await program.run({ data, shape: [rows, columns] });
          const [values] = fused(data);
          expect(values).toHaveLength(expected.length);
          values!.forEach((value, at) => {
            const difference = Math.abs(value - expected[at]!);
            // Rounding of terms of about 1, which may cancel, and of large results.
            expect(difference).toBeLessThanOrEqual(1e-13 * (1 + Math.abs(expected[at]!)));
          });
        },
      ),
      { numRuns: 12 },
    );
  });

  it('is none if rows meet, or if an operation is not known', () => {
    const refused: readonly ((x: Tensor) => Tensor)[] = [
      (x) => sum(x, { axes: [0], keepDims: true }),
      (x) => concat([x, x], 0),
      (x) => slice(x, [[1, 2], null]),
      (x) => matmul(x, transpose(x, [1, 0])),
      (x) => reshape(x, ['6*batch']),
      (x) => cumsum(x, 1),
      (x) => cast(cast(x, 'float32'), 'float64'),
    ];
    for (const fn of refused) expect(fusedRows(trace(fn, float64('batch', columns)).graph)).toBeUndefined();
  });
});

describe('Expressions', () => {
  it('computes what is constant, and equal things once', () => {
    const all = new Expressions();
    const [x, y] = [all.input(0, 0), all.input(0, 1)];
    expect(all.input(0, 1)).toBe(y);
    expect(all.apply('add', x, y)).toBe(all.apply('add', x, y));
    expect(all.valueOf(all.apply('exp', all.constant(2)))).toBe(Math.exp(2));
    expect(all.valueOf(all.apply('multiply', x, all.constant(0)))).toBe(0);
    expect(all.apply('multiply', all.constant(1), x)).toBe(x);
    expect(all.apply('negate', all.apply('multiply', x, all.constant(-1)))).toBe(x);
    const isLess = all.apply('less', all.constant(1), all.constant(2));
    expect(all.apply('select', isLess, x, y)).toBe(x);
    expect(all.apply('and', isLess, all.apply('less', x, y))).toBe(all.apply('less', x, y));
  });

  it('limits with a minimum and a maximum, but not if the limits are the wrong way round', () => {
    const all = new Expressions();
    const [x, low, high] = [all.input(0, 0), all.constant(-1), all.constant(2)];
    const clipped = (from: number, to: number): number => {
      const above = all.apply('select', all.apply('greater', x, to), to, x);
      return all.apply('select', all.apply('less', x, from), from, above);
    };
    expect(clipped(low, high)).toBe(all.apply('most', all.apply('least', x, high), low));
    const found = all.list[clipped(high, low)]!;
    expect(found.kind === 'operation' && found.operation).toBe('select');
  });
});
