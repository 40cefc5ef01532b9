import { checkInteger } from '@pct/core';

import { maxLayers } from './checkHits.js';
import type { ClusteredHits, Frame } from './frame.js';
import type { Hits } from './hits.js';
import type { ClusterOptions, ClusterSettings } from './mergeHits.js';
import { clusterSettings, mergeHits, selectClusters, sortClusters } from './mergeHits.js';

/** Options of {@link frames}. */
export interface FramesOptions extends ClusterOptions {
  /** Primaries that cross the detector during one readout, an integer >= 1. Primaries without a hit do not count. */
  readonly primariesPerFrame: number;
  /**
   * Keep the last frame if it has fewer primaries.
   * @defaultValue false
   */
  readonly keepPartial?: boolean | undefined;
}

/** Options of {@link frameFromHits}. */
export interface FrameFromHitsOptions extends ClusterOptions {
  /**
   * {@link Frame.index} of the frame.
   * @defaultValue 0
   */
  readonly index?: number | undefined;
}

/**
 * Cuts hits into readout frames.
 *
 * Each frame takes the next `primariesPerFrame` events, by ascending `eventID`, of those that have a hit at
 * all: events count before the cluster threshold, so that an event without a hit above it takes its place in
 * a frame. Within the frame
 * 1. hits are merged and weak clusters dropped, as {@link preprocess} does;
 * 2. layers behind the first gap are dropped: going in from the first occupied layer, the first layer without
 *    a hit and all behind it;
 * 3. the rest is sorted by layer, deepest first, then by event and track.
 *
 * A frame none of whose hits is left has no layers, and keeps its index.
 *
 * @param hits - hits in any order; the frames do not depend on it, to the last bit. {@link ClusteredHits} are
 *   not merged again and keep their `clusterSize`: so come simulations of their own cluster model. Of
 *   {@link preprocess}ed hits only events that survived it count
 * @param options - {@link FramesOptions}; `primariesPerFrame` is needed
 * @returns frames, indexed from 0
 * @throws {@link InvalidArgumentError} if an option is out of its range, the hits are not what {@link Hits} or
 *   {@link ClusteredHits} promises, or a hit lies outside `options.geometry`
 * @example
 * ```ts
 * const readouts = frames(await readHits('water_100_10k.npz'), { primariesPerFrame: 100 });
 * ```
 * @remarks The code that Kortus et al. published drops layers behind a gap of the whole file, where a gap hardly
 *   occurs. A tracker that joins neighbouring layers needs it in every frame.
 * @see Kortus, Keidel and Gauger 2025, TMLR, section on data preparation
 */
export function frames(hits: Hits | ClusteredHits, options: FramesOptions): Frame[] {
  const { primariesPerFrame, keepPartial = false } = options;
  checkInteger('frames', 'primariesPerFrame', primariesPerFrame, { min: 1 });
  const settings = clusterSettings(options, 'frames');
  const clusters = clustersOf(hits, settings, 'frames');
  const { count, eventID } = clusters;
  const assemble = frameAssembler(clusters, settings.clusterThreshold);
  const result: Frame[] = [];
  let start = 0;
  let events = 0;
  for (let i = 0; i < count; i++) {
    if (i > 0 && eventID[i] === eventID[i - 1]) continue;
    if (events === primariesPerFrame) {
      result.push(assemble(start, i, result.length));
      start = i;
      events = 0;
    }
    events++;
  }
  if (events === primariesPerFrame || (keepPartial && events > 0)) {
    result.push(assemble(start, count, result.length));
  }
  return result;
}

/**
 * Makes one readout frame of all hits, however many primaries they are of.
 *
 * @param hits - as {@link frames} takes them; none give a frame without layers
 * @throws {@link InvalidArgumentError} as {@link frames} does
 */
export function frameFromHits(hits: Hits | ClusteredHits, options: FrameFromHitsOptions = {}): Frame {
  const { index = 0 } = options;
  checkInteger('frameFromHits', 'index', index, { min: 0 });
  const settings = clusterSettings(options, 'frameFromHits');
  const clusters = clustersOf(hits, settings, 'frameFromHits');
  return frameAssembler(clusters, settings.clusterThreshold)(0, clusters.count, index);
}

function clustersOf(hits: Hits | ClusteredHits, settings: ClusterSettings, caller: string): ClusteredHits {
  return 'clusterSize' in hits ? sortClusters(hits, settings, caller) : mergeHits(hits, settings, caller);
}

/** Makes a function that builds the frame of the hits `[from, to)`, which are sorted by event and track. */
function frameAssembler(
  clusters: ClusteredHits,
  threshold: number,
): (from: number, to: number, index: number) => Frame {
  const { layer, clusterSize } = clusters;
  // Hits per layer, then where the next hit of the layer goes; all zero between calls.
  const cursors = new Int32Array(maxLayers + 1);
  return (from, to, index) => {
    let front = maxLayers;
    for (let i = from; i < to; i++) {
      if (clusterSize[i]! < threshold) continue;
      const l = layer[i]!;
      cursors[l]!++;
      if (l < front) front = l;
    }
    let behind = front;
    while (cursors[behind]! > 0) behind++;

    const layers = new Int32Array(behind - front);
    const layerOffsets = new Int32Array(layers.length + 1);
    for (let k = 0; k < layers.length; k++) {
      const l = behind - 1 - k;
      layers[k] = l;
      layerOffsets[k + 1] = layerOffsets[k]! + cursors[l]!;
      cursors[l] = layerOffsets[k]!;
    }
    const rows = new Int32Array(layerOffsets[layers.length]!);
    for (let i = from; i < to; i++) {
      const l = layer[i]!;
      if (l < behind && clusterSize[i]! >= threshold) rows[cursors[l]!++] = i;
    }
    for (let i = from; i < to; i++) cursors[layer[i]!] = 0;
    return { ...selectClusters(clusters, rows), index, layers, layerOffsets };
  };
}
