/** What the scans in this folder share: eight columns per round, in four independent pairs. */
import { f64, f64x2, i32, i64x2, v128, type Code, type Local } from '@pct/core/wasm';
import type { CostStorage } from '../rowScans.js';

/** How the costs are stored. */
export interface Storage {
  readonly bytes: 8 | 4;
  /** The pair of costs that starts `pair` pairs behind an address. */
  readonly load: (address: Local, pair: number) => Code;
}

export const STORAGES: Readonly<Record<CostStorage, Storage>> = {
  float64: { bytes: 8, load: (address, pair) => v128.load(16 * pair, address.get) },
  float32: {
    bytes: 4,
    load: (address, pair) => f64x2.promoteLow(v128.load64Zero(8 * pair, address.get)),
  },
};

export const PAIRS = [0, 1, 2, 3] as const;
export const INFINITE = f64.constant(Infinity);

export const advance = (pointer: Local, bytes: number): Code =>
  pointer.set(i32.add(pointer.get, i32.constant(bytes)));
export const doubles = (pointer: Local, pair: number): Code => v128.load(16 * pair, pointer.get);
export const fold = (combine: (a: Code, b: Code) => Code, [a, b, c, d]: readonly Local[]): Code =>
  combine(combine(a!.get, b!.get), combine(c!.get, d!.get));
/** One bit per column of a round: where the comparisons are true. */
export const bitsOf = (comparisons: readonly Code[]): Code =>
  comparisons
    .map((pair, index) => i32.shiftLeft(i64x2.signs(pair), i32.constant(2 * index)))
    .reduce((bits, more) => i32.or(bits, more));
/** The column of the lowest of `bits`, which are those of the round that `pointer` stands at. */
export const columnOf = (bits: Local, pointer: Local, start: Local): Code =>
  i32.add(i32.shiftRight(i32.sub(pointer.get, start.get), i32.constant(3)), i32.countTrailingZeros(bits.get));
export const isFree = (columnToRow: Local, column: Local): Code =>
  i32.less(
    i32.load(0, i32.add(columnToRow.get, i32.shiftLeft(column.get, i32.constant(2)))),
    i32.constant(0),
  );
export const smallestLane = (pair: Local): Code => f64.min(f64x2.lane(0, pair.get), f64x2.lane(1, pair.get));
export const largestLane = (pair: Local): Code => f64.max(f64x2.lane(0, pair.get), f64x2.lane(1, pair.get));
