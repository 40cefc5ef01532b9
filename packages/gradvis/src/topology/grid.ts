import { describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import type { Surface } from '../results/types.js';

/** Values on a grid: a `Surface` is taken in its place everywhere. */
export interface GridValues {
  /** Points per axis, first axis first; one to three axes. */
  readonly shape: readonly number[];
  /** Entry `x + nx (y + ny z)`; NaN where there is none. */
  readonly values: Float64Array;
}

/** Shape and values, checked. */
export function openGridValues(functionName: string, grid: Surface | GridValues): GridValues {
  const shape: readonly number[] =
    'shape' in grid ? grid.shape : grid.axes.map(({ coordinates }) => coordinates.length);
  const { values } = grid;
  const isShape =
    shape?.length >= 1 && shape.length <= 3 && shape.every((n) => Number.isSafeInteger(n) && n >= 1);
  if (!isShape)
    throw new InvalidArgumentError(
      `${functionName}: shape must hold the points of one to three axes, got ${describeValue(shape)}`,
    );
  const total: number = shape.reduce((product, n) => product * n, 1);
  if (!(values instanceof Float64Array) || values.length !== total)
    throw new ShapeError(
      `${functionName}: values must be a Float64Array of length ${shape.join(' * ')} = ${total}, ` +
        `got ${describeValue(values)}`,
    );
  return { shape, values };
}

/** Places of all numbers by their values, and by place where those are equal. */
export function ascending(values: Float64Array): Int32Array {
  const places: number[] = [];
  for (let k = 0; k < values.length; k++) if (!Number.isNaN(values[k]!)) places.push(k);
  return Int32Array.from(places).sort((a, b) => {
    const [x, y] = [values[a]!, values[b]!];
    if (x === y) return a - b;
    return x < y ? -1 : 1;
  });
}

/**
 * The neighbours of grid points: all that differ by at most one step along each axis.
 *
 * @returns function from a grid index to the indices of its neighbours; the list is used again by the next call
 */
export function neighboursOn(shape: readonly number[]): (vertex: number) => readonly number[] {
  const [nx = 1, ny = 1, nz = 1] = shape;
  const found: number[] = [];
  return (vertex) => {
    const x = vertex % nx;
    const y = Math.floor(vertex / nx) % ny;
    const z = Math.floor(vertex / (nx * ny));
    found.length = 0;
    for (let c = Math.max(0, z - 1); c <= Math.min(nz - 1, z + 1); c++)
      for (let b = Math.max(0, y - 1); b <= Math.min(ny - 1, y + 1); b++)
        for (let a = Math.max(0, x - 1); a <= Math.min(nx - 1, x + 1); a++)
          if (a !== x || b !== y || c !== z) found.push(a + nx * (b + ny * c));
    return found;
  };
}
