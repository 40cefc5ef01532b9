import { createRng, InvalidArgumentError, ShapeError } from '@pct/core';
import {
  frameTrajectories,
  projectTrajectory,
  randomWalkVariances,
  trajectoryPca,
  trajectorySurface,
} from '@viz/gradvis';
import { describe, expect, it } from 'vitest';
import { bowl } from '../fixtures/objectives.mjs';
import { testThreads } from '../threads.js';

const normals = (size: number, seed: number) => createRng(seed).fillNormal(new Float64Array(size));
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);

/** Random walk of some points. */
function walk(points: number, size: number, seed: number): Float64Array[] {
  const at = new Float64Array(size);
  return Array.from({ length: points }, (_, i) => {
    const step = normals(size, seed + i);
    for (let k = 0; k < size; k++) at[k]! += step[k]!;
    return at.slice();
  });
}

/** Points of a plane that is given by two vectors, around 3 + the first. */
function planar(size: number): { checkpoints: Float64Array[]; places: [number, number][] } {
  const [origin, u, v] = [normals(size, 1), normals(size, 2), normals(size, 3)];
  const places = Array.from({ length: 7 }, (_, i): [number, number] => [
    Math.cos(i) * (7 - i),
    Math.sin(2 * i),
  ]);
  const checkpoints = places.map(([x, y]) => origin.map((o, k) => o + x * u[k]! + y * v[k]!));
  return { checkpoints, places };
}

/** One dominant eigenvector of the covariance by power iteration: an oracle that never forms the Gram matrix. */
function firstComponent(rows: readonly Float64Array[]): { direction: Float64Array; share: number } {
  let direction = normals(rows[0]!.length, 99);
  const apply = (x: Float64Array) => {
    const y = new Float64Array(x.length);
    for (const row of rows) {
      const weight = dot(row, x);
      row.forEach((value, k) => (y[k]! += weight * value));
    }
    return y;
  };
  for (let i = 0; i < 500; i++) {
    const next = apply(direction);
    const norm = Math.sqrt(dot(next, next));
    direction = next.map((value) => value / norm);
  }
  const total = rows.reduce((sum, row) => sum + dot(row, row), 0);
  return { direction, share: dot(direction, apply(direction)) / total };
}

describe('trajectoryPca', () => {
  it.each(['last', 'mean'] as const)(
    'finds the components of the differences from the %s',
    async (centring) => {
      const checkpoints = walk(12, 40, 5);
      const { origin, directions, variances } = await trajectoryPca(checkpoints, { centring, components: 5 });
      const mean = checkpoints[0]!.map((_, k) => checkpoints.reduce((sum, one) => sum + one[k]!, 0) / 12);
      const centre = centring === 'last' ? checkpoints[11]! : mean;
      origin.forEach((value, k) => expect(value).toBeCloseTo(centre[k]!, 13));
      const rows = checkpoints.map((one) => one.map((value, k) => value - centre[k]!));
      const { direction, share } = firstComponent(rows);
      expect(Math.abs(dot(direction, directions[0]!.direction))).toBeCloseTo(1, 12);
      expect(variances[0]).toBeCloseTo(share, 12);
      expect(directions[0]).toMatchObject({ name: 'PC 1', variance: variances[0] });
      expect(variances).toHaveLength(11);
      expect(variances.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 13);
      // Variance along each direction is what is said.
      const total = rows.reduce((sum, row) => sum + dot(row, row), 0);
      directions.forEach(({ direction: one }, k) => {
        expect(rows.reduce((sum, row) => sum + dot(row, one) ** 2, 0) / total).toBeCloseTo(variances[k]!, 12);
        directions.forEach(({ direction: two }, j) => expect(dot(one, two)).toBeCloseTo(j === k ? 1 : 0, 10));
        expect(Math.max(...one)).toBe(Math.max(...one.map(Math.abs)));
      });
    },
  );

  it('gives the same with few checkpoints in memory, and with a loader', async () => {
    const checkpoints = walk(9, 30, 2);
    const whole = await trajectoryPca(checkpoints, { components: 3 });
    let loads = 0;
    const loader = { count: 9, load: async (i: number) => (loads++, checkpoints[i]!.slice()) };
    for (const block of [1, 2, 4]) {
      expect(await trajectoryPca(loader, { components: 3, block })).toEqual(whole);
    }
    loads = 0;
    await trajectoryPca(loader);
    // The centre, the Gram matrix, the directions.
    expect(loads).toBe(1 + 9 + 9);
  });

  it('explains a planar trajectory by two components', async () => {
    const { checkpoints } = planar(50);
    const pca = await trajectoryPca(checkpoints, { components: 4 });
    expect(pca.directions).toHaveLength(2);
    expect(pca.variances[0]! + pca.variances[1]!).toBeCloseTo(1, 14);
    const path = await projectTrajectory(checkpoints, { origin: pca.origin, axes: pca.directions }, { pca });
    path.residuals.forEach((residual) => expect(residual).toBeLessThan(1e-12));
    expect([...path.coordinates.slice(-2)]).toEqual([0, 0]);
    expect(path.variances).toEqual(pca.variances);
    expect(path.trueLosses.every(Number.isNaN)).toBe(true);
  });

  it('refuses what has no components', async () => {
    const one = normals(3, 1);
    await expect(trajectoryPca([one])).rejects.toThrow(
      'trajectoryPca: there must be at least 2 checkpoints, got 1',
    );
    await expect(trajectoryPca([])).rejects.toThrow(InvalidArgumentError);
    await expect(trajectoryPca([one, one.slice(), one])).rejects.toThrow('all 3 are the same point');
    await expect(trajectoryPca([one, new Float64Array(4)])).rejects.toThrow(ShapeError);
    await expect(trajectoryPca([one, Float64Array.of(1, NaN, 0)])).rejects.toThrow(
      'must be finite, got NaN at 1',
    );
    await expect(trajectoryPca([one, one], { centring: 'first' as never })).rejects.toThrow(
      'centring must be',
    );
    const line = await trajectoryPca([one, one.map((value) => 2 * value)]);
    expect(line.directions).toHaveLength(1);
    expect([...line.variances]).toEqual([1]);
  });
});

