import type { Node, Value } from '../../graph/types.js';
import type { OnnxModelBuilder } from '../builder.js';

/**
 * Writes one node of a graph as ONNX nodes.
 *
 * @param builder - model under construction
 * @param node - what to write
 * @param inputs - names of the node's inputs in the model
 * @param nameOf - name of a value that has been written before; undefined for one that has not
 * @returns names of the node's outputs
 */
export type Lowering = (
  builder: OnnxModelBuilder,
  node: Node,
  inputs: readonly string[],
  nameOf: (value: Value) => string | undefined,
) => string[];

/** Lowerings by the names of their primitives. */
export type LoweringTable = Readonly<Record<string, Lowering>>;
