import { crc32 } from '@pct/core/npy';
import { isObjectiveSource, type ObjectiveLike } from '../objective/source.js';

/** A number that stands for all bits of some numbers. */
export function checksum({ buffer, byteOffset, byteLength }: Float64Array): number {
  return crc32(new Uint8Array(buffer, byteOffset, byteLength));
}

/** What an objective says about itself, in keys of journals: its module may lie elsewhere when work goes on. */
export function objectiveKey(objective: ObjectiveLike): Readonly<Record<string, unknown>> {
  const { label, batchNorm } = objective;
  return {
    label,
    batchNorm,
    ...(isObjectiveSource(objective) ? { name: objective.name, settings: objective.settings } : {}),
  };
}
