import { linearSumAssignment } from '@pct/assignment';
import { caveLoss } from '@pct/assignment/layers';
import type { Tensor } from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectOntoCone } from '../../../src/layers/losses/optimalCone.js';
import {
  allPairs,
  differences,
  differentiate,
  dot,
  evaluate,
  expectNear,
  expectSameOnRuntimes,
  f64,
  flags,
  matrixOf,
  realMatrix,
  shapes,
} from './support.js';

/**
 * Projection onto {c : ⟨c, y - y*⟩ ≥ 0 for all y} by its polar cone, spanned by y* - y: non-negative least squares over
 * all assignments y, by coordinate descent. It knows nothing of duals.
 */
function byPolarCone(cost: readonly number[], truth: readonly number[], all: readonly number[][]): number[] {
  const generators = all.map((y) => truth.map((x, at) => x - y[at]!)).filter((g) => dot(g, g) > 0);
  const rest = [...cost];
  const weights = generators.map(() => 0);
  for (let sweep = 0; sweep < 20_000; sweep++) {
    let most = 0;
    generators.forEach((g, s) => {
      const moved = Math.max(0, weights[s]! + dot(g, rest) / dot(g, g));
      const by = moved - weights[s]!;
      if (by === 0) return;
      weights[s] = moved;
      g.forEach((x, at) => (rest[at] = rest[at]! - by * x));
      most = Math.max(most, Math.abs(by));
    });
    if (most < 1e-13) break;
  }
  return rest;
}

const problem = shapes.chain(([n, m]) => fc.tuple(realMatrix(n, m), fc.nat()));
const size = (x: readonly number[]): number => Math.sqrt(dot(x, x));

