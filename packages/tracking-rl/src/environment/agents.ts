import { addDeposit, bestRange, RANGES } from '../reward/rangeFit.js';
import { CandidateList } from './CandidateList.js';
import type { EpisodeSettings } from './settings.js';

/** The agents of one layer, in arrays with room for all that may come. */
export interface Agents {
  count: number;
  /** Hit at which each stands, ascending; [room]. */
  hit: Int32Array;
  /** Edge by which it came, −1 for a new track; [room]. */
  previousEdge: Int32Array;
  /** Place of its last hit in the forest, [room]. */
  place: Int32Array;
  /** Layer of its track's first hit, [room]. */
  start: Int32Array;
  /** Standard deviation of the projected kink that it makes next, rad; [room]. */
  width: Float64Array;
  /** Fit of the residual range, [room, RANGES]. */
  chi2: Float64Array;
  readonly candidates: CandidateList;
  /** Where the candidates of each end, [room]. */
  candidatesEnd: Int32Array;
}

/** Room for so many agents. */
export function makeAgents(room: number): Agents {
  const integers = (): Int32Array => new Int32Array(room);
  return {
    ...{
      count: 0,
      hit: integers(),
      previousEdge: integers(),
      place: integers(),
      start: integers(),
    },
    width: new Float64Array(room),
    chi2: new Float64Array(room * RANGES),
    candidates: new CandidateList(),
    candidatesEnd: integers(),
  };
}

/**
 * Adds the hit at which a track stands to the fit of its range.
 *
 * @param start - layer of the track's first hit
 * @param layer - of this hit
 * @param depositMeV - of this hit
 * @param first - whether the track has only this hit
 * @param chi2 - fit, from `at`; begun for the track's first hit
 * @returns standard deviation of the projected kink at the hit that the range implies, rad; of a new track, of its angle to
 * the beam
 */
export function widthAfter(
  { model, firstWidth, kinkWidth }: EpisodeSettings,
  start: number,
  layer: number,
  depositMeV: number,
  first: boolean,
  chi2: Float64Array,
  at: number,
): number {
  const traversed = model.depth[start]! - model.depth[layer]!;
  addDeposit(model, traversed, depositMeV, chi2, at);
  if (first) return firstWidth;
  const range = traversed + bestRange(chi2, at);
  return kinkWidth === undefined ? Math.sqrt(model.kinkVariance(layer, range)) : kinkWidth(layer, range);
}
