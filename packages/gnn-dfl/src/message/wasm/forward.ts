/** The passes forward that multiply every edge's channels with a matrix. */
import { define, f32, f32x4, i32, i32x4, loopUntil, v128, when } from '@pct/core/wasm';
import type { Code, FunctionSource, Local } from '@pct/core/wasm';
import type { KernelSizes } from '../kernels.js';
import { declare, accumulateAt, advance, element, integerAt, NUMBER, pick, upTo, VECTOR } from './lanes.js';
import { inRounds, multiply, TOGETHER, MULTIPLY } from './multiply.js';

/** Source of `second` of the kernels. */
export function secondLayer({ hidden, slope }: KernelSizes): FunctionSource {
  const vectors = hidden / 4;
  const row = hidden * NUMBER;
  return define(
    'second',
    { input: 'i32', count: 'i32', weight: 'i32', bias: 'i32', out: 'i32', sums: 'i32' },
    undefined,
    {
      ...{ edge: 'i32', lane: 'v128', slopes: 'v128', ...MULTIPLY },
      ...declare('factor', TOGETHER),
      ...declare('product', TOGETHER * vectors),
    },
    (all) => {
      const { input, count, weight, bias, out, sums, edge, lane, slopes } = all;
      const factors = pick(all, 'factor', TOGETHER);
      const product = pick(all, 'product', TOGETHER * vectors);
      const rounds = inRounds(edge, count, (edges) => {
        const of = (n: number): Local[] => product.slice(n * vectors, (n + 1) * vectors);
        const results = upTo(edges).map(of);
        return [
          ...results.flat().map((sum, k) => sum.set(v128.load((k % vectors) * VECTOR, bias.get))),
          multiply(all, input, weight, hidden, hidden, results, factors, lane),
          ...results.flatMap((result, n) =>
            result.flatMap((one, v) => [
              one.set(f32x4.max(one.get, f32x4.mul(one.get, slopes.get))),
              v128.store(n * row + v * VECTOR, out.get, one.get),
            ]),
          ),
          ...upTo(vectors).flatMap((v) => {
            const ones = results.map((result) => result[v]!.get);
            const plus = (left: Code, right: Code): Code => f32x4.add(left, right);
            return [
              accumulateAt(sums, v * VECTOR, ones.reduce(plus)),
              accumulateAt(sums, row + v * VECTOR, ones.map((one) => f32x4.mul(one, one)).reduce(plus)),
            ];
          }),
          advance(input, edges * row),
          advance(out, edges * row),
        ];
      });
      return [slopes.set(f32x4.splat(f32.constant(slope))), ...rounds];
    },
  );
}

/** Source of `largest` of the kernels. */
export function largestMessage({ hidden, outputs }: KernelSizes): FunctionSource {
  const vectors = outputs / 4;
  const row = hidden * NUMBER;
  return define(
    'largest',
    {
      ...{ offsets: 'i32', from: 'i32', last: 'i32', input: 'i32', weight: 'i32', bias: 'i32', out: 'i32' },
      ...{ winners: 'i32' },
    },
    undefined,
    {
      ...{ edge: 'i32', end: 'i32', lane: 'v128', index: 'v128', lowest: 'v128', ...MULTIPLY },
      ...declare('factor', TOGETHER),
      ...declare('product', TOGETHER * vectors),
      ...declare('best', vectors),
      ...declare('winner', vectors),
    },
    (all) => {
      const { offsets, from, last, input, weight, bias, out, winners, edge, end, lane, index, lowest } = all;
      const factors = pick(all, 'factor', TOGETHER);
      const product = pick(all, 'product', TOGETHER * vectors);
      const best = pick(all, 'best', vectors);
      const winner = pick(all, 'winner', vectors);
      const rounds = inRounds(edge, end, (edges) => {
        const results = upTo(edges).map((n) => product.slice(n * vectors, (n + 1) * vectors));
        return [
          ...results.flat().map((sum, k) => sum.set(v128.load((k % vectors) * VECTOR, bias.get))),
          multiply(all, input, weight, hidden, outputs, results, factors, lane),
          ...results.flatMap((result, n) => [
            index.set(i32x4.splat(i32.add(edge.get, i32.constant(n)))),
            ...result.flatMap((one, v) => [
              lane.set(f32x4.greater(one.get, best[v]!.get)),
              best[v]!.set(v128.select(one.get, best[v]!.get, lane.get)),
              winner[v]!.set(v128.select(index.get, winner[v]!.get, lane.get)),
            ]),
          ]),
          advance(input, edges * row),
        ];
      });
      return [
        lowest.set(f32x4.splat(f32.constant(-Infinity))),
        out.set(element(out, from.get, outputs * NUMBER)),
        winners.set(element(winners, from.get, outputs * NUMBER)),
        edge.set(integerAt(offsets, from.get)),
        input.set(element(input, edge.get, row)),
        loopUntil(i32.equal(from.get, last.get), [
          advance(from, 1),
          end.set(integerAt(offsets, from.get)),
          ...best.map((one) => one.set(lowest.get)),
          ...winner.map((one) => one.set(i32x4.splat(i32.constant(-1)))),
          // A row without edges has zeros.
          when(
            i32.equal(edge.get, end.get),
            best.map((one) => one.set(v128.constantZero)),
          ),
          ...rounds,
          ...best.map((one, v) => v128.store(v * VECTOR, out.get, one.get)),
          ...winner.map((one, v) => v128.store(v * VECTOR, winners.get, one.get)),
          advance(out, outputs * NUMBER),
          advance(winners, outputs * NUMBER),
        ]),
      ];
    },
  );
}
