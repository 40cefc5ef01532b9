/** Scales from numbers to pixels, and the marks along them. */
import { InvalidArgumentError } from '@pct/core';

/** A mark of an axis. */
export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** From data to pixels. */
export interface Scale {
  readonly to: (value: number) => number;
  readonly ticks: readonly Tick[];
}

/** How numbers are spread over an axis. */
export type AxisScale = 'linear' | 'log';

/** A number of a few digits, with a real minus sign. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e5)
      ? value.toExponential(2).replace(/\.?0*e\+?/, 'e')
      : String(Number(value.toPrecision(4)));
  return text.replace(/^-/, '\u2212').replace('e-', 'e\u2212');
}

/** Least and largest of the numbers that are finite (and positive, for a logarithm); 0 and 1 if there are none. */
export function rangeOf(values: Iterable<number>, scale: AxisScale = 'linear'): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value) || (scale === 'log' && value <= 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : scale === 'log' ? [0.1, 1] : [0, 1];
}

/**
 * A scale.
 *
 * @param scale - equal steps, or equal factors
 * @param domain - numbers at the two ends; of one number, what surrounds it
 * @param range - pixels at the two ends
 */
export function axisScale(
  scale: AxisScale,
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
): Scale {
  if (scale === 'log') {
    if (!(low > 0))
      throw new InvalidArgumentError(`axisScale: a logarithm needs numbers above 0, got ${low}`);
    const [a, b] = low === high ? [Math.log(low) - 1, Math.log(high) + 1] : [Math.log(low), Math.log(high)];
    return {
      to: (value) => from + ((Math.log(value) - a) / (b - a)) * (to - from),
      ticks: logTicks(Math.exp(a), Math.exp(b)),
    };
  }
  const margin = low === high ? Math.max(0.5, Math.abs(low) / 10) : 0;
  const [a, b] = [low - margin, high + margin];
  // Halved first: the whole range of float64 has a width that is not finite.
  const share = (value: number): number => (value / 2 - a / 2) / (b / 2 - a / 2);
  return { to: (value) => from + share(value) * (to - from), ticks: linearTicks(a, b) };
}

/** Round numbers between two, about as many as asked for. */
export function linearTicks(low: number, high: number, count = 5): Tick[] {
  const rough = (high / 2 - low / 2) / (count / 2);
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const value = Number(((first + i) * step).toPrecision(12));
    return { value, text: shortNumber(value) };
  });
}

/** Powers of ten between two numbers; where there are few, with 2 and 5 times them. */
export function logTicks(low: number, high: number): Tick[] {
  const [first, last] = [Math.floor(Math.log10(low) - 1e-9), Math.ceil(Math.log10(high) + 1e-9)];
  const decades = Math.log10(high / low);
  if (decades < 0.7) return linearTicks(low, high).filter(({ value }) => value > 0);
  const factors = decades < 3 ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / 8));
  const ticks: Tick[] = [];
  for (let exponent = first; exponent <= last; exponent++) {
    if (exponent % stride !== 0) continue;
    for (const factor of factors) {
      const value = Number(`${factor}e${exponent}`);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
        ticks.push({ value, text: shortNumber(value) });
    }
  }
  return ticks;
}
