import { createRng, InvalidArgumentError, ShapeError } from '@pct/core';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';

const deviation = (data: ArrayLike<number>): number => {
  const values = Array.from(data);
  return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
};

describe('initial values', () => {
  it.each([
    ['glorotUniform', t.glorotUniform, Math.sqrt(2 / 500)],
    ['glorotNormal', t.glorotNormal, Math.sqrt(2 / 500)],
    ['heUniform', t.heUniform, Math.sqrt(2 / 200)],
    ['heNormal', t.heNormal, Math.sqrt(2 / 200)],
    ['lecunUniform', t.lecunUniform, Math.sqrt(1 / 200)],
    ['lecunNormal', t.lecunNormal, Math.sqrt(1 / 200)],
  ] as const)('%s has its deviation', (_, initialize, expected) => {
    const { data, shape } = initialize([200, 300], createRng(1));
    expect(shape).toEqual([200, 300]);
    expect(data).toBeInstanceOf(Float32Array);
    expect(deviation(data) / expected).toBeCloseTo(1, 1);
    expect(initialize([200, 300], createRng(1)).data).toEqual(data);
  });

  it('counts the pixels of kernels', () => {
    const { data } = t.heNormal([64, 8, 5, 5], createRng(2), { dtype: 'float64' });
    expect(data).toBeInstanceOf(Float64Array);
    expect(deviation(data) / Math.sqrt(2 / 200)).toBeCloseTo(1, 1);
    expect(() => t.heNormal([3], createRng(1))).toThrow(InvalidArgumentError);
  });

  it.each([
    [3, 5],
    [5, 3],
    [4, 4],
  ])('orthogonal is so for [%i, %i]', (rows, columns) => {
    const { data } = t.orthogonal([rows, columns], createRng(3), { dtype: 'float64' });
    const few = Math.min(rows, columns);
    for (let i = 0; i < few; i++)
      for (let j = 0; j < few; j++) {
        let dot = 0;
        for (let k = 0; k < Math.max(rows, columns); k++)
          dot +=
            rows <= columns
              ? data[i * columns + k]! * data[j * columns + k]!
              : data[k * columns + i]! * data[k * columns + j]!;
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
      }
    expect(() => t.orthogonal([3], createRng(1))).toThrow(ShapeError);
  });

  it('makes the parameters of layers', () => {
    const { layers } = t.mlpParameters([3, 4, 2], createRng(4));
    expect(layers.map(({ weight, bias }) => [weight.shape, bias.shape])).toEqual([
      [[3, 4], [4]],
      [[4, 2], [2]],
    ]);
    expect(() => t.mlpParameters([3], createRng(4))).toThrow('sizes must name inputs and outputs, got [3]');
    expect(t.normParameters(2)).toEqual({ scale: t.ones([2]), offset: t.zeros([2]) });
    expect(t.batchNormState(2)).toEqual({ mean: t.zeros([2]), variance: t.ones([2]) });
  });
});
