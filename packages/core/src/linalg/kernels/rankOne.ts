import { PRODUCTS, rowStart } from './layout.js';

/**
 * Replaces L by the factor of L Lᵀ + x xᵀ. Plane rotations take x into the rows of Lᵀ, one per column; each row
 * of L is finished in turn with the rotations of the columns before it, so memory is read in order.
 *
 * @param x - index of the vector; it is used up
 * @param cosines, sines - index of room for `size` numbers each
 * @see Golub & Van Loan 2013, Matrix Computations, section 6.5.4; LINPACK dchud
 */
export function updateFactor(
  data: Float64Array,
  size: number,
  x: number,
  cosines: number,
  sines: number,
): void {
  for (let i = 0; i < size; i += 4) {
    const stop = Math.min(size, i + 4);
    for (let r = i; r < stop; r++) data[PRODUCTS + r - i] = data[x + r]!;
    if (stop === i + 4) {
      rotateFour(data, rowStart(i), rowStart(i), 0, i, i, 0, cosines, sines);
    } else {
      for (let r = i; r < stop; r++) rotateRow(data, rowStart(r), rowStart(r), 0, i, r - i, cosines, sines);
    }
    for (let r = i; r < stop; r++) {
      const row = rowStart(r);
      rotateRow(data, row, row, i, r, r - i, cosines, sines);
      makeRotation(data, row + r, row + r, r - i, cosines + r, sines + r);
    }
  }
}

/**
 * Removes row and column `index`. Rows after it move up by one; with l the removed column below the diagonal,
 * their trailing triangle becomes the factor of L₃₃ L₃₃ᵀ + l lᵀ. Rows before `index` stay as they are.
 *
 * @param cosines, sines - index of room for `size` numbers each
 */
export function deleteFromFactor(
  data: Float64Array,
  size: number,
  index: number,
  cosines: number,
  sines: number,
): void {
  for (let i = index + 1; i < size; i += 4) {
    const stop = Math.min(size, i + 4);
    for (let r = i; r < stop; r++) {
      const from = rowStart(r);
      data[PRODUCTS + r - i] = data[from + index]!;
      data.copyWithin(rowStart(r - 1), from, from + index);
    }
    // Column k of the new row is column k + 1 of the old one, which is read before its place is written.
    if (stop === i + 4) {
      rotateFour(data, rowStart(i) + 1, rowStart(i - 1), index, i - 1, i, -1, cosines, sines);
    } else {
      for (let r = i; r < stop; r++) {
        rotateRow(data, rowStart(r) + 1, rowStart(r - 1), index, i - 1, r - i, cosines, sines);
      }
    }
    for (let r = i; r < stop; r++) {
      const from = rowStart(r);
      const to = rowStart(r - 1);
      rotateRow(data, from + 1, to, i - 1, r - 1, r - i, cosines, sines);
      makeRotation(data, from + r, to + r - 1, r - i, cosines + r - 1, sines + r - 1);
    }
  }
}

/**
 * Applies the rotations of columns `begin` to `end - 1` to a row and the entry of the vector beside it, number
 * `which` of those in the room for products.
 */
function rotateRow(
  data: Float64Array,
  from: number,
  to: number,
  begin: number,
  end: number,
  which: number,
  cosines: number,
  sines: number,
): void {
  let rest = data[PRODUCTS + which]!;
  for (let k = begin; k < end; k++) {
    const entry = data[from + k]!;
    const c = data[cosines + k]!;
    const s = data[sines + k]!;
    data[to + k] = c * entry + s * rest;
    rest = c * rest - s * entry;
  }
  data[PRODUCTS + which] = rest;
}

/**
 * {@link rotateRow} for rows `row` to `row + 3` of the packed triangle at once, which the processor can overlap:
 * `from` and `to` are those of the first, whose results go `shift` rows further.
 */
function rotateFour(
  data: Float64Array,
  from: number,
  to: number,
  begin: number,
  end: number,
  row: number,
  shift: number,
  cosines: number,
  sines: number,
): void {
  // Row r is r + 1 numbers long.
  const from1 = from + row + 1;
  const from2 = from1 + row + 2;
  const from3 = from2 + row + 3;
  const to1 = to + row + shift + 1;
  const to2 = to1 + row + shift + 2;
  const to3 = to2 + row + shift + 3;
  let rest0 = data[PRODUCTS]!;
  let rest1 = data[PRODUCTS + 1]!;
  let rest2 = data[PRODUCTS + 2]!;
  let rest3 = data[PRODUCTS + 3]!;
  for (let k = begin; k < end; k++) {
    const c = data[cosines + k]!;
    const s = data[sines + k]!;
    const entry0 = data[from + k]!;
    const entry1 = data[from1 + k]!;
    const entry2 = data[from2 + k]!;
    const entry3 = data[from3 + k]!;
    data[to + k] = c * entry0 + s * rest0;
    data[to1 + k] = c * entry1 + s * rest1;
    data[to2 + k] = c * entry2 + s * rest2;
    data[to3 + k] = c * entry3 + s * rest3;
    rest0 = c * rest0 - s * entry0;
    rest1 = c * rest1 - s * entry1;
    rest2 = c * rest2 - s * entry2;
    rest3 = c * rest3 - s * entry3;
  }
  data[PRODUCTS] = rest0;
  data[PRODUCTS + 1] = rest1;
  data[PRODUCTS + 2] = rest2;
  data[PRODUCTS + 3] = rest3;
}

/** The rotation that takes (pivot, rest) to (√(pivot² + rest²), 0), its length written to `to`. */
function makeRotation(
  data: Float64Array,
  from: number,
  to: number,
  which: number,
  cosine: number,
  sine: number,
): void {
  const pivot = data[from]!;
  const rest = data[PRODUCTS + which]!;
  const length = Math.hypot(pivot, rest);
  data[to] = length;
  data[cosine] = pivot / length;
  data[sine] = rest / length;
}

/**
 * Replaces L by the factor of L Lᵀ − v vᵀ, given p = L⁻¹ v and ρ = √(1 − pᵀp) > 0.
 *
 * @param p - index of p
 * @param cosines, sines - index of room for `size` numbers each
 * @see Golub & Van Loan 2013, Matrix Computations, section 6.5.4; LINPACK dchdd
 */
export function downdateFactor(
  data: Float64Array,
  size: number,
  p: number,
  rho: number,
  cosines: number,
  sines: number,
): void {
  let length = rho;
  for (let i = size - 1; i >= 0; i--) {
    const next = Math.hypot(length, data[p + i]!);
    data[cosines + i] = length / next;
    data[sines + i] = data[p + i]! / next;
    length = next;
  }
  for (let i = 0; i < size; i++) {
    const row = rowStart(i);
    let rest = 0;
    for (let k = i; k >= 0; k--) {
      const entry = data[row + k]!;
      const c = data[cosines + k]!;
      const s = data[sines + k]!;
      data[row + k] = c * entry - s * rest;
      rest = c * rest + s * entry;
    }
  }
}