describe('caveLoss', () => {
  it('is 1 - cos of the angle to the projection, found by least squares over all assignments', () => {
    fc.assert(
      fc.property(problem, ([costs, pick]) => {
        const all = allPairs(costs);
        const truth = all[pick % all.length]!;
        const c = costs.flat();
        const near = byPolarCone(c, truth, all);
        // Near 0 the direction of the projection has no digits.
        fc.pre(size(near) > 1e-3);
        const cosine = dot(c, near) / size(c) / size(near);
        const loss = (x: Tensor, y: Tensor): Tensor => caveLoss(x, y, { projection: 'exact' });
        const found = differentiate(loss, f64(costs), f64(matrixOf(truth, costs[0]!.length)));
        expectNear([found.value], [1 - cosine], 1e-7);
        const slopes = c.map((x, at) => -near[at]! / size(c) / size(near) + (cosine * x) / size(c) ** 2);
        expectNear(found.gradient, slopes, 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('is 0 exactly where the truth is optimal', () => {
    fc.assert(
      fc.property(problem, ([costs, pick]) => {
        const all = allPairs(costs);
        const columns = costs[0]!.length;
        const value = (truth: readonly number[]): number =>
          evaluate(
            (x, y) => caveLoss(x, y, { projection: 'exact' }),
            f64(costs),
            f64(matrixOf(truth, columns)),
          )[0]!;
        const best = linearSumAssignment(costs).rowToColumn;
        const optimal = costs.flatMap((row, i) => row.map((_, j) => Number(best[i] === j)));
        expectNear([value(optimal)], [0], 1e-12);
        const other = all[pick % all.length]!;
        if (other.some((x, at) => x !== optimal[at])) expect(value(other)).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  it('does not depend on the scale of the costs', () => {
    const costs = [
      [1, 3, 2],
      [2, 1, 5],
      [4, 2, 2],
    ];
    const truth = f64([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
    for (const projection of ['exact', 'interior'] as const) {
      const at = (factor: number): number =>
        evaluate(
          (x, y) => caveLoss(x, y, { projection }),
          f64(costs.map((row) => row.map((x) => factor * x))),
          truth,
        )[0]!;
      expectNear([at(1e6), at(1e-6)], [at(1), at(1)], 1e-9);
      expect(at(1)).toBeGreaterThan(0.01);
    }
  });

  it('has a gradient that is orthogonal to the costs, that of the cosine at the projection', () => {
    const cost = f64([
      [1, 3, 2],
      [2, 1, 5],
    ]);
    const truth = f64([
      [0, 1, 0],
      [1, 0, 0],
    ]);
    const loss = (x: Tensor, y: Tensor): Tensor => caveLoss(x, y, { projection: 'exact' });
    const { gradient } = differentiate(loss, cost, truth);
    expectNear([dot(gradient, Array.from(cost.data))], [0], 1e-12);
    // The angle to the nearest point does not change with the point itself: the full derivative is the same.
    expectNear(gradient, differences(loss, [cost, truth]), 1e-6);
    expect(size(gradient)).toBeGreaterThan(0.01);
  });

  it('leaves forbidden pairs out, and is 1 for costs of 0', () => {
    const truth = flags([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    const infinite = f64([
      [3, Infinity, 1],
      [2, 4, 1],
    ]);
    const loss = (x: Tensor, y: Tensor): Tensor => caveLoss(x, y, { projection: 'exact' });
    const { value, gradient } = differentiate(loss, infinite, truth);
    const all = allPairs([
      [3, Infinity, 1],
      [2, 4, 1],
    ]);
    const near = byPolarCone([3, 0, 1, 2, 4, 1], [1, 0, 0, 0, 1, 0], all);
    expectNear([value], [1 - size(near) / Math.sqrt(31)], 1e-9);
    expect(gradient[1]).toBe(0);
    for (const projection of ['exact', 'interior'] as const) {
      const zero = differentiate(
        (x: Tensor, y: Tensor) => caveLoss(x, y, { projection }),
        f64([
          [0, 0],
          [0, 0],
        ]),
        flags([
          [1, 0],
          [0, 1],
        ]),
      );
      expect(zero).toEqual({ value: 1, gradient: [0, 0, 0, 0] });
    }
  });

  it('is the same on onnxruntime', async () => {
    const cost = f64([
      [
        [1, 3],
        [2, 1],
        [4, 2],
      ],
      [
        [2, 1],
        [1, 1],
        [0, 5],
      ],
    ]);
    const truth = f64([
      [
        [0, 1],
        [0, 0],
        [1, 0],
      ],
      [
        [1, 0],
        [0, 1],
        [0, 0],
      ],
    ]);
    for (const projection of ['exact', 'interior'] as const)
      await expectSameOnRuntimes(() => (x, y) => caveLoss(x, y, { projection }), [cost, truth]);
  });

  it('says what does not fit', () => {
    const a = f64([
      [1, 0],
      [0, 1],
    ]);
    const at = (options: object) => () => evaluate((x) => caveLoss(x, x, options), a);
    expect(at({ projection: 'near' })).toThrow('caveLoss: projection must be one of "exact", "interior"');
    expect(at({ iterations: 0 })).toThrow('caveLoss: iterations must be');
    const loss = (x: Tensor, y: Tensor): Tensor => caveLoss(x, y);
    expect(() =>
      evaluate(
        loss as never,
        f64([
          [NaN, 0],
          [0, 1],
        ]),
        a,
      ),
    ).toThrow('caveLoss: predictedCost');
    expect(() =>
      evaluate(
        loss as never,
        a,
        f64([
          [1, 0],
          [1, 0],
        ]),
      ),
    ).toThrow('caveLoss: truth must have every row');
  });
});

describe('projectOntoCone', () => {
  it('gives points of the interior, in which the truth wins by a margin, after any number of steps', () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: 1, max: 4 }), ([costs, pick], iterations) => {
        const all = allPairs(costs);
        const truth = all[pick % all.length]!;
        const [rows, columns] = [costs.length, costs[0]!.length];
        const rowToColumn = Int32Array.from(matrixOf(truth, columns), (row) => row.indexOf(1));
        const forbidden = new Uint8Array(truth.length);
        const shape = { batch: 1, rows, columns };
        const point = [
          ...projectOntoCone(costs.flat(), rowToColumn, forbidden, shape, { interior: true, iterations }),
        ];
        for (const y of all)
          if (y.some((x, at) => x !== truth[at])) expect(dot(point, y)).toBeGreaterThan(dot(point, truth));
      }),
      { numRuns: 60 },
    );
  });

  it('satisfies the conditions of a projection at 30 x 40', () => {
    const [rows, columns] = [30, 40];
    const costs = Float64Array.from({ length: rows * columns }, (_, at) => Math.sin(at * at));
    const rowToColumn = Int32Array.from({ length: rows }, (_, i) => (7 * i) % 40);
    const settings = { interior: false, iterations: 100 };
    const point = projectOntoCone(
      costs,
      rowToColumn,
      new Uint8Array(costs.length),
      { batch: 1, rows, columns },
      settings,
    );
    const solved = linearSumAssignment({ rows, columns, data: point });
    const paid = rowToColumn.reduce((sum, j, i) => sum + point[i * columns + j]!, 0);
    // In the cone, and the rest is orthogonal to it.
    expect(paid - solved.cost).toBeLessThan(1e-9);
    const rest = costs.map((c, at) => c - point[at]!);
    expect(Math.abs(rest.reduce((sum, x, at) => sum + x * point[at]!, 0))).toBeLessThan(1e-9);
    // And in the polar cone: no assignment gains from it. max ⟨rest, y* - y⟩ over c in the cone is at y* only if
    // ⟨rest, e⟩ ≤ 0 for every generator e of the cone: pairs off the truth, rows both ways, columns downwards.
    const matched = new Set(rowToColumn);
    rest.forEach((x, at) => {
      if (rowToColumn[Math.floor(at / columns)] !== at % columns) expect(x).toBeLessThan(1e-9);
    });
    for (let i = 0; i < rows; i++)
      expect(Math.abs(rest.subarray(i * columns, (i + 1) * columns).reduce((a, b) => a + b, 0))).toBeLessThan(
        1e-9,
      );
    for (const j of matched) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += rest[i * columns + j]!;
      expect(sum).toBeGreaterThan(-1e-9);
    }
  });
});
