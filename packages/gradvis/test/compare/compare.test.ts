import { createRng, InvalidArgumentError, ShapeError, type DenseMatrix, type Objective } from '@pct/core';
import {
  averageSharpness,
  boxSharpness,
  CkaAccumulator,
  edgeOfStability,
  gradientPredictiveness,
  gradientSharpness,
  linearCka,
  predictionDisagreement,
} from '@viz/gradvis';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** ½ Σ λ x². */
const bowl = (...curvatures: number[]): Objective => ({
  size: curvatures.length,
  loss: (x) => curvatures.reduce((sum, value, k) => sum + 0.5 * value * x[k]! ** 2, 0),
  gradient: (x) => x.map((value, k) => curvatures[k]! * value),
});

function activations(rows: number, columns: number, seed: number): DenseMatrix {
  return { rows, columns, data: createRng(seed).fillNormal(new Float64Array(rows * columns)) };
}

/** Columns mixed by a rotation of the first two, scaled. */
function turned({ rows, columns, data }: DenseMatrix, angle: number, factor: number): DenseMatrix {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const out = data.map((value) => factor * value);
  for (let i = 0; i < rows; i++) {
    const [a, b] = [data[i * columns]!, data[i * columns + 1]!];
    out[i * columns] = factor * (c * a - s * b);
    out[i * columns + 1] = factor * (s * a + c * b);
  }
  return { rows, columns, data: out };
}

