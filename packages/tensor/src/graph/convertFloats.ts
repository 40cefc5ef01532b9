import { checkOneOf } from '@pct/core';
import type { ConstantAttributes } from '../primitives/constant.js';
import { castPrimitive } from '../primitives/cast.js';
import { GraphWriter } from './build.js';
import { allocate, isFloat } from './dtype.js';
import type { Attributes, Graph, Node, TensorType, TypedArray, Value } from './types.js';

/** Element type of floating point numbers. */
export type Precision = 'float32' | 'float64';

/** @throws {@link InvalidArgumentError} if an option is no precision; undefined is none wanted */
export function checkPrecision(name: string, precision: Precision | undefined): void {
  if (precision !== undefined) checkOneOf(name, 'precision', precision, ['float32', 'float64']);
}

/**
 * The same program with another type of floating point numbers: of its inputs, constants, everything in between
 * and its results. Constants of float32 keep the value that they have there.
 *
 * An operation with a body in TypeScript decides by its own shape rule; where it stays with the other type, its
 * result is converted.
 *
 * @throws what the shape rule of an operation with a body throws if it does not take the type
 */
export function convertFloats(graph: Graph, precision: Precision): Graph {
  const writer = new GraphWriter();
  const replaced = new Map<Value, Value>();
  for (const input of graph.inputs) replaced.set(input, writer.input(convertType(input.type, precision)));
  const now = (value: Value): Value => replaced.get(value)!;
  const cast = (value: Value): Value => {
    const type = convertType(value.type, precision);
    if (type.dtype === value.type.dtype) return value;
    const node = { primitive: castPrimitive as Node['primitive'], inputs: [value] };
    return writer.node({ ...node, attributes: { dtype: type.dtype } }, [type])[0]!;
  };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(now);
    const attributes = convertAttributes(node.attributes, precision);
    // What converts from one floating point type to another has nothing to do any more.
    if (node.primitive.name === 'cast' && inputs[0]!.type.dtype === attributes['dtype']) {
      replaced.set(node.outputs[0]!, inputs[0]!);
      continue;
    }
    const types =
      node.primitive.custom === true
        ? node.primitive.infer(
            inputs.map(({ type }) => type),
            attributes,
          )
        : node.outputs.map(({ type }) => convertType(type, precision));
    const outputs = writer.node({ primitive: node.primitive, inputs, attributes }, types);
    node.outputs.forEach((value, i) => replaced.set(value, cast(outputs[i]!)));
  }
  return { ...graph, inputs: graph.inputs.map(now), nodes: writer.nodes, outputs: graph.outputs.map(now) };
}

function convertType({ dtype, shape }: TensorType, precision: Precision): TensorType {
  return { dtype: isFloat(dtype) ? precision : dtype, shape };
}

/** Attributes with the element type that they name, and with the elements of a constant, converted. */
function convertAttributes(attributes: Attributes, precision: Precision): Attributes {
  const { dtype, data } = attributes as Partial<ConstantAttributes>;
  if (dtype === undefined || !isFloat(dtype) || dtype === precision) return attributes;
  if (data === undefined) return { ...attributes, dtype: precision };
  return { ...attributes, dtype: precision, data: convertElements(data, precision) };
}

/** Floating point elements in another type, copied; others as they are. */
export function convertElements(data: TypedArray, precision: Precision): TypedArray {
  const wrong = precision === 'float64' ? data instanceof Float32Array : data instanceof Float64Array;
  if (!wrong) return data;
  const converted = allocate(precision, data.length);
  converted.set(data);
  return converted;
}
