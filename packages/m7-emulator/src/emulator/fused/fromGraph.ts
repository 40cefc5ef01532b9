import type { Graph, Node, Value } from '@pct/tensor';
import { Expressions, type Operation } from './expressions.js';

/** A program on rows: what each output has in each column, as expressions. */
export interface RowProgram {
  readonly expressions: Expressions;
  /** Columns of each input. */
  readonly inputs: readonly number[];
  /** [output][column] expressions */
  readonly outputs: readonly (readonly number[])[];
}

/** An array of one row: expressions in row-major order, the axis of rows with size 1. */
interface RowArray {
  readonly shape: readonly number[];
  readonly at: readonly number[];
}

/** Writes a node; undefined if it is none of one row at a time. */
type Writer = (expressions: Expressions, node: Node, operands: readonly RowArray[]) => RowArray | undefined;

/** Name of the axis of rows in every program. */
export const rowAxis = 'batch';

/**
 * A graph in which every row is computed by itself, as expressions of one row; undefined if it is no such graph, or has
 * operations that are not known here.
 *
 * @param graph - cleaned; inputs are ['batch', columns]
 */
export function rowProgram(graph: Graph): RowProgram | undefined {
  const expressions = new Expressions();
  const arrays = new Map<Value, RowArray>();
  for (const [input, value] of graph.inputs.entries()) {
    const shape = shapeOf(value);
    if (shape === undefined || shape.length !== 2) return undefined;
    const columns = Array.from({ length: shape[1]! }, (_, column) => expressions.input(input, column));
    arrays.set(value, { shape, at: columns });
  }
  for (const node of graph.nodes) {
    const [output] = node.outputs;
    const write = node.primitive.custom === true ? undefined : writers[node.primitive.name];
    const shape = node.outputs.length === 1 ? shapeOf(output!) : undefined;
    if (write === undefined || shape === undefined) return undefined;
    const written = write(
      expressions,
      node,
      node.inputs.map((value) => arrays.get(value)!),
    );
    if (written === undefined) return undefined;
    arrays.set(output!, { shape, at: written.at });
  }
  return {
    expressions,
    inputs: graph.inputs.map((value) => arrays.get(value)!.at.length),
    outputs: graph.outputs.map((value) => arrays.get(value)!.at),
  };
}

/** Sizes of axes with 1 for the axis of rows, which may only be the first; undefined for other named sizes. */
function shapeOf({ type }: Value): number[] | undefined {
  const shape = type.shape.map((dim, axis) => (axis === 0 && dim === rowAxis ? 1 : dim));
  return shape.every((dim) => typeof dim === 'number') ? shape : undefined;
}

/** Whether an array has the axis of rows; all others are the same for all rows. */
const hasRows = ({ type }: Value): boolean => type.shape[0] === rowAxis;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Steps in the row-major order of an array. */
function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** Calls `use` with the index of each element, in row-major order. */
function forEachIndex(shape: readonly number[], use: (index: readonly number[]) => void): void {
  const strides = stridesOf(shape);
  for (let at = 0; at < sizeOf(shape); at++) {
    use(shape.map((size, axis) => Math.floor(at / strides[axis]!) % size));
  }
}

/** The elements of an array as an array of a larger shape repeats them. */
function repeated({ shape, at }: RowArray, wanted: readonly number[]): number[] {
  const strides = stridesOf(shape);
  const missing = wanted.length - shape.length;
  const elements: number[] = [];
  forEachIndex(wanted, (index) => {
    let place = 0;
    shape.forEach((size, axis) => (place += size === 1 ? 0 : index[axis + missing]! * strides[axis]!));
    elements.push(at[place]!);
  });
  return elements;
}

/** Operands of an elementwise node, all with the shape of its output. */
function aligned(node: Node, operands: readonly RowArray[]): [shape: readonly number[], at: number[][]] {
  const shape = shapeOf(node.outputs[0]!)!;
  return [shape, operands.map((operand) => repeated(operand, shape))];
}

function elementwise(write: (expressions: Expressions, ...operands: number[]) => number): Writer {
  return (expressions, node, operands) => {
    const [shape, columns] = aligned(node, operands);
    const at = columns[0]!.map((_, k) => write(expressions, ...columns.map((column) => column[k]!)));
    return { shape, at };
  };
}

const one = (operation: Operation): Writer =>
  elementwise((expressions, ...operands) => expressions.apply(operation, ...operands));

/** Joins elements along axes that are not that of rows. */
function reduction(operation: Operation): Writer {
  return (expressions, { inputs, attributes }, [operand]) => {
    const { axes } = attributes as unknown as { readonly axes: readonly number[] };
    const { shape, at } = operand!;
    if (hasRows(inputs[0]!) && axes.includes(0)) return undefined;
    const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const strides = stridesOf(kept);
    const joined: number[] = [];
    let element = 0;
    forEachIndex(shape, (index) => {
      let place = 0;
      index.forEach((i, axis) => (place += axes.includes(axis) ? 0 : i * strides[axis]!));
      const before = joined[place];
      const next = at[element++]!;
      joined[place] = before === undefined ? next : expressions.apply(operation, before, next);
    });
    return { shape: kept, at: joined };
  };
}

