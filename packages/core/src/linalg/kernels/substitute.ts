import type { Tiles } from './tiles.js';
import { dot, eliminateFour, loadCorner } from './factorRows.js';
import { PRODUCTS, rowStart } from './layout.js';

/** Solves L x = b in place for the `size` numbers from `x` on, eight rows of L at a time. */
export function forwardOne(data: Float64Array, tiles: Tiles, size: number, x: number): void {
  let j = 0;
  for (; j + 8 <= size; j += 8) {
    tiles.tile1x8(
      x,
      rowStart(j),
      rowStart(j + 1),
      rowStart(j + 2),
      rowStart(j + 3),
      rowStart(j + 4),
      rowStart(j + 5),
      rowStart(j + 6),
      rowStart(j + 7),
      j,
      PRODUCTS,
    );
    for (let c = 0; c < 8; c++) {
      const row = rowStart(j + c) + j;
      let value = data[x + j + c]! - data[PRODUCTS + c]!;
      for (let k = 0; k < c; k++) value -= data[row + k]! * data[x + j + k]!;
      data[x + j + c] = value / data[row + c]!;
    }
  }
  finishForward(data, size, j, x);
}

/** The last columns, from `j` on. */
function finishForward(data: Float64Array, size: number, j: number, x: number): void {
  for (let c = j; c < size; c++) {
    const row = rowStart(c);
    data[x + c] = (data[x + c]! - dot(data, row, x, c)) / data[row + c]!;
  }
}

/** Solves L x = b in place for `count` vectors, `stride` apart from `first` on. */
export function forwardMany(
  data: Float64Array,
  tiles: Tiles,
  size: number,
  first: number,
  stride: number,
  count: number,
): void {
  let j = 0;
  for (; j + 4 <= size; j += 4) {
    const b0 = rowStart(j);
    const b1 = rowStart(j + 1);
    const b2 = rowStart(j + 2);
    const b3 = rowStart(j + 3);
    loadCorner(data, j);
    for (let v = 0; v < count; v += 2) {
      const a0 = first + v * stride;
      const a1 = v + 1 < count ? a0 + stride : a0;
      tiles.tile2x4(a0, a1, b0, b1, b2, b3, j, PRODUCTS);
      eliminateFour(data, a0 + j, PRODUCTS);
      if (a1 !== a0) eliminateFour(data, a1 + j, PRODUCTS + 4);
    }
  }
  for (let v = 0; v < count; v++) finishForward(data, size, j, first + v * stride);
}

/**
 * Solves Lᵀ x = b in place for `count` vectors, `stride` apart from `first` on: from the last row of L up, each
 * four rows give four unknowns and are then subtracted from all earlier right-hand sides.
 */
export function backwardMany(
  data: Float64Array,
  tiles: Tiles,
  size: number,
  first: number,
  stride: number,
  count: number,
): void {
  let stop = size;
  // First the rows that make no group of four, so that the groups begin at multiples of four.
  for (; stop % 4 !== 0; stop--) {
    const row = rowStart(stop - 1);
    for (let v = 0; v < count; v++) {
      const x = first + v * stride;
      const value = data[x + stop - 1]! / data[row + stop - 1]!;
      data[x + stop - 1] = value;
      for (let k = 0; k < stop - 1; k++) data[x + k]! -= value * data[row + k]!;
    }
  }
  for (let j = stop - 4; j >= 0; j -= 4) {
    for (let v = 0; v < count; v++) backwardFour(data, tiles, j, first + v * stride);
  }
}

/** Unknowns j to j + 3 of one vector. */
function backwardFour(data: Float64Array, tiles: Tiles, j: number, x: number): void {
  const b0 = rowStart(j);
  const b1 = rowStart(j + 1);
  const b2 = rowStart(j + 2);
  const b3 = rowStart(j + 3);
  const x3 = data[x + j + 3]! / data[b3 + j + 3]!;
  const x2 = (data[x + j + 2]! - x3 * data[b3 + j + 2]!) / data[b2 + j + 2]!;
  const x1 = (data[x + j + 1]! - x3 * data[b3 + j + 1]! - x2 * data[b2 + j + 1]!) / data[b1 + j + 1]!;
  const x0 = (data[x + j]! - x3 * data[b3 + j]! - x2 * data[b2 + j]! - x1 * data[b1 + j]!) / data[b0 + j]!;
  data[PRODUCTS] = x0;
  data[PRODUCTS + 1] = x1;
  data[PRODUCTS + 2] = x2;
  data[PRODUCTS + 3] = x3;
  tiles.subtract4(x, b0, b1, b2, b3, j, PRODUCTS);
  data[x + j] = x0;
  data[x + j + 1] = x1;
  data[x + j + 2] = x2;
  data[x + j + 3] = x3;
}
