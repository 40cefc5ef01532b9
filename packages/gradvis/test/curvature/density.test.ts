import { createRng } from '@pct/core';
import {
  negativeMass,
  smoothDensity,
  spectralDensity,
  traceOf,
  type Spectrum,
  type SymmetricOperator,
} from '@viz/gradvis';
import { describe, expect, it } from 'vitest';
import { bulkAndOutliers, diagonalOperator, poisson10, rotatedOperator } from './support.js';

const GRID = { sigma: 0.1, points: 1200, range: [-1, 21] } as const;

/** The smoothed density of eigenvalues that are known. */
const exactDensity = (eigenvalues: Float64Array): Float64Array =>
  smoothDensity(
    {
      kind: 'spectrum',
      matrix: 'hessian',
      size: eigenvalues.length,
      nodes: [eigenvalues.slice().sort()],
      weights: [new Float64Array(eigenvalues.length).fill(1 / eigenvalues.length)],
      provenance: { createdBy: 'test', version: '', settings: {} },
    },
    GRID,
  ).values;

/** ∫ |φ − exact|; 2 for densities that have nothing in common. */
function l1(spectrum: Spectrum, exact: Float64Array): number {
  const { positions, values } = smoothDensity(spectrum, GRID);
  const step = positions[1]! - positions[0]!;
  return values.reduce((sum, value, i) => sum + Math.abs(value - exact[i]!) * step, 0);
}

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b) / numbers.length;

describe('spectralDensity', () => {
  it.each([true, false])(
    'is within 0.01 of the exact density (reorthogonalise: %s)',
    async (reorthogonalise) => {
      const operator = rotatedOperator(bulkAndOutliers, 11);
      const exact = exactDensity(bulkAndOutliers);
      const errors: number[] = [];
      for (const seed of [0, 1]) {
        const spectrum = await spectralDensity(operator, { runs: 10, steps: 80, reorthogonalise, seed });
        errors.push(l1(spectrum, exact));
      }
      expect(mean(errors)).toBeLessThan(0.01);
    },
  );

  it('integrates powers up to 2m − 1 exactly, and not 2m', async () => {
    const values = Float64Array.from({ length: 40 }, (_, k) => Math.cos(3 * k));
    const steps = 8;
    const spectrum = await spectralDensity(diagonalOperator(values), { runs: 1, steps });
    // Entries ±1 over the root of 40: every start vector has the moments of the whole matrix.
    for (let power = 0; power <= 2 * steps; power++) {
      const moment = mean([...values].map((value) => value ** power));
      const { mean: found } = traceOf(spectrum, (theta) => theta ** power);
      if (power < 2 * steps) expect(Math.abs(found / 40 - moment)).toBeLessThan(1e-13);
      else expect(Math.abs(found / 40 - moment)).toBeGreaterThan(1e-7);
    }
  });

  it('with as many steps as rows gives all functions of the matrix', async () => {
    const spectrum = await spectralDensity(poisson10, { runs: 1, steps: 10, distribution: 'normal' });
    expect(spectrum.nodes[0]).toHaveLength(10);
    const { mean: determinant } = traceOf(
      await spectralDensity(diagonalOperator([2, 3, 4]), { runs: 1, steps: 3 }),
      Math.log,
    );
    expect(determinant).toBeCloseTo(Math.log(24), 12);
  });

  it('puts the right weight on a null space', async () => {
    const values = new Float64Array(100);
    values.set([3, 1, 7]);
    const { nodes, weights } = await spectralDensity(diagonalOperator(values), { runs: 1, steps: 30 });
    expect(nodes[0]).toHaveLength(4);
    expect(nodes[0]![0]).toBeCloseTo(0, 13);
    expect(weights[0]![0]).toBeCloseTo(0.97, 12);
  });

  it('finds the semicircle of Wigner and the edges of Marchenko and Pastur', async () => {
    const n = 300;
    const rng = createRng(4);
    const wigner = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) wigner[i * n + j] = wigner[j * n + i] = rng.normal() / Math.sqrt(n);
    const product = (matrix: Float64Array, columns: number) => (vector: Float64Array) =>
      Float64Array.from({ length: matrix.length / columns }, (_, i) => {
        let sum = 0;
        for (let j = 0; j < columns; j++) sum += matrix[i * columns + j]! * vector[j]!;
        return sum;
      });
    const semicircle = await spectralDensity({ size: n, apply: product(wigner, n) }, { runs: 8, steps: 40 });
    const { values } = smoothDensity(semicircle, { sigma: 0.25, points: 3, range: [-1, 1] });
    // √(4 − t²) / 2π, smoothed.
    expect(values[1]).toBeCloseTo(0.318, 1);
    expect(values[0]).toBeCloseTo(0.276, 1);
    expect(Math.max(...semicircle.nodes.map((nodes) => nodes.at(-1)!))).toBeCloseTo(2, 0);

    const [rows, columns] = [400, 100];
    const x = rng.fillNormal(new Float64Array(rows * columns));
    const transposed = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) transposed[j * rows + i] = x[i * columns + j]!;
    const gram: SymmetricOperator = {
      size: columns,
      apply: (vector) => product(transposed, rows)(product(x, columns)(vector)).map((y) => y / rows),
    };
    const { nodes } = await spectralDensity(gram, { runs: 4, steps: 60 });
    expect(Math.min(...nodes.map((run) => run[0]!))).toBeCloseTo(0.25, 1);
    expect(Math.abs(Math.max(...nodes.map((run) => run.at(-1)!)) - 2.25)).toBeLessThan(0.15);
  });

  it('starts from the seed and the number of the run alone', async () => {
    const long = await spectralDensity(poisson10, { runs: 4, steps: 5, seed: 9 });
    const short = await spectralDensity(poisson10, { runs: 2, steps: 5, seed: 9 });
    expect(short.nodes).toEqual(long.nodes.slice(0, 2));
    const other = await spectralDensity(poisson10, { runs: 2, steps: 5, seed: 10 });
    expect(other.nodes).not.toEqual(short.nodes);
    expect(short.provenance).toMatchObject({ createdBy: 'spectralDensity', seed: 9, settings: { runs: 2 } });
  });

  it('reports its steps and can be stopped', async () => {
    const seen: number[] = [];
    await spectralDensity(poisson10, { runs: 2, steps: 5, onProgress: ({ done }) => seen.push(done) });
    expect(seen.at(-1)).toBe(10);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(spectralDensity(poisson10, { signal })).rejects.toThrow('enough');
  });

  it('refuses bad options', async () => {
    await expect(spectralDensity(poisson10, { runs: 0 })).rejects.toThrow(/runs/);
    await expect(spectralDensity(poisson10, { steps: 2.5 })).rejects.toThrow(/steps/);
    await expect(spectralDensity(poisson10, { precision: 'float16' as never })).rejects.toThrow(/"float32"/);
  });
});

