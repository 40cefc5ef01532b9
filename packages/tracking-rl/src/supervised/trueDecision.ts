import { edgeLabels } from '@pct/detector';
import { widthAfter } from '../environment/agents.js';
import { kinkCosine, leastCosine } from '../environment/reach.js';
import {
  episodeSettings,
  type EpisodeSettings,
  type TrackingEnvironmentOptions,
} from '../environment/settings.js';
import type { Decision, FrameStatics } from '../environment/types.js';
import { RANGES, startRangeFit } from '../reward/rangeFit.js';

/** All true transitions of some frames as one decision, and the right answers to it. */
export interface TrueDecision {
  readonly decision: Decision;
  /** Pair that each agent should take, [agents]. */
  readonly actions: Int32Array;
}

/**
 * True transitions: an agent stands at every hit from which a true segment leaves, and came by the true segment to that
 * hit, if there is one. Kinks above `maxKink` are left out. Where secondaries make more than one segment of an event true, each such transition is an example.
 *
 * @param statics - frames with truth
 * @param options - of the environment in which the policy is to act, which says how wide kinks are
 * @returns a decision of all layers at once, agents by frame and hit
 * @throws InvalidArgumentError if an option is out of range
 */
export function trueDecision(
  statics: readonly FrameStatics[],
  options: TrackingEnvironmentOptions = {},
): TrueDecision {
  const settings = episodeSettings('trueDecision', options);
  const { maxKink } = settings;
  const toBeam = settings.firstSegment === 'beam';
  const environment: number[] = [];
  const hit: number[] = [];
  const previousEdge: number[] = [];
  const width: number[] = [];
  const offsets: number[] = [0];
  const edge: number[] = [];
  const cosine: number[] = [];
  const actions: number[] = [];
  for (const [f, { frame, graph, offsets: rows, directions }] of statics.entries()) {
    const labels = edgeLabels(graph, frame);
    const came = new Int32Array(graph.nodeCount).fill(-1);
    for (let e = 0; e < graph.edgeCount; e++) if (labels[e] === 1) came[graph.targets[e]!] = e;
    const widths = trueWidths(settings, statics[f]!, came);
    for (let e = 0; e < graph.edgeCount; e++) {
      if (labels[e] !== 1) continue;
      const source = graph.sources[e]!;
      const before = came[source]!;
      const least = before < 0 ? -1 : leastCosine(maxKink, widths[source]!);
      const cosineTo = (other: number): number =>
        before >= 0 ? kinkCosine(directions, before, other) : toBeam ? -directions[3 * other + 2]! : 1;
      // Out of reach, where agents cannot go.
      if (cosineTo(e) < least) continue;
      environment.push(f);
      hit.push(source);
      previousEdge.push(before);
      width.push(widths[source]!);
      for (let other = rows[source]!; other < rows[source + 1]!; other++) {
        const along = cosineTo(other);
        if (along < least) continue;
        if (other === e) actions.push(edge.length);
        edge.push(other);
        cosine.push(along);
      }
      offsets.push(edge.length);
    }
  }
  const decision: Decision = {
    agents: hit.length,
    pairs: edge.length,
    environment: Int32Array.from(environment),
    hit: Int32Array.from(hit),
    previousEdge: Int32Array.from(previousEdge),
    width: Float32Array.from(width),
    offsets: Int32Array.from(offsets),
    edge: Int32Array.from(edge),
    cosine: Float32Array.from(cosine),
  };
  return { decision, actions: Int32Array.from(actions) };
}

/** Width of the kink at every hit for a track that came by true edges, rad; [hits]. */
function trueWidths(
  settings: EpisodeSettings,
  { frame, graph }: FrameStatics,
  came: Int32Array,
): Float64Array {
  const { count, layer, edep } = frame;
  const start = new Int32Array(count);
  const chi2 = new Float64Array(count * RANGES);
  const widths = new Float64Array(count);
  // Hits stand by layer, the deepest first: the one before is done already.
  for (let h = 0; h < count; h++) {
    const first = came[h]! < 0;
    if (first) {
      start[h] = layer[h]!;
      startRangeFit(settings.model, layer[h]!, chi2, h * RANGES);
    } else {
      const before = graph.sources[came[h]!]!;
      start[h] = start[before]!;
      chi2.copyWithin(h * RANGES, before * RANGES, (before + 1) * RANGES);
    }
    widths[h] = widthAfter(settings, start[h]!, layer[h]!, edep[h]!, first, chi2, h * RANGES);
  }
  return widths;
}
