/** The passes along rows of the graph that meet the table: first layer forward and back. */
import {
  define,
  f32,
  f32x4,
  i32,
  loopUntil,
  v128,
  type Code,
  type FunctionSource,
  type Local,
} from '@pct/core/wasm';
import type { KernelSizes } from '../kernels.js';
import {
  accumulate,
  accumulateAt,
  addTo,
  advance,
  declare,
  element,
  integerAt,
  NUMBER,
  pick,
  upTo,
  VECTOR,
} from './lanes.js';

const POSITION = { at: 'f32', rest: 'f32', knot: 'i32' } as const;
type Position = Readonly<Record<keyof typeof POSITION | `weight${number}`, Local>>;

/** Weights of cubic Hermite interpolation as vectors of four equal numbers, and the knot before the position. */
function interpolate(variables: Position, position: Code): Code {
  const { at, rest, knot } = variables;
  const [value, slope, nextValue, nextSlope] = pick(variables, 'weight', 4);
  const squared = (one: Local): Code => f32.mul(one.get, one.get);
  const one = f32.constant(1);
  return [
    at.set(position),
    knot.set(i32.truncateF32(at.get)),
    at.set(f32.sub(at.get, f32.fromI32(knot.get))),
    rest.set(f32.sub(one, at.get)),
    value!.set(f32x4.splat(f32.mul(f32.add(one, f32.add(at.get, at.get)), squared(rest)))),
    slope!.set(f32x4.splat(f32.mul(at.get, squared(rest)))),
    nextValue!.set(f32x4.splat(f32.mul(f32.sub(f32.constant(3), f32.add(at.get, at.get)), squared(at)))),
    nextSlope!.set(f32x4.splat(f32.mul(f32.constant(-1), f32.mul(rest.get, squared(at))))),
  ].flat();
}

/** Source of `first` of the kernels. */
export function firstLayer({ hidden, slope }: KernelSizes): FunctionSource {
  const vectors = hidden / 4;
  const row = hidden * NUMBER;
  return define(
    'first',
    {
      ...{ offsets: 'i32', from: 'i32', last: 'i32', receivers: 'i32', senderRows: 'i32', senders: 'i32' },
      ...{ positions: 'i32', table: 'i32', out: 'i32', sums: 'i32' },
    },
    undefined,
    {
      ...{ edge: 'i32', end: 'i32', sender: 'i32', knots: 'i32', z: 'v128', slopes: 'v128' },
      ...POSITION,
      ...declare('weight', 4),
      ...declare('receiver', vectors),
      ...declare('sum', vectors),
      ...declare('square', vectors),
    },
    (all) => {
      const { offsets, from, last, receivers, senderRows, senders, positions, table, out, sums } = all;
      const { edge, end, sender, knots, z, slopes, knot } = all;
      const weights = pick(all, 'weight', 4);
      const receiver = pick(all, 'receiver', vectors);
      const sum = pick(all, 'sum', vectors);
      const square = pick(all, 'square', vectors);
      const interpolated = (v: number): Code =>
        weights
          .map((weight, w) => f32x4.mul(weight.get, v128.load(w * row + v * VECTOR, knots.get)))
          .reduce((left, right) => f32x4.add(left, right));
      return [
        slopes.set(f32x4.splat(f32.constant(slope))),
        receivers.set(element(receivers, from.get, row)),
        edge.set(integerAt(offsets, from.get)),
        out.set(element(out, edge.get, row)),
        loopUntil(i32.equal(from.get, last.get), [
          ...receiver.map((lane, v) => lane.set(v128.load(v * VECTOR, receivers.get))),
          advance(receivers, row),
          advance(from, 1),
          end.set(integerAt(offsets, from.get)),
          loopUntil(i32.equal(edge.get, end.get), [
            interpolate(all, f32.load(0, element(positions, edge.get, NUMBER))),
            sender.set(element(senders, integerAt(senderRows, edge.get), row)),
            knots.set(element(table, knot.get, 2 * row)),
            ...receiver.flatMap((lane, v) => [
              z.set(f32x4.add(f32x4.add(lane.get, v128.load(v * VECTOR, sender.get)), interpolated(v))),
              z.set(f32x4.max(z.get, f32x4.mul(z.get, slopes.get))),
              v128.store(v * VECTOR, out.get, z.get),
              accumulate(sum[v]!, z.get),
              accumulate(square[v]!, f32x4.mul(z.get, z.get)),
            ]),
            advance(out, row),
            advance(edge, 1),
          ]),
        ]),
        addTo(sums, [...sum, ...square]),
      ];
    },
  );
}

/** Source of `scatter` of the kernels. */
export function scatterBack({ hidden, slope }: KernelSizes): FunctionSource {
  const vectors = hidden / 4;
  const row = hidden * NUMBER;
  return define(
    'scatter',
    {
      ...{ offsets: 'i32', from: 'i32', last: 'i32', activations: 'i32', derivative: 'i32', shift: 'i32' },
      ...{ inclines: 'i32', senderRows: 'i32', positions: 'i32', receiverOut: 'i32', senderOut: 'i32' },
      ...{ tableOut: 'i32' },
    },
    undefined,
    {
      ...{ edge: 'i32', end: 'i32', sender: 'i32', knots: 'i32', h: 'v128', d: 'v128', slopes: 'v128' },
      ...{ zero: 'v128' },
      ...POSITION,
      ...declare('weight', 4),
      ...declare('sum', vectors),
    },
    (all) => {
      const { offsets, from, last, activations, derivative, shift, inclines, senderRows } = all;
      const { positions, receiverOut, senderOut, tableOut } = all;
      const { edge, end, sender, knots, h, d, slopes, zero, knot } = all;
      const weights = pick(all, 'weight', 4);
      const sum = pick(all, 'sum', vectors);
      return [
        slopes.set(f32x4.splat(f32.constant(slope))),
        receiverOut.set(element(receiverOut, from.get, row)),
        edge.set(integerAt(offsets, from.get)),
        activations.set(element(activations, edge.get, row)),
        derivative.set(element(derivative, edge.get, row)),
        loopUntil(i32.equal(from.get, last.get), [
          ...sum.map((lane) => lane.set(zero.get)),
          advance(from, 1),
          end.set(integerAt(offsets, from.get)),
          loopUntil(i32.equal(edge.get, end.get), [
            interpolate(all, f32.load(0, element(positions, edge.get, NUMBER))),
            sender.set(element(senderOut, integerAt(senderRows, edge.get), row)),
            knots.set(element(tableOut, knot.get, 2 * row)),
            ...upTo(vectors).flatMap((v) => [
              h.set(v128.load(v * VECTOR, activations.get)),
              d.set(
                f32x4.add(
                  f32x4.add(v128.load(v * VECTOR, derivative.get), v128.load(v * VECTOR, shift.get)),
                  f32x4.mul(h.get, v128.load(v * VECTOR, inclines.get)),
                ),
              ),
              d.set(v128.select(d.get, f32x4.mul(d.get, slopes.get), f32x4.greater(h.get, zero.get))),
              accumulate(sum[v]!, d.get),
              accumulateAt(sender, v * VECTOR, d.get),
              ...weights.map((weight, w) =>
                accumulateAt(knots, w * row + v * VECTOR, f32x4.mul(d.get, weight.get)),
              ),
            ]),
            advance(activations, row),
            advance(derivative, row),
            advance(edge, 1),
          ]),
          addTo(receiverOut, sum),
          advance(receiverOut, row),
        ]),
      ];
    },
  );
}
