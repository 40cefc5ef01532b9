import { constantPrimitive } from '../primitives/constant.js';
import type { ConstantAttributes } from '../primitives/constant.js';
import type { TransposeAttributes } from '../primitives/transpose.js';
import { GraphWriter } from './build.js';
import { broadcastShapes, sameShape } from './check.js';
import { sizeOfShape } from './dim.js';
import { allocate, isFloat } from './dtype.js';
import type { Attributes, Graph, NdArray, Node, Value } from './types.js';

/** Largest constant, in elements, that folding makes. */
const LARGEST_FOLDED = 1024;

/**
 * The same program with less to do: without nodes that nothing needs, with equal nodes computed once, with small
 * constants computed beforehand, without multiplications by 1, with one reshape or transpose for several, and
 * without repeating what an elementwise operation repeats itself.
 */
export function cleanGraph(graph: Graph): Graph {
  return removeDeadNodes(rewrite(graph));
}

function rewrite(graph: Graph): Graph {
  const writer = new GraphWriter();
  const replaced = new Map<Value, Value>();
  const known = new Map<string, readonly Value[]>();
  const inputs = graph.inputs.map((value) => {
    const copy = writer.input(value.type);
    replaced.set(value, copy);
    return copy;
  });
  const now = (value: Value): Value => replaced.get(value)!;
  for (const node of graph.nodes) {
    const current = shortcut({ ...node, inputs: node.inputs.map(now) });
    const { passes } = node.primitive;
    if (passes !== undefined) {
      node.outputs.forEach((value, i) => replaced.set(value, current.inputs[passes + i]!));
      continue;
    }
    const same = withoutEffect(current);
    if (same !== undefined) {
      replaced.set(node.outputs[0]!, same);
      continue;
    }
    const next = fold(current) ?? current;
    const key = keyOf(next);
    let outputs = key === undefined ? undefined : known.get(key);
    if (outputs === undefined) {
      outputs = writer.node(
        next,
        node.outputs.map(({ type }) => type),
      );
      if (key !== undefined) known.set(key, outputs);
    }
    node.outputs.forEach((value, i) => replaced.set(value, outputs[i]!));
  }
  return { ...graph, inputs, nodes: writer.nodes, outputs: graph.outputs.map(now) };
}

/** The node without what it undoes or does itself in what it is applied to. */
function shortcut(node: Node): Node {
  const inner = node.inputs[0]?.node;
  if (isOf(node, 'reshape')) return isOf(inner, 'reshape') ? { ...node, inputs: inner!.inputs } : node;
  if (isOf(node, 'transpose')) {
    if (!isOf(inner, 'transpose')) return node;
    const before = permutationOf(inner!);
    const permutation = permutationOf(node).map((axis) => before[axis]!);
    return { ...node, inputs: inner!.inputs, attributes: { permutation } };
  }
  return { ...node, inputs: withoutRepetition(node) };
}

/** Whether a node applies the primitive of this name; a caller's own operation may be called the same. */
function isOf(node: Node | undefined, name: string): boolean {
  return node?.primitive.name === name && node.primitive.custom !== true;
}

function permutationOf({ attributes }: Node): readonly number[] {
  return (attributes as unknown as TransposeAttributes).permutation;
}

/** Operands of an elementwise node as they were before they were repeated, where the node repeats them itself. */
function withoutRepetition({ primitive, inputs: operands, outputs }: Node): readonly Value[] {
  if (primitive.elementwise !== true || operands.length < 2) return operands;
  let current = operands;
  operands.forEach((operand, i) => {
    const { node } = operand;
    if (!isOf(node, 'broadcastTo')) return;
    const next = current.with(i, node!.inputs[0]!);
    const shape = broadcastShapes(
      primitive.name,
      next.map(({ type }) => type),
    );
    if (sameShape(shape, outputs[0]!.type.shape)) current = next;
  });
  return current;
}

/** The operand that a multiplication or division by 1, or a node that moves nothing, leaves as it is. */
function withoutEffect(node: Node): Value | undefined {
  const { inputs, outputs } = node;
  const [a, b] = inputs;
  if (isOf(node, 'reshape')) return sameShape(a!.type.shape, outputs[0]!.type.shape) ? a : undefined;
  if (isOf(node, 'transpose')) return permutationOf(node).every((axis, i) => axis === i) ? a : undefined;
  const product = isOf(node, 'mul');
  if (!product && !isOf(node, 'div')) return undefined;
  const unchanged = (x: Value, factor: Value): boolean =>
    isOne(factor) && sameShape(x.type.shape, outputs[0]!.type.shape);
  if (unchanged(a!, b!)) return a;
  return product && unchanged(b!, a!) ? b : undefined;
}

