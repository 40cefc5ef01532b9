/** The passes back through the last two layers. */
import { define, f32, f32x4, i32, loopUntil, v128, when } from '@pct/core/wasm';
import type { FunctionSource } from '@pct/core/wasm';
import type { KernelSizes } from '../kernels.js';
import {
  declare,
  accumulate,
  accumulateAt,
  addTo,
  advance,
  element,
  integerAt,
  NUMBER,
  pick,
  upTo,
  VECTOR,
} from './lanes.js';
import { inRounds, multiply, TOGETHER, MULTIPLY } from './multiply.js';

/** Source of `back` of the kernels. */
export function backThroughSecond({ hidden }: KernelSizes): FunctionSource {
  const vectors = hidden / 4;
  const row = hidden * NUMBER;
  return define(
    'back',
    { input: 'i32', derivative: 'i32', count: 'i32', weight: 'i32', products: 'i32' },
    undefined,
    {
      ...{ edge: 'i32', lane: 'v128', ...MULTIPLY },
      ...declare('factor', TOGETHER),
      ...declare('product', TOGETHER * vectors),
    },
    (all) => {
      const { input, derivative, count, weight, products, edge, lane } = all;
      const factors = pick(all, 'factor', TOGETHER);
      const product = pick(all, 'product', TOGETHER * vectors);
      return inRounds(edge, count, (edges) => {
        const results = upTo(edges).map((n) => product.slice(n * vectors, (n + 1) * vectors));
        return [
          // While the derivative is in these variables it is multiplied with all of the input.
          ...results.flatMap((result, n) =>
            result.map((one, v) => one.set(v128.load(n * row + v * VECTOR, derivative.get))),
          ),
          ...upTo(hidden).flatMap((k) => [
            ...results.map((_, n) => factors[n]!.set(v128.load32Splat(n * row + k * NUMBER, input.get))),
            ...upTo(vectors).map((v) =>
              accumulateAt(
                products,
                k * row + v * VECTOR,
                results
                  .map((result, n) => f32x4.mul(factors[n]!.get, result[v]!.get))
                  .reduce((left, right) => f32x4.add(left, right)),
              ),
            ),
          ]),
          ...results.flat().map((one) => one.set(v128.constantZero)),
          multiply(all, derivative, weight, hidden, hidden, results, factors, lane),
          ...results.flatMap((result, n) =>
            result.map((one, v) => v128.store(n * row + v * VECTOR, derivative.get, one.get)),
          ),
          advance(input, edges * row),
          advance(derivative, edges * row),
        ];
      });
    },
  );
}

/** Source of `outer` of the kernels. */
export function outerOfWinners({ hidden, outputs }: KernelSizes): FunctionSource {
  const vectors = hidden / 4;
  const row = hidden * NUMBER;
  return define(
    'outer',
    { from: 'i32', last: 'i32', input: 'i32', winners: 'i32', cotangent: 'i32', outer: 'i32' },
    undefined,
    { edge: 'i32', place: 'i32', factor: 'v128' },
    ({ from, last, input, winners, cotangent, outer, edge, place, factor }) => [
      winners.set(element(winners, from.get, outputs * NUMBER)),
      cotangent.set(element(cotangent, from.get, outputs * NUMBER)),
      loopUntil(i32.equal(from.get, last.get), [
        ...upTo(outputs).flatMap((c) => [
          edge.set(i32.load(c * NUMBER, winners.get)),
          when(i32.less(i32.constant(-1), edge.get), [
            place.set(element(input, edge.get, row)),
            factor.set(v128.load32Splat(c * NUMBER, cotangent.get)),
            ...upTo(vectors).map((v) =>
              accumulateAt(
                outer,
                c * row + v * VECTOR,
                f32x4.mul(factor.get, v128.load(v * VECTOR, place.get)),
              ),
            ),
          ]),
        ]),
        advance(winners, outputs * NUMBER),
        advance(cotangent, outputs * NUMBER),
        advance(from, 1),
      ]),
    ],
  );
}

