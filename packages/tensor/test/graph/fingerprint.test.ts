import type { Attribute, Graph, Primitive, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { fingerprint, sameFingerprint } from '../../src/graph/fingerprint.js';

const primitive: Primitive = {
  name: 'thing',
  infer: () => [{ dtype: 'float32', shape: [] }],
  reference: () => [Float64Array.of(0)],
};

/** A graph with one node that has the attribute. */
function holding(attribute: Attribute): Graph {
  const type = { dtype: 'float32', shape: [] } as const;
  const node = { primitive, inputs: [], attributes: { attribute }, outputs: [{ id: 0, type }] };
  return { inputs: [], inputNames: [], nodes: [node], outputs: node.outputs, outputNames: ['output'] };
}
const same = (a: Graph, b: Graph): boolean => sameFingerprint(fingerprint(a), fingerprint(b));
const sameAttributes = (a: Attribute, b: Attribute): boolean => same(holding(a), holding(b));

describe('fingerprint', () => {
  it('does not depend on objects and their numbers', () => {
    const fn = (x: Tensor) => t.mean(t.square(t.sub(x, t.constant(t.array([1, 2])))));
    const one = t.trace(fn, t.float32('n', 2)).graph;
    const renumbered = t.cleanGraph(one);
    expect(same(one, t.trace(fn, t.float32('n', 2)).graph)).toBe(true);
    expect(same(renumbered, t.cleanGraph(renumbered))).toBe(true);
  });

  it('tells operands apart', () => {
    const graph = (fn: (x: Tensor, y: Tensor) => Tensor) => t.trace(fn, t.float32(), t.float32()).graph;
    expect(
      same(
        graph((x, y) => t.sub(x, y)),
        graph((x, y) => t.sub(y, x)),
      ),
    ).toBe(false);
    expect(
      same(
        graph((x, y) => t.sub(x, y)),
        graph((x, _y) => t.sub(x, x)),
      ),
    ).toBe(false);
    expect(
      same(
        graph((x, _y) => x),
        graph((_x, y) => y),
      ),
    ).toBe(false);
  });

  it('compares attributes of every kind', () => {
    const equal: [Attribute, Attribute][] = [
      [
        { a: 1, b: [2, 'n'] },
        { b: [2, 'n'], a: 1 },
      ],
      [NaN, NaN],
      [Float32Array.of(NaN, 1), Float32Array.of(NaN, 1)],
      [new Float64Array([0, 1, 2]).subarray(1), Float64Array.of(1, 2)],
      [holding(Int32Array.of(4)), holding(Int32Array.of(4))],
    ];
    for (const [a, b] of equal) expect(sameAttributes(a, b)).toBe(true);
    const different: [Attribute, Attribute][] = [
      [1, '1'],
      [0, -0],
      [undefined, 'undefined'],
      [[1, 2], [12]],
      [['a,b'], ['a', 'b']],
      [Float32Array.of(0), Float32Array.of(-0)],
      [Float32Array.of(1), Float64Array.of(1)],
      [Int32Array.of(1), Int32Array.of(1, 1)],
      [holding(Int32Array.of(4)), holding(Int32Array.of(5))],
      [{ a: 1 }, { a: 1, b: undefined }],
    ];
    for (const [a, b] of different) expect(sameAttributes(a, b)).toBe(false);
  });

  it('takes for equal only to itself what it cannot look into', () => {
    class Rule {
      readonly power = 2;
    }
    const rule = new Rule();
    const body = (): number => 2;
    const round: { self?: object } = {};
    round.self = round;
    for (const thing of [rule, body, round]) expect(sameAttributes(thing, thing)).toBe(true);
    expect(sameAttributes(rule, new Rule())).toBe(false);
    expect(sameAttributes(body, () => 2)).toBe(false);
    const other: { self?: object } = {};
    other.self = other;
    expect(sameAttributes(round, other)).toBe(false);
  });
});
