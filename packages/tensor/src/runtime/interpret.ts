import { evaluateDim } from '../graph/dim.js';
import { allocate } from '../graph/dtype.js';
import type { DType, Graph, NdArray, TypedArray, Value } from '../graph/types.js';
import { bindSizes } from './bind.js';

/** Options of {@link interpret}. */
export interface InterpretOptions {
  /**
   * Whether float32 results come as they were computed, as `Float64Array`, not rounded: the oracle for
   * engines that compute in float32.
   * @defaultValue `false`
   */
  readonly wide?: boolean | undefined;
}

/**
 * Runs a graph node by node in plain TypeScript. All floating point numbers are computed in float64; float32
 * results are rounded at the end only.
 *
 * @param graph - what to run
 * @param inputs - one array per input of the graph
 * @param options - {@link InterpretOptions}
 * @returns one array per output, owned by the caller
 * @throws {@link InvalidArgumentError} and {@link ShapeError} for inputs that do not fit, by path
 */
export function interpret(
  graph: Graph,
  inputs: readonly NdArray[],
  options: InterpretOptions = {},
): NdArray[] {
  const { wide = false } = options;
  const sizes = bindSizes('interpret', graph, inputs);
  const size = (dim: number | string): number => evaluateDim(dim, sizes);
  const arrays = new Map<Value, NdArray>();
  graph.inputs.forEach((value, i) => {
    const { data, shape } = inputs[i]!;
    arrays.set(value, { data: data instanceof Float32Array ? Float64Array.from(data) : data, shape });
  });
  for (const { primitive, inputs: operands, attributes, outputs } of graph.nodes) {
    const types = outputs.map(({ type }) => ({ dtype: type.dtype, shape: type.shape.map(size) }));
    const results = primitive.reference(
      operands.map((value) => arrays.get(value)!),
      { attributes, outputs: types, size },
    );
    outputs.forEach((value, i) => {
      arrays.set(value, { data: widen(results[i]!), shape: types[i]!.shape });
    });
  }
  return graph.outputs.map((value) => {
    const { data, shape } = arrays.get(value)!;
    return { data: own(data, value.type.dtype, wide), shape: [...shape] };
  });
}

function widen(data: TypedArray): TypedArray {
  return data instanceof Float32Array ? Float64Array.from(data) : data;
}

/** A copy: the data may belong to an input, a constant or another output. */
function own(data: TypedArray, dtype: DType, wide: boolean): TypedArray {
  if (dtype !== 'float32' || wide) return data.slice();
  const narrow = allocate(dtype, data.length);
  narrow.set(data);
  return narrow;
}
