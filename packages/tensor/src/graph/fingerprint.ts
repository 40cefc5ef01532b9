import { describeType } from './describe.js';
import type { Attribute, Graph, TypedArray, Value } from './types.js';

/** What a graph computes: equal for equal graphs, whichever objects they are made of. */
export interface Fingerprint {
  /** Inputs, nodes and outputs with their names, types and attributes, without the elements of arrays. */
  readonly text: string;
  /** The arrays among the attributes, in the order of the text. */
  readonly arrays: readonly TypedArray[];
}

/** Numbers for objects that are equal only to themselves. */
const identities = new WeakMap<object, number>();
let identityCount = 0;

/**
 * Takes the fingerprint of a graph: values are numbered by their place, attributes are sorted by name, and
 * operations count as the same only if they are the same object, so that two custom operations of one name differ.
 */
export function fingerprint(graph: Graph): Fingerprint {
  const arrays: TypedArray[] = [];
  return { text: graphText(graph, arrays, new Set()), arrays };
}

/** Whether two fingerprints are of equal graphs; arrays are compared bit by bit. */
export function sameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
  return (
    a.text === b.text &&
    a.arrays.length === b.arrays.length &&
    a.arrays.every((array, i) => sameBits(array, b.arrays[i]!))
  );
}

function graphText(graph: Graph, arrays: TypedArray[], open: Set<object>): string {
  const places = new Map<Value, number>();
  const place = (value: Value): string => {
    places.set(value, places.size);
    return describeType(value.type);
  };
  const lines = graph.inputs.map((value, i) => `${JSON.stringify(graph.inputNames[i])} ${place(value)}`);
  for (const { primitive, inputs, attributes, outputs } of graph.nodes) {
    const operands = inputs.map((value) => places.get(value)).join();
    const settings = attributeText(attributes, arrays, open);
    lines.push(`${identityOf(primitive)}(${operands})${settings}${outputs.map(place).join()}`);
  }
  graph.outputs.forEach((value, i) =>
    lines.push(`${JSON.stringify(graph.outputNames[i])} ${places.get(value)}`),
  );
  return lines.join('\n');
}

/** @param open - objects around the attribute: one that holds itself counts by identity */
function attributeText(value: Attribute, arrays: TypedArray[], open: Set<object>): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return identityOf(value);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  if (ArrayBuffer.isView(value)) {
    arrays.push(value as TypedArray);
    return `${value.constructor.name}[${(value as TypedArray).length}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null || Array.isArray(value);
  if (!isPlain || open.has(value)) return identityOf(value);
  open.add(value);
  let text: string;
  if (isGraph(value)) text = `graph{${graphText(value, arrays, open)}}`;
  else if (Array.isArray(value))
    text = `[${value.map((item: Attribute) => attributeText(item, arrays, open)).join()}]`;
  else {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    text = `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${attributeText(item as Attribute, arrays, open)}`).join()}}`;
  }
  open.delete(value);
  return text;
}

function isGraph(value: object): value is Graph {
  return 'inputNames' in value && 'nodes' in value && 'outputs' in value;
}

function identityOf(object: object): string {
  let id = identities.get(object);
  if (id === undefined) identities.set(object, (id = identityCount++));
  return `@${id}`;
}

function sameBits(a: TypedArray, b: TypedArray): boolean {
  if (a === b) return true;
  if (a.byteLength !== b.byteLength) return false;
  const left = new Uint8Array(a.buffer, a.byteOffset, a.byteLength);
  const right = new Uint8Array(b.buffer, b.byteOffset, b.byteLength);
  return left.every((byte, i) => byte === right[i]);
}
