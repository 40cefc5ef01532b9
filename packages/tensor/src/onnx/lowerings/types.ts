import type { Node, Value } from '../../graph/types.js';
import type { OnnxModelBuilder } from '../builder.js';

/** What a lowering may know about the rest of the graph, to take several nodes as one operator. */
export interface LoweringContext {
  /** Name of a value that has been written before; undefined for one that has not. */
  readonly nameOf: (value: Value) => string | undefined;
  /** How many nodes and outputs of the graph need a value. */
  readonly usesOf: (value: Value) => number;
}

/**
 * Writes one node of a graph as ONNX nodes.
 *
 * @param builder - model under construction
 * @param node - what to write
 * @param inputs - names of the node's inputs in the model
 * @param context - {@link LoweringContext}
 * @returns names of the node's outputs
 */
export type Lowering = (
  builder: OnnxModelBuilder,
  node: Node,
  inputs: readonly string[],
  context: LoweringContext,
) => string[];

/** Lowerings by the names of their primitives. */
export type LoweringTable = Readonly<Record<string, Lowering>>;