/** `slice` and `pad` in one: elements from other places, or a number where there are none. */
function moved(
  operand: RowArray,
  shape: readonly number[],
  placeOf: (index: number, axis: number) => number,
  missing: number,
): RowArray {
  const strides = stridesOf(operand.shape);
  const at: number[] = [];
  forEachIndex(shape, (index) => {
    const places = index.map(placeOf);
    const inside = places.every((place, axis) => place >= 0 && place < operand.shape[axis]!);
    at.push(
      inside ? operand.at[places.reduce((sum, place, axis) => sum + place * strides[axis]!, 0)]! : missing,
    );
  });
  return { shape, at };
}

const writers: Readonly<Record<string, Writer>> = {
  add: one('add'),
  sub: one('subtract'),
  mul: one('multiply'),
  div: one('divide'),
  neg: one('negate'),
  abs: one('absolute'),
  sqrt: one('squareRoot'),
  exp: one('exp'),
  expm1: one('expm1'),
  log: one('log'),
  log1p: one('log1p'),
  tanh: one('tanh'),
  erf: one('erf'),
  minimum: one('least'),
  maximum: one('most'),
  equal: one('equal'),
  less: one('less'),
  greater: one('greater'),
  lessEqual: one('lessEqual'),
  greaterEqual: one('greaterEqual'),
  logicalAnd: one('and'),
  logicalOr: one('or'),
  logicalNot: one('not'),
  where: one('select'),
  relu: elementwise((expressions, x) => expressions.apply('most', x, expressions.constant(0))),
  sign: elementwise((expressions, x) => {
    const [zero, plus, minus] = [0, 1, -1].map((value) => expressions.constant(value)) as [
      number,
      number,
      number,
    ];
    const below = expressions.apply('select', expressions.apply('less', x, zero), minus, x);
    return expressions.apply('select', expressions.apply('greater', x, zero), plus, below);
  }),
  sigmoid: elementwise((expressions, x) => {
    const unit = expressions.constant(1);
    const decay = expressions.apply('exp', expressions.apply('negate', x));
    return expressions.apply('divide', unit, expressions.apply('add', unit, decay));
  }),
  softplus: elementwise((expressions, x) => {
    const size = expressions.apply('negate', expressions.apply('absolute', x));
    const rest = expressions.apply('log1p', expressions.apply('exp', size));
    return expressions.apply('add', expressions.apply('most', x, expressions.constant(0)), rest);
  }),
  sum: reduction('add'),
  max: reduction('most'),
  min: reduction('least'),
  constant(expressions, node) {
    const { data, dtype } = node.attributes as unknown as { data: ArrayLike<number>; dtype: string };
    const at = Array.from(data, (value) => expressions.constant(value, dtype === 'bool'));
    return { shape: shapeOf(node.outputs[0]!)!, at };
  },
  cast(expressions, { inputs, outputs }, [operand]) {
    const [from, to] = [inputs[0]!.type.dtype, outputs[0]!.type.dtype];
    if (to !== 'float64' || (from !== 'bool' && from !== 'float64')) return undefined;
    if (from === to) return operand;
    return { ...operand!, at: operand!.at.map((mask) => expressions.apply('number', mask)) };
  },
  reshape: (_, { inputs, outputs }, [operand]) =>
    hasRows(inputs[0]!) === hasRows(outputs[0]!) ? operand : undefined,
  broadcastTo(_, { outputs }, [operand]) {
    const shape = shapeOf(outputs[0]!)!;
    return { shape, at: repeated(operand!, shape) };
  },
  concat(_, { inputs, outputs, attributes }, operands) {
    const { axis } = attributes as unknown as { readonly axis: number };
    if (axis === 0 && inputs.some(hasRows)) return undefined;
    const shape = shapeOf(outputs[0]!)!;
    const at: number[] = [];
    const outer = sizeOf(shape.slice(0, axis));
    for (let block = 0; block < outer; block++) {
      for (const operand of operands) {
        const length = operand.at.length / outer;
        for (let k = 0; k < length; k++) at.push(operand.at[block * length + k]!);
      }
    }
    return { shape, at };
  },
  slice(expressions, { inputs, outputs, attributes }, [operand]) {
    const { starts, steps } = attributes as unknown as Record<'starts' | 'steps', readonly number[]>;
    if (hasRows(inputs[0]!) && !(hasRows(outputs[0]!) && starts[0] === 0 && steps[0] === 1)) return undefined;
    if (!starts.every((start) => typeof start === 'number')) return undefined;
    const shape = shapeOf(outputs[0]!)!;
    return moved(
      operand!,
      shape,
      (index, axis) => starts[axis]! + index * steps[axis]!,
      expressions.constant(0),
    );
  },
  pad(expressions, { outputs, attributes }, [operand]) {
    const { before, value } = attributes as unknown as { before: readonly number[]; value: number };
    if (!before.every((count) => typeof count === 'number')) return undefined;
    const shape = shapeOf(outputs[0]!)!;
    return moved(operand!, shape, (index, axis) => index - before[axis]!, expressions.constant(value));
  },
  matmul(expressions, { inputs, outputs }, operands) {
    const [left, right] = operands as [RowArray, RowArray];
    if (left.shape.length !== 2 || right.shape.length !== 2 || hasRows(inputs[1]!)) return undefined;
    const shape = shapeOf(outputs[0]!)!;
    const [rows, inner, columns] = [left.shape[0]!, left.shape[1]!, right.shape[1]!];
    const at: number[] = [];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = expressions.constant(0);
        for (let k = 0; k < inner; k++) {
          const product = expressions.apply(
            'multiply',
            left.at[row * inner + k]!,
            right.at[k * columns + column]!,
          );
          sum = expressions.apply('add', sum, product);
        }
        at.push(sum);
      }
    }
    return { shape, at };
  },
};
