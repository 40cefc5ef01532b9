import { describeType } from './describe.js';
import type { Attribute, Graph, Node, TypedArray, Value } from './types.js';

/** Longest list of numbers that is printed whole. */
const LONGEST = 8;

/**
 * The program as text, one line per node.
 *
 * @example
 * ```text
 * inputs
 *   %0: float32[batch, 34]  x
 *   %1: float32[34, 128]  weight
 * %2: float32[batch, 128] = matmul %0 %1
 * %3: float32[] = sum %2 axes=[0, 1]
 * outputs
 *   %3  output
 * ```
 */
export function printGraph(graph: Graph): string {
  return [
    'inputs',
    ...graph.inputs.map((value, i) => `  ${typed(value)}  ${graph.inputNames[i] ?? ''}`.trimEnd()),
    ...graph.nodes.map(printNode),
    'outputs',
    ...graph.outputs.map((value, i) => `  %${value.id}  ${graph.outputNames[i] ?? ''}`.trimEnd()),
    '',
  ].join('\n');
}

function printNode({ primitive, inputs, attributes, outputs }: Node): string {
  const left = outputs.map(typed).join(', ');
  const operands = inputs.map((value) => `%${value.id}`);
  const settings = Object.entries(attributes)
    .filter(([key, value]) => value !== undefined && !(primitive.name === 'constant' && key !== 'data'))
    .map(([key, value]) =>
      primitive.name === 'constant' ? printAttribute(value) : `${key}=${printAttribute(value)}`,
    );
  return `${left} = ${[primitive.name, ...operands, ...settings].join(' ')}`;
}

function typed(value: Value): string {
  return `%${value.id}: ${describeType(value.type)}`;
}

function printAttribute(value: Attribute): string {
  if (ArrayBuffer.isView(value)) {
    const data = value as TypedArray;
    return data.length === 1 ? String(data[0]) : printList(Array.from(data));
  }
  if (Array.isArray(value)) return printList(value);
  return typeof value === 'object' || typeof value === 'undefined' ? JSON.stringify(value) : String(value);
}

function printList(list: readonly unknown[]): string {
  const shown = list.slice(0, LONGEST).map(String);
  return `[${(list.length > LONGEST ? [...shown, '...'] : shown).join(', ')}]`;
}
