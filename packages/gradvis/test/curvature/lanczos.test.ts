import { InvalidArgumentError, NumericalError } from '@pct/core';
import { eigenpairs, lanczos, lobpcg, spectralDensity, type SymmetricOperator } from '@viz/gradvis';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tridiagonalEigen } from '../../src/linalg/tridiagonalEigen.js';
import {
  bulkAndOutliers,
  diagonalOperator,
  OUTLIERS,
  poisson10,
  POISSON_EIGENVALUES,
  randomSymmetric,
  denseOperator,
  rotatedOperator,
  wilkinson21,
} from './support.js';

const ritzValues = ({ diagonal, offDiagonal }: Awaited<ReturnType<typeof lanczos>>): number[] => [
  ...tridiagonalEigen(diagonal, offDiagonal, new Float64Array(0), 0).values,
];

describe('lanczos', () => {
  it('keeps its basis orthonormal, and A tridiagonal in it', async () => {
    const operator = rotatedOperator(bulkAndOutliers, 5);
    const { basis, diagonal, offDiagonal } = await lanczos(operator, { steps: 40 });
    let worst = 0;
    for (const [i, a] of basis.entries()) {
      const product = await operator.apply(a as Float64Array);
      for (const [j, b] of basis.entries()) {
        const inner = (x: ArrayLike<number>): number => {
          let sum = 0;
          for (let k = 0; k < b.length; k++) sum += b[k]! * x[k]!;
          return sum;
        };
        worst = Math.max(worst, Math.abs(inner(a) - (i === j ? 1 : 0)));
        const expected = i === j ? diagonal[i]! : Math.abs(i - j) === 1 ? offDiagonal[Math.min(i, j)]! : 0;
        expect(inner(product)).toBeCloseTo(expected, 11);
      }
    }
    expect(worst).toBeLessThan(1e-14);
  });

  it('lists each outlier once; without reorthogonalisation ghosts come up', async () => {
    const operator = diagonalOperator(bulkAndOutliers);
    const good = ritzValues(await lanczos(operator, { steps: 80 })).filter((value) => value > 1);
    expect(good).toHaveLength(OUTLIERS.length);
    good.forEach((value, k) => expect(value).toBeCloseTo(OUTLIERS[k]!, 10));
    const ghosts = ritzValues(await lanczos(operator, { steps: 80, reorthogonalise: false }));
    expect(ghosts.filter((value) => Math.abs(value - 20) < 1e-6).length).toBeGreaterThan(3);
  });

  it('stops when the Krylov space is exhausted: one step more than the rank', async () => {
    const values = new Float64Array(60);
    values.set([3, -1, 7, 0.5]);
    const { diagonal, invariant } = await lanczos(rotatedOperator(values, 2), { steps: 30 });
    expect(invariant).toBe(true);
    expect(diagonal).toHaveLength(5);
    const identity = await lanczos(diagonalOperator(new Float64Array(50).fill(1)), { steps: 9 });
    expect([...identity.diagonal]).toEqual([expect.closeTo(1, 14)]);
  });

  it('goes on after a breakdown if asked to, and finds all copies of eigenvalues', async () => {
    const values = [5, 5, 5, 2, 2, -1, -1, -1];
    const operator = rotatedOperator(values, 4);
    expect(ritzValues(await lanczos(operator, { steps: 8 }))).toHaveLength(3);
    const all = ritzValues(await lanczos(operator, { steps: 8, breakdown: 'restart' }));
    [...values].reverse().forEach((value, k) => expect(all[k]).toBeCloseTo(value, 12));
  });

  it('keeps the basis in half the memory if asked to', async () => {
    const { basis, diagonal, offDiagonal } = await lanczos(diagonalOperator(bulkAndOutliers), {
      steps: 40,
      precision: 'float32',
    });
    expect(basis[0]).toBeInstanceOf(Float32Array);
    const { values } = tridiagonalEigen(diagonal, offDiagonal, new Float64Array(0), 0);
    expect(values.at(-1)).toBeCloseTo(20, 5);
  });

  it('refuses bad input', async () => {
    const broken: SymmetricOperator = { size: 4, apply: () => new Float64Array(4).fill(NaN) };
    await expect(lanczos(broken, { steps: 2 })).rejects.toThrow(NumericalError);
    await expect(lanczos(broken, { steps: 2 })).rejects.toThrow(/product 1 .* NaN/);
    await expect(lanczos(poisson10, { steps: 0 })).rejects.toThrow(/steps must be an integer of at least 1/);
    await expect(lanczos(poisson10, { steps: 1, start: new Float64Array(10) })).rejects.toThrow(/all zero/);
    await expect(lanczos(poisson10, { steps: 1, start: new Float64Array(3) })).rejects.toThrow(/length 10/);
    await expect(
      lanczos(poisson10, { steps: 1, reorthogonalise: false, breakdown: 'restart' }),
    ).rejects.toThrow(InvalidArgumentError);
    await expect(lanczos({ size: 3 } as SymmetricOperator, { steps: 1 })).rejects.toThrow(/hessianOperator/);
    const short: SymmetricOperator = { size: 4, apply: () => new Float64Array(3) };
    await expect(lanczos(short, { steps: 1 })).rejects.toThrow(/length 4, got 3/);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(lanczos(poisson10, { steps: 2, signal })).rejects.toThrow('enough');
  });
});

