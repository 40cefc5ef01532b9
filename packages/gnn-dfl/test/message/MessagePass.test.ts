import { createRng, InvalidArgumentError } from '@pct/core';
import {
  add,
  batchNormInference,
  cast,
  compile,
  expandDims,
  float64,
  floor,
  gather,
  int32,
  interpreter,
  leakyRelu,
  matmul,
  mean,
  mul,
  segmentMax,
  slice,
  square,
  sub,
  sum,
  valueAndGrad,
  type NdArray,
  type Tensor,
} from '@pct/tensor';
import { describe, expect, it, vi } from 'vitest';
import { MessageMemory, mostEdgesOf } from '../../src/message/memory.js';
import { MessagePass } from '../../src/message/MessagePass.js';
import type { MessageGraph, MessageWeights } from '../../src/message/types.js';

const SLOPE = 0.01;

interface Problem {
  readonly graph: MessageGraph;
  readonly receivers: Int32Array;
  readonly weights: MessageWeights;
  readonly cotangent: Float64Array;
}

/** Random graph and weights; `degree` gives the number of edges of every node. */
function draw(
  nodes: number,
  degree: (node: number) => number,
  { hidden = 8, outputs = 4, knots = 20, seed = 1 } = {},
): Problem {
  const rng = createRng(seed);
  const offsets = new Int32Array(nodes + 1);
  for (let i = 0; i < nodes; i++) offsets[i + 1] = offsets[i]! + degree(i);
  const edges = offsets[nodes]!;
  const receivers = new Int32Array(edges);
  for (let i = 0; i < nodes; i++) receivers.fill(i, offsets[i], offsets[i + 1]);
  const normal = (length: number, scale = 1): Float64Array =>
    Float64Array.from({ length }, () => Math.fround(scale * rng.normal()));
  const positions = Float64Array.from({ length: edges }, () => Math.fround(rng.uniform() * (knots - 1)));
  if (edges > 0) positions[0] = knots - 1;
  return {
    graph: { offsets, senders: Int32Array.from({ length: edges }, () => rng.integer(0, nodes)), positions },
    receivers,
    weights: {
      receiverPart: normal(nodes * hidden),
      senderPart: normal(nodes * hidden),
      table: normal(knots * 2 * hidden),
      scale2: normal(hidden),
      offset2: normal(hidden),
      weight2: normal(hidden * hidden),
      bias2: normal(hidden),
      scale3: normal(hidden),
      offset3: normal(hidden),
      weight3: normal(hidden * outputs),
      bias3: normal(outputs),
    },
    cotangent: normal(nodes * outputs),
  };
}

type Weights = Readonly<Record<keyof MessageWeights, Tensor>>;

/** The same as an array program, node by node as the formula says. */
async function oracle({ graph, receivers, weights, cotangent }: Problem, hidden: number, outputs: number) {
  const nodes = graph.offsets.length - 1;
  const edges = receivers.length;
  const normalise = (x: Tensor, scale: Tensor, offset: Tensor): Tensor => {
    const center = mean(x, { axes: [0] });
    const variance = mean(square(sub(x, center)), { axes: [0] });
    return batchNormInference({ scale, offset }, { mean: center, variance }, x, { axis: 1 });
  };
  const messages = (w: Weights, [to, from, places]: readonly Tensor[]): Tensor => {
    const knot = floor(places!);
    const f = expandDims(sub(places!, knot), 1);
    const rest = sub(1, f);
    const at = cast(knot, 'int32');
    const half = (rows: Tensor, part: number): Tensor =>
      slice(rows, [null, [part * hidden, (part + 1) * hidden]]);
    const before = gather(w.table, at);
    const after = gather(w.table, cast(add(knot, 1), 'int32'));
    const edge = [
      mul(mul(add(1, mul(2, f)), square(rest)), half(before, 0)),
      mul(mul(f, square(rest)), half(before, 1)),
      mul(mul(square(f), sub(3, mul(2, f))), half(after, 0)),
      mul(mul(mul(square(f), rest), -1), half(after, 1)),
    ].reduce((a, b) => add(a, b));
    const z1 = add(add(gather(w.receiverPart, to!), gather(w.senderPart, from!)), edge);
    const h1 = leakyRelu(z1, SLOPE);
    const z2 = add(matmul(normalise(h1, w.scale2, w.offset2), w.weight2), w.bias2);
    const h2 = leakyRelu(z2, SLOPE);
    return add(matmul(normalise(h2, w.scale3, w.offset3), w.weight3), w.bias3);
  };
  const shapes = {
    receiverPart: [nodes, hidden],
    senderPart: [nodes, hidden],
    table: [weights.table.length / (2 * hidden) + 1, 2 * hidden],
    weight2: [hidden, hidden],
    weight3: [hidden, outputs],
    ...{ scale2: [hidden], offset2: [hidden], bias2: [hidden], scale3: [hidden], offset3: [hidden] },
    bias3: [outputs],
  };
  const specs = Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => [key, float64(...shape)]),
  ) as Record<keyof MessageWeights, ReturnType<typeof float64>>;
  // The last knot has a neighbour that does not count.
  const table = Float64Array.of(...weights.table, ...new Float64Array(2 * hidden));
  const arrays = Object.fromEntries(
    Object.entries({ ...weights, table }).map(([key, data]) => [
      key,
      { data, shape: shapes[key as keyof typeof shapes] },
    ]),
  ) as unknown as Record<keyof MessageWeights, NdArray>;
  const occupied = Array.from({ length: nodes }, (_, i) => i).filter(
    (i) => graph.offsets[i + 1]! > graph.offsets[i]!,
  );
  const compact = receivers.map((i) => occupied.indexOf(i));
  const loss = (
    w: Weights,
    to: Tensor,
    from: Tensor,
    places: Tensor,
    rows: Tensor,
    g: Tensor,
  ): [Tensor, Tensor] => {
    const largest = segmentMax(messages(w, [to, from, places]), rows, occupied.length);
    return [sum(mul(largest, g)), largest];
  };
  const program = await compile(
    valueAndGrad(loss, { auxiliary: true }),
    [specs, int32(edges), int32(edges), float64(edges), int32(edges), float64(occupied.length, outputs)],
    { runtime: interpreter() },
  );
  const g = Float64Array.from(
    occupied.flatMap((i) => [...cotangent.subarray(i * outputs, (i + 1) * outputs)]),
  );
  const [, gradient, largest] = await program.run(
    arrays,
    { data: receivers, shape: [edges] },
    { data: graph.senders, shape: [edges] },
    { data: Float64Array.from(graph.positions), shape: [edges] },
    { data: compact, shape: [edges] },
    { data: g, shape: [occupied.length, outputs] },
  );
  const aggregated = new Float64Array(nodes * outputs);
  occupied.forEach((i, row) => {
    aggregated.set(largest.data.subarray(row * outputs, (row + 1) * outputs), i * outputs);
  });
  return { aggregated, gradient };
}

