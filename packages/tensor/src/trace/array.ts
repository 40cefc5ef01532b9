import { InvalidArgumentError, ShapeError, describeValue } from '@pct/core';
import { allocate } from '../graph/dtype.js';
import type { DType, NdArray } from '../graph/types.js';

/** Numbers nested in lists, one level per axis. */
export type NestedNumbers = number | readonly NestedNumbers[];

/**
 * Run-time array from nested lists: `array([[1, 2], [3, 4]])` has shape [2, 2].
 *
 * @param values - a number, or lists of equal length nested to any depth; for bool 0 and 1
 * @param dtype - element type. @defaultValue `'float32'`
 * @throws {@link ShapeError} if lists of one level differ in length; {@link InvalidArgumentError} for what is
 *   not a number of the element type
 */
export function array(values: NestedNumbers, dtype: DType = 'float32'): NdArray {
  const shape: number[] = [];
  for (
    let level: NestedNumbers | undefined = values;
    Array.isArray(level);
    level = (level as NestedNumbers[])[0]
  )
    shape.push(level.length);
  const numbers: number[] = [];
  collect(values, shape, 0, numbers);
  const data = allocate(dtype, numbers.length);
  data.set(numbers);
  const wrong = numbers.findIndex(
    (value, i) =>
      typeof value !== 'number' ||
      (dtype === 'int32' && data[i] !== value) ||
      (dtype === 'bool' && value !== 0 && value !== 1),
  );
  if (wrong >= 0)
    throw new InvalidArgumentError(
      `array: element ${wrong} must be of type ${dtype}, got ${describeValue(numbers[wrong])}`,
    );
  return { data, shape };
}

function collect(values: NestedNumbers, shape: readonly number[], depth: number, into: number[]): void {
  const isList = Array.isArray(values);
  if (isList !== depth < shape.length || (isList && values.length !== shape[depth]))
    throw new ShapeError(
      `array: lists of one level must have one length; expected shape [${shape.join(', ')}], got ${isList ? `a list of length ${values.length}` : describeValue(values)} at level ${depth}`,
    );
  if (isList) for (const value of values as NestedNumbers[]) collect(value, shape, depth + 1, into);
  else into.push(values as number);
}