/** Whether every element is 1, seen through repetition. */
function isOne({ node }: Value): boolean {
  if (isOf(node, 'broadcastTo')) return isOne(node!.inputs[0]!);
  return constantOf(node)?.data.every((element) => element === 1) ?? false;
}

function constantOf(node: Node | undefined): ConstantAttributes | undefined {
  return isOf(node, 'constant') ? (node!.attributes as unknown as ConstantAttributes) : undefined;
}

/** A constant in place of a small node of constants. */
function fold(node: Node): Omit<Node, 'outputs'> | undefined {
  const { primitive, inputs: operands, attributes, outputs } = node;
  const [output] = outputs;
  if (operands.length === 0 || output === undefined || outputs.length > 1 || primitive.custom === true)
    return undefined;
  const { dtype, shape } = output.type;
  const size = sizeOfShape(shape);
  if (typeof size !== 'number' || size > LARGEST_FOLDED || shape.some((dim) => typeof dim === 'string'))
    return undefined;
  const constants = operands.map((value) => constantOf(value.node));
  if (constants.some((constant) => constant === undefined)) return undefined;
  // Repeating a number is for the engine; as a constant it would only be larger.
  if (primitive.name === 'broadcastTo') return undefined;
  const [data] = primitive.reference(
    constants.map((constant): NdArray => ({
      data: isFloat(constant!.dtype) ? Float64Array.from(constant!.data) : constant!.data,
      shape: constant!.shape,
    })),
    { attributes, outputs: [{ dtype, shape: shape as number[] }], size: (dim) => dim as number },
  );
  const elements = allocate(dtype, size);
  elements.set(data!);
  const folded: ConstantAttributes = { dtype, shape: shape as number[], data: elements };
  return { primitive: constantPrimitive, inputs: [], attributes: folded as unknown as Attributes };
}

/** Text that is equal for equal computations; undefined for what is never equal to another one. */
function keyOf({ primitive, inputs, attributes }: Omit<Node, 'outputs'>): string | undefined {
  if (primitive.custom === true) return undefined;
  const parts: string[] = [];
  for (const [key, value] of Object.entries(attributes)) {
    if (ArrayBuffer.isView(value)) {
      const data = value as NdArray['data'];
      if (data.length > LARGEST_FOLDED) return undefined;
      parts.push(`${key}:${data.constructor.name}(${Array.from(data, textOf).join()})`);
    } else {
      parts.push(
        `${key}:${JSON.stringify(value, (_, x: unknown) => (typeof x === 'number' ? textOf(x) : x))}`,
      );
    }
  }
  return `${primitive.name}(${inputs.map(({ id }) => id).join()}){${parts.join(';')}}`;
}

/** -0 and 0 are different numbers here, and JSON knows neither -0 nor infinities nor NaN. */
function textOf(number: number): string {
  return Object.is(number, -0) ? '-0' : String(number);
}

function removeDeadNodes(graph: Graph): Graph {
  const needed = new Set<Node>();
  const stack = graph.outputs.flatMap(({ node }) => node ?? []);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (needed.has(node)) continue;
    needed.add(node);
    for (const input of node.inputs) if (input.node !== undefined) stack.push(input.node);
  }
  const writer = new GraphWriter();
  const replaced = new Map<Value, Value>();
  for (const input of graph.inputs) replaced.set(input, writer.input(input.type));
  const now = (value: Value): Value => replaced.get(value)!;
  for (const node of graph.nodes) {
    if (!needed.has(node)) continue;
    const { primitive, attributes } = node;
    const outputs = writer.node(
      { primitive, attributes, inputs: node.inputs.map(now) },
      node.outputs.map(({ type }) => type),
    );
    node.outputs.forEach((value, i) => replaced.set(value, outputs[i]!));
  }
  return { ...graph, inputs: graph.inputs.map(now), nodes: writer.nodes, outputs: graph.outputs.map(now) };
}
