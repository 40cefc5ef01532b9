import { blackbox, identity, perturbed, type Estimator } from '@pct/assignment/layers';
import { createRng, InvalidArgumentError } from '@pct/core';
import { hitGraph, type Frame } from '@pct/detector';
import { assignSegments, edgeAssignment, graphArrays, graphSpecs } from '@pct/gnn-dfl';
import {
  compile,
  float64,
  int32,
  interpreter,
  mul,
  onnxruntimeNode,
  sum,
  valueAndGrad,
  type Runtime,
  type Tensor,
} from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, type HitAt } from '../support.js';

/** Hits at random places of a few layers, close enough for most segments to pass the mask. */
function randomFrame(seed: number, layers = 4, most = 5): Frame {
  const rng = createRng(seed);
  const hits: HitAt[] = [];
  for (let layer = layers - 1 + 3; layer >= 3; layer--)
    for (let k = 0, count = rng.integer(1, most + 1); k < count; k++)
      hits.push([layer, 5 * rng.uniform(), 5 * rng.uniform(), k]);
  return frameOf(hits);
}

/** Most pairs, then least cost, over all matchings of one pair of layers. */
function bruteForce(graph: ReturnType<typeof hitGraph>, costs: Float64Array, k: number): [number, number] {
  const edges = Array.from({ length: costs.length }, (_, e) => e).filter(
    (e) => e >= graph.edgeOffsets[k]! && e < graph.edgeOffsets[k + 1]!,
  );
  const go = (at: number, used: ReadonlySet<number>): [number, number] => {
    if (at === edges.length) return [0, 0];
    const skipped = go(at + 1, used);
    const [from, to] = [graph.sources[edges[at]!]!, graph.targets[edges[at]!]!];
    if (used.has(from) || used.has(to)) return skipped;
    const [pairs, cost] = go(at + 1, new Set([...used, from, to]));
    const taken: [number, number] = [pairs + 1, cost + costs[edges[at]!]!];
    return taken[0] > skipped[0] || (taken[0] === skipped[0] && taken[1] < skipped[1]) ? taken : skipped;
  };
  return go(0, new Set());
}

describe('assignSegments', () => {
  it('matches as many hits as can be at the least cost', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const graph = hitGraph(randomFrame(seed, 3, 4));
        const rng = createRng(seed);
        const costs = Float64Array.from({ length: graph.edgeCount }, () => rng.uniform());
        const chosen = assignSegments(graph, costs);
        for (let k = 0; k + 1 < graph.edgeOffsets.length; k++) {
          const own = [...chosen.keys()].filter(
            (e) => chosen[e] === 1 && e >= graph.edgeOffsets[k]! && e < graph.edgeOffsets[k + 1]!,
          );
          expect(new Set(own.map((e) => graph.sources[e])).size).toBe(own.length);
          expect(new Set(own.map((e) => graph.targets[e])).size).toBe(own.length);
          const [pairs, cost] = bruteForce(graph, costs, k);
          expect(own.length).toBe(pairs);
          expect(own.reduce((total, e) => total + costs[e]!, 0)).toBeCloseTo(cost, 9);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a cost that is no number', () => {
    const graph = hitGraph(randomFrame(1));
    expect(() => assignSegments(graph, new Float64Array(graph.edgeCount).fill(NaN))).toThrow(
      InvalidArgumentError,
    );
  });
});

describe('edgeAssignment', () => {
  async function gradientOf(estimator: Estimator, seed: number, runtime: Runtime) {
    const graph = hitGraph(randomFrame(seed));
    const rng = createRng(seed);
    const normal = () => Float64Array.from({ length: graph.edgeCount }, () => rng.normal());
    const [costs, weights] = [normal(), normal()];
    const spec = float64('segments');
    type Graph = Parameters<typeof edgeAssignment>[1];
    const loss = (c: Tensor, w: Tensor, g: Graph): [Tensor, Tensor] => {
      const y = edgeAssignment(c, g, estimator);
      return [sum(mul(w, y)), y];
    };
    const program = await compile(valueAndGrad(loss, { auxiliary: true }), [spec, spec, graphSpecs], {
      runtime,
    });
    const vector = (data: Float64Array) => ({ data, shape: [data.length] });
    const [, gradient, y] = await program.run(vector(costs), vector(weights), graphArrays(graph, 5));
    await program.dispose();
    return { graph, costs, weights, gradient: gradient.data, y: y.data };
  }

  it('is the assignment, with the blackbox gradient of every pair of layers', async () => {
    for (const seed of [1, 2, 3]) {
      const { graph, costs, weights, gradient, y } = await gradientOf(
        blackbox({ lambda: 2 }),
        seed,
        interpreter(),
      );
      const plain = assignSegments(graph, costs);
      expect([...y]).toEqual([...plain]);
      const moved = assignSegments(
        graph,
        costs.map((cost, e) => cost + 2 * weights[e]!),
      );
      gradient.forEach((value, e) => {
        expect(value).toBeCloseTo(-(plain[e]! - moved[e]!) / 2, 12);
      });
    }
  });

  it('takes other estimators, with the same results on every engine', async () => {
    const onnx = await onnxruntimeNode({ threads: 1 });
    for (const estimator of [identity(), perturbed({ sigma: 0.5, samples: 3, seed: 1 })]) {
      const one = await gradientOf(estimator, 4, interpreter());
      const other = await gradientOf(estimator, 4, onnx);
      expect([...other.y]).toEqual([...one.y]);
      expect([...other.gradient]).toEqual([...one.gradient]);
      expect(one.gradient.some((value) => value !== 0)).toBe(true);
    }
  });

  it('refuses a cost that is not finite, and a seed that is a tensor', async () => {
    const graph = hitGraph(randomFrame(1));
    const program = await compile(
      (c: Tensor, g: Parameters<typeof edgeAssignment>[1]) => edgeAssignment(c, g, blackbox()),
      [float64('segments'), graphSpecs],
      { runtime: interpreter() },
    );
    const bad = { data: new Float64Array(graph.edgeCount).fill(Infinity), shape: [graph.edgeCount] };
    await expect(program.run(bad, graphArrays(graph))).rejects.toThrow('costs must be finite');
    const traced = compile(
      (c: Tensor, g: Parameters<typeof edgeAssignment>[1], seed: Tensor) =>
        edgeAssignment(c, g, perturbed({ sigma: 1, samples: 1, seed })),
      [float64('segments'), graphSpecs, int32()],
    );
    await expect(traced).rejects.toThrow('the seed of the estimator must be a number');
  });
});
