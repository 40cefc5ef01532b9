/** What the analyses return, and what files and figures take: plain objects of numbers and typed arrays. */

/** Where a result comes from; written into every file. */
export interface Provenance {
  /** Function that made it. */
  readonly createdBy: string;
  /** Package and version. */
  readonly version: string;
  /** Seed of the random choices, where there are any. */
  readonly seed?: number | undefined;
  /** Name of the objective and its data, as the caller gave it. */
  readonly objective?: string | undefined;
  /** What batch normalisation used, as the caller gave it. */
  readonly batchNorm?: BatchNormMode | undefined;
  /** Options in effect, defaults filled in; JSON values only. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * What batch normalisation uses at a point: stored statistics of the centre (`fixed`), statistics interpolated as
 * if they were parameters, or statistics recomputed from the data at every point.
 */
export type BatchNormMode = 'fixed' | 'interpolated' | 'recomputed';

/** One axis of a line, plane or volume in parameter space. */
export interface Axis {
  /** What the axis is, such as `PC 1` or `random 1 (filter-normalised)`. */
  readonly name: string;
  /** Coordinates of the samples, [points], ascending, in units of the direction. */
  readonly coordinates: Float64Array;
  /** Direction in parameter space, [size]. Left out where the file shall stay small. */
  readonly direction?: Float64Array | undefined;
  /** Share of the trajectory's variance along the axis, in [0, 1], for principal components. */
  readonly variance?: number | undefined;
}

/** Losses on a grid of one, two or three axes. */
export interface Surface {
  readonly kind: 'surface';
  /** One to three axes. */
  readonly axes: readonly Axis[];
  /**
   * Losses, row-major with the last axis first ([y][x], [z][y][x]): entry `x + nx (y + ny z)`. NaN where it was
   * not computed or the loss was NaN (see `status`); infinities stay.
   */
  readonly values: Float64Array;
  /** Per entry: 0 not computed, 1 computed. */
  readonly status: Uint8Array;
  /** Point of the origin, [size]. Left out where the file shall stay small. */
  readonly origin?: Float64Array | undefined;
  /** Cosines between directions, [axes, axes] row-major. */
  readonly cosines: Float64Array;
  readonly provenance: Provenance;
}

/** Checkpoints of a training on a plane. */
export interface Trajectory {
  readonly kind: 'trajectory';
  /** Training step of each checkpoint, [points]. */
  readonly steps: Float64Array;
  /** Coordinates on the axes, [points, axes] row-major, by least squares. */
  readonly coordinates: Float64Array;
  /** Length of what lies off the plane over the distance from the origin, in [0, 1], [points]; 0 at the origin. */
  readonly residuals: Float64Array;
  /** Loss of the checkpoint itself, [points]; NaN where it was not computed. */
  readonly trueLosses: Float64Array;
  /** Loss of its projection to the plane, [points]; NaN where it was not computed. */
  readonly projectedLosses: Float64Array;
  /** Share of the variance of each principal component, [components], descending. */
  readonly variances: Float64Array;
  /** The same of a random walk of as many steps, by its closed form. */
  readonly randomWalkVariances: Float64Array;
  /** What differences were taken from: the last checkpoint, or the mean. */
  readonly centring: 'last' | 'mean';
  readonly provenance: Provenance;
}

/** Nodes and weights of stochastic Lanczos quadrature: a density that can be smoothed later. */
export interface Spectrum {
  readonly kind: 'spectrum';
  /** Which matrix. */
  readonly matrix: 'hessian' | 'gauss-newton';
  /** Order of the matrix. */
  readonly size: number;
  /** Ritz values, one array per run, ascending. */
  readonly nodes: readonly Float64Array[];
  /** Weights, one array per run, each of sum 1. */
  readonly weights: readonly Float64Array[];
  readonly provenance: Provenance;
}

/** Extreme eigenvalues. */
export interface Eigenpairs {
  readonly kind: 'eigenpairs';
  readonly matrix: 'hessian' | 'gauss-newton';
  /** Descending, [pairs]. */
  readonly values: Float64Array;
  /** ‖A v − λ v‖ of each pair, [pairs]. */
  readonly residuals: Float64Array;
  /** Unit vectors, one per pair, [size] each; the first of the largest components in magnitude is positive. */
  readonly vectors: readonly Float64Array[];
  /** Whether each pair reached the tolerance, [pairs] of 0 and 1. */
  readonly converged: Uint8Array;
  readonly provenance: Provenance;
}

/** Losses along a path between two minima. */
export interface PathProfile {
  readonly kind: 'path';
  readonly shape: 'line' | 'bezier' | 'chain';
  /** Control points with both ends, [size] each. Left out where the file shall stay small. */
  readonly controls?: readonly Float64Array[] | undefined;
  /** Places on the path, from 0 to 1, [points]. */
  readonly places: Float64Array;
  /** Losses, [points]. */
  readonly values: Float64Array;
  /** Highest loss over the straight line between the losses of the ends; not below 0. */
  readonly barrier: number;
  /** Mean loss, weighted with the length of the path. */
  readonly mean: number;
  /** Length of the path over the distance of its ends, at least 1. */
  readonly stretch: number;
  readonly provenance: Provenance;
}

/** Sublevel sets of a two- or three-dimensional grid. */
export interface MergeTree {
  readonly kind: 'merge-tree';
  /** Grid points per axis, first axis first. */
  readonly shape: readonly number[];
  /** Grid index of each local minimum, ascending in loss, [minima]. */
  readonly minima: Int32Array;
  /** Loss of each minimum, [minima]. */
  readonly births: Float64Array;
  /** Grid index of the saddle that joins it to an older one; −1 for the oldest, [minima]. */
  readonly saddles: Int32Array;
  /** Loss of that saddle; infinity for the oldest, [minima]. */
  readonly deaths: Float64Array;
  /** Place in `minima` of the older one that it joins; −1 for the oldest, [minima]. */
  readonly parents: Int32Array;
  readonly provenance: Provenance;
}

/** Anything that can be written to a file. */
export type Result = Surface | Trajectory | Spectrum | Eigenpairs | PathProfile | MergeTree;
