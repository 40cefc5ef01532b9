import { checkFinite, checkInteger, checkProbability, createRng } from '@pct/core';
import type { Rng, Seed } from '@pct/core';
import { alpideEpitaxialThicknessMm, clusterEdep } from '../clusterSize.js';
import { sensorPositionsMm } from '../checkGeometry.js';
import { digitalTrackingCalorimeter } from '../digitalTrackingCalorimeter.js';
import type { ClusteredHits, Frame } from '../frame.js';
import { frameFromHits } from '../frames.js';
import type { DetectorGeometry } from '../geometry.js';
import { selectClusters } from '../mergeHits.js';
import { mergeTouchingClusters } from './mergeClusters.js';

/** What an imperfect readout does to a frame. All effects are off by default, as in the published data. */
export interface ReadoutOptions {
  /** Probability that a pixel fires without a particle in one frame. @defaultValue 0 */
  readonly noisePerPixel?: number | undefined;
  /** Probability that a hit is lost. @defaultValue 0 */
  readonly inefficiency?: number | undefined;
  /** Clusters of one layer that touch are read as one. @defaultValue false */
  readonly mergeClusters?: boolean | undefined;
  /**
   * Clusters with fewer pixels are dropped afterwards; noise fires single pixels, so that the default removes
   * what noise did not touch a cluster. @defaultValue 2
   */
  readonly clusterThreshold?: number | undefined;
  /** @defaultValue {@link digitalTrackingCalorimeter} */
  readonly geometry?: DetectorGeometry | undefined;
}

/** `eventID` of hits that no particle made. Their `parentID` is -1 as well: they are never primary. */
export const noiseEvent = -1;

/**
 * Reads a frame out with losses, noise and merged clusters.
 *
 * @param frame - a frame of ideal hits; it is not changed
 * @param options - effects, and the `seed` of what is random; frame `index` has a stream of its own
 * @returns a frame of its own, whose layers may end earlier where a layer lost all its hits
 * @throws InvalidArgumentError for options outside their range
 */
export function applyReadout(frame: Frame, options: ReadoutOptions & { readonly seed: Seed }): Frame {
  const { noisePerPixel = 0, inefficiency = 0, mergeClusters = false, clusterThreshold = 2, seed } = options;
  const { geometry = digitalTrackingCalorimeter() } = options;
  checkProbability('applyReadout', 'inefficiency', inefficiency);
  checkFinite('applyReadout', 'noisePerPixel', noisePerPixel, { min: 0, max: 1e-3 });
  checkInteger('applyReadout', 'clusterThreshold', clusterThreshold, { min: 1 });

  const rng = createRng(seed).split('readout').split(frame.index);
  let hits: ClusteredHits = frame;
  if (inefficiency > 0) {
    const rows = Int32Array.from({ length: hits.count }, (_, k) => k);
    hits = selectClusters(
      hits,
      rows.filter(() => rng.uniform() >= inefficiency),
    );
  }
  if (noisePerPixel > 0) hits = addNoise(hits, noisePerPixel, geometry, rng);
  if (mergeClusters) hits = mergeTouchingClusters(hits, geometry);
  return frameFromHits(hits, { index: frame.index, clusterThreshold });
}

/** Adds single pixels, Poisson-many per layer, spread evenly over the sensitive area. */
function addNoise(
  hits: ClusteredHits,
  noisePerPixel: number,
  geometry: DetectorGeometry,
  rng: Rng,
): ClusteredHits {
  const { halfWidthMm, halfHeightMm, pixelsX, pixelsY } = geometry;
  const sensors = sensorPositionsMm(geometry);
  const layers: number[] = [];
  sensors.forEach((_, layer) => {
    const fired = rng.poisson(noisePerPixel * pixelsX * pixelsY);
    for (let k = 0; k < fired; k++) layers.push(layer);
  });
  const noise = layers.length;
  const onePixel = clusterEdep(1, alpideEpitaxialThicknessMm);
  const append = (column: Float64Array, value: (k: number) => number): Float64Array => {
    const longer = new Float64Array(hits.count + noise);
    longer.set(column);
    for (let k = 0; k < noise; k++) longer[hits.count + k] = value(k);
    return longer;
  };
  const appendInteger = (column: Int32Array, value: (k: number) => number): Int32Array =>
    Int32Array.from({ length: hits.count + noise }, (_, k) =>
      k < hits.count ? column[k]! : value(k - hits.count),
    );
  return {
    count: hits.count + noise,
    posX: append(hits.posX, () => rng.uniform(-halfWidthMm, halfWidthMm)),
    posY: append(hits.posY, () => rng.uniform(-halfHeightMm, halfHeightMm)),
    posZ: append(hits.posZ, (k) => sensors[layers[k]!]!),
    edep: append(hits.edep, () => onePixel),
    eventID: appendInteger(hits.eventID, () => noiseEvent),
    trackID: appendInteger(hits.trackID, (k) => k + 1),
    parentID: appendInteger(hits.parentID, () => -1),
    layer: appendInteger(hits.layer, (k) => layers[k]!),
    clusterSize: appendInteger(hits.clusterSize, () => 1),
  };
}
