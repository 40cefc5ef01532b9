import { InvalidArgumentError, checkFinite, checkInteger, checkPositive } from '@pct/core';
import { digitalTrackingCalorimeter } from '../digitalTrackingCalorimeter.js';
import type { Frame, Track, Tracker } from '../frame.js';
import type { DetectorGeometry } from '../geometry.js';
import { checkFrame } from '../graphs/checkFrame.js';
import { sortLayers } from '../graphs/sortedLayers.js';
import { chooseLinks } from './linkLayers.js';
import type { LinkRules } from './linkCosts.js';
import { LinkCosts } from './linkCosts.js';
import { ScatteringModel } from './scatteringModel.js';

/** Options of {@link assignmentTracker}. */
export interface AssignmentTrackerOptions {
  /**
   * Detector that the hits come from: its materials set how wide protons scatter.
   * @defaultValue `digitalTrackingCalorimeter()`
   */
  readonly geometry?: DetectorGeometry | undefined;
  /**
   * Energy of the beam before the phantom, MeV, in (0, 300]. With a track's range it tells how much water the
   * proton crossed, and so how wide its first angle may be.
   * @defaultValue `230`
   */
  readonly beamEnergyMeV?: number | undefined;
  /**
   * Standard deviation of the beam's own projected angle before the phantom, rad, >= 0.
   * @defaultValue `0.003`
   */
  readonly beamDivergence?: number | undefined;
  /**
   * Standard deviation of the position of a hit in x and in y, mm, >= 0.
   * @defaultValue `0.005`
   */
  readonly resolutionMm?: number | undefined;
  /**
   * Factor on the predicted width of kinks, > 0.
   * @defaultValue `1`
   */
  readonly kinkScale?: number | undefined;
  /**
   * Share of the kinks that belong to the wide Gaussian of the tail, in [0, 1].
   * @defaultValue `0.05`
   */
  readonly tailShare?: number | undefined;
  /**
   * Width of the tail in units of the core's, >= 1.
   * @defaultValue `5`
   */
  readonly tailScale?: number | undefined;
  /**
   * Largest kink, rad, in (0, π/2].
   * @defaultValue `0.6`
   */
  readonly maxKink?: number | undefined;
  /**
   * Largest angle of a track's first segment to the beam, rad, in (0, π/2].
   * @defaultValue `0.6`
   */
  readonly maxFirstAngle?: number | undefined;
  /**
   * Probability that a track has no hit in the next shallower layer, in (0, 1).
   * @defaultValue `0.01`
   */
  readonly endProbability?: number | undefined;
  /**
   * Least share of a layer's hits at which new tracks start, in (0, 1]: protons that stop there, and
   * secondaries. Where a layer has more hits than the one behind it, the excess counts instead.
   * @defaultValue `0.05`
   */
  readonly startProbability?: number | undefined;
  /**
   * Layers beyond a link that must bear it out, from 0 to 5: a hit that lies where the new segment points to
   * makes the link cheaper. Time grows with every layer.
   * @defaultValue `2`
   */
  readonly lookahead?: number | undefined;
  /**
   * Tracks are kept if they have at least this many hits, >= 1.
   * @defaultValue `2`
   */
  readonly minHits?: number | undefined;
}

/**
 * Tracks by one optimal assignment per pair of layers, from the deepest layer to the front.
 *
 * Where a track starts tells how far its proton can still go at every layer before: its residual range, hence its
 * energy and how much it scatters. The cost of linking a track to a hit of the next layer is minus the
 * logarithm of the likelihood of the kink θ,
 *
 * p(θ) = (1 − w) N(θ; σ²) + w N(θ; s²σ²), N(θ; σ²) = exp(−θ²/2σ²) / 2πσ²,
 *
 * with σ from Highland's formula, tail share w and tail scale s; tracks of one hit are compared with the beam's
 * direction instead. A track without a hit costs −log of `endProbability`; a hit without a track costs −log
 * of the density of new tracks, `startProbability` over the solid angle of the beam spot. A wrong hit seldom
 * points to another one, so the cost also counts how well the best continuation in the next `lookahead` layers fits:
 * −Σ log(p(θ) / density of hits). Hits that are left start tracks of their own, so every hit is in exactly one track, and the result does not depend on the
 * order of hits within a layer.
 *
 * @param options - {@link AssignmentTrackerOptions}
 * @returns a tracker; `reconstruct` gives tracks from the deepest start to the shallowest
 * @throws InvalidArgumentError if an option is out of range or the geometry is inconsistent; `reconstruct` rejects
 * with it if a frame is malformed or deeper than the geometry
 * @example
 * ```ts
 * const tracks = await assignmentTracker({ endProbability: 0.02 }).reconstruct(frame);
 * ```
 * @see Kortus, Keidel and Gauger 2024, arXiv:2407.13420, for assignments between layers; Gottschalk et al. 1993,
 * NIM B 74, 467, for the scattering
 */