describe('randomWalkVariances', () => {
  it('has the shares of long walks', () => {
    const mean = randomWalkVariances(100_000, 'mean');
    const last = randomWalkVariances(100_000, 'last');
    expect([...mean.slice(0, 3)].map((share) => (100 * share).toFixed(2))).toEqual([
      '60.79',
      '15.20',
      '6.75',
    ]);
    expect([...last.slice(0, 3)].map((share) => (100 * share).toFixed(2))).toEqual(['81.06', '9.01', '3.24']);
    expect(100 * (mean[0]! + mean[1]!)).toBeCloseTo(75.99, 2);
    expect(100 * (last[0]! + last[1]!)).toBeCloseTo(90.06, 2);
  });

  it.each(['last', 'mean'] as const)('agrees with a walk in many dimensions (%s)', async (centring) => {
    const { variances, randomWalkVariances: expected } = await trajectoryPca(walk(40, 20_000, 11), {
      centring,
    });
    // Fluctuations of the Gram matrix are of order 1 / √20000 relative to the increments.
    for (let k = 0; k < 6; k++) expect(variances[k]! / expected[k]!).toBeCloseTo(1, 1);
    expect(variances[0]! + variances[1]!).toBeCloseTo(expected[0]! + expected[1]!, 2);
  });

  it('refuses a walk of one point', () => {
    expect(() => randomWalkVariances(1)).toThrow('points must be an integer of at least 2');
  });
});

