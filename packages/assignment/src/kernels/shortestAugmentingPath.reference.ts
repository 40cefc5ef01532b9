/**
 * The assignment problem solved the plain way, as an oracle for the kernel: everything that the kernel keeps
 * implicit is written out, nothing is reduced beforehand, and speed does not matter.
 */
import type { DenseProblem } from './shortestAugmentingPath.js';

/** What the kernel must agree with. Duals are left out: they are not unique. */
export interface ReferenceSolution {
  /** Column of each row, -1 if unmatched. */
  readonly rowToColumn: number[];
  /** Smallest total. */
  readonly cost: number;
}

/**
 * Solves `problem` as a perfect assignment of twice the size.
 *
 * Rows and columns each get a partner that only they may take, at the price of staying unmatched; partners may take
 * each other for nothing:
 * ```
 *   [ C        diag(r) ]      C [rows, columns], r = unmatchedRow, s = unmatchedColumn,
 *   [ diag(s)  0       ]      off-diagonal entries of the diagonal blocks are forbidden
 * ```
 *
 * @returns `undefined` if there is no assignment
 */
export function solveReference(problem: DenseProblem): ReferenceSolution | undefined {
  const { rows, columns, cost, unmatchedRow, unmatchedColumn, perfect } = problem;
  const size = rows + columns;
  const square = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => {
      if (i < rows && j < columns) return cost[i * columns + j]!;
      if (i < rows) return j - columns === i ? unmatchedRow[i]! : Infinity;
      if (j < columns) return !perfect && i - rows === j ? unmatchedColumn[j]! : Infinity;
      return 0;
    }),
  );
  const matched = solvePerfect(square);
  if (matched === undefined) return undefined;
  return {
    rowToColumn: matched.slice(0, rows).map((j) => (j < columns ? j : -1)),
    cost: matched.reduce((total, j, i) => total + square[i]![j]!, 0),
  };
}

/** Hungarian method on a square matrix: one shortest path of reduced costs per row, both duals kept. */
function solvePerfect(cost: readonly number[][]): number[] | undefined {
  const size = cost.length;
  const u = new Array<number>(size).fill(0);
  const v = new Array<number>(size).fill(0);
  const rowOf = new Array<number>(size).fill(-1);
  const columnOf = new Array<number>(size).fill(-1);
  for (let start = 0; start < size; start++) {
    const distance = new Array<number>(size).fill(Infinity);
    const previous = new Array<number>(size).fill(-1);
    const settled = new Set<number>();
    let row = start;
    let reached = 0;
    let end = -1;
    while (end < 0) {
      let nearest = -1;
      for (let j = 0; j < size; j++) {
        if (settled.has(j)) continue;
        const through = reached + cost[row]![j]! - u[row]! - v[j]!;
        if (through < distance[j]!) {
          distance[j] = through;
          previous[j] = row;
        }
        if (nearest < 0 || distance[j]! < distance[nearest]!) nearest = j;
      }
      if (nearest < 0 || distance[nearest] === Infinity) return undefined;
      reached = distance[nearest]!;
      settled.add(nearest);
      if (rowOf[nearest]! < 0) end = nearest;
      else row = rowOf[nearest]!;
    }
    u[start]! += reached;
    for (const j of settled) {
      if (rowOf[j]! >= 0) u[rowOf[j]!]! += reached - distance[j]!;
      v[j]! -= reached - distance[j]!;
    }
    for (let j = end; ;) {
      const i = previous[j]!;
      const next = columnOf[i]!;
      columnOf[i] = j;
      rowOf[j] = i;
      if (i === start) break;
      j = next;
    }
  }
  return columnOf;
}