describe('linearCka', () => {
  it('is 1 for what differs by rotation, scale and shift', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 6, noNaN: true }), (seed, angle) => {
        const x = activations(12, 5, seed);
        const y = turned(x, angle, 3.5);
        const shifted = { ...y, data: y.data.map((value) => value + 100) };
        for (const estimator of ['biased', 'unbiased'] as const) {
          expect(linearCka(x, shifted, { estimator })).toBeCloseTo(1, 9);
          expect(linearCka(x, y, { estimator })).toBeCloseTo(linearCka(y, x, { estimator }), 12);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('is the formula of covariances for the biased estimator', () => {
    const [x, y] = [activations(9, 2, 1), activations(9, 3, 2)];
    const covariance = (a: DenseMatrix, b: DenseMatrix): number => {
      const centred = ({ rows, columns, data }: DenseMatrix, k: number): number[] => {
        const column = Array.from({ length: rows }, (_, i) => data[i * columns + k]!);
        const mean = column.reduce((sum, value) => sum + value / rows, 0);
        return column.map((value) => value - mean);
      };
      let sum = 0;
      for (let i = 0; i < a.columns; i++)
        for (let j = 0; j < b.columns; j++) {
          const other = centred(b, j);
          sum += centred(a, i).reduce((total, value, k) => total + value * other[k]!, 0) ** 2;
        }
      return sum;
    };
    const expected = covariance(x, y) / Math.sqrt(covariance(x, x) * covariance(y, y));
    expect(linearCka(x, y, { estimator: 'biased' })).toBeCloseTo(expected, 12);
  });

  it('unbiased: 0 on average for independent activations, where the biased one is near 1', () => {
    const mean = (estimator: 'biased' | 'unbiased'): number => {
      let sum = 0;
      for (let k = 0; k < 40; k++)
        sum += linearCka(activations(10, 60, 2 * k), activations(10, 60, 2 * k + 1), { estimator });
      return sum / 40;
    };
    expect(Math.abs(mean('unbiased'))).toBeLessThan(0.05);
    expect(mean('biased')).toBeGreaterThan(0.8);
  });

  it('streams mini-batches to the same limit', () => {
    const rows = 400;
    const x = activations(rows, 6, 3);
    const other = activations(rows, 6, 4);
    const y = { ...x, data: x.data.map((value, k) => value + 0.7 * other.data[k]!) };
    const part = (m: DenseMatrix, from: number): DenseMatrix => ({
      rows: 20,
      columns: 6,
      data: m.data.slice(6 * from, 6 * (from + 20)),
    });
    const streamed = new CkaAccumulator();
    expect(streamed.value()).toBeNaN();
    for (let from = 0; from < rows; from += 20) streamed.add(part(x, from), part(y, from));
    expect(streamed.value()).toBeCloseTo(linearCka(x, y), 1);
  });

  it('refuses bad input', () => {
    const x = activations(5, 2, 1);
    expect(() => linearCka(x, activations(6, 2, 1))).toThrow(ShapeError);
    expect(() => linearCka(activations(3, 2, 1), activations(3, 2, 1))).toThrow(/at least 4 examples, got 3/);
    expect(() => linearCka({ ...x, rows: 4 }, x)).toThrow(/4 \* 2/);
    expect(() => linearCka({ ...x, data: x.data.with(0, NaN) }, x)).toThrow(/finite/);
    expect(() => linearCka(x, x, { estimator: 'best' as never })).toThrow(InvalidArgumentError);
  });
});

it('predictionDisagreement is the share of different classes', () => {
  expect(predictionDisagreement([0, 1, 2, 1], Int32Array.of(0, 1, 1, 2))).toBe(0.5);
  expect(() => predictionDisagreement([], [])).toThrow(ShapeError);
  expect(() => predictionDisagreement([1], [1, 2])).toThrow(/got 1 and 2/);
});

describe('sharpness', () => {
  it('along the gradient: that of a quadratic', async () => {
    const at = Float64Array.of(3, 0);
    const { value, loss, warning } = await gradientSharpness(bowl(4, 1), at, 0.1);
    expect(loss).toBe(18);
    expect(value).toBeCloseTo(0.5 * 4 * (3.1 ** 2 - 9), 12);
    expect(warning).toMatch(/[Rr]escaling/);
    const flat = await gradientSharpness(bowl(4, 1), new Float64Array(2), 0.1);
    expect(flat.value).toBeNaN();
    await expect(gradientSharpness(bowl(1), at, 0.1)).rejects.toThrow(ShapeError);
    await expect(gradientSharpness(bowl(4, 1), at, 0)).rejects.toThrow(/rho/);
    await expect(gradientSharpness({ size: 2, loss: () => 0 }, at, 1)).rejects.toThrow(/gradient/);
  });

  it('asam does not change when weights are rescaled, sam does', async () => {
    const product: Objective = {
      size: 2,
      loss: ([x, y]) => (x! * y! - 1) ** 2,
      gradient: ([x, y]) => Float64Array.of(2 * y! * (x! * y! - 1), 2 * x! * (x! * y! - 1)),
    };
    const of = async (measure: 'sam' | 'asam', c: number): Promise<number> =>
      (await gradientSharpness(product, Float64Array.of(2 * c, 1 / c), 0.05, { measure })).value;
    expect(await of('asam', 10)).toBeCloseTo(await of('asam', 1), 12);
    expect(Math.abs((await of('sam', 10)) / (await of('sam', 1)) - 1)).toBeGreaterThan(1);
  });

  it('on average: σ² tr(H) / 2', async () => {
    const { value, standardError } = await averageSharpness(bowl(4, 1, 0.5), Float64Array.of(1, 2, 3), 0.1, {
      samples: 4000,
    });
    expect(Math.abs(value - 0.005 * 5.5)).toBeLessThan(4 * standardError);
    expect(standardError).toBeLessThan(0.001);
    await expect(averageSharpness(bowl(1), new Float64Array(1), 1, { samples: 3 })).rejects.toThrow(/even/);
  });

  it('in a box: the corner of a quadratic', async () => {
    const at = Float64Array.of(0.5, -2);
    const { value, loss } = await boxSharpness(bowl(4, 1), at, 0.01);
    const corner = 0.5 * 4 * 0.515 ** 2 + 0.5 * 2.03 ** 2;
    expect(value).toBeCloseTo((100 * (corner - loss)) / (1 + loss), 10);
    expect((await boxSharpness(bowl(4, 1), new Float64Array(2), 0.01)).value).toBeCloseTo(0.025, 12);
  });
});

it('gradientPredictiveness of a quadratic is its curvature', async () => {
  const { losses, gradientChanges, smoothness } = await gradientPredictiveness(
    bowl(4),
    Float64Array.of(1),
    [0.1, 0.25],
  );
  expect([...losses]).toEqual([expect.closeTo(2 * 0.36, 12), 0]);
  expect([...gradientChanges]).toEqual([expect.closeTo(1.6, 12), 4]);
  expect(smoothness).toBeCloseTo(4, 12);
  expect((await gradientPredictiveness(bowl(4), new Float64Array(1), [1])).smoothness).toBeNaN();
  await expect(gradientPredictiveness(bowl(4), new Float64Array(1), [-1])).rejects.toThrow(/stepSizes\[0\]/);
});

it('edgeOfStability marks what is beyond 2 / η', () => {
  const { ratios, beyond } = edgeOfStability([10, 19, 21, 40], 0.1);
  expect([...ratios]).toEqual([0.5, 0.95, 1.05, 2].map((x) => expect.closeTo(x, 12) as number));
  expect([...beyond]).toEqual([2, 3]);
  expect([...edgeOfStability([30], [0.1], 0.9).beyond]).toEqual([]);
  expect(() => edgeOfStability([1, 2], [0.1])).toThrow(InvalidArgumentError);
  expect(() => edgeOfStability([1], -1)).toThrow(/learningRates/);
  expect(() => edgeOfStability([1], 1, 1)).toThrow(/momentum/);
});
