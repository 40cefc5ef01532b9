import type { Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { allCases } from '../conformance/all.js';
import { drawArguments } from '../conformance/runner.js';

function nodesOf(fn: (...args: Tensor[]) => unknown, ...specs: t.TensorSpec[]): string[] {
  return t.cleanGraph(t.trace(fn, ...specs).graph).nodes.map(({ primitive }) => primitive.name);
}

describe('cleanGraph', () => {
  it('removes what nothing needs and computes equal things once', () => {
    const twice = (x: Tensor) => t.add(t.mul(t.exp(x), 3), t.mul(t.exp(x), 3));
    expect(nodesOf(twice, t.float64('n'))).toEqual(['exp', 'constant', 'mul', 'add']);
    const unused = (x: Tensor) => t.slice(t.concat([x, t.exp(x)]), [[0, 1]]);
    expect(nodesOf(unused, t.float64(3))).toEqual(['exp', 'concat', 'slice']);
    expect(nodesOf((x) => [x, t.stopGradient(x)], t.float64(3))).toEqual([]);
  });

  it('computes constants beforehand', () => {
    const fn = (x: Tensor) => t.mul(x, t.exp(t.constant({ data: Float64Array.of(0, 1), shape: [2] })));
    const graph = t.cleanGraph(t.trace(fn, t.float64(2)).graph);
    expect(t.printGraph(graph)).toContain('%1: float64[2] = constant [1, 2.718281828459045]\n%2');
  });

  it('keeps 0 and -0 apart', () => {
    const fn = (x: Tensor) => [t.div(x, 0), t.div(x, -0)];
    const [positive, negative] = t.interpret(t.cleanGraph(t.trace(fn, t.float64()).graph), [
      t.array(1, 'float64'),
    ]);
    expect([positive!.data[0], negative!.data[0]]).toEqual([Infinity, -Infinity]);
  });

  it('does not multiply by 1 or repeat for elementwise operations', () => {
    expect(nodesOf((x) => t.mul(t.div(x, 1), 1), t.float64('n'))).toEqual([]);
    expect(nodesOf((x) => t.mul(x, t.onesLike(x)), t.float64('n'))).toEqual([]);
    // Here the multiplication makes the shape.
    expect(nodesOf((x) => t.mul(x, t.full([2, 3], 1, 'float64')), t.float64(3))).toContain('mul');
    expect(nodesOf((x, y) => t.add(t.broadcastTo(x, y.shape), y), t.float64(3), t.float64('n', 3))).toEqual([
      'add',
    ]);
    // Repeated on both sides: one must stay.
    const outer = (x: Tensor) => t.add(t.broadcastTo(x, [4, 3]), t.broadcastTo(x, [4, 3]));
    expect(nodesOf(outer, t.float64(3))).toEqual(['broadcastTo', 'add']);
  });

  it('takes several reshapes as one', () => {
    expect(nodesOf((x) => t.reshape(t.reshape(x, [2, -1]), [3, -1]), t.float64(6, 'n'))).toEqual(['reshape']);
    expect(nodesOf((x) => t.reshape(t.flatten(x), [6, -1]), t.float64(6, 'n'))).toEqual([]);
  });

  it('takes several transposes as one', () => {
    const turned = (x: Tensor) => t.transpose(t.transpose(x, [1, 2, 0]), [0, 2, 1]);
    const graph = t.cleanGraph(t.trace(turned, t.float64(2, 3, 4)).graph);
    expect(graph.nodes.map(({ attributes }) => attributes)).toEqual([{ permutation: [1, 0, 2] }]);
    expect(nodesOf((x) => t.transpose(t.transpose(x)), t.float64('n', 3))).toEqual([]);
    expect(nodesOf((x) => [t.transpose(t.exp(t.transpose(x)))], t.float64('n', 3))).toHaveLength(3);
  });

  it('keeps margins of 0 and -0 apart', () => {
    const fn = (x: Tensor) => [t.div(1, t.pad(x, [[0, 1]], 0)), t.div(1, t.pad(x, [[0, 1]], -0))];
    const results = t.interpret(t.cleanGraph(t.trace(fn, t.float64(1)).graph), [t.array([1], 'float64')]);
    expect(results.map(({ data }) => data[1])).toEqual([Infinity, -Infinity]);
  });

  it('takes no custom operation for a primitive of the same name', () => {
    const op = (name: string) =>
      t.customOp({ name, infer: ([x]) => [x!], run: ([x]) => [x!.data.map((v) => v + 1)] });
    const named = (x: Tensor) => [
      ...op('mul')(x, t.constant(1, 'float64')),
      ...op('reshape')(x),
      ...op('transpose')(t.transpose(x)),
      t.transpose(op('transpose')(x)[0]!),
    ];
    expect(
      nodesOf(named, t.float64(2, 2))
        .filter((name) => name !== 'constant')
        .sort(),
    ).toEqual(['mul', 'reshape', 'transpose', 'transpose', 'transpose', 'transpose'].sort());
  });

  it('does not share calls of custom operations', () => {
    let calls = 0;
    const tick = t.customOp({
      name: 'tick',
      infer: (inputs) => inputs,
      run: ([x]) => [x!.data.map((v) => v + calls++)],
    });
    const graph = t.cleanGraph(t.trace((x: Tensor) => [...tick(x), ...tick(x)], t.float64(1)).graph);
    expect(t.interpret(graph, [t.array([0], 'float64')]).map(({ data }) => data[0])).toEqual([0, 1]);
  });

  it.each(allCases)('changes no value of $name', (entry) => {
    const { specs, args } = drawArguments(entry);
    const { graph } = t.trace(entry.fn, ...specs);
    expect(t.interpret(t.cleanGraph(graph), args)).toEqual(t.interpret(graph, args));
  });
});