describe('eigenpairs', () => {
  it('finds both ends of the Poisson matrix', async () => {
    const { values, residuals, converged, status, products } = await eigenpairs(poisson10, {
      top: 3,
      bottom: 2,
    });
    [9, 8, 7, 1, 0].forEach((k, i) => expect(values[i]).toBeCloseTo(POISSON_EIGENVALUES[k]!, 12));
    expect(Math.max(...residuals)).toBeLessThan(1e-12);
    expect([...converged]).toEqual([1, 1, 1, 1, 1]);
    expect(status).toBe('converged');
    expect(products).toBe(15);
  });

  it('finds both of the nearly equal pairs of W21+', async () => {
    const { values } = await eigenpairs(wilkinson21, { top: 4, bottom: 1 });
    expect(values[0]).toBeCloseTo(10.7461941829, 10);
    expect(values[1]).toBeCloseTo(10.7461941829, 10);
    expect(values[2]).toBeCloseTo(9.2106786474, 9);
    expect(values[4]).toBeCloseTo(-1.1254415221, 10);
  });

  it('restarts in little memory', async () => {
    const operator = rotatedOperator(
      Float64Array.from({ length: 400 }, (_, k) => Math.sqrt(k + 1)),
      8,
    );
    const { values, vectors, residuals, status } = await eigenpairs(operator, {
      top: 3,
      bottom: 2,
      basisSize: 16,
      maxProducts: 4000,
      tolerance: 1e-8,
    });
    expect(status).toBe('converged');
    [400, 399, 398, 2, 1].forEach((k, i) => expect(values[i]).toBeCloseTo(Math.sqrt(k), 9));
    expect(Math.max(...residuals)).toBeLessThan(1e-6);
    for (const vector of vectors) {
      expect(Math.hypot(...vector)).toBeCloseTo(1, 12);
      const largest = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      expect(largest).toBeGreaterThan(0);
    }
  });

  it('says when the products did not suffice', async () => {
    const operator = diagonalOperator(Float64Array.from({ length: 500 }, (_, k) => 1 + k / 500));
    const { status, converged } = await eigenpairs(operator, { top: 2, maxProducts: 12 });
    expect(status).toBe('maxProducts');
    expect([...converged]).toContain(0);
  });

  it('agrees with a dense solver', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: 25 }), fc.integer(), async (n, seed) => {
        const matrix = randomSymmetric(n, seed);
        const { values, residuals } = await eigenpairs(denseOperator(matrix, n), {
          top: n - 1,
          bottom: 1,
          seed: seed % 1000,
        });
        const squares = values.reduce((sum, value) => sum + value * value, 0);
        expect(squares).toBeCloseTo(
          matrix.reduce((sum, value) => sum + value * value, 0),
          8,
        );
        expect(Math.max(...residuals)).toBeLessThan(1e-10);
      }),
      { numRuns: 15 },
    );
  });

  it('refuses operators that are no symmetric matrices', async () => {
    const turn = denseOperator([0, 1, -1, 0], 2);
    await expect(eigenpairs(turn)).rejects.toThrow(NumericalError);
    await expect(eigenpairs(turn)).rejects.toThrow(/eigenpairs: .*notSymmetric/);
    await expect(spectralDensity(turn)).rejects.toThrow(/spectralDensity: .*notSymmetric/);
    let calls = 0;
    const drifting: SymmetricOperator = { size: 5, apply: (v) => v.map((x) => x * (1 + 0.01 * calls++)) };
    await expect(eigenpairs(drifting)).rejects.toThrow(/fixed data in a fixed order/);
    await expect(lobpcg(drifting)).rejects.toThrow(/notDeterministic/);
    await expect(spectralDensity(drifting)).rejects.toThrow(/notDeterministic/);
  });

  it('refuses bad options', async () => {
    await expect(eigenpairs(poisson10, { top: 0 })).rejects.toThrow(/top \+ bottom must be from 1/);
    await expect(eigenpairs(poisson10, { top: 6, bottom: 5 })).rejects.toThrow(/got 11/);
    await expect(eigenpairs(poisson10, { tolerance: NaN })).rejects.toThrow(/tolerance/);
    await expect(eigenpairs(poisson10, { basisSize: 2 })).rejects.toThrow(/basisSize/);
  });
});

