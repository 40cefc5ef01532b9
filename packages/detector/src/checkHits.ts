import { checkInteger, describeValue, InvalidArgumentError } from '@pct/core';

import type { Hits } from './hits.js';
import { hitColumns } from './hits.js';

/** Layers are numbered below this; a larger number is a mistake and not a detector. */
export const maxLayers = 65_536;

/**
 * Checks that hits are what {@link Hits} promises.
 *
 * @param caller - name of the public function that was given the hits, for the message
 * @throws {@link InvalidArgumentError} where a column has another length than `count`, a position or an energy
 *   is not finite, an energy is negative, or a layer is not in 0 … 65 535
 */
export function checkHits(hits: Hits, caller: string): void {
  const { count } = hits;
  checkInteger(caller, 'hits.count', count, { min: 0 });
  for (const name of hitColumns) {
    const expected =
      name === 'posX' || name === 'posY' || name === 'posZ' || name === 'edep' ? Float64Array : Int32Array;
    const column: unknown = hits[name];
    if (!(column instanceof expected)) {
      throw new InvalidArgumentError(
        `${caller}: hits.${name} must be a ${expected.name}, got ${describeValue(column)}`,
      );
    }
    if (column.length !== count) {
      throw new InvalidArgumentError(
        `${caller}: hits.${name} must have hits.count = ${count} entries, got ${column.length}`,
      );
    }
  }
  for (const name of ['posX', 'posY', 'posZ', 'edep'] as const) {
    const column = hits[name];
    const lowest = name === 'edep' ? 0 : -Infinity;
    for (let i = 0; i < count; i++) {
      const value = column[i]!;
      // Written so that NaN fails.
      if (!(value >= lowest && value < Infinity && value > -Infinity)) {
        throw new InvalidArgumentError(
          `${caller}: hits.${name} must be finite${name === 'edep' ? ' and >= 0 MeV' : ''}, got ${value} in hit ${i}`,
        );
      }
    }
  }
  for (let i = 0; i < count; i++) {
    const layer = hits.layer[i]!;
    if (layer < 0 || layer >= maxLayers) {
      throw new InvalidArgumentError(
        `${caller}: hits.layer must be 0 to ${maxLayers - 1}, got ${layer} in hit ${i}`,
      );
    }
  }
}
