import type { Tiles } from './tiles.js';
import { CORNER, PRODUCTS, rowStart } from './layout.js';

/** Rows to factor in one call, so that those above them are read from memory once for all of them. */
export const BLOCK = 64;

/**
 * Turns rows `first` to `last - 1` of the packed matrix into rows of its Cholesky factor; those before `first`
 * are rows of the factor already; best called for {@link BLOCK} rows at a time. Left-looking: each row is eliminated against four finished rows at a time,
 * all of its earlier columns in one scalar product.
 *
 * @returns index of the first row whose pivot is not above its own rounding error, or −1 if all went well;
 *   rows from there on are then of no use
 */
export function factorRows(data: Float64Array, tiles: Tiles, first: number, last: number): number {
  for (let j = 0; j < last; j += 4) {
    for (let i = Math.max(first, j); i < Math.min(last, j + 4); i++) {
      if (!factorRowsEnd(data, i, j)) return i;
    }
    const begin = Math.max(first, j + 4);
    if (begin >= last) continue;
    const b0 = rowStart(j);
    const b1 = rowStart(j + 1);
    const b2 = rowStart(j + 2);
    const b3 = rowStart(j + 3);
    loadCorner(data, j);
    for (let i = begin; i < last; i += 2) {
      const a0 = rowStart(i);
      const a1 = i + 1 < last ? rowStart(i + 1) : a0;
      tiles.tile2x4(a0, a1, b0, b1, b2, b3, j, PRODUCTS);
      eliminateFour(data, a0 + j, PRODUCTS);
      if (a1 !== a0) eliminateFour(data, a1 + j, PRODUCTS + 4);
    }
  }
  return -1;
}

/** Columns j to i of row i, the last of which is the pivot. */
function factorRowsEnd(data: Float64Array, i: number, j: number): boolean {
  const row = rowStart(i);
  for (let c = j; c < i; c++) {
    const other = rowStart(c);
    data[row + c] = (data[row + c]! - dot(data, row, other, c)) / data[other + c]!;
  }
  const diagonal = data[row + i]!;
  const pivot = diagonal - dot(data, row, row, i);
  if (!isPivot(pivot, diagonal, i)) return false;
  data[row + i] = Math.sqrt(pivot);
  return true;
}

/**
 * Whether a pivot is above the rounding error of the i subtractions that made it, about (i + 1) ε a_ii; if it is
 * not, nothing tells the matrix from a singular one.
 *
 * @see Higham 2002, Accuracy and Stability of Numerical Algorithms, theorem 10.3
 */
export function isPivot(pivot: number, diagonal: number, i: number): boolean {
  return pivot > (i + 1) * Number.EPSILON * diagonal && pivot < Infinity;
}

/** Σₖ of the products of `count` numbers from `a` on with those from `b` on. */
export function dot(data: Float64Array, a: number, b: number, count: number): number {
  let even = 0;
  let odd = 0;
  let k = 0;
  for (; k + 1 < count; k += 2) {
    even += data[a + k]! * data[b + k]!;
    odd += data[a + k + 1]! * data[b + k + 1]!;
  }
  if (k < count) even += data[a + k]! * data[b + k]!;
  return even + odd;
}

/** Puts the constants of columns j to j + 3 where {@link eliminateFour} finds them. */
export function loadCorner(data: Float64Array, j: number): void {
  const b0 = rowStart(j) + j;
  const b1 = rowStart(j + 1) + j;
  const b2 = rowStart(j + 2) + j;
  const b3 = rowStart(j + 3) + j;
  data[CORNER] = 1 / data[b0]!;
  data[CORNER + 1] = 1 / data[b1 + 1]!;
  data[CORNER + 2] = 1 / data[b2 + 2]!;
  data[CORNER + 3] = 1 / data[b3 + 3]!;
  data[CORNER + 4] = data[b1]!;
  data[CORNER + 5] = data[b2]!;
  data[CORNER + 6] = data[b2 + 1]!;
  data[CORNER + 7] = data[b3]!;
  data[CORNER + 8] = data[b3 + 1]!;
  data[CORNER + 9] = data[b3 + 2]!;
}

/** Forward substitution in four columns, after the products of all earlier columns were summed up. */
export function eliminateFour(data: Float64Array, at: number, products: number): void {
  const x0 = (data[at]! - data[products]!) * data[CORNER]!;
  const x1 = (data[at + 1]! - data[products + 1]! - x0 * data[CORNER + 4]!) * data[CORNER + 1]!;
  const x2 =
    (data[at + 2]! - data[products + 2]! - x0 * data[CORNER + 5]! - x1 * data[CORNER + 6]!) *
    data[CORNER + 2]!;
  const x3 =
    (data[at + 3]! -
      data[products + 3]! -
      x0 * data[CORNER + 7]! -
      x1 * data[CORNER + 8]! -
      x2 * data[CORNER + 9]!) *
    data[CORNER + 3]!;
  data[at] = x0;
  data[at + 1] = x1;
  data[at + 2] = x2;
  data[at + 3] = x3;
}