function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  name: string,
) {
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  for (let k = 0; k < actual.length; k++)
    expect(Math.abs(actual[k]! - expected[k]!) / scale, `${name} ${k}`).toBeLessThan(tolerance);
}

describe.each(['plain', 'auto'] as const)('message pass, %s kernels', (choice) => {
  it.each([
    ['rows of every length', 40, (i: number) => i % 7, 8, 4],
    ['the published sizes', 60, (i: number) => 3 + (i % 4), 16, 16],
    ['more outputs than hidden channels', 20, () => 5, 4, 12],
    ['a row longer than a chunk', 30, (i: number) => (i === 3 ? 900 : 2), 8, 8],
  ])('is the array program: %s', async (_, nodes, degree, hidden, outputs) => {
    const problem = draw(nodes, degree, { hidden, outputs });
    const pass = new MessagePass({ hidden, outputs, slope: SLOPE }, choice);
    const { aggregated, ticket } = pass.forward(problem.graph, problem.weights);
    const gradients = pass.backward(problem.graph, problem.weights, ticket, problem.cotangent);
    const expected = await oracle(problem, hidden, outputs);
    expectClose(aggregated, expected.aggregated, 2e-5, 'aggregated');
    for (const [key, gradient] of Object.entries(gradients)) {
      const { data } = expected.gradient[key as keyof MessageWeights];
      expectClose(gradient, data, 1e-4, key);
    }
  });

  it('gives the same if other calls come between', () => {
    const [one, other] = [draw(20, () => 3), draw(50, () => 6, { seed: 2 })];
    const pass = new MessagePass({ hidden: 8, outputs: 4, slope: SLOPE }, choice);
    const { ticket } = pass.forward(one.graph, one.weights);
    const expected = pass.backward(one.graph, one.weights, ticket, one.cotangent);
    const again = pass.forward(one.graph, one.weights);
    pass.forward(other.graph, other.weights);
    expect(pass.backward(one.graph, one.weights, again.ticket, one.cotangent)).toEqual(expected);
    expect(pass.backward(one.graph, one.weights, again.ticket, one.cotangent)).toEqual(expected);
  });

  it.each([
    ['no nodes', 0],
    ['no edges', 5],
  ])('gives zeros for %s', (_, nodes) => {
    const problem = draw(nodes, () => 0);
    const pass = new MessagePass({ hidden: 8, outputs: 4, slope: SLOPE }, choice);
    const { aggregated, ticket } = pass.forward(problem.graph, problem.weights);
    expect(aggregated).toEqual(new Float32Array(4 * nodes));
    const gradients = pass.backward(problem.graph, problem.weights, ticket, problem.cotangent);
    for (const [key, gradient] of Object.entries(gradients)) {
      expect(gradient.length, key).toBe(problem.weights[key as keyof MessageWeights].length);
      expect(
        gradient.every((value) => value === 0),
        key,
      ).toBe(true);
    }
  });
});

describe('memory', () => {
  const sizes = { hidden: 16, outputs: 16, slope: SLOPE };
  const graph = { nodes: 10, edges: 20, knots: 4, longestRow: 3 };

  it.each(['plain', 'auto'] as const)('is refused where addresses end, %s kernels', (choice) => {
    const memory = new MessageMemory(sizes, choice);
    const reserve = () => memory.reserve({ ...graph, edges: 5e7 });
    expect(reserve).toThrow(InvalidArgumentError);
    expect(reserve).toThrow('50000000 edges needs 6485 MiB, which cannot be had');
    expect(mostEdgesOf(16)).toBeGreaterThan(2e7);
    expect(mostEdgesOf(16)).toBeLessThan(5e7);
  });

  it('says what it was for if it cannot grow', () => {
    const one = draw(200, () => 30);
    const pass = new MessagePass({ hidden: 8, outputs: 4, slope: SLOPE });
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
      throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
    });
    try {
      expect(() => pass.forward(one.graph, one.weights)).toThrow(InvalidArgumentError);
      expect(() => pass.forward(one.graph, one.weights)).toThrow('a graph of 200 nodes and 6000 edges needs');
    } finally {
      grow.mockRestore();
    }
    expect(pass.forward(one.graph, one.weights).aggregated.every(Number.isFinite)).toBe(true);
  });
});
