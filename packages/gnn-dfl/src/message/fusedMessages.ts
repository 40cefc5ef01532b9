import { ShapeError } from '@pct/core';
import { customOp, type Dim, type NdArray, type Tensor, type TensorType } from '@pct/tensor';
import type { KernelSizes } from './kernels.js';
import { MessagePass } from './MessagePass.js';
import type { MessageGraph, MessageWeights } from './types.js';

/** Tensors in the places of arrays. */
type Tensors<T> = { readonly [K in keyof T]: Tensor };

const GRAPH = ['offsets', 'senders', 'positions'] as const;
const WEIGHTS = [
  'receiverPart',
  'senderPart',
  'table',
  'scale2',
  'offset2',
  'weight2',
  'bias2',
  'scale3',
  'offset3',
  'weight3',
  'bias3',
] as const;
const INPUTS = GRAPH.length + WEIGHTS.length;

/** Largest message of every node, [nodes, outputs], as an operation of array programs. */
export type FusedMessages = (graph: Tensors<MessageGraph>, weights: Tensors<MessageWeights>) => Tensor;

/**
 * Makes the operation. It computes in float32, has first derivatives with respect to the weights, and keeps a memory of
 * its own of some hundred bytes per edge of the largest graph so far.
 *
 * @param sizes - channels and the slope of the leaky ReLU
 * @param pass - what computes it. @defaultValue `new MessagePass(sizes)`
 */
export function fusedMessages(sizes: KernelSizes, pass: MessagePass = new MessagePass(sizes)): FusedMessages {
  const { outputs } = sizes;
  const backward = customOp({
    name: 'largest messages, derivative',
    infer: (inputs) => inputs.slice(GRAPH.length, INPUTS),
    run(inputs) {
      const { graph, weights } = unpack(inputs);
      const ticket = inputs[INPUTS]!.data[0]!;
      const gradients = pass.backward(graph, weights, ticket, inputs[INPUTS + 1]!.data as Float32Array);
      return WEIGHTS.map((key) => gradients[key]);
    },
  });
  const forward = customOp({
    name: 'largest messages',
    infer: (inputs) => [
      { dtype: 'float32', shape: [checkInputs(inputs, sizes), outputs] },
      { dtype: 'int32', shape: [] },
    ],
    run(inputs) {
      const { graph, weights } = unpack(inputs);
      const { aggregated, ticket } = pass.forward(graph, weights);
      return [aggregated, Int32Array.of(ticket)];
    },
    vjp(inputs, [, ticket], [cotangent]) {
      if (cotangent === undefined) return [];
      return [undefined, undefined, undefined, ...backward(...inputs, ticket!, cotangent)];
    },
  });
  return (graph, weights) =>
    forward(...GRAPH.map((key) => graph[key]), ...WEIGHTS.map((key) => weights[key]))[0]!;
}

function unpack(inputs: readonly NdArray[]): { graph: MessageGraph; weights: MessageWeights } {
  const named = (names: readonly string[], from: number): Record<string, unknown> =>
    Object.fromEntries(names.map((key, k) => [key, inputs[from + k]!.data]));
  return {
    graph: named(GRAPH, 0) as unknown as MessageGraph,
    weights: named(WEIGHTS, GRAPH.length) as unknown as MessageWeights,
  };
}

/** The number of nodes. @throws ShapeError if a weight is not of float32 and of its shape */
function checkInputs(inputs: readonly TensorType[], { hidden, outputs }: KernelSizes): Dim {
  const nodes = inputs[GRAPH.length]!.shape[0]!;
  const wanted: Readonly<Record<(typeof WEIGHTS)[number], readonly (Dim | undefined)[]>> = {
    receiverPart: [nodes, hidden],
    senderPart: [nodes, hidden],
    table: [undefined, 2 * hidden],
    scale2: [hidden],
    offset2: [hidden],
    weight2: [hidden, hidden],
    bias2: [hidden],
    scale3: [hidden],
    offset3: [hidden],
    weight3: [hidden, outputs],
    bias3: [outputs],
  };
  WEIGHTS.forEach((key, k) => {
    const { dtype, shape } = inputs[GRAPH.length + k]!;
    const fits = wanted[key].every((size, axis) => size === undefined || size === shape[axis]);
    if (dtype !== 'float32' || shape.length !== wanted[key].length || !fits)
      throw new ShapeError(
        `largest messages: ${key} must be float32 [${wanted[key].join(', ')}], got ${dtype} [${shape.join(', ')}]; ` +
          "use messages: 'plain' for other precisions",
      );
  });
  return nodes;
}
