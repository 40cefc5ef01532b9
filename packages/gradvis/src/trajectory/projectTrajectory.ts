import {
  checkFinite,
  GrowingCholesky,
  InvalidArgumentError,
  ShapeError,
  throwIfAborted,
  trackProgress,
  type Progress,
} from '@pct/core';
import { checkDirections, cosines } from '../directions/geometry.js';
import type { Direction } from '../directions/types.js';
import { addScaled, difference, dot, norm } from '../linalg/vectors.js';
import { checkVector } from '../objective/check.js';
import { lossesAt, pointAt, type EvaluateOptions } from '../objective/evaluate.js';
import { factsOf, type ObjectiveLike } from '../objective/source.js';
import { provenanceOf } from '../results/provenance.js';
import type { Trajectory } from '../results/types.js';
import { openCheckpoints, usualBlock, type Checkpoints } from './checkpoints.js';
import type { TrajectoryPca } from './trajectoryPca.js';

const NAME = 'projectTrajectory';

/** A line, plane or volume in parameter space. */
export interface Plane {
  /** Point with coordinates 0, [size]. */
  readonly origin: Float64Array;
  /** One to three; they need not be at right angles. */
  readonly axes: readonly Direction[];
}

/** Options of {@link projectTrajectory}. */
export interface ProjectTrajectoryOptions extends EvaluateOptions {
  /** Training step of each checkpoint, [points]. @defaultValue 0, 1, 2, … */
  readonly steps?: ArrayLike<number> | undefined;
  /** For the losses of the checkpoints and of their projections: two evaluations per checkpoint. @defaultValue none: the losses are NaN */
  readonly objective?: ObjectiveLike | undefined;
  /** Principal components of the same checkpoints, whose variances the result shall tell. @defaultValue none: there are no variances */
  readonly pca?: TrajectoryPca | undefined;
  /** Checkpoints in memory at once. @defaultValue as many as fill 256 MB, at least 2 */
  readonly block?: number | undefined;
  /** Counts checkpoints and evaluations. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Where the checkpoints of a training lie over a plane: coordinates by least squares, which holds for axes at any angle,
 * how much of each lies off the plane, and the loss there and at its projection.
 *
 * @param checkpoints - at least one, [size] each
 * @param plane - such as the principal components of the same or of another training
 * @param options - {@link ProjectTrajectoryOptions}
 * @throws {@link InvalidArgumentError} if axes are zero, parallel or not finite, or an option is out of range ·
 *   {@link ShapeError} if sizes differ · {@link TaskError} if the objective throws
 */
export async function projectTrajectory(
  checkpoints: Checkpoints,
  { origin, axes }: Plane,
  options: ProjectTrajectoryOptions = {},
): Promise<Trajectory> {
  const { objective, pca, executor, signal, onProgress } = options;
  checkVector(NAME, 'origin', origin);
  if (!(axes?.length >= 1 && axes.length <= 3))
    throw new InvalidArgumentError(`${NAME}: axes must be one to three directions, got ${axes?.length}`);
  checkDirections(NAME, axes, origin.length);
  const { count, load } = openCheckpoints(NAME, checkpoints, { least: 1, size: origin.length });
  const steps = stepsOf(options.steps, count);
  const project = projector(axes);
  const directions = axes.map(({ direction }) => direction);

  const coordinates = new Float64Array(count * axes.length);
  const residuals = new Float64Array(count);
  const trueLosses = new Float64Array(count).fill(NaN);
  const projectedLosses = new Float64Array(count).fill(NaN);
  const progress = trackProgress(objective === undefined ? count : 3 * count, onProgress);
  const block = Math.max(1, options.block ?? usualBlock(origin.length));
  for (let from = 0; from < count; from += block) {
    const points: Float64Array[] = [];
    for (let i = from; i < Math.min(count, from + block); i++) {
      throwIfAborted(signal);
      const checkpoint = await load(i);
      const rest = difference(checkpoint, origin);
      const distance = norm(rest);
      const found = project(rest);
      coordinates.set(found, i * axes.length);
      directions.forEach((direction, axis) => addScaled(rest, -found[axis]!, direction));
      residuals[i] = distance === 0 ? 0 : Math.min(1, norm(rest) / distance);
      if (objective !== undefined) points.push(checkpoint.slice(), pointAt(origin, directions, found));
      progress.advance();
    }
    if (objective === undefined) continue;
    for await (const { index, output } of lossesAt(NAME, objective, points, { executor, signal })) {
      const losses = index % 2 === 0 ? trueLosses : projectedLosses;
      losses[from + Math.floor(index / 2)] = output;
      progress.advance();
    }
  }
  progress.finish();
  return {
    kind: 'trajectory',
    steps,
    coordinates,
    residuals,
    trueLosses,
    projectedLosses,
    variances: pca?.variances.slice() ?? new Float64Array(0),
    randomWalkVariances: pca?.randomWalkVariances.slice() ?? new Float64Array(0),
    centring: pca?.centring ?? 'last',
    provenance: provenanceOf(
      NAME,
      {
        checkpoints: count,
        axes: axes.map(({ name, made }) => (made === undefined ? { name } : { name, made })),
      },
      objective === undefined ? {} : factsOf(objective),
    ),
  };
}

function stepsOf(steps: ArrayLike<number> | undefined, count: number): Float64Array {
  if (steps === undefined) return Float64Array.from({ length: count }, (_, i) => i);
  if (steps.length !== count)
    throw new ShapeError(`${NAME}: steps must hold one number per checkpoint, ${count}, got ${steps.length}`);
  return Float64Array.from(steps, (step, i) => checkFinite(NAME, `steps[${i}]`, step));
}

/** Coordinates by least squares: the normal equations of unit axes, which are small and well scaled. */
function projector(axes: readonly Direction[]): (vector: Float64Array) => Float64Array {
  const lengths = axes.map(({ direction }) => norm(direction));
  const factor = new GrowingCholesky();
  const normal = { rows: axes.length, columns: axes.length, data: cosines(axes) };
  if (factor.factor(normal, { jitter: 'none' }).status !== 'ok')
    throw new InvalidArgumentError(
      `${NAME}: axes must not be parallel or lie in one plane: ${axes.map(({ name }) => `"${name}"`).join(', ')}`,
    );
  return (vector) =>
    factor
      .solve(axes.map(({ direction }, axis) => dot(direction, vector) / lengths[axis]!))
      .map((coordinate, axis) => coordinate / lengths[axis]!);
}
