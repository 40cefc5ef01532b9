import { checkInteger, checkPositive, InvalidArgumentError } from '@pct/core';

import { checkHits } from './checkHits.js';
import { alpideEpitaxialThicknessMm, sizeOfCluster } from './clusterSize.js';
import type { ClusteredHits } from './frame.js';
import type { DetectorGeometry } from './geometry.js';
import type { Hits } from './hits.js';
import { radixOrder } from './radixOrder.js';

/** Options of what makes clusters of hits. */
export interface ClusterOptions {
  /**
   * Hits with fewer pixels are dropped, an integer >= 1.
   * @defaultValue 2
   */
  readonly clusterThreshold?: number | undefined;
  /**
   * Thickness of the sensitive layer, mm, > 0: turns `edep` into an energy per length.
   * @defaultValue 0.025, that of an ALPIDE chip
   */
  readonly epitaxialThicknessMm?: number | undefined;
  /**
   * Detector that the hits must lie in: its layers, and its sensitive area to 1 µm.
   * @defaultValue none, all positions and layers are accepted
   */
  readonly geometry?: DetectorGeometry | undefined;
}

/** {@link ClusterOptions} with defaults, checked. */
export interface ClusterSettings {
  readonly clusterThreshold: number;
  readonly epitaxialThicknessMm: number;
  readonly geometry: DetectorGeometry | undefined;
}

/** Slack of the sensitive area, mm: GATE writes positions in single precision. */
const areaToleranceMm = 1e-3;

/** Fills in and checks {@link ClusterOptions} on behalf of `caller`. */
export function clusterSettings(options: ClusterOptions, caller: string): ClusterSettings {
  const { clusterThreshold = 2, epitaxialThicknessMm = alpideEpitaxialThicknessMm, geometry } = options;
  checkInteger(caller, 'clusterThreshold', clusterThreshold, { min: 1 });
  checkPositive(caller, 'epitaxialThicknessMm', epitaxialThicknessMm);
  return { clusterThreshold, epitaxialThicknessMm, geometry };
}

/**
 * Merges the hits of each particle in each layer, and sorts them by event, track and layer.
 *
 * Energies are summed, positions averaged; the sums do not depend on the order of the rows. Clusters below the
 * threshold are kept, also those without a pixel.
 */
export function mergeHits(hits: Hits, settings: ClusterSettings, caller: string): ClusteredHits {
  checkHits(hits, caller);
  if (settings.geometry !== undefined) checkInside(hits, settings.geometry, caller);
  const order = radixOrder([hits.eventID, hits.trackID, hits.layer], hits.count);
  const starts = groupStarts(hits, order);
  const count = starts.length - 1;
  const merged: ClusteredHits = {
    count,
    posX: groupSums(hits.posX, order, starts, true),
    posY: groupSums(hits.posY, order, starts, true),
    posZ: groupSums(hits.posZ, order, starts, true),
    edep: groupSums(hits.edep, order, starts, false),
    eventID: firstOfGroups(hits.eventID, order, starts),
    trackID: firstOfGroups(hits.trackID, order, starts),
    parentID: firstOfGroups(hits.parentID, order, starts),
    layer: firstOfGroups(hits.layer, order, starts),
    clusterSize: new Int32Array(count),
  };
  checkParents(hits, order, starts, caller);
  for (let i = 0; i < count; i++) {
    const size = sizeOfCluster(merged.edep[i]!, settings.epitaxialThicknessMm);
    const sums = merged.posX[i]! + merged.posY[i]! + merged.posZ[i]!;
    if (!(size < 2 ** 31) || Number.isNaN(sums - sums)) {
      const row = order[starts[i]!]!;
      throw new InvalidArgumentError(
        `${caller}: energies or positions of hit ${row} are too large to be merged`,
      );
    }
    merged.clusterSize[i] = size;
  }
  return merged;
}

/** Sorts hits that are merged already by event, track and layer. */
export function sortClusters(hits: ClusteredHits, settings: ClusterSettings, caller: string): ClusteredHits {
  checkHits(hits, caller);
  const { clusterSize, count } = hits;
  if (!(clusterSize instanceof Int32Array) || clusterSize.length !== count) {
    throw new InvalidArgumentError(
      `${caller}: hits.clusterSize must be an Int32Array of hits.count = ${count} entries`,
    );
  }
  if (settings.geometry !== undefined) checkInside(hits, settings.geometry, caller);
  const order = radixOrder([hits.eventID, hits.trackID, hits.layer], count);
  const starts = groupStarts(hits, order);
  for (let g = 0; g + 1 < starts.length; g++) {
    if (starts[g + 1]! - starts[g]! === 1) continue;
    const [a, b] = [order[starts[g]!]!, order[starts[g]! + 1]!];
    throw new InvalidArgumentError(
      `${caller}: clustered hits ${a} and ${b} are of one particle in one layer; give them without clusterSize to merge them`,
    );
  }
  return selectClusters(hits, order);
}

