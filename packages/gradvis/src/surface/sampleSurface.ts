import { describeValue, InvalidArgumentError, trackProgress, type Progress } from '@pct/core';
import { checkDirections, cosines } from '../directions/geometry.js';
import type { Direction } from '../directions/types.js';
import type { Journal } from '../journal/journal.js';
import { checkVector } from '../objective/check.js';
import { lossesAt, pointAt, type EvaluateOptions } from '../objective/evaluate.js';
import { factsOf, isObjectiveSource, type ObjectiveLike } from '../objective/source.js';
import { provenanceOf } from '../results/provenance.js';
import type { Surface } from '../results/types.js';
import { coarseToFine, coordinatesAt, coordinatesOf, type AxisExtent, type GridAxis } from './grid.js';
import { surfaceKey } from './key.js';

const NAME = 'sampleSurface';

/** A direction with the range and the number of points to sample along it. */
export interface SurfaceAxis extends Direction, GridAxis {}

/** Options of {@link sampleSurface}. */
export interface SampleSurfaceOptions extends EvaluateOptions, GridAxis {
  /**
   * Keeps losses as they come, by grid index, and gives back those of an earlier run, which are not computed again.
   * @defaultValue none
   */
  readonly journal?: Journal | undefined;
  /**
   * Whether the result holds origin and directions, of the size of the model each.
   * @defaultValue `true`
   */
  readonly keepVectors?: boolean | undefined;
  /** Counts the points that are left to compute. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Receives the surface as far as it is known, from coarse to fine, at most every `partialIntervalMs`. */
  readonly onPartial?: ((surface: Surface) => void) | undefined;
  /** Least time between two partial surfaces, in milliseconds. @defaultValue `500` */
  readonly partialIntervalMs?: number | undefined;
}

/**
 * Losses on a grid L(origin + Σ cᵢ dᵢ) along one, two or three directions: a line, a plane or a volume.
 *
 * Points are computed from coarse to fine, each on its own, so that the result has the same bits with and without threads,
 * and whether or not it was interrupted. NaN and infinite losses are kept.
 *
 * @param objective - the loss, or with an executor where to find it
 * @param origin - point with coordinates 0, such as a minimum; [size]
 * @param axes - one to three {@link SurfaceAxis}; they need not be at right angles. Range and points of those that do not tell them
 *   are those of the options
 * @param options - {@link SampleSurfaceOptions}
 * @throws {@link InvalidArgumentError} if a direction is zero or not finite, a range does not ascend, there is an executor
 *   but no source, or the journal belongs to another surface · {@link ShapeError} if the vectors have not as many elements as
 *   the objective has parameters · {@link TaskError} if the objective throws
 * @example
 * ```ts
 * const axes = randomDirections(objective, minimum, 2);
 * const plane = await sampleSurface(objective, minimum, axes, { range: [-0.5, 0.5], points: 31 });
 * const line = await sampleSurface(objective, minimum, [directionBetween(minimum, other)], { range: [0, 1] });
 * ```
 */
export async function sampleSurface(
  objective: ObjectiveLike,
  origin: Float64Array,
  axes: readonly SurfaceAxis[],
  options: SampleSurfaceOptions = {},
): Promise<Surface> {
  const { journal, keepVectors = true, partialIntervalMs = 500, executor, signal } = options;
  const { coordinates, total, extents } = openGrid(NAME, objective, origin, axes, options);
  const values = new Float64Array(total).fill(NaN);
  const status = new Uint8Array(total);
  const found = (index: number, loss: number): void => {
    values[index] = loss;
    status[index] = 1;
  };
  const known = await journal?.load(surfaceKey(objective, origin, axes, coordinates));
  known?.forEach(([loss], index) => found(index, loss!));

  const common = {
    kind: 'surface' as const,
    axes: axes.map(({ name, direction, variance }, axis) => ({
      name,
      coordinates: coordinates[axis]!,
      ...(keepVectors ? { direction: direction.slice() } : {}),
      ...(variance === undefined ? {} : { variance }),
    })),
    ...(keepVectors ? { origin: origin.slice() } : {}),
    cosines: cosines(axes),
    provenance: provenanceOf(NAME, settingsOf(axes, extents), factsOf(objective)),
  };
  const left = coarseToFine(coordinates.map(({ length }) => length)).filter((index) => status[index] === 0);
  const directions = axes.map(({ direction }) => direction);
  function* points(): Generator<Float64Array, void, undefined> {
    for (const index of left) yield pointAt(origin, directions, coordinatesAt(coordinates, index));
  }
  const progress = trackProgress(left.length, options.onProgress);
  let shown = performance.now();
  for await (const { index, output } of lossesAt(NAME, objective, points(), { executor, signal })) {
    found(left[index]!, output);
    await journal?.append(left[index]!, Float64Array.of(output));
    progress.advance();
    const now = performance.now();
    if (options.onPartial === undefined || now - shown < partialIntervalMs) continue;
    shown = now;
    options.onPartial({ ...common, values: values.slice(), status: status.slice() });
  }
  progress.finish();
  return { ...common, values, status };
}

/** The checked grid of some axes. */
export interface Grid {
  readonly coordinates: readonly Float64Array[];
  /** Range and points of each axis. */
  readonly extents: readonly AxisExtent[];
  /** Number of points. */
  readonly total: number;
}

/** Checks what a surface is made of. Axes that do not tell their range or number of points have those of `common`. */
export function openGrid(
  functionName: string,
  objective: ObjectiveLike,
  origin: Float64Array,
  axes: readonly SurfaceAxis[],
  common: GridAxis,
): Grid {
  if (!(axes?.length >= 1 && axes.length <= 3))
    throw new InvalidArgumentError(
      `${functionName}: axes must be one to three directions, got ${describeValue(axes)}`,
    );
  const bare = axes.findIndex((axis) => axis?.direction === undefined);
  if (bare >= 0)
    throw new InvalidArgumentError(
      `${functionName}: axes[${bare}] must be { name, direction }, got ${describeValue(axes[bare])}; ` +
        "make one by randomDirections or directionBetween, or name a vector as { name: 'mine', direction }",
    );
  checkVector(functionName, 'origin', origin, isObjectiveSource(objective) ? undefined : objective.size);
  checkDirections(functionName, axes, origin.length);
  const { range: commonRange = [-1, 1], points: commonPoints = 51 } = common;
  const extents = axes.map(({ range = commonRange, points = commonPoints }) => ({ range, points }));
  const coordinates = extents.map((one) => coordinatesOf(functionName, one));
  return { coordinates, extents, total: coordinates.reduce((product, { length }) => product * length, 1) };
}

function settingsOf(axes: readonly SurfaceAxis[], extents: Grid['extents']): Record<string, unknown> {
  return {
    axes: axes.map(({ name, made }, k) => ({
      name,
      range: [...extents[k]!.range],
      points: extents[k]!.points,
      ...(made === undefined ? {} : { made }),
    })),
  };
}
