import { checksum, objectiveKey } from '../journal/key.js';
import type { ObjectiveLike } from '../objective/source.js';
import type { SurfaceAxis } from './sampleSurface.js';

/**
 * What tells surfaces apart in journals: checksums of all numbers that decide where points lie, and what the objective says
 * about itself.
 */
export function surfaceKey(
  objective: ObjectiveLike,
  origin: Float64Array,
  axes: readonly SurfaceAxis[],
  coordinates: readonly Float64Array[],
): string {
  return JSON.stringify({
    work: 'sampleSurface',
    origin: checksum(origin),
    axes: axes.map(({ direction }, axis) => ({
      points: coordinates[axis]!.length,
      direction: checksum(direction),
      coordinates: checksum(coordinates[axis]!),
    })),
    objective: objectiveKey(objective),
  });
}