/** The hits of the given rows, in their order. */
export function selectClusters(hits: ClusteredHits, rows: Int32Array): ClusteredHits {
  return {
    count: rows.length,
    posX: select(hits.posX, rows, new Float64Array(rows.length)),
    posY: select(hits.posY, rows, new Float64Array(rows.length)),
    posZ: select(hits.posZ, rows, new Float64Array(rows.length)),
    edep: select(hits.edep, rows, new Float64Array(rows.length)),
    eventID: select(hits.eventID, rows, new Int32Array(rows.length)),
    trackID: select(hits.trackID, rows, new Int32Array(rows.length)),
    parentID: select(hits.parentID, rows, new Int32Array(rows.length)),
    layer: select(hits.layer, rows, new Int32Array(rows.length)),
    clusterSize: select(hits.clusterSize, rows, new Int32Array(rows.length)),
  };
}

function select<T extends Float64Array | Int32Array>(column: T, rows: Int32Array, out: T): T {
  for (let i = 0; i < rows.length; i++) out[i] = column[rows[i]!]!;
  return out;
}

/** Where in `order` each (event, track, layer) begins, and the end. Length [groups + 1]. */
function groupStarts({ count, eventID, trackID, layer }: Hits, order: Int32Array): Int32Array {
  const starts = new Int32Array(count + 1);
  let groups = 0;
  for (let i = 0; i < count; i++) {
    const row = order[i]!;
    const last = i === 0 ? -1 : order[i - 1]!;
    if (
      last < 0 ||
      layer[row] !== layer[last] ||
      trackID[row] !== trackID[last] ||
      eventID[row] !== eventID[last]
    ) {
      starts[groups++] = i;
    }
  }
  starts[groups] = count;
  return starts.slice(0, groups + 1);
}

function firstOfGroups(column: Int32Array, order: Int32Array, starts: Int32Array): Int32Array {
  const firsts = new Int32Array(starts.length - 1);
  for (let g = 0; g < firsts.length; g++) firsts[g] = column[order[starts[g]!]!]!;
  return firsts;
}

function groupSums(column: Float64Array, order: Int32Array, starts: Int32Array, mean: boolean): Float64Array {
  const sums = new Float64Array(starts.length - 1);
  let sorted = new Float64Array(16);
  for (let g = 0; g < sums.length; g++) {
    const start = starts[g]!;
    const size = starts[g + 1]! - start;
    let sum = column[order[start]!]!;
    if (size === 2) {
      sum += column[order[start + 1]!]!;
    } else if (size > 2) {
      // Rounding depends on the order of the terms, and the order of the rows must not show.
      if (size > sorted.length) sorted = new Float64Array(2 * size);
      for (let k = 0; k < size; k++) sorted[k] = column[order[start + k]!]!;
      const terms = sorted.subarray(0, size).sort();
      sum = 0;
      for (let k = 0; k < size; k++) sum += terms[k]!;
    }
    sums[g] = mean ? sum / size : sum;
  }
  return sums;
}

function checkParents(hits: Hits, order: Int32Array, starts: Int32Array, caller: string): void {
  const { parentID } = hits;
  for (let g = 0; g + 1 < starts.length; g++) {
    const first = order[starts[g]!]!;
    for (let i = starts[g]! + 1; i < starts[g + 1]!; i++) {
      const row = order[i]!;
      if (parentID[row] === parentID[first]) continue;
      throw new InvalidArgumentError(
        `${caller}: hits ${Math.min(first, row)} and ${Math.max(first, row)} are of one particle ` +
          `(event ${hits.eventID[row]}, track ${hits.trackID[row]}) but have different parentID`,
      );
    }
  }
}

function checkInside(hits: Hits, geometry: DetectorGeometry, caller: string): void {
  const width = geometry.halfWidthMm + areaToleranceMm;
  const height = geometry.halfHeightMm + areaToleranceMm;
  const layers = geometry.layers.length;
  for (let i = 0; i < hits.count; i++) {
    const x = hits.posX[i]!;
    const y = hits.posY[i]!;
    if (!(Math.abs(x) <= width && Math.abs(y) <= height)) {
      throw new InvalidArgumentError(
        `${caller}: hit ${i} at (${x}, ${y}) mm lies outside the sensitive area |x| <= ${geometry.halfWidthMm}, ` +
          `|y| <= ${geometry.halfHeightMm} mm of the geometry`,
      );
    }
    if (hits.layer[i]! >= layers) {
      throw new InvalidArgumentError(
        `${caller}: hit ${i} is in layer ${hits.layer[i]}, but the geometry has ${layers} layers`,
      );
    }
  }
}
