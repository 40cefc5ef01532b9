import { checkFinite, InvalidArgumentError } from '@pct/core';
import type { Direction } from '../directions/types.js';
import type { ObjectiveLike } from '../objective/source.js';
import type { Surface, Trajectory } from '../results/types.js';
import { sampleSurface, type SampleSurfaceOptions, type SurfaceAxis } from '../surface/sampleSurface.js';
import type { Checkpoints } from './checkpoints.js';
import { projectTrajectory } from './projectTrajectory.js';
import { trajectoryPca, type TrajectoryPca } from './trajectoryPca.js';

/** Options of {@link frameTrajectories}. */
export interface FrameOptions {
  /** Added at each end of an axis, as part of the extent of the trajectories, at least 0. @defaultValue `0.2` */
  readonly margin?: number | undefined;
  /** Points of each axis. @defaultValue `51` */
  readonly points?: number | undefined;
}

/**
 * Axes with ranges in which trajectories lie, with a margin.
 *
 * @param trajectories - at least one, with coordinates on these axes
 * @param axes - directions
 * @param options - {@link FrameOptions}
 * @throws {@link InvalidArgumentError} if the coordinates are not those of these axes, or do not differ along one
 */
export function frameTrajectories(
  trajectories: readonly Pick<Trajectory, 'coordinates'>[],
  axes: readonly Direction[],
  options: FrameOptions = {},
): SurfaceAxis[] {
  const name = 'frameTrajectories';
  const { margin = 0.2, points = 51 } = options;
  checkFinite(name, 'margin', margin, { min: 0 });
  return axes.map((axis, place) => {
    let [low, high] = [Infinity, -Infinity];
    for (const { coordinates } of trajectories) {
      if (coordinates.length % axes.length !== 0)
        throw new InvalidArgumentError(
          `${name}: trajectories must have coordinates on ${axes.length} axes, got ${coordinates.length} numbers`,
        );
      for (let k = place; k < coordinates.length; k += axes.length) {
        low = Math.min(low, coordinates[k]!);
        high = Math.max(high, coordinates[k]!);
      }
    }
    const room = margin * (high - low);
    if (!(low < high))
      throw new InvalidArgumentError(
        `${name}: trajectories must extend along "${axis.name}", but all their coordinates are ${low}`,
      );
    return { ...axis, range: [low - room, high + room] as const, points };
  });
}

/** Options of {@link trajectorySurface}. */
export interface TrajectorySurfaceOptions
  extends Omit<SampleSurfaceOptions, 'range' | 'points'>, FrameOptions {
  /** Training step of each checkpoint. @defaultValue 0, 1, 2, … */
  readonly steps?: ArrayLike<number> | undefined;
  /** As for `trajectoryPca`. @defaultValue `'last'` */
  readonly centring?: 'last' | 'mean' | undefined;
}

/** A plane through a training. */
export interface TrajectorySurface {
  readonly surface: Surface;
  readonly trajectory: Trajectory;
  readonly pca: TrajectoryPca;
}

/**
 * The plane of the first two principal components of a training, with the training on it.
 *
 * @param objective - as for `sampleSurface`
 * @param checkpoints - at least three that do not lie on one line; [size] each
 * @param options - {@link TrajectorySurfaceOptions}; progress counts points of the surface
 * @throws as `trajectoryPca`, `projectTrajectory` and `sampleSurface` · {@link InvalidArgumentError} if the checkpoints lie
 *   on one line
 */
export async function trajectorySurface(
  objective: ObjectiveLike,
  checkpoints: Checkpoints,
  options: TrajectorySurfaceOptions = {},
): Promise<TrajectorySurface> {
  const { steps, centring, margin, points, ...sampling } = options;
  const { executor, signal } = sampling;
  const pca = await trajectoryPca(checkpoints, { centring, signal });
  const { origin, directions } = pca;
  if (directions.length < 2)
    throw new InvalidArgumentError(
      'trajectorySurface: checkpoints must span a plane, but they lie on one line; ' +
        'add a random direction to the axis of trajectoryPca, or draw a line with sampleSurface',
    );
  const trajectory = await projectTrajectory(
    checkpoints,
    { origin, axes: directions },
    {
      steps,
      objective,
      pca,
      executor,
      signal,
    },
  );
  const axes = frameTrajectories([trajectory], directions, { margin, points });
  return { surface: await sampleSurface(objective, origin, axes, sampling), trajectory, pca };
}
