import { createRng, NumericalError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Basis } from '../../src/linalg/Basis.js';
import { symmetricEigen } from '../../src/linalg/symmetricEigen.js';
import { tridiagonalEigen } from '../../src/linalg/tridiagonalEigen.js';
import { fixSign } from '../../src/linalg/vectors.js';
import { POISSON_EIGENVALUES, randomSymmetric } from '../curvature/support.js';

describe('tridiagonalEigen', () => {
  it('finds the eigenvalues of the Poisson matrix', () => {
    const { values } = tridiagonalEigen(
      new Float64Array(10).fill(2),
      new Float64Array(9).fill(-1),
      new Float64Array(0),
      0,
    );
    POISSON_EIGENVALUES.forEach((value, k) => expect(values[k]).toBeCloseTo(value, 13));
    expect(values[0]).toBeCloseTo(0.0810140528, 10);
    expect(values[9]).toBeCloseTo(3.9189859472, 10);
  });

  it('tells nearly equal eigenvalues of W21+ apart from others', () => {
    const diagonal = Float64Array.from({ length: 21 }, (_, k) => Math.abs(k - 10));
    const { values } = tridiagonalEigen(diagonal, new Float64Array(20).fill(1), new Float64Array(0), 0);
    expect(values[20]).toBeCloseTo(10.7461941829, 10);
    expect(values[20]! - values[19]!).toBeLessThan(1e-13);
    expect(values[18]).toBeCloseTo(9.2106786474, 10);
    expect(values[17]).toBeCloseTo(9.2106786473, 9);
    expect(values[0]).toBeCloseTo(-1.1254415221, 10);
  });

  it('carries the rows it is given', () => {
    const n = 12;
    const rng = createRng(3);
    const diagonal = rng.fillNormal(new Float64Array(n));
    const off = rng.fillNormal(new Float64Array(n - 1));
    const identity = new Float64Array(n * n);
    for (let i = 0; i < n; i++) identity[i * n + i] = 1;
    const all = tridiagonalEigen(diagonal, off, identity, n).rows;
    const ends = new Float64Array(2 * n);
    ends[0] = ends[2 * n - 1] = 1;
    const { rows, values } = tridiagonalEigen(diagonal, off, ends, 2);
    expect(rows).toEqual(Float64Array.of(...all.slice(0, n), ...all.slice((n - 1) * n)));
    for (let k = 0; k < n; k++) {
      const entry = (i: number): number => (i < 0 || i >= n ? 0 : all[i * n + k]!);
      for (let i = 0; i < n; i++) {
        const product =
          diagonal[i]! * entry(i) + (off[i] ?? 0) * entry(i + 1) + (off[i - 1] ?? 0) * entry(i - 1);
        expect(product).toBeCloseTo(values[k]! * entry(i), 12);
      }
    }
  });

  it('ends with an error for NaN', () => {
    const call = (): unknown =>
      tridiagonalEigen(Float64Array.of(1, NaN, 2), Float64Array.of(1, 1), new Float64Array(0), 0);
    expect(call).toThrow(NumericalError);
    expect(call).toThrow(/no convergence/);
  });
});

it('symmetricEigen decomposes any symmetric matrix', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 14 }), fc.integer(), (n, seed) => {
      const matrix = randomSymmetric(n, seed);
      // Exact zeros and repeated rows make early splits.
      if (seed % 3 === 0) for (let k = 0; k < n * n; k++) matrix[k] = Math.round(matrix[k]!);
      const { values, vectors } = symmetricEigen(matrix, n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let entry = 0;
          let product = 0;
          for (let k = 0; k < n; k++) {
            entry += values[k]! * vectors[k * n + i]! * vectors[k * n + j]!;
            product += vectors[i * n + k]! * vectors[j * n + k]!;
          }
          expect(entry).toBeCloseTo(matrix[i * n + j]!, 11);
          expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
        }
      }
      for (let k = 1; k < n; k++) expect(values[k]!).toBeGreaterThanOrEqual(values[k - 1]!);
    }),
    { numRuns: 40 },
  );
});

describe('Basis', () => {
  it.each([
    ['float64', 1e-14],
    ['float32', 1e-6],
  ] as const)('%s: what is left is orthogonal, and the parts add up', (precision, tolerance) => {
    // More rows than a chunk, and a number of vectors that is no multiple of four.
    const size = 5000;
    const basis = new Basis(size, precision);
    const rng = createRng(1);
    for (let k = 0; k < 7; k++) {
      const vector = rng.fillNormal(new Float64Array(size));
      const before = vector.slice();
      const length = basis.orthogonalise(vector);
      const parts = basis.combine(basis.coefficients.slice(0, basis.count), new Float64Array(size));
      expect(Math.hypot(...vector)).toBeCloseTo(length, 9);
      for (let i = 0; i < size; i += 97) expect(parts[i]! + vector[i]!).toBeCloseTo(before[i]!, 5);
      basis.append(vector, 1 / length);
    }
    const vectors = basis.arrays();
    vectors.forEach((a, i) =>
      vectors.forEach((b, j) => {
        let product = 0;
        for (let k = 0; k < size; k++) product += a[k]! * b[k]!;
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(tolerance * 10);
      }),
    );
  });

  it('takes memory vector by vector, and uses it again', () => {
    // No machine could hold one vector of this length: nothing is taken ahead.
    expect(new Basis(2 ** 50).arrays()).toEqual([]);
    const basis = new Basis(3);
    basis.append(Float64Array.of(1, 0, 0), 1);
    basis.append(Float64Array.of(0, 1, 0), 1);
    const before = basis.arrays();
    basis.truncate(0);
    basis.append(Float64Array.of(0, 0, 3), 1 / 3);
    expect(basis.arrays()[0]).toBe(before[0]);
    expect(basis.arrays()).toEqual([Float64Array.of(0, 0, 1)]);
  });

  it('rotates in place to combinations of the old vectors', () => {
    const size = 700;
    const basis = new Basis(size);
    const old = [0, 1, 2].map((k) => createRng(k).fillNormal(new Float64Array(size)));
    for (const vector of old) basis.append(vector, 1);
    basis.rotate(Float64Array.of(1, 2, 3, 0, -1, 0.5), 2);
    expect(basis.count).toBe(2);
    const [first, second] = basis.arrays();
    for (let k = 0; k < size; k += 13) {
      expect(first![k]).toBeCloseTo(old[0]![k]! + 2 * old[1]![k]! + 3 * old[2]![k]!, 12);
      expect(second![k]).toBeCloseTo(-old[1]![k]! + 0.5 * old[2]![k]!, 12);
    }
  });
});

describe('fixSign', () => {
  const fixed = (...x: number[]): number[] => {
    const vector = Float64Array.from(x);
    fixSign(vector);
    return [...vector];
  };

  it('makes the largest component positive, and of some that differ by rounding the first', () => {
    expect(fixed(1, -3, 2)).toEqual([-1, 3, -2]);
    expect(fixed(0.5, -3, 3 + 1e-15)).toEqual([-0.5, 3, -3 - 1e-15]);
    expect(fixed(0.5, -3 - 1e-15, 3)).toEqual([-0.5, 3 + 1e-15, -3]);
    expect(fixed(2, -1)).toEqual([2, -1]);
    expect(fixed(0, 0)).toEqual([0, 0]);
    expect(fixed()).toEqual([]);
  });
});