export function assignmentTracker(options: AssignmentTrackerOptions = {}): Tracker {
  const caller = 'assignmentTracker';
  const { geometry = digitalTrackingCalorimeter(), beamEnergyMeV = 230, beamDivergence = 0.003 } = options;
  const { resolutionMm = 0.005, kinkScale = 1, tailShare = 0.05, tailScale = 5 } = options;
  const { maxKink = 0.6, maxFirstAngle = 0.6, endProbability = 0.01, startProbability = 0.05 } = options;
  const { lookahead = 2, minHits = 2 } = options;
  const right = { min: Number.MIN_VALUE, max: Math.PI / 2 };
  checkFinite(caller, 'beamEnergyMeV', beamEnergyMeV, { min: 1, max: 300 });
  checkFinite(caller, 'beamDivergence', beamDivergence, { min: 0 });
  checkFinite(caller, 'resolutionMm', resolutionMm, { min: 0 });
  checkPositive(caller, 'kinkScale', kinkScale);
  checkFinite(caller, 'tailShare', tailShare, { min: 0, max: 1 });
  checkFinite(caller, 'tailScale', tailScale, { min: 1 });
  checkFinite(caller, 'maxKink', maxKink, right);
  checkFinite(caller, 'maxFirstAngle', maxFirstAngle, right);
  checkFinite(caller, 'endProbability', endProbability, { min: Number.MIN_VALUE, max: 1 - Number.EPSILON });
  checkFinite(caller, 'startProbability', startProbability, { min: Number.MIN_VALUE, max: 1 });
  checkInteger(caller, 'lookahead', lookahead, { min: 0, max: 5 });
  checkInteger(caller, 'minHits', minHits, { min: 1 });
  const rules: LinkRules = {
    beamDivergence,
    resolutionMm,
    kinkScale,
    tailShare,
    tailScale,
    maxKink,
    maxFirstAngle,
    endProbability,
    startProbability,
    lookahead,
  };
  const model = new ScatteringModel(caller, geometry, beamEnergyMeV);
  return {
    reconstruct: async (frame) => {
      checkFrame('assignmentTracker.reconstruct', frame);
      const deepest = frame.layers[0] ?? -1;
      if (deepest >= model.layers) {
        throw new InvalidArgumentError(
          `assignmentTracker.reconstruct: frame must have layers 0 to ${model.layers - 1} of the geometry, ` +
            `got layer ${deepest}; pass the geometry of this detector`,
        );
      }
      return linkAll(frame, model, rules, minHits);
    },
  };
}

function linkAll(frame: Frame, model: ScatteringModel, rules: LinkRules, minHits: number): Track[] {
  const hits = sortLayers(frame);
  const costs = new LinkCosts(hits, frame.layers, model, rules);
  // The hit that follows every hit on its track, or −1, and whether a hit is the deepest of its track.
  const next = new Int32Array(hits.count).fill(-1);
  const starts = new Uint8Array(hits.count).fill(1);
  costs.startTracks(0, starts);
  for (let k = 0; k + 1 < frame.layers.length; k++) {
    const chosen = chooseLinks(costs.link(k));
    for (let row = 0; row < chosen.length; row++) {
      if (chosen[row]! < 0) continue;
      const from = hits.offsets[k]! + row;
      const to = hits.offsets[k + 1]! + chosen[row]!;
      next[from] = to;
      starts[to] = 0;
      costs.extendTrack(k, from, to);
    }
    costs.startTracks(k + 1, starts);
  }

  const tracks: Track[] = [];
  for (let start = 0; start < hits.count; start++) {
    if (starts[start] === 0) continue;
    const track: number[] = [];
    for (let hit = start; hit >= 0; hit = next[hit]!) track.push(hits.order[hit]!);
    if (track.length >= minHits) tracks.push({ hits: Int32Array.from(track) });
  }
  return tracks;
}
