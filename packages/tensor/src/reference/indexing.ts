/** Number of elements of an array with this shape. */
export function countElements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Distance in the data between neighbours along each axis, row-major. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Strides of an array seen in a larger shape: 0 along axes it is repeated over. */
export function broadcastStrides(shape: readonly number[], target: readonly number[]): number[] {
  const strides = stridesOf(shape);
  const missing = target.length - shape.length;
  return target.map((_, axis) =>
    axis < missing || shape[axis - missing] === 1 ? 0 : strides[axis - missing]!,
  );
}

/**
 * Position in the data for each element of a shape, in row-major order, where a step along an axis moves by
 * its stride.
 */
export function positions(shape: readonly number[], strides: readonly number[], offset = 0): Int32Array {
  const result = new Int32Array(countElements(shape));
  const index = new Int32Array(shape.length);
  let position = offset;
  for (let i = 0; i < result.length; i++) {
    result[i] = position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      position += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      position -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** Lengths of the axes before, at, and after one axis, as if there were three. */
export function aroundAxis(shape: readonly number[], axis: number): [number, number, number] {
  return [countElements(shape.slice(0, axis)), shape[axis] ?? 1, countElements(shape.slice(axis + 1))];
}
