import type { EncodedCondition, EncodedDimension } from '../samplers/types.js';
import { levelValue, stepsBetween, type Choice, type PlainParameter } from './parameters.js';

/** A coordinate of the encoded space that knows the values that it stands for. */
export interface Dimension extends EncodedDimension {
  readonly parameter: PlainParameter;
  /** Coordinate of a value; NaN if the parameter does not have that value. */
  encode(value: unknown): number;
  /** Value at a coordinate, which may be out of range. */
  decode(coordinate: number): Choice;
  /** The nearest coordinate that stands for a value; NaN stays NaN. */
  snap(coordinate: number): number;
}

/** The dimension of a parameter. */
export function dimensionOf(
  name: string,
  parameter: PlainParameter,
  condition: EncodedCondition | undefined,
): Dimension {
  if (parameter.kind === 'categorical') return categoricalDimension(name, parameter, condition);
  const { low, high, log } = parameter;
  if (parameter.kind === 'float' && parameter.step === undefined && low < high) {
    return continuousDimension(name, parameter, condition);
  }
  const step = parameter.step ?? 1;
  const levels = low === high ? 1 : stepsBetween(low, high, step) + 1;
  return discreteDimension(name, parameter, condition, { levels, step, log: log && levels > 1 });
}

function continuousDimension(
  name: string,
  parameter: PlainParameter & { kind: 'float' },
  condition: EncodedCondition | undefined,
): Dimension {
  const { low, high, log } = parameter;
  const [from, to] = log ? [Math.log(low), Math.log(high)] : [low, high];
  const clip = (coordinate: number): number => Math.min(1, Math.max(0, coordinate));
  return {
    name,
    parameter,
    condition,
    kind: 'continuous',
    levels: Infinity,
    placeOf: () => NaN,
    levelAt: () => NaN,
    encode(value) {
      if (typeof value !== 'number' || !(value >= low && value <= high)) return NaN;
      return clip(((log ? Math.log(value) : value) - from) / (to - from));
    },
    decode(coordinate) {
      const u = clip(coordinate);
      const scaled = from + u * (to - from);
      return Math.min(high, Math.max(low, log ? Math.exp(scaled) : scaled));
    },
    snap: clip,
  };
}

function discreteDimension(
  name: string,
  parameter: PlainParameter & { kind: 'float' | 'int' },
  condition: EncodedCondition | undefined,
  { levels, step, log }: { levels: number; step: number; log: boolean },
): Dimension {
  const { low } = parameter;
  // Half a step beyond both ends: the first and the last level have shares like the others.
  const from = Math.log(low - 0.5);
  const width = Math.log(low + levels - 0.5) - from;
  const clip = (level: number): number => Math.min(levels - 1, Math.max(0, level));
  const placeOf = (level: number): number =>
    log ? (Math.log(low + level) - from) / width : (level + 0.5) / levels;
  const levelAt = (coordinate: number): number =>
    clip(log ? Math.round(Math.exp(from + coordinate * width) - low) : Math.floor(coordinate * levels));
  const valueAt = (level: number): number =>
    parameter.kind === 'int' ? low + level * step : levelValue(low, step, level);
  return {
    name,
    parameter,
    condition,
    kind: 'discrete',
    levels,
    placeOf,
    levelAt,
    encode(value) {
      if (typeof value !== 'number') return NaN;
      const level = Math.round((value - low) / step);
      if (!(level >= 0 && level < levels)) return NaN;
      // Other programs may have rounded a value of steps differently.
      return Math.abs(value - valueAt(level)) <= 1e-9 * Math.max(step, Math.abs(value))
        ? placeOf(level)
        : NaN;
    },
    decode: (coordinate) => valueAt(levelAt(coordinate)),
    snap: (coordinate) => placeOf(levelAt(coordinate)),
  };
}

function categoricalDimension(
  name: string,
  parameter: PlainParameter & { kind: 'categorical' },
  condition: EncodedCondition | undefined,
): Dimension {
  const { choices } = parameter;
  const levels = choices.length;
  const levelAt = (coordinate: number): number => Math.min(levels - 1, Math.max(0, Math.round(coordinate)));
  return {
    name,
    parameter,
    condition,
    kind: 'categorical',
    levels,
    placeOf: (level) => level,
    levelAt,
    encode(value) {
      const code = choices.indexOf(value as Choice);
      return code === -1 ? NaN : code;
    },
    decode: (coordinate) => choices[levelAt(coordinate)]!,
    snap: levelAt,
  };
}
