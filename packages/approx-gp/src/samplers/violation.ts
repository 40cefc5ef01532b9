import type { EncodedTrial } from './types.js';

/** How far a trial breaks its constraints: the sum of what is above 0; 0 if it keeps them or said nothing. */
export function violationOf({ constraints }: EncodedTrial): number {
  return constraints?.reduce((sum, value) => sum + Math.max(0, value), 0) ?? 0;
}
