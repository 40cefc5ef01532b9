import type { ClusteredHits } from './frame.js';
import type { Hits } from './hits.js';
import type { ClusterOptions } from './mergeHits.js';
import { clusterSettings, mergeHits, selectClusters } from './mergeHits.js';

/** Options of {@link preprocess}. */
export type PreprocessOptions = ClusterOptions;

/**
 * Turns the hits of a simulation into what the detector reads out: one pixel cluster per particle and layer.
 *
 * Hits of one (`eventID`, `trackID`, `layer`) are merged: energies summed, positions averaged. The energy gives
 * the size of the cluster ({@link clusterSize}), and clusters below `clusterThreshold` are dropped.
 * Particles stay apart where their clusters overlap; secondaries are kept.
 *
 * To cut a file into readout frames, give its hits to {@link frames} instead, which does the same and counts
 * the primaries first.
 *
 * @param hits - hits in any order; the result does not depend on it, to the last bit
 * @param options - {@link PreprocessOptions}
 * @returns clusters, sorted by event, track and layer
 * @throws {@link InvalidArgumentError} if the hits are not what {@link Hits} promises, hits of one particle name
 *   different parents, or a hit lies outside `options.geometry`
 * @see Kortus, Keidel and Gauger 2025, TMLR, section on data preparation; the cluster law is of Pettersen's
 *   DigitalTrackingCalorimeterToolkit
 */
export function preprocess(hits: Hits, options: PreprocessOptions = {}): ClusteredHits {
  const settings = clusterSettings(options, 'preprocess');
  const merged = mergeHits(hits, settings, 'preprocess');
  const { count, clusterSize } = merged;
  const kept = new Int32Array(count);
  let size = 0;
  for (let i = 0; i < count; i++) {
    if (clusterSize[i]! >= settings.clusterThreshold) kept[size++] = i;
  }
  return selectClusters(merged, kept.subarray(0, size));
}
