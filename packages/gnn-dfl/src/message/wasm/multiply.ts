/** The product of edges' channels with a matrix, two edges at a time. */
import { doWhile, f32x4, i32, loopUntil, v128 } from '@pct/core/wasm';
import type { Code, Local } from '@pct/core/wasm';
import { upTo, accumulate, advance, NUMBER, VECTOR } from './lanes.js';

/** Edges that one round of a product takes, so that a loaded weight serves several. */
export const TOGETHER = 2;

/** Variables that {@link multiply} works with. */
export const MULTIPLY = { reader: 'i32', stop: 'i32', line: 'i32' } as const;

/**
 * sums[n] += edge n of `input` times `weight` [rows, columns], for some edges in turn. This is a loop over rows because
 * V8 moves the loads of straight code to its start, and then most of them to the stack.
 *
 * @param factors - variables for one number of each edge in all lanes
 */
export function multiply(
  variables: Readonly<Record<keyof typeof MULTIPLY, Local>>,
  input: Local,
  weight: Local,
  rows: number,
  columns: number,
  sums: readonly (readonly Local[])[],
  factors: readonly Local[],
  lane: Local,
): Code {
  const { reader, stop, line } = variables;
  const step = [
    ...sums.flatMap((_, n) => factors[n]!.set(v128.load32Splat(n * rows * NUMBER, reader.get))),
    ...upTo(columns / 4).flatMap((v) => [
      ...lane.set(v128.load(v * VECTOR, line.get)),
      ...sums.flatMap((sum, n) => accumulate(sum[v]!, f32x4.mul(factors[n]!.get, lane.get))),
    ]),
  ];
  return [
    reader.set(input.get),
    line.set(weight.get),
    stop.set(i32.add(input.get, i32.constant(rows * NUMBER))),
    doWhile(
      [step, advance(reader, NUMBER), advance(line, columns * NUMBER)],
      i32.lessUnsigned(reader.get, stop.get),
    ),
  ].flat();
}

/** Runs `body` for `TOGETHER` edges as long as there are so many before `end`, then for single ones. */
export function inRounds(edge: Local, end: Local, body: (edges: number) => readonly Code[]): Code[] {
  return [
    loopUntil(i32.less(end.get, i32.add(edge.get, i32.constant(TOGETHER))), [
      ...body(TOGETHER),
      advance(edge, TOGETHER),
    ]),
    loopUntil(i32.equal(edge.get, end.get), [...body(1), advance(edge, 1)]),
  ];
}