describe('lobpcg', () => {
  it.each(['top', 'bottom'] as const)('finds the %s of a spectrum', async (end) => {
    const values = Float64Array.from({ length: 200 }, (_, k) => 1 + k);
    const found = await lobpcg(rotatedOperator(values, 1), { count: 3, end, tolerance: 1e-7 });
    expect(found.status).toBe('converged');
    const expected = end === 'top' ? [199, 198, 197] : [2, 1, 0];
    const order = end === 'top' ? [...found.values] : [...found.values].sort((a, b) => b - a);
    expected.forEach((k, i) => expect(order[i]! / (1 + k)).toBeCloseTo(1, 9));
    expect([...found.values]).toEqual(order);
  });

  it('finds all copies of an eigenvalue', async () => {
    const values = new Float64Array(120).map((_, k) => (k < 4 ? 9 : k / 120));
    const { values: found } = await lobpcg(rotatedOperator(values, 7), { count: 5 });
    [9, 9, 9, 9, 119 / 120].forEach((value, k) => expect(found[k]).toBeCloseTo(value, 6));
    const single = await eigenpairs(rotatedOperator(values, 7), { top: 2, basisSize: 20 });
    expect(single.values[0]).toBeCloseTo(9, 9);
  });

  it('takes fewer products from good start vectors', async () => {
    const operator = rotatedOperator(
      Float64Array.from({ length: 300 }, (_, k) => 1.02 ** k),
      3,
    );
    const cold = await lobpcg(operator, { count: 2 });
    const warm = await lobpcg(operator, { start: cold.vectors, tolerance: 1e-6 });
    expect(warm.products).toBeLessThan(cold.products / 4);
    expect(warm.values[1]! / 1.02 ** 298).toBeCloseTo(1, 9);
  });

  it('uses a preconditioner', async () => {
    const values = Float64Array.from({ length: 400 }, (_, k) => 1 + k * k);
    const plain = await lobpcg(diagonalOperator(values), { end: 'bottom', maxIterations: 1000 });
    const helped = await lobpcg(diagonalOperator(values), {
      end: 'bottom',
      preconditioner: (residual) => residual.forEach((x, k) => (residual[k] = x / values[k]!)),
    });
    expect(helped.values[0]).toBeCloseTo(1, 6);
    expect(helped.products).toBeLessThan(plain.products / 2);
  });

  it('refuses bad options', async () => {
    await expect(lobpcg(poisson10, { count: 11 })).rejects.toThrow(/count must be an integer from 1 to 10/);
    await expect(
      lobpcg(poisson10, { count: 1, start: [1, 2].map(() => new Float64Array(10)) }),
    ).rejects.toThrow(/at most count = 1/);
    await expect(lobpcg(poisson10, { start: [new Float64Array(9)] })).rejects.toThrow(/length 10/);
  });
});
