import { InvalidArgumentError, ShapeError } from '@pct/core';
import {
  bottleneckDistance,
  landscapeProfile,
  meanSaddleMinimumGap,
  mergeTree,
  persistencePairs,
  simplifyMergeTree,
  type GridValues,
} from '@viz/gradvis';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** f on n × n points of [−limit, limit]². */
function plane(n: number, limit: number, f: (x: number, y: number) => number): GridValues {
  const at = (k: number): number => -limit + (2 * limit * k) / (n - 1);
  return {
    shape: [n, n],
    values: Float64Array.from({ length: n * n }, (_, k) => f(at(k % n), at(Math.floor(k / n)))),
  };
}

const finite = (grid: GridValues) =>
  persistencePairs(mergeTree(grid)).filter(({ death }) => death < Infinity);

const himmelblau = plane(201, 5, (x, y) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2);

describe('mergeTree', () => {
  it('finds the pair of a double well', () => {
    const [pair, ...others] = finite(plane(41, 2, (x, y) => (x * x - 1) ** 2 + y * y));
    expect(others).toHaveLength(0);
    expect(pair!.birth).toBeCloseTo(0, 12);
    expect(pair!.death).toBeCloseTo(1, 12);
  });

  it("finds the three saddles of Himmelblau's function that join minima, and no other", () => {
    const tree = mergeTree(himmelblau);
    expect(tree.minima).toHaveLength(4);
    const deaths = finite(himmelblau)
      .map(({ death }) => death)
      .sort((a, b) => a - b);
    expect(deaths).toHaveLength(3);
    [13.324, 67.728, 104.028].forEach((death, k) => expect(deaths[k]).toBeCloseTo(death, 3));
    expect([...tree.births]).toEqual([...tree.births].sort((a, b) => a - b));
    expect([tree.parents[0], tree.saddles[0], tree.deaths[0]]).toEqual([-1, -1, Infinity]);
  });

  it("finds the eight pairs of Rastrigin's function", () => {
    const wave = (x: number): number => x * x - 10 * Math.cos(2 * Math.PI * x);
    const pairs = finite(plane(61, 1.5, (x, y) => 20 + wave(x) + wave(y)));
    expect(pairs).toHaveLength(8);
    const rounded = pairs.map(({ birth, death }) => [birth.toFixed(2), death.toFixed(2)].join(' ')).sort();
    expect(rounded).toEqual([
      ...new Array<string>(4).fill('1.00 20.25'),
      ...new Array<string>(4).fill('2.00 21.25'),
    ]);
  });

  it('finds nothing in ramps and constants', () => {
    expect(finite(plane(15, 1, (x, y) => x + 2 * y))).toHaveLength(0);
    expect(finite(plane(15, 1, () => 3))).toHaveLength(0);
    expect(mergeTree(plane(15, 1, () => 3)).minima).toHaveLength(1);
  });

  it('has 2 neighbours on a line and 26 in a volume', () => {
    expect(finite({ shape: [7], values: Float64Array.of(0, 2, 1, 3, 0.5, 4, 4) })).toMatchObject([
      { minimum: 4, birth: 0.5, saddle: 3, death: 3 },
      { minimum: 2, birth: 1, saddle: 1, death: 2 },
    ]);
    // Two corners of a cube that meet across its diagonal.
    const values = new Float64Array(27).fill(9);
    values[0] = values[26] = 1;
    values[13] = 2;
    expect(finite({ shape: [3, 3, 3], values })).toMatchObject([{ saddle: 13, death: 2, birth: 1 }]);
  });

  it('leaves NaN out, which separates', () => {
    const { parents, deaths, minima } = mergeTree({ shape: [5], values: Float64Array.of(1, 2, NaN, 0, 3) });
    expect([...minima]).toEqual([3, 0]);
    expect([...parents]).toEqual([-1, -1]);
    expect([...deaths]).toEqual([Infinity, Infinity]);
  });

  it('keeps the oldest minimum as the root, and as many joins as the values allow', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 }), (list) => {
        const grid = { shape: [4, 3], values: Float64Array.from(list) };
        const tree = mergeTree(grid);
        expect(tree.births[0]).toBe(Math.min(...list));
        tree.minima.forEach((minimum, k) => {
          expect(tree.births[k]).toBe(list[minimum]);
          if (k === 0) return;
          expect(tree.parents[k]).toBeLessThan(k);
          expect(tree.deaths[k]).toBeGreaterThanOrEqual(tree.births[k]!);
        });
        // Number of parts at each level, by flooding.
        for (let level = 0; level <= 9; level++) {
          const alive = tree.births.filter((birth, k) => birth <= level && tree.deaths[k]! > level).length;
          expect(alive).toBe(parts(grid, level));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('refuses bad grids', () => {
    expect(() => mergeTree({ shape: [2, 2], values: new Float64Array(3) })).toThrow(ShapeError);
    expect(() => mergeTree({ shape: [2, 2], values: new Float64Array(3) })).toThrow(/2 \* 2 = 4/);
    expect(() => mergeTree({ shape: [1, 1, 1, 1], values: new Float64Array(1) })).toThrow(
      /one to three axes/,
    );
    expect(() => mergeTree({ shape: [2], values: Float64Array.of(NaN, NaN) })).toThrow(InvalidArgumentError);
  });
});

/** Number of connected parts of the points up to a level, by flooding. */
function parts({ shape: [nx = 1, ny = 1], values }: GridValues, level: number): number {
  const seen = new Set<number>();
  let count = 0;
  for (let start = 0; start < values.length; start++) {
    if (values[start]! > level || seen.has(start)) continue;
    count++;
    const queue = [start];
    seen.add(start);
    for (const k of queue)
      for (let dx = -1; dx <= 1; dx++)
        for (let dy = -1; dy <= 1; dy++) {
          const [x, y] = [(k % nx) + dx, Math.floor(k / nx) + dy];
          const next = x + nx * y;
          if (x < 0 || y < 0 || x >= nx || y >= ny || seen.has(next) || values[next]! > level) continue;
          seen.add(next);
          queue.push(next);
        }
  }
  return count;
}

it('simplifyMergeTree takes small basins away', () => {
  const noisy = { ...himmelblau, values: himmelblau.values.map((x, k) => x + 0.5 * Math.sin(12.9898 * k)) };
  const tree = mergeTree(noisy);
  expect(tree.minima.length).toBeGreaterThan(4);
  const simple = simplifyMergeTree(tree, 5);
  expect(simple.minima).toHaveLength(4);
  for (const parent of simple.parents.slice(1)) expect(parent).toBeLessThan(4);
  expect(simple.provenance.settings).toMatchObject({ threshold: 5 });
  expect(simplifyMergeTree(tree, 0)).toMatchObject({ minima: tree.minima, parents: tree.parents });
  expect(() => simplifyMergeTree(tree, -1)).toThrow(/threshold/);
});

it('meanSaddleMinimumGap is the mean persistence', () => {
  const gap = meanSaddleMinimumGap(mergeTree(himmelblau));
  expect(gap).toBeCloseTo((13.324 + 67.728 + 104.028) / 3, 1);
  expect(meanSaddleMinimumGap(mergeTree(plane(9, 1, (x) => x)))).toBe(0);
});

describe('bottleneckDistance', () => {
  const pair = (birth: number, death: number) => ({ birth, death });

  it('is known for small diagrams', () => {
    expect(bottleneckDistance([], [])).toBe(0);
    expect(bottleneckDistance([pair(0, 4)], [])).toBe(2);
    expect(bottleneckDistance([pair(0, 4)], [pair(1, 4.5)])).toBe(1);
    expect(bottleneckDistance([pair(0, 10), pair(0, 1)], [pair(0, 10.25)])).toBe(0.5);
    expect(bottleneckDistance([pair(0, Infinity)], [])).toBe(0);
    expect(() => bottleneckDistance([pair(2, 1)], [])).toThrow(/not above their deaths/);
  });

  it('is a metric that noise bounds', () => {
    const noise = himmelblau.values.map((_, k) => 0.3 * Math.sin(7 * k));
    const large = (grid: GridValues) => finite(grid).filter(({ persistence }) => persistence > 2);
    const other = { ...himmelblau, values: himmelblau.values.map((x, k) => x + noise[k]!) };
    const distance = bottleneckDistance(large(himmelblau), large(other));
    expect(distance).toBeLessThanOrEqual(0.3);
    expect(distance).toBe(bottleneckDistance(large(other), large(himmelblau)));
  });
});

describe('landscapeProfile', () => {
  it('tells how wide basins are at each height', () => {
    const grid = { shape: [9], values: Float64Array.of(5, 3, 0, 2, 6, 4, 1, 4, 7) };
    const [deep, shallow] = landscapeProfile(grid, mergeTree(grid), { levels: 6 });
    expect(shallow).toMatchObject({ minimum: 6, bottom: 1, rim: 6 });
    expect([...shallow!.levels]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...shallow!.widths]).toEqual([1, 1, 1, 3, 3, 3]);
    expect(deep).toMatchObject({ minimum: 2, bottom: 0, rim: 7 });
    expect(deep!.widths.at(-1)).toBe(9);
    expect(landscapeProfile(grid, simplifyMergeTree(mergeTree(grid), 5.5))).toHaveLength(1);
  });

  it('refuses the tree of another grid', () => {
    const tree = mergeTree(himmelblau);
    expect(() =>
      landscapeProfile(
        plane(5, 1, (x) => x),
        tree,
      ),
    ).toThrow(/made from the grid/);
    expect(() => landscapeProfile(himmelblau, tree, { levels: 1 })).toThrow(/levels/);
  });
});
