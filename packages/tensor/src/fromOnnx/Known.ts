import { InvalidArgumentError } from '@pct/core';
import { broadcastShapes } from '../graph/check.js';
import { addDims, divideDims, multiplyDims, subtractDims } from '../graph/dim.js';
import type { Dim } from '../graph/dim.js';
import type { NdArray } from '../graph/types.js';
import { concat } from '../primitives/concat.js';
import { constant } from '../primitives/constant.js';
import { dimension } from '../primitives/dimension.js';
import { reshape } from '../primitives/reshape.js';
import { broadcastStrides, positions } from '../reference/indexing.js';
import { interpret } from '../runtime/interpret.js';
import { Tensor } from '../trace/Tensor.js';
import { trace } from '../trace/trace.js';

/**
 * Integers or truth values that are known while tracing, up to named sizes: what ONNX graphs compute shapes
 * and axes with.
 */
export class Known {
  readonly dtype: 'int32' | 'bool';
  readonly shape: readonly number[];
  /** Row-major; may be negative, truth values are 0 and 1. */
  readonly elements: readonly Dim[];

  constructor(dtype: 'int32' | 'bool', shape: readonly number[], elements: readonly Dim[]) {
    this.dtype = dtype;
    this.shape = shape;
    this.elements = elements;
  }
}

/** What flows between the nodes of an ONNX graph. */
export type OnnxValue = Tensor | Known;

/** The value as a tensor of the program. */
export function tensorOf(value: OnnxValue): Tensor {
  if (value instanceof Tensor) return value;
  const { dtype, shape, elements } = value;
  if (elements.every((element) => typeof element === 'number')) {
    const data = dtype === 'bool' ? Uint8Array.from(elements) : Int32Array.from(elements);
    const wrong = elements.find((element, i) => element !== data[i]);
    if (wrong !== undefined)
      throw new InvalidArgumentError(`the integer ${wrong} is beyond 32 bits; array programs have int32`);
    return constant({ data, shape });
  }
  const parts = elements.map((element) =>
    reshape(typeof element === 'number' ? constant(element, 'int32') : dimension(element, 'int32'), [1]),
  );
  return reshape(concat(parts), shape);
}

/** The elements of a tensor that depends on no input and no named size; undefined for others. */
export function foldTensor(tensor: Tensor): NdArray | undefined {
  if (!isConstant(tensor)) return undefined;
  return interpret(trace(() => tensor).graph, [])[0];
}

function isConstant(tensor: Tensor): boolean {
  const seen = new Set<Tensor>();
  const waiting = [tensor];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (next.source === undefined || next.shape.some(isNamed)) return false;
    const { attributes, inputs } = next.source;
    for (const [key, value] of Object.entries(attributes)) {
      const named = Array.isArray(value) ? value.some(isNamed) : isNamed(value);
      if (named && key !== 'dtype') return false;
    }
    waiting.push(...inputs);
  }
  return true;
}

function isNamed(value: unknown): boolean {
  return typeof value === 'string';
}

/**
 * Applies a function to each element of arrays that broadcast together.
 *
 * @returns undefined if the function does not know one of the results
 */
export function mapKnown(
  name: string,
  dtype: 'int32' | 'bool',
  operands: readonly Known[],
  compute: (...elements: Dim[]) => Dim | undefined,
): Known | undefined {
  const shape = broadcastShapes(name, operands) as readonly number[];
  const places = operands.map((operand) => positions(shape, broadcastStrides(operand.shape, shape)));
  const elements: Dim[] = [];
  const length = shape.reduce((product, size) => product * size, 1);
  for (let i = 0; i < length; i++) {
    const element = compute(...operands.map((operand, k) => operand.elements[places[k]![i]!]!));
    if (element === undefined) return undefined;
    elements.push(element);
  }
  return new Known(dtype, shape, elements);
}

/** Sign of a difference of sizes where it is the same whatever the named sizes (0 or more) are. */
export function compareDims(a: Dim, b: Dim): number | undefined {
  if (a === b) return 0;
  const difference = subtractDims(a, b);
  if (typeof difference === 'number') return Math.sign(difference);
  if (lowerBound(difference) > 0) return 1;
  return lowerBound(multiplyDims(-1, difference)) > 0 ? -1 : undefined;
}

/** The constant term, if no other term can be negative. */
function lowerBound(dim: Dim): number {
  if (typeof dim === 'number') return dim;
  if (dim.includes('-')) return -Infinity;
  return Number(/(?:^|\+)(\d+)$/.exec(dim)?.[1] ?? 0);
}

/** Quotient towards zero, where it is a polynomial of the named sizes. */
export function quotientOfDims(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === 'number' && typeof b === 'number') return b === 0 ? undefined : Math.trunc(a / b);
  const exact = divideDims(a, b);
  if (exact !== undefined || typeof b !== 'number' || b <= 0 || typeof a === 'number') return exact;
  // A constant rest below the divisor is dropped: (3 n + 2) / 3 = n.
  const rest = Number(/(?:^|\+)(\d+)$/.exec(a)?.[1] ?? 0) % b;
  return a.includes('-') || rest === 0 ? undefined : divideDims(addDims(a, -rest), b);
}
