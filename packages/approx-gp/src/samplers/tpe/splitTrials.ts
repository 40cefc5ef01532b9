import { dominates } from '../../study/pareto.js';
import type { Direction, EncodedTrial } from '../types.js';
import { violationOf } from '../violation.js';

/** Trials that a sampler learns from, the good ones apart from the others; both by number. */
export interface SplitTrials {
  readonly below: readonly EncodedTrial[];
  readonly above: readonly EncodedTrial[];
}

/**
 * Splits trials into the best `count` and the rest. Complete ones that keep all constraints come first, by value or by
 * rank of domination; then pruned ones, those that came farther first; then those that break constraints, by how much.
 * Trials that run are among the rest.
 */
export function splitTrials(
  trials: readonly EncodedTrial[],
  directions: readonly Direction[],
  count: number,
): SplitTrials {
  const done = trials.filter(({ state }) => state === 'complete' || state === 'pruned');
  const feasible = done.filter((trial) => violationOf(trial) === 0);
  const ranked = [
    ...byValue(
      feasible.filter(({ state }) => state === 'complete'),
      directions,
    ),
    ...byProgress(
      feasible.filter(({ state }) => state === 'pruned'),
      directions[0]!,
    ),
    ...done.filter((trial) => violationOf(trial) > 0).sort((a, b) => violationOf(a) - violationOf(b)),
  ];
  const best = new Set(ranked.slice(0, count));
  const pending = trials.filter(({ state }) => state === 'pending');
  const above = [...ranked.slice(count), ...pending];
  return { below: done.filter((trial) => best.has(trial)), above: above.sort((a, b) => a.number - b.number) };
}

function byValue(trials: readonly EncodedTrial[], directions: readonly Direction[]): EncodedTrial[] {
  if (directions.length > 1) return byDomination(trials, directions);
  const sign = directions[0] === 'maximize' ? -1 : 1;
  return [...trials].sort((a, b) => sign * (a.values![0]! - b.values![0]!));
}

function byProgress(trials: readonly EncodedTrial[], direction: Direction): EncodedTrial[] {
  const sign = direction === 'maximize' ? -1 : 1;
  const stepOf = ({ intermediates }: EncodedTrial): number => intermediates.at(-1)?.step ?? -1;
  const valueOf = ({ values }: EncodedTrial): number =>
    values === undefined ? Number.MAX_VALUE : sign * values[0]!;
  return [...trials].sort((a, b) => stepOf(b) - stepOf(a) || valueOf(a) - valueOf(b));
}

/** Fronts one after the other, each by descending crowding distance: Deb et al. 2002, IEEE Trans. Evol. Comput. 6(2). */
function byDomination(trials: readonly EncodedTrial[], directions: readonly Direction[]): EncodedTrial[] {
  const ranked: EncodedTrial[] = [];
  let rest = [...trials];
  while (rest.length > 0) {
    const front = rest.filter(
      (trial) => !rest.some((other) => dominates(other.values!, trial.values!, directions)),
    );
    const crowding = crowdingDistances(front, directions.length);
    ranked.push(...[...front].sort((a, b) => crowding.get(b)! - crowding.get(a)! || a.number - b.number));
    rest = rest.filter((trial) => !crowding.has(trial));
  }
  return ranked;
}

function crowdingDistances(front: readonly EncodedTrial[], objectives: number): Map<EncodedTrial, number> {
  const distances = new Map(front.map((trial) => [trial, 0]));
  for (let k = 0; k < objectives; k++) {
    const sorted = [...front].sort((a, b) => a.values![k]! - b.values![k]!);
    const range = sorted.at(-1)!.values![k]! - sorted[0]!.values![k]!;
    sorted.forEach((trial, place) => {
      const [before, after] = [sorted[place - 1], sorted[place + 1]];
      const gap =
        before === undefined || after === undefined
          ? Number.MAX_VALUE
          : range > 0
            ? (after.values![k]! - before.values![k]!) / range
            : 0;
      // Finite, so that the difference of two ends is no NaN.
      distances.set(trial, Math.min(Number.MAX_VALUE, distances.get(trial)! + gap));
    });
  }
  return distances;
}