describe('smoothDensity', () => {
  const spectrum = (): Promise<Spectrum> => spectralDensity(poisson10, { runs: 3, steps: 6 });

  it('has the area 1, or the number of eigenvalues', async () => {
    for (const [as, area] of [
      ['probability', 1],
      ['count', 10],
    ] as const) {
      const { positions, values, standardErrors } = smoothDensity(await spectrum(), {
        as,
        sigma: 0.2,
        points: 4000,
      });
      const step = positions[1]! - positions[0]!;
      expect(values.reduce((sum, value) => sum + value * step, 0) / area).toBeCloseTo(1, 5);
      expect(standardErrors.every((error) => error >= 0)).toBe(true);
    }
  });

  it('draws the identity as one peak', async () => {
    const one = await spectralDensity(diagonalOperator(new Float64Array(30).fill(1)), { runs: 1 });
    const { positions, values, sigma, standardErrors } = smoothDensity(one, { points: 1001 });
    expect(positions[values.indexOf(Math.max(...values))]).toBeCloseTo(1, 12);
    expect(Math.max(...values)).toBeCloseTo(1 / (sigma * Math.sqrt(2 * Math.PI)), 10);
    expect(standardErrors[0]).toBeNaN();
  });

  it('refuses bad options', async () => {
    const one = await spectrum();
    expect(() => smoothDensity(one, { sigma: 0 })).toThrow(/sigma must be a finite number above 0/);
    expect(() => smoothDensity(one, { range: [1, 1] })).toThrow(/range/);
    expect(() => smoothDensity({ ...one, nodes: [] })).toThrow(/one run or more/);
    expect(() => smoothDensity({ ...one, weights: [] })).toThrow(/as many weights as nodes/);
  });
});

it('negativeMass is the share of eigenvalues below zero, with its error', async () => {
  const spectrum = await spectralDensity(rotatedOperator(bulkAndOutliers, 6), { runs: 20, steps: 30 });
  const share = bulkAndOutliers.filter((value) => value < 0).length / bulkAndOutliers.length;
  const { mean: found, standardError } = negativeMass(spectrum);
  expect(standardError).toBeLessThan(0.02);
  expect(Math.abs(found - share)).toBeLessThan(4 * standardError + 0.01);
  expect(negativeMass(spectrum, -1).mean).toBe(0);
});
