import { InvalidArgumentError, ShapeError, describeValue } from '@pct/core';
import { allocate, dtypeOf } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import type { DType, NdArray, TypedArray } from '../graph/types.js';
import { countElements } from '../reference/indexing.js';
import { Tensor, applyOne } from '../trace/Tensor.js';

/** Attributes of a constant. */
export interface ConstantAttributes {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Elements in the class of the element type. */
  readonly data: TypedArray;
}

/** An array that is part of the program. */
export const constantPrimitive: Primitive<ConstantAttributes> = {
  name: 'constant',
  infer: (_, { dtype, shape }) => [{ dtype, shape }],
  reference: (_, { attributes: { dtype, data } }) => [dtype === 'float32' ? Float64Array.from(data) : data],
};

/** What operations take where they need an array: numbers become constants of the other operand's type. */
export type TensorLike = Tensor | number;

/**
 * Makes a run-time array or a number part of the program.
 *
 * @param value - array `{ data, shape }`, copied; or a number for an array without axes
 * @param dtype - element type for a number; that of an array follows from its data. @defaultValue `'float32'`
 * @throws {@link ShapeError} if data and shape do not fit; {@link InvalidArgumentError} if the number is not of
 *   the type
 */
export function constant(value: NdArray | number, dtype: DType = 'float32'): Tensor {
  if (typeof value === 'number') return scalar('constant', value, dtype);
  const type = dtypeOf(value.data);
  if (type === undefined)
    throw new InvalidArgumentError(
      `constant: data must be a Float32Array, Float64Array, Int32Array or Uint8Array, got ${describeValue(value.data)}`,
    );
  if (countElements(value.shape) !== value.data.length)
    throw new ShapeError(
      `constant: data must have ${countElements(value.shape)} elements for shape [${value.shape.join(', ')}], got ${value.data.length}`,
    );
  if (type === 'bool' && value.data.some((element) => element > 1))
    throw new InvalidArgumentError('constant: data of a Uint8Array are truth values and must be 0 or 1');
  return applyOne(constantPrimitive, [], { dtype: type, shape: [...value.shape], data: value.data.slice() });
}

/** Constant without axes. */
export function scalar(name: string, value: number, dtype: DType): Tensor {
  const data = allocate(dtype, 1);
  data[0] = value;
  const exact = dtype === 'float32' || dtype === 'float64' || data[0] === value;
  if (typeof value !== 'number' || !exact || (dtype === 'bool' && value > 1))
    throw new InvalidArgumentError(
      `${name}: the number must be of type ${dtype}, got ${describeValue(value)}`,
    );
  return applyOne(constantPrimitive, [], { dtype, shape: [], data });
}

/** The number that a tensor is at every run, if it is a constant with one element. */
export function constantValue(tensor: Tensor): number | undefined {
  const { source } = tensor;
  if (source === undefined || source.primitive.name !== 'constant') return undefined;
  const { data } = source.attributes as unknown as ConstantAttributes;
  return data.length === 1 ? data[0] : undefined;
}

/**
 * Operands as tensors; numbers take the element type of the first tensor.
 *
 * @throws {@link InvalidArgumentError} if no operand is a tensor, or one is neither tensor nor number
 */
export function lift(name: string, operands: readonly TensorLike[], dtype?: DType): Tensor[] {
  const like = dtype ?? operands.find((operand) => operand instanceof Tensor)?.dtype;
  return operands.map((operand, i) => {
    if (operand instanceof Tensor) return operand;
    if (typeof operand !== 'number')
      throw new InvalidArgumentError(
        `${name}: operand ${i} must be a tensor or a number, got ${describeValue(operand)}`,
      );
    if (like === undefined)
      throw new InvalidArgumentError(
        `${name}: one operand must be a tensor; use constant(${operand}, dtype)`,
      );
    return scalar(name, operand, like);
  });
}
