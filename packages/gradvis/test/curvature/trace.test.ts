import {
  frobeniusNorm,
  hutchinsonDiagonal,
  hutchinsonTrace,
  hutchPlusPlusTrace,
  xTrace,
  type SymmetricOperator,
} from '@viz/gradvis';
import { describe, expect, it } from 'vitest';
import {
  denseOperator,
  diagonalOperator,
  poisson10,
  randomSymmetric,
  rotatedOperator,
  trace,
} from './support.js';

describe('hutchinsonTrace', () => {
  it('is exact for a diagonal matrix and entries ±1', async () => {
    const { value, standardError } = await hutchinsonTrace(diagonalOperator([1, -2, 5]), { samples: 5 });
    expect([value, standardError]).toEqual([4, 0]);
  });

  it.each(['rademacher', 'normal'] as const)('has the variance of the theory: %s', async (distribution) => {
    const n = 20;
    const matrix = randomSymmetric(n, 1);
    const squares = matrix.reduce((sum, x) => sum + x * x, 0);
    let diagonal = 0;
    for (let i = 0; i < n; i++) diagonal += matrix[i * n + i]! ** 2;
    const variance = distribution === 'normal' ? 2 * squares : 2 * (squares - diagonal);
    const samples = 4000;
    const { value, standardError } = await hutchinsonTrace(denseOperator(matrix, n), {
      samples,
      distribution,
    });
    expect((standardError ** 2 * samples) / variance).toBeCloseTo(1, 1);
    expect(Math.abs(value - trace(matrix, n))).toBeLessThan(4 * standardError);
  });

  it('stops on the standard error', async () => {
    const { status, products, standardError, value } = await hutchinsonTrace(poisson10, {
      samples: 10_000,
      tolerance: 0.02,
    });
    expect(status).toBe('converged');
    expect(products).toBeLessThan(400);
    expect(standardError / value).toBeLessThanOrEqual(0.02);
    expect(Math.abs(value - 20)).toBeLessThan(4 * standardError);
    const all = await hutchinsonTrace(poisson10, { samples: 40, tolerance: 1e-9 });
    expect([all.status, all.products]).toEqual(['maxSamples', 40]);
  });

  it('refuses bad input', async () => {
    await expect(hutchinsonTrace(poisson10, { samples: 0 })).rejects.toThrow(/samples/);
    await expect(hutchinsonTrace(poisson10, { tolerance: -1 })).rejects.toThrow(/tolerance/);
    await expect(hutchinsonTrace(denseOperator([0, 1, -1, 0], 2))).rejects.toThrow(/notSymmetric/);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(hutchinsonTrace(poisson10, { signal })).rejects.toThrow('enough');
  });
});

describe.each([
  ['hutchPlusPlusTrace', hutchPlusPlusTrace],
  ['xTrace', xTrace],
] as const)('%s', (_, method) => {
  /** Eigenvalues 1 / k², where Hutchinson's estimate is poor. */
  const decaying = rotatedOperator(
    Float64Array.from({ length: 200 }, (__, k) => (k + 1) ** -2),
    3,
  );
  const exact = Array.from({ length: 200 }, (__, k) => (k + 1) ** -2).reduce((a, b) => a + b);

  it('is much better than Hutchinson for decaying eigenvalues', async () => {
    const errors = async (of: (seed: number) => Promise<{ value: number }>): Promise<number> => {
      let sum = 0;
      for (let seed = 0; seed < 12; seed++) sum += ((await of(seed)).value - exact) ** 2;
      return Math.sqrt(sum / 12);
    };
    const plain = await errors((seed) => hutchinsonTrace(decaying, { samples: 60, seed }));
    const better = await errors((seed) => method(decaying, { products: 60, seed }));
    expect(better).toBeLessThan(plain / 10);
  });

  it('is unbiased, also for indefinite matrices, and tells its error', async () => {
    const matrix = randomSymmetric(40, 5);
    const results = await Promise.all(
      Array.from({ length: 60 }, (__, seed) => method(denseOperator(matrix, 40), { products: 18, seed })),
    );
    const mean = results.reduce((sum, { value }) => sum + value / 60, 0);
    const spread = Math.sqrt(results.reduce((sum, { value }) => sum + (value - mean) ** 2 / 59, 0));
    expect(Math.abs(mean - trace(matrix, 40))).toBeLessThan((4 * spread) / Math.sqrt(60));
    const told = results.reduce((sum, { standardError }) => sum + standardError / 60, 0);
    expect(told / spread).toBeGreaterThan(0.5);
    expect(told / spread).toBeLessThan(2);
  });

  it('is exact for a matrix of low rank', async () => {
    const values = new Float64Array(100);
    values.set([4, -3, 2, 1]);
    const { value } = await method(rotatedOperator(values, 9), { products: 30 });
    expect(value).toBeCloseTo(4, 11);
    expect((await method(poisson10, { products: 40 })).value).toBeCloseTo(20, 11);
    expect((await method(diagonalOperator([0, 0]), { products: 8 })).value).toBe(0);
  });

  it('refuses too few products', async () => {
    await expect(method(poisson10, { products: 3 })).rejects.toThrow(
      /products must be an integer of at least/,
    );
  });
});

it('hutchinsonDiagonal finds the diagonal and its errors', async () => {
  const n = 30;
  const matrix = randomSymmetric(n, 2);
  for (const distribution of ['rademacher', 'normal'] as const) {
    const { values, standardErrors } = await hutchinsonDiagonal(denseOperator(matrix, n), {
      samples: 600,
      distribution,
    });
    let inside = 0;
    for (let i = 0; i < n; i++) {
      const error = Math.abs(values[i]! - matrix[i * n + i]!);
      expect(error).toBeLessThan(6 * standardErrors[i]!);
      if (error < 2 * standardErrors[i]!) inside++;
    }
    expect(inside).toBeGreaterThan(0.8 * n);
  }
  const exact = await hutchinsonDiagonal(diagonalOperator([3, 4, -5]), { samples: 100, tolerance: 1e-6 });
  expect([...exact.values]).toEqual([3, 4, -5]);
  expect([exact.status, exact.products]).toEqual(['converged', 16]);
});

it('frobeniusNorm tells the norm and its error', async () => {
  const matrix = randomSymmetric(25, 8);
  const exact = Math.sqrt(matrix.reduce((sum, x) => sum + x * x, 0));
  const { value, standardError, status } = await frobeniusNorm(denseOperator(matrix, 25), {
    samples: 5000,
    tolerance: 0.01,
  });
  expect(status).toBe('converged');
  expect(standardError / value).toBeLessThanOrEqual(0.01);
  expect(Math.abs(value - exact)).toBeLessThan(4 * standardError);
  const zero: SymmetricOperator = { size: 3, apply: () => new Float64Array(3) };
  expect(await frobeniusNorm(zero, { samples: 4 })).toMatchObject({ value: 0, standardError: 0 });
});
