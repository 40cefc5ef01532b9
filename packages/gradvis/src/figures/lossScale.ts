import { checkOneOf, InvalidArgumentError } from '@pct/core';
import { linearTicks, logTicks, rangeOf, shortNumber, type Tick } from './scales.js';

/**
 * How losses are spread over colours and heights: in equal steps, by the logarithm, by log(1 + loss), or by their
 * rank among the values of the grid.
 */
export type LossScaleName = 'linear' | 'log' | 'log1p' | 'rank';

/** Losses as shares of a colour map. */
export interface LossScale {
  readonly name: LossScaleName;
  /** Place of a loss, in [0, 1]; NaN where it is not finite, 1 above the limit. */
  readonly share: (loss: number) => number;
  /** The loss at a place. */
  readonly lossAt: (share: number) => number;
  /** Round losses for a legend. */
  readonly ticks: readonly Tick[];
  /** Losses above this are one class; undefined where nothing is above. */
  readonly limit: number | undefined;
}

/**
 * A scale over losses.
 *
 * @param functionName - opens messages
 * @param values - losses; those that are not finite do not count
 * @param name - which; without it the logarithm where all are above 0 and they differ by a factor of 100 or more
 * @param limit - losses above are one class
 * @throws {@link InvalidArgumentError} if a loss is outside of what the scale takes
 */
export function lossScale(
  functionName: string,
  values: Float64Array,
  name?: LossScaleName,
  limit = Infinity,
): LossScale {
  const finite = values.filter((value) => Number.isFinite(value));
  let [low, high] = rangeOf(finite);
  if (!(limit > low))
    throw new InvalidArgumentError(`${functionName}: clip must be above the least loss ${low}, got ${limit}`);
  const chosen = checkOneOf(
    functionName,
    'scale',
    name ?? (low > 0 && high >= 100 * low ? 'log' : 'linear'),
    ['linear', 'log', 'log1p', 'rank'],
  );
  const least = chosen === 'log' ? 0 : chosen === 'log1p' ? -1 : -Infinity;
  if (finite.length > 0 && low <= least)
    throw new InvalidArgumentError(
      `${functionName}: the scale '${chosen}' needs losses above ${least}, got ${low}; choose 'linear' or 'rank'`,
    );
  const clipped = high > limit;
  if (clipped) high = limit;
  const base = { name: chosen, limit: clipped ? limit : undefined };
  if (chosen === 'rank') return { ...base, ...rankScale(finite.filter((value) => value <= limit)) };
  const [forward, inverse] = MAPS[chosen];
  // Also losses that differ, but not on the scale.
  if (!(forward(low) < forward(high)))
    [low, high] =
      chosen === 'log'
        ? [low / 2, low * 2]
        : chosen === 'log1p'
          ? [low, 2 * low + 3]
          : [low - 0.5, high + 0.5];
  const [a, b] = [forward(low), forward(high)];
  return {
    ...base,
    share: (loss) =>
      Number.isFinite(loss) ? Math.min(1, Math.max(0, (forward(loss) / 2 - a / 2) / (b / 2 - a / 2))) : NaN,
    lossAt: (share) => inverse(a + share * (b - a)),
    ticks:
      chosen === 'linear'
        ? linearTicks(low, high)
        : chosen === 'log'
          ? logTicks(low, high)
          : tensTicks(low, high),
  };
}

const same = (value: number): number => value;
const MAPS = {
  linear: [same, same],
  log: [Math.log, Math.exp],
  log1p: [Math.log1p, Math.expm1],
} as const;

function tensTicks(low: number, high: number): Tick[] {
  const ticks = [0, ...logTicks(Math.max(low, 0.01), Math.max(high, 0.1)).map(({ value }) => value)];
  return ticks
    .filter((value) => value >= low && value <= high)
    .map((value) => ({ value, text: shortNumber(value) }));
}

function rankScale(values: Float64Array): Pick<LossScale, 'share' | 'lossAt' | 'ticks'> {
  const sorted = values.slice().sort();
  const last = Math.max(1, sorted.length - 1);
  /** How many are below, or not above. */
  const count = (loss: number, orEqual: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < loss || (orEqual && sorted[middle] === loss)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const share = (loss: number): number =>
    // Equal losses share the middle of their ranks.
    Number.isFinite(loss)
      ? Math.min(1, Math.max(0, (count(loss, false) + count(loss, true) - 1) / 2 / last))
      : NaN;
  const lossAt = (place: number): number => {
    const at = Math.min(1, Math.max(0, place)) * (sorted.length - 1);
    const left = Math.floor(at);
    const low = sorted[left] ?? 0;
    return low + ((sorted[left + 1] ?? low) - low) * (at - left);
  };
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((place) => lossAt(place));
  return { share, lossAt, ticks: [...new Set(ticks)].map((value) => ({ value, text: shortNumber(value) })) };
}
