import { InvalidArgumentError } from '@pct/core';
import { describeType } from '../graph/describe.js';
import type { Graph, Node, Value } from '../graph/types.js';
import { isFallback } from './fallbacks.js';
import { tfLowerings } from './lowerings/table.js';
import type { TfModule, TfRun } from './types.js';

/** One node of a program for tfjs. */
export interface TfStep {
  readonly node: Node;
  /** Undefined for a node that is computed in TypeScript. */
  readonly run: TfRun | undefined;
  /** Whether its indices are checked to be in range before tfjs sees them. */
  readonly checked: boolean;
  /** Values that nothing needs after it. */
  readonly last: readonly Value[];
}

/** A graph with a decision for each node on one backend. */
export interface TfPlan {
  readonly graph: Graph;
  readonly steps: readonly TfStep[];
}

/** Primitives whose second input is indices. */
const INDEXED = new Set(['gather', 'takeAlongAxis', 'putAlongAxis', 'segmentSum']);

/** Backends that read whatever stands at a wrong index, and from which reading indices costs little. */
const CHECKED_BACKENDS = new Set(['cpu', 'wasm']);

/**
 * Decides how each node is run.
 *
 * @param name - function that asks, for messages
 * @throws {@link InvalidArgumentError} if a value is float64, which tfjs does not have
 */
export function planGraph(name: string, tf: TfModule, backend: string, graph: Graph): TfPlan {
  rejectFloat64(name, graph);
  const lastUse = new Map<Value, Node>();
  for (const node of graph.nodes) {
    // A result that nothing uses ends where it begins.
    for (const value of node.outputs) lastUse.set(value, node);
    for (const value of node.inputs) lastUse.set(value, node);
  }
  const lasting = new Set([...graph.inputs, ...graph.outputs]);
  const ending = new Map<Node, Value[]>();
  for (const [value, node] of lastUse)
    if (!lasting.has(value)) ending.set(node, [...(ending.get(node) ?? []), value]);
  const steps = graph.nodes.map((node): TfStep => {
    const lowering = node.primitive.custom === true ? undefined : tfLowerings[node.primitive.name];
    const runs =
      lowering !== undefined &&
      !isFallback(backend, node) &&
      lowering.kernels.every((kernel) => tf.getKernel(kernel, backend) !== undefined);
    return {
      node,
      run: runs ? lowering.run : undefined,
      checked: INDEXED.has(node.primitive.name) && CHECKED_BACKENDS.has(backend),
      last: ending.get(node) ?? [],
    };
  });
  return { graph, steps };
}

function rejectFloat64(name: string, { inputs, inputNames, nodes }: Graph): void {
  const remedy =
    "tfjs has no float64: compile with precision: 'float32', or declare the arguments with float32(...)";
  inputs.forEach(({ type }, i) => {
    if (type.dtype === 'float64')
      throw new InvalidArgumentError(`${name}: ${inputNames[i]} is ${describeType(type)}; ${remedy}`);
  });
  for (const { primitive, outputs } of nodes)
    for (const { type } of outputs)
      if (type.dtype === 'float64')
        throw new InvalidArgumentError(`${name}: ${primitive.name} makes ${describeType(type)}; ${remedy}`);
}
