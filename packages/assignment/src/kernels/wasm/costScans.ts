/** Passes over costs: reading them in, and choosing a row's best column. */
import {
  define,
  doWhile,
  f64,
  f64x2,
  giveBack,
  i32,
  i64x2,
  v128,
  when,
  type Code,
  type FunctionSource,
} from '@pct/core/wasm';
import {
  advance,
  bitsOf,
  columnOf,
  doubles,
  fold,
  INFINITE,
  largestLane,
  PAIRS,
  smallestLane,
  type Storage,
} from './lanes.js';

/** Checks rows, and lowers `smallest` to the smallest cost of each column; 0 if an entry is no cost. */
export function readCosts({ bytes, load }: Storage): FunctionSource {
  return define(
    'readCosts',
    { row: 'i32', end: 'i32', rowBytes: 'i32', smallest: 'i32', smallestEnd: 'i32', largest: 'f64' },
    'i32',
    { at: 'i32', least: 'i32', cost: 'v128', limit: 'v128', infinite: 'v128', valid: 'v128' },
    ({ row, end, rowBytes, smallest, smallestEnd, largest, at, least, cost, limit, infinite, valid }) => [
      limit.set(f64x2.splat(largest.get)),
      infinite.set(f64x2.splat(INFINITE)),
      valid.set(f64x2.equal(infinite.get, infinite.get)),
      doWhile(
        [
          at.set(row.get),
          least.set(smallest.get),
          doWhile(
            [
              ...PAIRS.flatMap((pair) => [
                cost.set(load(at, pair)),
                v128.store(16 * pair, least.get, f64x2.pmin(doubles(least, pair), cost.get)),
                valid.set(
                  v128.and(
                    valid.get,
                    v128.or(
                      f64x2.lessEqual(f64x2.abs(cost.get), limit.get),
                      f64x2.equal(cost.get, infinite.get),
                    ),
                  ),
                ),
              ]),
              advance(at, 8 * bytes),
              advance(least, 64),
            ],
            i32.lessUnsigned(least.get, smallestEnd.get),
          ),
          row.set(i32.add(row.get, rowBytes.get)),
        ],
        i32.lessUnsigned(row.get, end.get),
      ),
      i64x2.allTrue(valid.get),
    ],
  );
}

/** The smallest cost above 0 between two addresses, `Infinity` if there is none. */
export function smallestPositive({ bytes, load }: Storage): FunctionSource {
  return define(
    'smallestPositive',
    { at: 'i32', end: 'i32' },
    'f64',
    { cost: 'v128', zero: 'v128', infinite: 'v128', smallest: 'v128' },
    ({ at, end, cost, zero, infinite, smallest }) => [
      infinite.set(f64x2.splat(INFINITE)),
      smallest.set(infinite.get),
      doWhile(
        [
          ...PAIRS.flatMap((pair) => [
            cost.set(load(at, pair)),
            smallest.set(
              f64x2.pmin(
                smallest.get,
                v128.select(cost.get, infinite.get, f64x2.greater(cost.get, zero.get)),
              ),
            ),
          ]),
          advance(at, 8 * bytes),
        ],
        i32.lessUnsigned(at.get, end.get),
      ),
      smallestLane(smallest),
    ],
  );
}

/** The two smallest reduced costs of a row, written to `result`, and the column of the first, free if one is. */
export function chooseColumn({ bytes, load }: Storage): FunctionSource {
  return define(
    'chooseColumn',
    { row: 'i32', duals: 'i32', dualsEnd: 'i32', columnToRow: 'i32', result: 'i32' },
    'i32',
    {
      ...{
        at: 'i32',
        dual: 'i32',
        rowOfColumn: 'i32',
        bits: 'i32',
        found: 'i32',
        reduced: 'v128',
        first: 'f64',
        second: 'f64',
      },
      ...{ a0: 'v128', a1: 'v128', a2: 'v128', a3: 'v128', b0: 'v128', b1: 'v128', b2: 'v128', b3: 'v128' },
    },
    ({
      row,
      duals,
      dualsEnd,
      columnToRow,
      result,
      at,
      dual,
      rowOfColumn,
      bits,
      found,
      reduced,
      first,
      second,
      ...rest
    }) => {
      const lowest = [rest.a0, rest.a1, rest.a2, rest.a3];
      const next = [rest.b0, rest.b1, rest.b2, rest.b3];
      const difference = (pair: number): Code => f64x2.sub(load(at, pair), doubles(dual, pair));
      /** Takes the two smallest of `other` in among those of `own`. */
      const merge = (own: number, other: number): Code[] => [
        next[own]!.set(
          f64x2.pmin(
            f64x2.pmin(next[own]!.get, next[other]!.get),
            f64x2.pmax(lowest[own]!.get, lowest[other]!.get),
          ),
        ),
        lowest[own]!.set(f64x2.pmin(lowest[own]!.get, lowest[other]!.get)),
      ];
      const eachColumn = (body: readonly Code[]): Code[] => [
        at.set(row.get),
        dual.set(duals.get),
        doWhile(
          [...body, advance(at, 8 * bytes), advance(dual, 64)],
          i32.lessUnsigned(dual.get, dualsEnd.get),
        ),
      ];
      return [
        ...[...lowest, ...next].map((pair) => pair.set(f64x2.splat(INFINITE))),
        ...eachColumn(
          PAIRS.flatMap((pair) => [
            reduced.set(difference(pair)),
            next[pair]!.set(f64x2.pmin(next[pair]!.get, f64x2.pmax(lowest[pair]!.get, reduced.get))),
            lowest[pair]!.set(f64x2.pmin(lowest[pair]!.get, reduced.get)),
          ]),
        ),
        ...merge(0, 1),
        ...merge(2, 3),
        ...merge(0, 2),
        first.set(smallestLane(lowest[0]!)),
        second.set(f64.min(smallestLane(next[0]!), largestLane(lowest[0]!))),
        f64.store(0, result.get, first.get),
        f64.store(8, result.get, second.get),
        found.set(i32.constant(-1)),
        when(f64.equal(first.get, INFINITE), [giveBack(found.get)]),
        reduced.set(f64x2.splat(first.get)),
        ...eachColumn([
          ...PAIRS.map((pair) => lowest[pair]!.set(f64x2.equal(difference(pair), reduced.get))),
          when(v128.anyTrue(fold(v128.or, lowest)), [
            when(i32.less(found.get, i32.constant(0)), [
              bits.set(bitsOf(lowest.map((pair) => pair.get))),
              found.set(columnOf(bits, dual, duals)),
              // Without a tie there is nothing else to find.
              when(f64.less(first.get, second.get), [giveBack(found.get)]),
            ]),
            // A free column has the row -1, the sign of which is all that counts.
            rowOfColumn.set(
              i32.add(columnToRow.get, i32.shiftRight(i32.sub(dual.get, duals.get), i32.constant(1))),
            ),
            bits.set(
              bitsOf(
                PAIRS.map((pair) =>
                  v128.and(lowest[pair]!.get, i64x2.extendLow(v128.load64Zero(8 * pair, rowOfColumn.get))),
                ),
              ),
            ),
            when(bits.get, [giveBack(columnOf(bits, dual, duals))]),
          ]),
        ]),
        found.get,
      ];
    },
  );
}