describe('projectTrajectory', () => {
  it('recovers coordinates on axes that are not at right angles, by least squares', async () => {
    const [origin, u, v, off] = [normals(8, 1), normals(8, 2), normals(8, 3), normals(8, 4)];
    for (const axis of [u, v]) {
      const share = dot(off, axis) / dot(axis, axis);
      // Off the plane at right angles: Gram-Schmidt would need orthogonal axes, so it is repeated.
      off.forEach((value, k) => (off[k] = value - share * axis[k]!));
    }
    for (let pass = 0; pass < 200; pass++)
      for (const axis of [u, v]) {
        const share = dot(off, axis) / dot(axis, axis);
        off.forEach((value, k) => (off[k] = value - share * axis[k]!));
      }
    const point = origin.map((o, k) => o + 0.3 * u[k]! - 2 * v[k]! + off[k]!);
    const axes = [
      { name: 'u', direction: u },
      { name: 'v', direction: v },
    ];
    const { coordinates, residuals } = await projectTrajectory([point, origin], { origin, axes });
    expect(coordinates[0]).toBeCloseTo(0.3, 12);
    expect(coordinates[1]).toBeCloseTo(-2, 12);
    const rest = point.map((value, k) => value - origin[k]!);
    expect(residuals[0]).toBeCloseTo(Math.sqrt(dot(off, off) / dot(rest, rest)), 12);
    expect(residuals[1]).toBe(0);
  });

  it('tells the true loss and that of the projection', async () => {
    const objective = bowl({ curvatures: [1, 1, 100] });
    const axes = [{ name: 'x', direction: Float64Array.of(1, 0, 0) }];
    const plane = { origin: new Float64Array(3), axes };
    const path = await projectTrajectory([Float64Array.of(2, 0, 1), Float64Array.of(1, 0, 0)], plane, {
      objective: { ...objective, label: 'bowl' },
      steps: [10, 20],
      block: 1,
    });
    expect([...path.trueLosses]).toEqual([52, 0.5]);
    expect([...path.projectedLosses]).toEqual([2, 0.5]);
    expect([...path.steps]).toEqual([10, 20]);
    expect(path.residuals[0]).toBeCloseTo(1 / Math.sqrt(5), 15);
    expect(path.provenance).toMatchObject({ createdBy: 'projectTrajectory', objective: 'bowl' });
  });

  it('refuses planes that are none, and steps that do not match', async () => {
    const x = { name: 'x', direction: Float64Array.of(1, 1) };
    const project = (axes: (typeof x)[], steps?: number[]) =>
      projectTrajectory([Float64Array.of(1, 2)], { origin: new Float64Array(2), axes }, { steps });
    await expect(project([x, { ...x, name: 'same' }])).rejects.toThrow('axes must not be parallel');
    await expect(project([])).rejects.toThrow('axes must be one to three directions');
    await expect(project([{ name: 'o', direction: new Float64Array(2) }])).rejects.toThrow(
      'must not be zero',
    );
    await expect(project([x], [1, 2])).rejects.toThrow('steps must hold one number per checkpoint, 1, got 2');
    await expect(project([x], [NaN])).rejects.toThrow('steps[0] must be a finite number');
    await expect(
      projectTrajectory([new Float64Array(3)], { origin: new Float64Array(2), axes: [x] }),
    ).rejects.toThrow('checkpoint 0 must be a Float64Array of length 2');
  });
});

describe('trajectorySurface', () => {
  const settings = { curvatures: [1, 2, 3, 4, 5, 6], waves: 0.2 };
  const checkpoints = walk(6, 6, 3);

  it('frames a trajectory with a margin; the loss at the end is in the surface', async () => {
    const objective = bowl(settings);
    const { surface, trajectory, pca } = await trajectorySurface(objective, checkpoints, {
      points: 5,
      margin: 0.25,
      steps: [0, 1, 2, 3, 4, 50],
    });
    expect(surface.values).toHaveLength(25);
    expect([...trajectory.steps]).toEqual([0, 1, 2, 3, 4, 50]);
    const xs = trajectory.coordinates.filter((_, i) => i % 2 === 0);
    const [low, high] = [Math.min(...xs), Math.max(...xs)];
    const { coordinates } = surface.axes[0]!;
    expect(coordinates[0]).toBeCloseTo(low - 0.25 * (high - low), 12);
    expect(coordinates[4]).toBeCloseTo(high + 0.25 * (high - low), 12);
    expect(surface.axes[1]!.variance).toBe(pca.variances[1]);
    expect(trajectory.trueLosses[5]).toBe(await objective.loss(checkpoints[5]!));
    expect(trajectory.projectedLosses[5]).toBe(trajectory.trueLosses[5]);
    expect(trajectory.projectedLosses[0]).not.toBeCloseTo(trajectory.trueLosses[0]!, 3);
  });

  it('is the same on threads', async () => {
    const module = new URL('../fixtures/objectives.mjs', import.meta.url).href;
    const source = { module, name: 'bowl', settings };
    const inline = await trajectorySurface(source, checkpoints, { points: 4 });
    await using executor = testThreads(2);
    expect(await trajectorySurface(source, checkpoints, { points: 4, executor })).toEqual(inline);
  });

  it('refuses checkpoints on a line, and frames without extent', async () => {
    const line = [1, 2, 3].map((factor) => new Float64Array(6).fill(factor));
    await expect(trajectorySurface(bowl(settings), line)).rejects.toThrow('they lie on one line');
    const axes = [{ name: 'x', direction: Float64Array.of(1) }];
    expect(() => frameTrajectories([{ coordinates: Float64Array.of(2, 2) }], axes)).toThrow(
      'trajectories must extend along "x", but all their coordinates are 2',
    );
    expect(() => frameTrajectories([{ coordinates: new Float64Array(3) }], [...axes, ...axes])).toThrow(
      'trajectories must have coordinates on 2 axes, got 3 numbers',
    );
  });
});
