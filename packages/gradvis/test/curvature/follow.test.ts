import {
  curvatureAlong,
  curvatureMap,
  eigenpairs,
  hessianOperator,
  hutchinsonTrace,
  hutchPlusPlusTrace,
  spectralDensity,
  xDiagonal,
  type ObjectiveSource,
} from '@viz/gradvis';
import { InvalidArgumentError, inlineExecutor, type Objective } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { testThreads } from '../threads.js';

/** x⁴ − 2 x² + y² / 2 + 3 z²: second derivatives 12 x² − 4, 1 and 6. */
const wells: Objective = {
  size: 3,
  loss: ([x, y, z]) => x! ** 4 - 2 * x! ** 2 + y! ** 2 / 2 + 3 * z! ** 2,
  gradient: ([x, y, z]) => Float64Array.of(4 * x! ** 3 - 4 * x!, y!, 6 * z!),
};

const axis = (name: string, k: number, points: number) => ({
  name,
  direction: Float64Array.from({ length: 3 }, (_, i) => (i === k ? 1 : 0)),
  range: [-1, 1] as const,
  points,
});

describe('curvatureMap', () => {
  it('has both ends and their ratio at every point, x first', async () => {
    const map = await curvatureMap(wells, new Float64Array(3), [axis('x', 0, 5), axis('y', 1, 3)]);
    const { largest, smallest, ratio } = map;
    const second = [-1, -0.5, 0, 0.5, 1].map((x) => 12 * x * x - 4);
    for (let row = 0; row < 3; row++)
      second.forEach((value, k) => {
        const at = row * 5 + k;
        expect(largest.values[at]).toBeCloseTo(Math.max(value, 6), 5);
        expect(smallest.values[at]).toBeCloseTo(Math.min(value, 1), 5);
        expect(ratio.values[at]).toBeCloseTo(Math.abs(Math.min(value, 1) / Math.max(value, 6)), 5);
      });
    expect(Math.max(...map.residuals)).toBeLessThan(1e-3);
    expect(ratio.axes.map(({ name, coordinates }) => [name, coordinates.length])).toEqual([
      ['x', 5],
      ['y', 3],
    ]);
    expect(ratio.provenance.createdBy).toBe('curvatureMap');
  });

  it('saves products by starting from the point before', async () => {
    // 300 parameters whose curvature changes slowly along the line.
    const size = 300;
    const objective: Objective = {
      size,
      loss: () => 0,
      hessianVectorProduct: (at, v) => v.map((x, k) => x * (1.01 ** k + 0.1 * at[0]!)),
    };
    const direction = new Float64Array(size).fill(1);
    const line = { name: 'line', direction, range: [0, 1] as const, points: 6 };
    const { products } = await curvatureMap(objective, new Float64Array(size), [line], { tolerance: 1e-4 });
    const single = await eigenpairs(await hessianOperator(objective, new Float64Array(size)), {
      top: 1,
      bottom: 1,
      tolerance: 1e-4,
    });
    expect(products).toBeLessThan(0.6 * 6 * single.products);
  });

  it('refuses operators that are not symmetric', async () => {
    const turning: Objective = {
      size: 2,
      loss: () => 0,
      hessianVectorProduct: (_, [x, y]) => Float64Array.of(y!, -x!),
    };
    const line = { name: 'line', direction: Float64Array.of(1, 0) };
    await expect(curvatureMap(turning, new Float64Array(2), [line])).rejects.toThrow(/notSymmetric/);
    await expect(curvatureMap(wells, new Float64Array(2), [line])).rejects.toThrow(/length 3/);
  });
});

describe('curvatureAlong', () => {
  it('follows a training', async () => {
    const checkpoints = Array.from({ length: 11 }, (_, k) => Float64Array.of(k / 10, 0.3, -0.2));
    const { largest, smallest, residuals } = await curvatureAlong(wells, checkpoints, { top: 2, bottom: 1 });
    checkpoints.forEach(([x], k) => {
      const sorted = [12 * x! * x! - 4, 1, 6].sort((a, b) => b - a);
      expect(largest[2 * k]).toBeCloseTo(sorted[0]!, 5);
      expect(largest[2 * k + 1]).toBeCloseTo(sorted[1]!, 5);
      expect(smallest[k]).toBeCloseTo(sorted[2]!, 5);
    });
    expect(residuals).toHaveLength(33);
  });

  it('refuses bad input', async () => {
    await expect(curvatureAlong(wells, [])).rejects.toThrow(/checkpoints/);
    const uneven = [new Float64Array(3), new Float64Array(2)];
    await expect(curvatureAlong(wells, uneven)).rejects.toThrow(/checkpoints\[1\]/);
    await expect(curvatureAlong(wells, [new Float64Array(3)], { top: 0 })).rejects.toThrow(/top/);
  });
});

describe('threads', () => {
  const size = 40;
  const source: ObjectiveSource = {
    module: new URL('../fixtures/objectives.mjs', import.meta.url).href,
    name: 'bowl',
    settings: { curvatures: Array.from({ length: size }, (_, k) => Math.sqrt(k + 1)), waves: 1e-3 },
  };
  const at = Float64Array.from({ length: size }, (_, k) => Math.cos(k));

  it('give the same bits, 1, 2 or 3 of them', async () => {
    const operator = await hessianOperator(source, at);
    const checkpoints = Array.from({ length: 10 }, (_, k) => at.map((x) => x * (1 + k / 100)));
    const line = { name: 'line', direction: at, range: [0, 1] as const, points: 3 };
    const rows = { name: 'rows', direction: at.map((x) => x * x), range: [0, 1] as const, points: 3 };
    const results = async (executor?: ReturnType<typeof testThreads>) => ({
      density: await spectralDensity(operator, { runs: 5, steps: 12, executor }),
      trace: await hutchinsonTrace(operator, { samples: 20, tolerance: 1e-3, executor }),
      sketch: await hutchPlusPlusTrace(operator, { products: 15, executor }),
      diagonal: await xDiagonal(operator, { products: 14, executor }),
      map: await curvatureMap(source, at, [line, rows], { executor }),
      along: await curvatureAlong(source, checkpoints, { executor }),
    });
    const alone = await results();
    expect(await results(inlineExecutor())).toEqual(alone);
    for (const threads of [1, 2, 3]) {
      const executor = testThreads(threads);
      try {
        expect(await results(executor)).toEqual(alone);
      } finally {
        await executor.close();
      }
    }
  }, 60_000);

  it('need a source', async () => {
    const executor = inlineExecutor();
    const operator = await hessianOperator(wells, new Float64Array(3));
    await expect(spectralDensity(operator, { executor })).rejects.toThrow(InvalidArgumentError);
    await expect(spectralDensity(operator, { executor })).rejects.toThrow(/ObjectiveSource/);
    await expect(hutchinsonTrace(operator, { executor })).rejects.toThrow(/ObjectiveSource/);
    await expect(curvatureAlong(wells, [new Float64Array(3)], { executor })).rejects.toThrow(
      /ObjectiveSource/,
    );
  });
});
