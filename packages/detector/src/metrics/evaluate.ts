import { InvalidArgumentError, checkFinite, checkInteger } from '@pct/core';
import type { Frame, Track } from '../frame.js';
import { checkFrame } from '../graphs/checkFrame.js';
import { angleOfChord, checkSameHits, edgeLabels } from '../graphs/edgeValues.js';
import type { HitGraph } from '../graphs/hitGraph.js';
import { hitGraph } from '../graphs/hitGraph.js';
import { checkTracks } from './checkTracks.js';

/** Options of {@link evaluate}: which reconstructed tracks count, and what edges are counted on. */
export interface EvaluationOptions {
  /**
   * Accepted tracks have at least this many hits, >= 1.
   * @defaultValue `5`
   */
  readonly minHits?: number | undefined;
  /**
   * Accepted tracks deposit more than this in their deepest hit, MeV, >= 0: the Bragg peak must be seen.
   * @defaultValue `0.0625`
   */
  readonly minEndDeposit?: number | undefined;
  /**
   * Every kink of an accepted track is below this, rad, > 0. Kortus et al. 2023 take 0.271; `Infinity` is no limit.
   * @defaultValue `Infinity`
   */
  readonly maxKink?: number | undefined;
  /**
   * Hit graph whose edges the edge rates are counted on.
   * @defaultValue `hitGraph(frame)`
   */
  readonly graph?: HitGraph | undefined;
}

/** The numbers that the rates of {@link TrackMetrics} are made of. */
export interface TrackCounts {
  /** Reconstructed tracks. */
  readonly reconstructed: number;
  /** Reconstructed tracks that pass the acceptance cuts. */
  readonly accepted: number;
  /** Accepted tracks whose hits are all primary. */
  readonly acceptedPrimary: number;
  /** Those of them whose hits all belong to one event. */
  readonly correct: number;
  /** Events whose hits in this frame are all primary. */
  readonly truePrimary: number;
  /** Edges of the hit graph that tracks use, and whose ends belong to one event. */
  readonly truePositives: number;
  /** Edges of the hit graph that tracks use, and whose ends belong to different events. */
  readonly falsePositives: number;
  /** Unused edges whose ends belong to one event. */
  readonly falseNegatives: number;
  /** Unused edges whose ends belong to different events. */
  readonly trueNegatives: number;
  /** Steps of tracks that are not edges of the hit graph, because of their angle or a skipped layer. */
  readonly stepsOffGraph: number;
  /** Hits that are in more than one track. */
  readonly sharedHits: number;
}

/** Quality of the tracks of one frame. A rate is NaN where its denominator is zero. */
export interface TrackMetrics {
  /** correct / acceptedPrimary. */
  readonly purity: number;
  /** correct / truePrimary. Fragments of one event count one by one, so it can exceed 1. */
  readonly efficiency: number;
  /** (reconstructed − accepted) / reconstructed. */
  readonly rejectionRate: number;
  /** truePositives / (truePositives + falseNegatives). */
  readonly edgeTruePositiveRate: number;
  /** falsePositives / (falsePositives + trueNegatives). */
  readonly edgeFalsePositiveRate: number;
  readonly counts: TrackCounts;
}

/**
 * Compares the tracks of one frame with the truth.
 *
 * A true primary track is an event all of whose hits are primary. Let A be the accepted tracks whose hits are
 * all primary; a track of A is correct if its hits share one event, complete or not. Purity and efficiency are
 * the number of correct tracks over |A| and over the number of true primary tracks. The edge rates are counted
 * on the edges of a hit graph, over the steps of all tracks, accepted or not.
 *
 * @param tracks - reconstructed tracks, deepest hit first; they may share hits, which is counted
 * @param frame - the frame with its truth
 * @param options - {@link EvaluationOptions}
 * @throws InvalidArgumentError if an option is out of range, the frame is malformed or a track is not one of its hits
 * @example
 * ```ts
 * const tracks = await trackFollower().reconstruct(frame);
 * const { purity, efficiency } = evaluate(tracks, frame, { maxKink: 0.271 });
 * ```
 * @see Kortus, Keidel and Gauger 2024, arXiv:2407.13420; Kortus et al. 2023, doi:10.1109/TPAMI.2023.3305027
 */
