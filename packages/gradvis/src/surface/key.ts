import { crc32 } from '@pct/core/npy';
import { isObjectiveSource, type ObjectiveLike } from '../objective/source.js';
import type { SurfaceAxis } from './sampleSurface.js';

/**
 * What tells surfaces apart in stores: checksums of all numbers that decide where points lie, and what the objective says
 * about itself.
 */
export function surfaceKey(
  objective: ObjectiveLike,
  origin: Float64Array,
  axes: readonly SurfaceAxis[],
  coordinates: readonly Float64Array[],
): string {
  return JSON.stringify({
    origin: checksum(origin),
    axes: axes.map(({ direction }, axis) => ({
      points: coordinates[axis]!.length,
      direction: checksum(direction),
      coordinates: checksum(coordinates[axis]!),
    })),
    objective: objective.label,
    batchNorm: objective.batchNorm,
    ...(isObjectiveSource(objective) ? { name: objective.name, settings: objective.settings } : {}),
  });
}

function checksum({ buffer, byteOffset, byteLength }: Float64Array): number {
  return crc32(new Uint8Array(buffer, byteOffset, byteLength));
}
