/** Passes of a search over distances. */
import {
  define,
  doWhile,
  f64,
  f64x2,
  giveBack,
  i32,
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
  isFree,
  PAIRS,
  smallestLane,
  type Storage,
} from './lanes.js';

/** Distances of all columns from a row, counted from the smallest one or `alone`, which is the result. */
export function startSearch({ bytes, load }: Storage): FunctionSource {
  return define(
    'startSearch',
    { row: 'i32', duals: 'i32', dualsEnd: 'i32', distances: 'i32', alone: 'f64' },
    'f64',
    {
      ...{ dual: 'i32', at: 'i32', distance: 'v128', least: 'f64' },
      ...{ m0: 'v128', m1: 'v128', m2: 'v128', m3: 'v128' },
    },
    ({ row, duals, dualsEnd, distances, alone, dual, at, distance, least, m0, m1, m2, m3 }) => {
      const lowest = [m0, m1, m2, m3];
      return [
        ...lowest.map((pair) => pair.set(f64x2.splat(alone.get))),
        dual.set(duals.get),
        at.set(distances.get),
        doWhile(
          [
            ...PAIRS.flatMap((pair) => [
              distance.set(f64x2.sub(load(row, pair), doubles(dual, pair))),
              v128.store(16 * pair, at.get, distance.get),
              lowest[pair]!.set(f64x2.pmin(lowest[pair]!.get, distance.get)),
            ]),
            advance(row, 8 * bytes),
            advance(dual, 64),
            advance(at, 64),
          ],
          i32.lessUnsigned(dual.get, dualsEnd.get),
        ),
        m0.set(fold(f64x2.pmin, lowest)),
        least.set(smallestLane(m0)),
        when(f64.equal(least.get, INFINITE), [giveBack(least.get)]),
        m0.set(f64x2.splat(least.get)),
        dual.set(duals.get),
        at.set(distances.get),
        doWhile(
          [
            ...PAIRS.map((pair) => v128.store(16 * pair, at.get, f64x2.sub(doubles(at, pair), m0.get))),
            advance(dual, 64),
            advance(at, 64),
          ],
          i32.lessUnsigned(dual.get, dualsEnd.get),
        ),
        least.get,
      ];
    },
  );
}

/** Lowers the distances to those through a row, which is at `reached`; the result is the smallest of them all. */
export function relaxRow({ bytes, load }: Storage): FunctionSource {
  return define(
    'relaxRow',
    { row: 'i32', duals: 'i32', dualsEnd: 'i32', distances: 'i32', reached: 'f64', rowDual: 'f64' },
    'f64',
    {
      ...{ distance: 'v128', from: 'v128', own: 'v128' },
      ...{ m0: 'v128', m1: 'v128', m2: 'v128', m3: 'v128' },
    },
    ({ row, duals, dualsEnd, distances, reached, rowDual, distance, from, own, m0, m1, m2, m3 }) => {
      const lowest = [m0, m1, m2, m3];
      const through = (pair: number): Code =>
        f64x2.add(from.get, f64x2.sub(f64x2.sub(load(row, pair), doubles(duals, pair)), own.get));
      return [
        ...lowest.map((pair) => pair.set(f64x2.splat(INFINITE))),
        from.set(f64x2.splat(reached.get)),
        own.set(f64x2.splat(rowDual.get)),
        doWhile(
          [
            ...PAIRS.flatMap((pair) => [
              distance.set(f64x2.pmin(doubles(distances, pair), through(pair))),
              v128.store(16 * pair, distances.get, distance.get),
              lowest[pair]!.set(f64x2.pmin(lowest[pair]!.get, distance.get)),
            ]),
            advance(row, 8 * bytes),
            advance(duals, 64),
            advance(distances, 64),
          ],
          i32.lessUnsigned(duals.get, dualsEnd.get),
        ),
        m0.set(fold(f64x2.pmin, lowest)),
        smallestLane(m0),
      ];
    },
  );
}

/** Lists the columns at a distance: how many, or -1 minus the first free one if one is. */
export function columnsAt(): FunctionSource {
  return define(
    'columnsAt',
    { distances: 'i32', distancesEnd: 'i32', value: 'f64', columnToRow: 'i32', list: 'i32' },
    'i32',
    {
      ...{ at: 'i32', bits: 'i32', column: 'i32', count: 'i32', wanted: 'v128' },
      ...{ e0: 'v128', e1: 'v128', e2: 'v128', e3: 'v128' },
    },
    ({
      distances,
      distancesEnd,
      value,
      columnToRow,
      list,
      at,
      bits,
      column,
      count,
      wanted,
      e0,
      e1,
      e2,
      e3,
    }) => {
      const equal = [e0, e1, e2, e3];
      return [
        wanted.set(f64x2.splat(value.get)),
        at.set(distances.get),
        doWhile(
          [
            ...PAIRS.map((pair) => equal[pair]!.set(f64x2.equal(doubles(at, pair), wanted.get))),
            when(v128.anyTrue(fold(v128.or, equal)), [
              bits.set(bitsOf(equal.map((pair) => pair.get))),
              doWhile(
                [
                  column.set(columnOf(bits, at, distances)),
                  when(isFree(columnToRow, column), [giveBack(i32.sub(i32.constant(-1), column.get))]),
                  i32.store(0, list.get, column.get),
                  advance(list, 4),
                  count.set(i32.add(count.get, i32.constant(1))),
                  bits.set(i32.and(bits.get, i32.sub(bits.get, i32.constant(1)))),
                ],
                bits.get,
              ),
            ]),
            advance(at, 64),
          ],
          i32.lessUnsigned(at.get, distancesEnd.get),
        ),
        count.get,
      ];
    },
  );
}
