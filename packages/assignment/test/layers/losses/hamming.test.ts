import { hammingLoss } from '@pct/assignment/layers';
import { InvalidArgumentError, ShapeError } from '@pct/core';
import { compile, float64, onnxruntimeNode } from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate, evaluate, expectNear, expectSameOnRuntimes, f64, flags } from './support.js';

const p = f64([
  [0.5, 0.25, 1],
  [0, 1, 0.75],
]);
const y = f64([
  [1, 0, 0],
  [0, 1, 0],
]);

describe('hammingLoss', () => {
  it('is the mean of p (1 - y) + (1 - p) y, linear in p', () => {
    const { value, gradient } = differentiate((a, b) => hammingLoss(a, b), p, y);
    expect(value).toBeCloseTo((0.5 + 0.25 + 1 + 0 + 0 + 0.75) / 6, 12);
    expectNear(
      gradient,
      [-1, 1, 1, 1, -1, 1].map((sign) => sign / 6),
    );
  });

  it('counts the entries that differ where both are 0 or 1', () => {
    const bit = fc.integer({ min: 0, max: 1 });
    const bits = fc.array(bit, { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        const wrong = a.filter((x, i) => x !== b[i]).length;
        const cubes = [a, b].map((flat) => ({ data: Float64Array.from(flat), shape: [2, 2, 3] }));
        const loss = (x: Tensor, z: Tensor): Tensor => hammingLoss(x, z, { reduction: 'sum' });
        expect(evaluate(loss as never, ...cubes)[0]).toBeCloseTo(wrong / 6, 12);
      }),
      { numRuns: 50 },
    );
  });

  it('leaves forbidden pairs out of the mean, by mask and by Infinity', () => {
    const mask = flags([
      [1, 1, 0],
      [1, 1, 0],
    ]);
    const masked = differentiate((a, b, m) => hammingLoss(a, b, { mask: m }), p, y, mask);
    expect(masked.value).toBeCloseTo(0.75 / 4, 12);
    expectNear(masked.gradient, [-0.25, 0.25, 0, 0.25, -0.25, 0]);
    const infinite = f64([
      [0.5, 0.25, Infinity],
      [0, 1, Infinity],
    ]);
    expect(evaluate((a, b) => hammingLoss(a, b), infinite, y)[0]).toBeCloseTo(0.75 / 4, 12);
    const none = flags([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(evaluate((a, b, m) => hammingLoss(a, b, { mask: m }), p, y, none)).toEqual([0]);
  });

  it('weighs pairs', () => {
    const weights = f64([
      [2, 0, 0],
      [0, 1, 3],
    ]);
    const loss = (a: Tensor, b: Tensor, w: Tensor): Tensor => hammingLoss(a, b, { weights: w });
    expect(evaluate(loss as never, p, y, weights)[0]).toBeCloseTo((2 * 0.5 + 3 * 0.75) / 6, 12);
  });

  it('takes a mean per problem and then reduces', () => {
    const batch = { data: Float64Array.of(...p.data, ...y.data), shape: [2, 2, 3] };
    const truth = { data: Uint8Array.of(1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0), shape: [2, 2, 3] };
    const values = (['none', 'sum', 'mean'] as const).map((reduction) =>
      evaluate((a, b) => hammingLoss(a, b, { reduction }), batch, truth),
    );
    expectNear(values[0]!, [2.5 / 6, 0]);
    expectNear([...values[1]!, ...values[2]!], [2.5 / 6, 1.25 / 6]);
  });

  it('is the same on onnxruntime, where it needs no body in TypeScript', async () => {
    await expectSameOnRuntimes(() => (a, b) => hammingLoss(a, b), [p, y]);
    const specs = [float64('b', 'n', 'm'), float64('b', 'n', 'm')] as const;
    const runtime = await onnxruntimeNode({ threads: 1 });
    await using program = await compile((a: Tensor, b: Tensor) => hammingLoss(a, b), specs, { runtime });
    expect(program.toOnnx().length).toBeGreaterThan(100);
  });

  it('says what does not fit', () => {
    expect(() => evaluate((a, b) => hammingLoss(a, b), p, f64([[1, 0]]))).toThrow(ShapeError);
    expect(() => evaluate((a, b) => hammingLoss(a, b), p, f64([[1, 0]]))).toThrow(
      'hammingLoss: truth must have the shape of assignment, float64[2, 3], got float64[1, 2]',
    );
    expect(() => evaluate((a, b) => hammingLoss(a, b), flags([[1]]), f64([[1]]))).toThrow(
      'hammingLoss: assignment must be floating point, got bool[1, 1]',
    );
    expect(() => evaluate((a, b) => hammingLoss(a, a, { mask: b }), p, y)).toThrow(InvalidArgumentError);
    expect(() => evaluate((a, b) => hammingLoss(a, a, { mask: b }), p, y)).toThrow('mask must be bool');
    expect(() => evaluate((a, b) => hammingLoss(a, a, { weights: b }), p, f64([[1]]))).toThrow(
      'hammingLoss: weights must be [rows, columns] or [batch, rows, columns] like assignment',
    );
    const reduction = 'average' as 'mean';
    expect(() => evaluate((a) => hammingLoss(a, a, { reduction }), p)).toThrow(
      'hammingLoss: reduction must be one of "mean", "sum", "none", got "average"',
    );
    expect(() => evaluate((a) => hammingLoss(a, 3 as unknown as Tensor), p)).toThrow(
      'hammingLoss: truth must be a tensor of a program',
    );
    expect(() => evaluate((a) => hammingLoss(a, a), f64([1]))).toThrow(
      'assignment must be [rows, columns] or [batch, rows, columns], got float64[1]',
    );
  });
});
