import { checkFinite, checkInteger, InvalidArgumentError } from '@pct/core';

/** Range and number of points of an axis, or of all axes that do not tell theirs. */
export interface GridAxis {
  /** First and last coordinate, ascending; both are sampled. @defaultValue `[-1, 1]` */
  readonly range?: readonly [number, number] | undefined;
  /** Number of points, at least 1; a single one lies in the middle of the range. @defaultValue `51` */
  readonly points?: number | undefined;
}

/** A range and a number of points. */
export interface AxisExtent {
  readonly range: readonly [number, number];
  readonly points: number;
}

/**
 * Coordinates at equal distances, both ends included. A symmetric range has symmetric coordinates, and an exact 0 in the
 * middle where the number of points is odd.
 *
 * @throws {@link InvalidArgumentError} if an end is not finite or they do not ascend, or for no points
 */
export function coordinatesOf(functionName: string, { range, points }: AxisExtent): Float64Array {
  checkInteger(functionName, 'points', points, { min: 1 });
  const from = checkFinite(functionName, 'range[0]', range[0]);
  const to = checkFinite(functionName, 'range[1]', range[1]);
  if (!(from < to && Number.isFinite(to - from)))
    throw new InvalidArgumentError(`${functionName}: range must ascend, got [${from}, ${to}]`);
  if (points === 1) return Float64Array.of(0.5 * from + 0.5 * to);
  const last = points - 1;
  return Float64Array.from({ length: points }, (_, i) => {
    if (2 * i === last) return 0.5 * from + 0.5 * to;
    return 2 * i < last ? from + (to - from) * (i / last) : to - (to - from) * ((last - i) / last);
  });
}

/**
 * Grid indices from coarse to fine: corners, then ever finer lattices of strides of powers of two, so that a picture is
 * there early.
 *
 * @param shape - points per axis, first axis first
 * @returns each index `x + nx (y + ny z)` once
 */
export function coarseToFine(shape: readonly number[]): Int32Array {
  const total = shape.reduce((product, points) => product * points, 1);
  const order = new Int32Array(total);
  const taken = new Uint8Array(total);
  const place = new Int32Array(shape.length);
  let count = 0;
  for (let stride = 2 ** Math.ceil(Math.log2(Math.max(...shape))); stride >= 1; stride /= 2) {
    place.fill(0);
    for (let index = 0; index < total; index++) {
      const onLattice = place.every((i, axis) => i % stride === 0 || i === shape[axis]! - 1);
      if (onLattice && taken[index] === 0) {
        taken[index] = 1;
        order[count++] = index;
      }
      advance(place, shape);
    }
  }
  return order;
}

/** The next place, first axis fastest. */
function advance(place: Int32Array, shape: readonly number[]): void {
  for (let axis = 0; axis < shape.length; axis++) {
    place[axis]!++;
    if (place[axis]! < shape[axis]!) return;
    place[axis] = 0;
  }
}

/**
 * Coordinates of a grid index.
 *
 * @param coordinates - of each axis
 * @returns one number per axis
 */
export function coordinatesAt(coordinates: readonly Float64Array[], index: number): number[] {
  let rest = index;
  return coordinates.map((axis) => {
    const i = rest % axis.length;
    rest = (rest - i) / axis.length;
    return axis[i]!;
  });
}
