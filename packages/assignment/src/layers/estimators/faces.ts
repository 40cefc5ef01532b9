/** The face of the hull of all assignments on which a point lies, and the least point on it. */
import type { BatchShape } from '../shapes.js';
import { projectToMarginals } from './marginals.js';

/** A sum that is nearer to 1 than this is 1; float32 outputs come with such errors. */
const CLOSE = 1e-5;

/** Each turn of {@link polish} but the last ends at a bound. */
const MOST_TURNS = 100;

const LARGEST_SLOPE = 1e6;

/**
 * Which row and column sums may change when y moves on its face: those below 1, on the sides where that is allowed.
 *
 * @param y - `[n, m]`
 * @param open - whether both sides may stay unmatched; else only the longer one
 */
export function fixedSums(
  y: ArrayLike<number>,
  { rows, columns }: BatchShape,
  open: boolean,
): { readonly freeRows: boolean[]; readonly freeColumns: boolean[] } {
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      rowSums[i] = rowSums[i]! + y[at]!;
      columnSums[j] = columnSums[j]! + y[at]!;
    }
  }
  const free = (sums: Float64Array, may: boolean): boolean[] =>
    Array.from(sums, (sum) => may && sum < 1 - CLOSE);
  return {
    freeRows: free(rowSums, open || rows > columns),
    freeColumns: free(columnSums, open || columns > rows),
  };
}

/**
 * Goes from a point near the minimum of ⟨c, y⟩ + (μ / 2) ‖y‖² to the exact minimum on its face, one face further
 * down at every bound it meets: what is left of the weights of assignments that do not belong to it disappears.
 *
 * @param y - `[n, m]`, is overwritten and returned
 * @param linear - c, `[n, m]`
 */
export function polish(
  y: Float64Array,
  linear: Float64Array,
  shape: BatchShape,
  regularization: number,
  open: boolean,
): Float64Array {
  const { rows, columns } = shape;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const free = fixedSums(y, shape, open);
    const slopes = y.map((value, at) => (value > 0 ? linear[at]! / regularization + value : 0));
    // Where slopes are so large that their rounding errors are not small beside y, there is nothing to gain.
    if (slopes.some((slope) => !(Math.abs(slope) < LARGEST_SLOPE))) break;
    const weights = y.map((value) => (value > 0 ? 1 : 0));
    const direction = projectToMarginals({ rows, columns, weights, ...free }, slopes);
    let step = 1;
    let reached = -1;
    for (let at = 0; at < y.length; at++) {
      if (direction[at]! > 0 && y[at]! < step * direction[at]!) {
        step = y[at]! / direction[at]!;
        reached = at;
      }
    }
    step = Math.min(step, roomOf(y, direction, shape, free));
    for (let at = 0; at < y.length; at++) {
      const next = y[at]! - step * direction[at]!;
      y[at] = next > 0 && at !== reached ? next : 0;
    }
    if (step === 1) break;
  }
  return y;
}

/** How far y may go against a direction until a sum that is free reaches 1. */
function roomOf(
  y: Float64Array,
  direction: Float64Array,
  { rows, columns }: BatchShape,
  { freeRows, freeColumns }: { readonly freeRows: boolean[]; readonly freeColumns: boolean[] },
): number {
  let room = 1;
  const lineRoom = (from: number, stride: number, count: number): void => {
    let sum = 0;
    let rise = 0;
    for (let k = 0; k < count; k++) {
      sum += y[from + k * stride]!;
      rise -= direction[from + k * stride]!;
    }
    if (rise * room > 1 - sum) room = Math.max(0, (1 - sum) / rise);
  };
  freeRows.forEach((free, i) => {
    if (free) lineRoom(i * columns, 1, columns);
  });
  freeColumns.forEach((free, j) => {
    if (free) lineRoom(j, columns, rows);
  });
  return room;
}