export function evaluate(
  tracks: readonly Track[],
  frame: Frame,
  options: EvaluationOptions = {},
): TrackMetrics {
  const { minHits = 5, minEndDeposit = 0.0625, maxKink = Infinity } = options;
  checkInteger('evaluate', 'minHits', minHits, { min: 1 });
  checkFinite('evaluate', 'minEndDeposit', minEndDeposit, { min: 0 });
  if (!(typeof maxKink === 'number' && maxKink > 0)) {
    throw new InvalidArgumentError(
      `evaluate: maxKink must be an angle above 0 in rad, or Infinity for no limit, got ${String(maxKink)}`,
    );
  }
  checkFrame('evaluate', frame);
  const { sharedHits } = checkTracks(tracks, frame, 'evaluate');
  const graph = options.graph ?? hitGraph(frame);
  checkSameHits('evaluate', graph, frame);

  let accepted = 0;
  let acceptedPrimary = 0;
  let correct = 0;
  for (const { hits } of tracks) {
    const kept =
      hits.length >= minHits &&
      frame.edep[hits[0]!]! > minEndDeposit &&
      (maxKink === Infinity || largestKink(hits, frame) < maxKink);
    if (!kept) continue;
    accepted++;
    if (!hits.every((hit) => frame.parentID[hit] === 0)) continue;
    acceptedPrimary++;
    if (hits.every((hit) => frame.eventID[hit] === frame.eventID[hits[0]!])) correct++;
  }

  const truePrimary = countPrimaryEvents(frame);
  const edges = countEdges(tracks, frame, graph);
  return {
    purity: correct / acceptedPrimary,
    efficiency: correct / truePrimary,
    rejectionRate: (tracks.length - accepted) / tracks.length,
    edgeTruePositiveRate: edges.truePositives / (edges.truePositives + edges.falseNegatives),
    edgeFalsePositiveRate: edges.falsePositives / (edges.falsePositives + edges.trueNegatives),
    counts: {
      reconstructed: tracks.length,
      accepted,
      acceptedPrimary,
      correct,
      truePrimary,
      ...edges,
      sharedHits,
    },
  };
}

/** Events of which every hit is primary. */
function countPrimaryEvents(frame: Frame): number {
  const primary = new Map<number, boolean>();
  for (let i = 0; i < frame.count; i++) {
    const event = frame.eventID[i]!;
    primary.set(event, frame.parentID[i] === 0 && (primary.get(event) ?? true));
  }
  let count = 0;
  for (const allPrimary of primary.values()) if (allPrimary) count++;
  return count;
}

/** Largest angle between consecutive segments, rad; 0 for fewer than three hits. */
function largestKink(hits: Int32Array, { posX, posY, posZ }: Frame): number {
  let largest = 0;
  let ux = 0;
  let uy = 0;
  let uz = 0;
  for (let k = 1; k < hits.length; k++) {
    const from = hits[k - 1]!;
    const to = hits[k]!;
    let vx = posX[to]! - posX[from]!;
    let vy = posY[to]! - posY[from]!;
    let vz = posZ[to]! - posZ[from]!;
    const length = Math.hypot(vx, vy, vz);
    vx /= length;
    vy /= length;
    vz /= length;
    if (k > 1) largest = Math.max(largest, angleOfChord(Math.hypot(vx - ux, vy - uy, vz - uz)));
    ux = vx;
    uy = vy;
    uz = vz;
  }
  return largest;
}

/** Confusion counts of the edges that tracks use. */
function countEdges(
  tracks: readonly Track[],
  frame: Frame,
  graph: HitGraph,
): Pick<
  TrackCounts,
  'truePositives' | 'falsePositives' | 'falseNegatives' | 'trueNegatives' | 'stepsOffGraph'
> {
  const used = new Uint8Array(graph.edgeCount);
  let stepsOffGraph = 0;
  for (const { hits } of tracks) {
    for (let k = 1; k < hits.length; k++) {
      const edge = findEdge(graph, hits[k - 1]!, hits[k]!);
      if (edge < 0) stepsOffGraph++;
      else used[edge] = 1;
    }
  }
  const labels = edgeLabels(graph, frame);
  const cells = [0, 0, 0, 0];
  for (let e = 0; e < graph.edgeCount; e++) cells[2 * used[e]! + labels[e]!]!++;
  const [trueNegatives = 0, falseNegatives = 0, falsePositives = 0, truePositives = 0] = cells;
  return { truePositives, falsePositives, falseNegatives, trueNegatives, stepsOffGraph };
}

/** Edge from one hit to another, or −1; targets of a row ascend. */
function findEdge({ rowOffsets, targets }: HitGraph, source: number, target: number): number {
  let low = rowOffsets[source]!;
  let high = rowOffsets[source + 1]! - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (targets[middle] === target) return middle;
    if (targets[middle]! < target) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
