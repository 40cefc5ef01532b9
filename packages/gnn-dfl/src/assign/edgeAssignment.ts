import { InvalidArgumentError } from '@pct/core';
import type { CostBatch, Estimator, EstimatorContext } from '@pct/assignment/layers';
import { customOp, int32, type NdArray, type Tensor, type TensorSpec, type TypedArray } from '@pct/tensor';
import type { HitGraph } from '@pct/detector';
import { denseCosts, layerPairs, matchAll, type LayerPair } from './layerPairs.js';

/** Structure of a hit graph as arrays of a program. */
export interface GraphArrays<Leaf = Tensor> {
  /** Deeper hit of every segment, int32 [segments]. */
  readonly sources: Leaf;
  /** Shallower hit of every segment, int32 [segments]. */
  readonly targets: Leaf;
  /** Segments of the k-th pair of layers are edgeOffsets[k] to edgeOffsets[k + 1]; int32 [pairs + 1]. */
  readonly edgeOffsets: Leaf;
  /** Hits of the k-th layer are nodeOffsets[k] to nodeOffsets[k + 1]; int32 [pairs + 2]. */
  readonly nodeOffsets: Leaf;
  /** A number by which the noise of random estimators is keyed, int32 []: another one for every frame and step. */
  readonly draw: Leaf;
}

const KEYS = ['sources', 'targets', 'edgeOffsets', 'nodeOffsets', 'draw'] as const;

/** Declared types of {@link GraphArrays}. */
export const graphSpecs: GraphArrays<TensorSpec> = {
  sources: int32('segments'),
  targets: int32('segments'),
  edgeOffsets: int32('pairEnds'),
  nodeOffsets: int32('layerEnds'),
  draw: int32(),
};

/** The arrays of a hit graph. */
export function graphArrays(graph: HitGraph, draw = 0): GraphArrays<NdArray> {
  const vector = (data: Int32Array): NdArray => ({ data, shape: [data.length] });
  // A frame with one layer or none has no pairs, but one entry less of offsets than the program expects.
  const nodeOffsets = graph.nodeOffsets.length < 2 ? Int32Array.of(0, graph.nodeCount) : graph.nodeOffsets;
  return {
    sources: vector(graph.sources),
    targets: vector(graph.targets),
    edgeOffsets: vector(graph.edgeOffsets),
    nodeOffsets: vector(nodeOffsets),
    draw: { data: Int32Array.of(draw), shape: [] },
  };
}

/**
 * The assignments of all pairs of adjacent layers of a hit graph as one differentiable operation on the costs of its
 * segments: in every pair as many hits are matched as can be, at the least cost.
 *
 * @param cost - floating point, finite, [segments]
 * @param graph - {@link GraphArrays}
 * @param estimator - of `@pct/assignment/layers`; applied to the matrix of each pair of layers by itself
 * @returns what the estimator gives for each segment, 0/1 or between; [segments]
 * @see Kortus, Keidel and Gauger 2024, arXiv:2407.13420
 */
export function edgeAssignment(cost: Tensor, graph: GraphArrays, estimator: Estimator): Tensor {
  if (estimator.seed instanceof Object)
    throw new InvalidArgumentError(
      'edgeAssignment: the seed of the estimator must be a number; noise changes with graph.draw',
    );
  const solver = new PairwiseSolver(estimator, estimator.seed ?? 0);
  const count = 1 + KEYS.length;
  const backward = customOp({
    name: 'assignment of segments, derivative',
    infer: ([first]) => [first!],
    run(inputs) {
      const arrays = inputs.map(({ data }) => data);
      const [ticket, cotangent] = [arrays[count]![0]!, arrays[count + 1]!];
      return [solver.backward(arrays.slice(0, count), ticket, cotangent)];
    },
    // Estimators have no second derivative: what they give counts as a constant.
    vjp: () => [],
    jvp: () => [],
  });
  const forward = customOp({
    name: 'assignment of segments',
    infer: ([first]) => [first!, { dtype: 'int32', shape: [] }],
    run(inputs) {
      const { output, ticket } = solver.forward(inputs.map(({ data }) => data));
      return [output, Int32Array.of(ticket)];
    },
    vjp: (inputs, [, ticket], [cotangent]) =>
      cotangent === undefined ? [] : backward(...inputs, ticket!, cotangent),
    jvp: () => [],
  });
  return forward(cost, ...KEYS.map((key) => graph[key]))[0]!;
}

/** One pair of layers, solved. */
interface Solved {
  readonly pair: LayerPair;
  readonly batch: CostBatch;
  readonly context: EstimatorContext;
  readonly output: Float64Array;
  readonly saved: readonly Float64Array[];
}

/** Applies an estimator to every pair of layers, and remembers the last graph for the derivative. */
class PairwiseSolver {
  private readonly estimator: Estimator;
  private readonly seed: number;
  private last: readonly Solved[] = [];
  private ticket = 0;

  constructor(estimator: Estimator, seed: number) {
    this.estimator = estimator;
    this.seed = seed;
  }

  forward(arrays: readonly TypedArray[]): { output: Float64Array; ticket: number } {
    const [costs, sources, targets, edgeOffsets, nodeOffsets, draw] = arrays as [TypedArray, ...Int32Array[]];
    const output = new Float64Array(costs.length);
    const pairs = layerPairs({
      sources: sources!,
      targets: targets!,
      edgeOffsets: edgeOffsets!,
      nodeOffsets: nodeOffsets!,
    });
    for (let e = 0; e < costs.length; e++)
      if (!Number.isFinite(costs[e]!))
        throw new InvalidArgumentError(
          `edgeAssignment: costs must be finite, got ${costs[e]} for segment ${e}`,
        );
    this.last = pairs.map((pair, k) => {
      const batch = { batch: 1, rows: pair.rows, columns: pair.columns, cost: denseCosts(pair, costs) };
      const context: EstimatorContext = {
        name: 'edgeAssignment',
        seed: this.seed,
        examples: [draw![0]! * edgeOffsets!.length + k],
        // The rule of `solve` is no price that an estimator could work with.
        unmatchedCost: undefined,
        solve: (matrices, start) => matchAll('edgeAssignment', matrices, pair, start),
      };
      const result = this.estimator.forward(batch, context);
      pair.entries.forEach((entry, e) => (output[pair.first + e] = result.output[entry]!));
      return { pair, batch, context, ...result };
    });
    return { output, ticket: ++this.ticket };
  }

  backward(arrays: readonly TypedArray[], ticket: number, cotangents: TypedArray): Float64Array {
    if (ticket !== this.ticket) this.forward(arrays);
    const gradient = new Float64Array(cotangents.length);
    for (const { pair, batch, context, output, saved } of this.last) {
      const cotangent = new Float64Array(output.length);
      pair.entries.forEach((entry, e) => (cotangent[entry] = cotangents[pair.first + e]!));
      const part = this.estimator.backward(batch, output, saved, cotangent, context);
      pair.entries.forEach((entry, e) => (gradient[pair.first + e] = part[entry]!));
    }
    return gradient;
  }
}
