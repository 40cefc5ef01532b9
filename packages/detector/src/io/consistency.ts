import { FileFormatError } from '@pct/core';

import type { Hits } from '../hits.js';
import type { RowNames } from './layerIds.js';

/** Which contradictions between rows are errors; part of the options of `decodeHits`. */
export interface ConsistencyOptions {
  /**
   * What to do with a hit that is a copy of an earlier one: same event, track, layer, position and energy.
   * @defaultValue `'error'`
   */
  readonly duplicates?: 'error' | 'keep' | undefined;
  /**
   * What to do with a particle (`eventID`, `trackID`) whose hits name different parents.
   * @defaultValue `'error'`
   */
  readonly parentConflicts?: 'error' | 'keep' | undefined;
}

/**
 * Looks for hits that contradict each other.
 *
 * Open-addressing hash tables of row numbers; O(hits) time, no allocation per row.
 *
 * @throws {@link FileFormatError} naming the second row of the pair, and the first in its message
 */
export function checkConsistency(
  hits: Hits,
  rows: RowNames,
  { duplicates = 'error', parentConflicts = 'error' }: ConsistencyOptions,
): void {
  if (duplicates === 'error') checkDuplicates(hits, rows);
  if (parentConflicts === 'error') checkParents(hits, rows);
}

function checkDuplicates(hits: Hits, { file, firstRow }: RowNames): void {
  const { count, eventID, trackID, layer, posX, posY, posZ, edep } = hits;
  const table = new Int32Array(tableSize(count));
  const mask = table.length - 1;
  const xWords = new Int32Array(posX.buffer, posX.byteOffset, 2 * count);
  const energyWords = new Int32Array(edep.buffer, edep.byteOffset, 2 * count);
  for (let i = 0; i < count; i++) {
    let hash = mix(mix(mix(0, eventID[i]!), trackID[i]!), layer[i]!);
    // Without the sign bits, since 0 and -0 are one value.
    hash = mix(mix(hash, xWords[2 * i]!), xWords[2 * i + 1]! & 0x7fffffff);
    hash = mix(mix(hash, energyWords[2 * i]!), energyWords[2 * i + 1]! & 0x7fffffff);
    let slot = finished(hash) & mask;
    for (let entry = table[slot]!; entry !== 0; entry = table[slot]!) {
      const j = entry - 1;
      if (
        posX[j] === posX[i] &&
        edep[j] === edep[i] &&
        eventID[j] === eventID[i] &&
        trackID[j] === trackID[i] &&
        layer[j] === layer[i] &&
        posY[j] === posY[i] &&
        posZ[j] === posZ[i]
      ) {
        throw new FileFormatError(
          { file, row: i + firstRow },
          `copy of the hit in row ${j + firstRow} (same event, track, layer, position and energy); ` +
            "remove one, or pass duplicates: 'keep'",
        );
      }
      slot = (slot + 1) & mask;
    }
    table[slot] = i + 1;
  }
}

function checkParents(hits: Hits, { file, firstRow }: RowNames): void {
  const { count, eventID, trackID, parentID } = hits;
  const table = new Int32Array(tableSize(count));
  const mask = table.length - 1;
  for (let i = 0; i < count; i++) {
    // Hits of one particle mostly follow each other.
    let j = i - 1;
    if (j < 0 || eventID[j] !== eventID[i] || trackID[j] !== trackID[i]) {
      let slot = finished(mix(mix(0, eventID[i]!), trackID[i]!)) & mask;
      j = table[slot]! - 1;
      while (j >= 0 && (eventID[j] !== eventID[i] || trackID[j] !== trackID[i])) {
        slot = (slot + 1) & mask;
        j = table[slot]! - 1;
      }
      if (j < 0) {
        table[slot] = i + 1;
        continue;
      }
    }
    if (parentID[j] !== parentID[i]) {
      throw new FileFormatError(
        { file, row: i + firstRow, column: 'parentID' },
        `event ${eventID[i]}, track ${trackID[i]} has parent ${parentID[i]} here and ${parentID[j]} in row ` +
          `${j + firstRow}; mend the file, or pass parentConflicts: 'keep'`,
      );
    }
  }
}

/** A power of two, at least twice the entries, so that probing stays short. */
function tableSize(entries: number): number {
  return 2 ** Math.ceil(Math.log2(2 * entries + 2));
}

function mix(hash: number, word: number): number {
  const next = Math.imul(hash ^ word, 0x9e3779b1);
  return next ^ (next >>> 15);
}

function finished(hash: number): number {
  const next = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return next ^ (next >>> 13);
}
