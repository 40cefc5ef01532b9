/**
 * Where things are in the arena of a packed factor, counted in float64:
 * the products of a tile, the constants of four columns, the rows of L one after another, working vectors.
 */
export const PRODUCTS = 0;
/** Reciprocals of four diagonal entries, then the six entries below them: 21, 31, 32, 41, 42, 43. */
export const CORNER = 8;
export const FIRST_ROW = 24;

/** Index of entry (row, 0) of the packed lower triangle; entry (row, column) follows `column` further on. */
export function rowStart(row: number): number {
  return FIRST_ROW + (row * (row + 1)) / 2;
}

/** Right-hand sides that are solved together: one pass over L serves all of them. */
export const VECTORS = 16;

/** Index of working vector number `vector` behind room for `capacity` rows. */
export function vectorStart(capacity: number, vector: number): number {
  return rowStart(capacity) + vector * capacity;
}

/** Length of an arena for `capacity` rows. */
export function arenaLength(capacity: number): number {
  return vectorStart(capacity, VECTORS);
}