/** Source of `pull` of the kernels. */
export function pullToSecond({ hidden, outputs, slope }: KernelSizes): FunctionSource {
  const vectors = hidden / 4;
  const row = hidden * NUMBER;
  return define(
    'pull',
    {
      ...{ offsets: 'i32', from: 'i32', last: 'i32', activations: 'i32', shift: 'i32', inclines: 'i32' },
      ...{ winners: 'i32', cotangent: 'i32', weight: 'i32', scratch: 'i32', sum: 'i32' },
    },
    undefined,
    {
      ...{ edge: 'i32', end: 'i32', start: 'i32', place: 'i32', here: 'i32' },
      ...{ factor: 'v128', h: 'v128', d: 'v128', slopes: 'v128', zero: 'v128' },
      ...declare('total', vectors),
      ...declare('shift', vectors),
      ...declare('incline', vectors),
    },
    (all) => {
      const { offsets, from, last, activations, shift, inclines, winners, cotangent, weight, scratch } = all;
      const { sum, edge, end, start, place, here, factor, h, d, slopes, zero } = all;
      const totals = pick(all, 'total', vectors);
      const shifts = pick(all, 'shift', vectors);
      const slant = pick(all, 'incline', vectors);
      return [
        slopes.set(f32x4.splat(f32.constant(slope))),
        ...shifts.map((one, v) => one.set(v128.load(v * VECTOR, shift.get))),
        ...slant.map((one, v) => one.set(v128.load(v * VECTOR, inclines.get))),
        winners.set(element(winners, from.get, outputs * NUMBER)),
        cotangent.set(element(cotangent, from.get, outputs * NUMBER)),
        edge.set(integerAt(offsets, from.get)),
        activations.set(element(activations, edge.get, row)),
        loopUntil(i32.equal(from.get, last.get), [
          advance(from, 1),
          start.set(edge.get),
          end.set(integerAt(offsets, from.get)),
          here.set(activations.get),
          place.set(scratch.get),
          loopUntil(i32.equal(edge.get, end.get), [
            ...upTo(vectors).map((v) =>
              v128.store(
                v * VECTOR,
                place.get,
                f32x4.add(shifts[v]!.get, f32x4.mul(slant[v]!.get, v128.load(v * VECTOR, here.get))),
              ),
            ),
            advance(here, row),
            advance(place, row),
            advance(edge, 1),
          ]),
          ...upTo(outputs).flatMap((c) => [
            edge.set(i32.load(c * NUMBER, winners.get)),
            when(i32.less(i32.constant(-1), edge.get), [
              place.set(element(scratch, i32.sub(edge.get, start.get), row)),
              factor.set(v128.load32Splat(c * NUMBER, cotangent.get)),
              ...upTo(vectors).map((v) =>
                accumulateAt(
                  place,
                  v * VECTOR,
                  f32x4.mul(factor.get, v128.load(c * row + v * VECTOR, weight.get)),
                ),
              ),
            ]),
          ]),
          edge.set(start.get),
          place.set(scratch.get),
          loopUntil(i32.equal(edge.get, end.get), [
            ...totals.flatMap((total, v) => [
              h.set(v128.load(v * VECTOR, activations.get)),
              d.set(v128.load(v * VECTOR, place.get)),
              d.set(v128.select(d.get, f32x4.mul(d.get, slopes.get), f32x4.greater(h.get, zero.get))),
              v128.store(v * VECTOR, activations.get, d.get),
              accumulate(total, d.get),
            ]),
            advance(activations, row),
            advance(place, row),
            advance(edge, 1),
          ]),
          advance(winners, outputs * NUMBER),
          advance(cotangent, outputs * NUMBER),
        ]),
        addTo(sum, totals),
      ];
    },
  );
}
