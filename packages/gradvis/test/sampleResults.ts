import type { MergeTree, PathProfile, Provenance, Result, Spectrum, Surface, Trajectory } from '@viz/gradvis';

export const provenance: Provenance = {
  createdBy: 'plane',
  version: '@viz/gradvis 0.0.0',
  seed: 7,
  objective: 'bowl',
  settings: { range: [-1, 1], points: 5, normalisation: 'filter' },
};

/** Equal steps from one number to another, both included. */
export function steps(from: number, to: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}

/** A surface of a formula. */
export function surfaceOf(
  x: Float64Array,
  y: Float64Array,
  loss: (x: number, y: number) => number,
  more: Partial<Surface> = {},
): Surface {
  const values = new Float64Array(x.length * y.length);
  y.forEach((v, j) => x.forEach((u, i) => (values[i + x.length * j] = loss(u, v))));
  return {
    kind: 'surface',
    axes: [
      { name: 'PC 1', coordinates: x, variance: 0.8 },
      { name: 'PC 2', coordinates: y, variance: 0.1 },
    ],
    values,
    status: new Uint8Array(values.length).fill(1),
    cosines: Float64Array.of(1, 0, 0, 1),
    provenance,
    ...more,
  };
}

/** 7 by 4 points; steeper along y. */
export const bowl = surfaceOf(steps(-3, 3, 7), steps(-1, 2, 4), (x, y) => 0.5 * (x * x + 9 * y * y) + 0.25);

export const trajectory: Trajectory = {
  kind: 'trajectory',
  steps: Float64Array.of(0, 10, 20, 30),
  coordinates: Float64Array.of(-3, 2, -2, 1, -1, 0.5, 0, 0),
  residuals: Float64Array.of(0.5, 0.25, 0.1, 0),
  trueLosses: Float64Array.of(30, 9, 2.5, 0.25),
  projectedLosses: Float64Array.of(22.75, 6.75, 1.875, 0.25),
  variances: Float64Array.of(0.8, 0.1, 0.05),
  randomWalkVariances: Float64Array.of(0.7, 0.15, 0.07),
  centring: 'last',
  provenance: { ...provenance, createdBy: 'projectTrajectory' },
};

export const spectrum: Spectrum = {
  kind: 'spectrum',
  matrix: 'hessian',
  size: 12,
  nodes: [Float64Array.of(-0.1, 0.4, 5), Float64Array.of(-0.2, 0.5, 4.9)],
  weights: [Float64Array.of(0.2, 0.7, 0.1), Float64Array.of(0.3, 0.6, 0.1)],
  provenance: { ...provenance, createdBy: 'spectrum' },
};

export const path: PathProfile = {
  kind: 'path',
  shape: 'bezier',
  controls: [Float64Array.of(1, 0), Float64Array.of(0, 2), Float64Array.of(-1, 0)],
  places: steps(0, 1, 5),
  values: Float64Array.of(0, 0.04, 0.02, 0.04, 0),
  barrier: 0.04,
  mean: 0.02,
  stretch: 1.5,
  provenance: { ...provenance, createdBy: 'curve' },
};

export const mergeTree: MergeTree = {
  kind: 'merge-tree',
  shape: [5, 5],
  minima: Int32Array.of(7, 11, 3),
  births: Float64Array.of(0, 0.2, 0.5),
  saddles: Int32Array.of(-1, 9, 12),
  deaths: Float64Array.of(Infinity, 1, 0.8),
  parents: Int32Array.of(-1, 0, 1),
  provenance: { ...provenance, createdBy: 'mergeTree' },
};

export const results: readonly Result[] = [
  bowl,
  trajectory,
  spectrum,
  {
    kind: 'eigenpairs',
    matrix: 'gauss-newton',
    values: Float64Array.of(9, 1),
    residuals: Float64Array.of(1e-9, 1e-8),
    vectors: [Float64Array.of(0, 1), Float64Array.of(1, 0)],
    converged: Uint8Array.of(1, 0),
    provenance,
  },
  path,
  mergeTree,
];
