import type { Hits } from './hits.js';

/** Hits after preprocessing: one hit per particle and layer, with the size of its pixel cluster. */
export interface ClusteredHits extends Hits {
  /** Pixels that the hit lights up, >= 1. */
  readonly clusterSize: Int32Array;
}

/**
 * One readout frame: the hits of the primaries that crossed the detector during one integration time.
 *
 * Hits are sorted by layer, deepest first, so that a track that is followed from its end to the front
 * has ascending indices. Occupied layers have no gap.
 */
export interface Frame extends ClusteredHits {
  /** Position of the frame in its file or simulation, from 0. */
  readonly index: number;
  /** Occupied layers, deepest first, consecutive. Length [layers]. */
  readonly layers: Int32Array;
  /** Hits of `layers[k]` are `layerOffsets[k]` to `layerOffsets[k + 1]` (exclusive). Length [layers + 1]. */
  readonly layerOffsets: Int32Array;
}

/** A reconstructed particle. */
export interface Track {
  /** Indices into the frame's hits, deepest hit first; at most one hit per layer. */
  readonly hits: Int32Array;
}

/** A reconstruction algorithm: hits of one readout frame in, tracks out. */
export interface Tracker {
  reconstruct(frame: Frame): Promise<Track[]>;
}
