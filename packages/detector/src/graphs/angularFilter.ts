import { InvalidArgumentError, checkFinite } from '@pct/core';
import type { Frame } from '../frame.js';
import { checkFrame } from './checkFrame.js';

/** Effect of an angular mask on one group of edges. */
export interface FilteredEdges {
  /** All edges of the group before the mask. */
  readonly edges: number;
  /** Those whose ends belong to the same event. */
  readonly trueEdges: number;
  /** Share of all edges that every threshold removes, in [0, 1], [thresholds]; NaN if there is no edge. */
  readonly removed: Float64Array;
  /** Share of the true edges that every threshold removes, in [0, 1], [thresholds]; NaN if there is none. */
  readonly removedTrue: Float64Array;
}

/** What {@link angularFilter} returns. */
export interface AngularFilter {
  /** The thresholds, rad, ascending. */
  readonly thresholds: Float64Array;
  /** Edges whose shallower end is in layer 0, 1 or 2. */
  readonly tracker: FilteredEdges;
  /** All other edges. */
  readonly calorimeter: FilteredEdges;
}

/** Edges whose shallower end has a layer below this one form the group 'tracker'. */
const firstCalorimeterTarget = 3;

/**
 * How many edges a mask on the angle to the beam removes, per threshold: the curve that its operating point
 * is chosen from, and a statistic to compare simulated data with.
 *
 * Counts all pairs of hits in adjacent layers, pooled over the frames. An edge is removed if its angle is at
 * least the threshold; both groups see the same threshold. The groups are those of the published figure: an
 * edge belongs to the tracker if its *shallower* end is in layer 0, 1 or 2. The mask of {@link hitGraph} groups
 * by the *deeper* end, so its tracker edges are one pair of layers fewer.
 *
 * @param frames - frames to pool
 * @param thresholds - angles to +z, rad, ascending, in (0, π/2], [thresholds]
 * @throws InvalidArgumentError if there are no thresholds, they do not ascend or are out of range, or a frame is malformed
 * @see Kortus, Keidel and Gauger 2024, arXiv:2407.13420 (figure on the edge filter of the hit graph)
 */
export function angularFilter(frames: Iterable<Frame>, thresholds: ArrayLike<number>): AngularFilter {
  const angles = checkThresholds(thresholds);
  const squaredSlopes = angles.map((angle) => Math.tan(angle) ** 2);
  const bins = angles.length + 1;
  // Histograms over "number of thresholds that remove the edge", [group, truth, bins].
  const histograms = new Float64Array(4 * bins);
  for (const frame of frames) {
    checkFrame('angularFilter', frame);
    for (let k = 0; k + 1 < frame.layers.length; k++) {
      const group = frame.layers[k + 1]! < firstCalorimeterTarget ? 0 : 1;
      countPair(frame, k, squaredSlopes, histograms, group * 2 * bins, bins);
    }
  }
  return {
    thresholds: angles,
    tracker: summarise(histograms.subarray(0, 2 * bins), bins),
    calorimeter: summarise(histograms.subarray(2 * bins), bins),
  };
}

function checkThresholds(thresholds: ArrayLike<number>): Float64Array {
  if (thresholds.length === 0) {
    throw new InvalidArgumentError('angularFilter: thresholds must hold at least one angle, got none');
  }
  const angles = Float64Array.from(thresholds);
  for (let t = 0; t < angles.length; t++) {
    checkFinite('angularFilter', `thresholds[${t}]`, angles[t]!, { min: Number.MIN_VALUE, max: Math.PI / 2 });
    if (t > 0 && !(angles[t]! > angles[t - 1]!)) {
      throw new InvalidArgumentError(
        `angularFilter: thresholds must ascend, got ${angles[t]} after ${angles[t - 1]}; sort them first`,
      );
    }
  }
  return angles;
}

/** Adds the edges between the k-th and the next layer to histograms[offset ..]. */
function countPair(
  frame: Frame,
  k: number,
  squaredSlopes: Float64Array,
  histograms: Float64Array,
  offset: number,
  bins: number,
): void {
  const { posX, posY, posZ, eventID, layerOffsets } = frame;
  const start = layerOffsets[k + 1]!;
  const end = layerOffsets[k + 2]!;
  for (let source = layerOffsets[k]!; source < start; source++) {
    for (let target = start; target < end; target++) {
      const dx = posX[source]! - posX[target]!;
      const dy = posY[source]! - posY[target]!;
      const dz = posZ[source]! - posZ[target]!;
      const squared = dx * dx + dy * dy;
      const dz2 = dz * dz;
      // Kept by threshold t if squared < slope² dz²; thresholds ascend, so those that remove come first.
      let removedBy = 0;
      if (dz > 0) {
        while (removedBy < squaredSlopes.length && squared >= squaredSlopes[removedBy]! * dz2) removedBy++;
      } else {
        removedBy = squaredSlopes.length;
      }
      const same = eventID[source] === eventID[target] ? bins : 0;
      histograms[offset + same + removedBy]!++;
    }
  }
}

/** Turns one group's histograms, [truth, bins], into shares. */
function summarise(histograms: Float64Array, bins: number): FilteredEdges {
  const removed = new Float64Array(bins - 1);
  const removedTrue = new Float64Array(bins - 1);
  let falseAbove = 0;
  let trueAbove = 0;
  for (let t = bins - 1; t > 0; t--) {
    falseAbove += histograms[t]!;
    trueAbove += histograms[bins + t]!;
    removed[t - 1] = falseAbove + trueAbove;
    removedTrue[t - 1] = trueAbove;
  }
  const trueEdges = trueAbove + histograms[bins]!;
  const edges = falseAbove + histograms[0]! + trueEdges;
  return {
    edges,
    trueEdges,
    removed: removed.map((count) => count / edges),
    removedTrue: removedTrue.map((count) => count / trueEdges),
  };
}
