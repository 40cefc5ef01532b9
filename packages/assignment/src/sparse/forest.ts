/**
 * Many augmenting paths from one search, for problems in which everything must be matched.
 *
 * The last rows of a large sparse problem are far from the last free columns: a search from one of them reaches most
 * of the problem. So one Dijkstra search starts from all free rows at once, as in the Hungarian method in its
 * primal-dual form (Kuhn 1955), and goes on after the first free column: since no dual has a sign to keep here, those
 * of free columns may fall as well, and the whole forest becomes tight. Its trees are disjoint, so every tree with a
 * free column gives a path.
 */
import type { SparseProblem } from './openProblem.js';
import type { SparseState } from './shortestAugmentingPath.js';

/** What a search from many rows keeps for each row. */
export interface ForestMemory {
  /** Root of the tree that the row is in. */
  readonly rootOf: Int32Array;
  /** Of a root: the first free column of its tree, -1 if there is none yet. */
  readonly endOf: Int32Array;
}

/** Share of the trees that must have a free column before the search stops. */
const ENOUGH = 0.8;

/**
 * Assigns some of the first `count` rows of `state.free`, all of them unassigned, and updates the duals.
 *
 * @param limit - how far a dual may fall at once
 * @param memory - `[rows]` each
 * @returns how many are left in `state.free`; all of them if no free column is within reach
 */
export function augmentForest(
  problem: SparseProblem,
  state: SparseState,
  count: number,
  limit: number,
  { rootOf, endOf }: ForestMemory,
): number {
  const { indices, cost } = problem;
  const { rowToEntry, columnToRow, columnDuals, heap, previousEntry, previousRow, settled, free } = state;
  heap.clear();
  for (let k = 0; k < count; k++) {
    rootOf[free[k]!] = free[k]!;
    endOf[free[k]!] = -1;
    scan(problem, state, free[k]!, 0, lowestOf(problem, columnDuals, free[k]!));
  }
  const enough = Math.ceil(ENOUGH * count);
  let ended = 0;
  let reached = 0;
  let settledCount = 0;
  while (ended < enough) {
    const column = heap.peek();
    if (column < 0 || heap.keys[column]! > limit) break;
    heap.pop();
    settled[settledCount++] = column;
    if (heap.keys[column]! > reached) reached = heap.keys[column]!;
    const root = rootOf[previousRow[column]!]!;
    const row = columnToRow[column]!;
    if (row >= 0) {
      rootOf[row] = root;
      scan(problem, state, row, reached, cost[rowToEntry[row]!]! - columnDuals[column]!);
    } else if (endOf[root]! < 0) {
      endOf[root] = column;
      ended++;
    }
  }
  state.settledCount = settledCount;
  if (ended === 0) return count;
  for (let k = 0; k < settledCount; k++) {
    const j = settled[k]!;
    const fall = reached - heap.keys[j]!;
    if (fall > 0) columnDuals[j]! -= fall;
  }
  let left = 0;
  for (let k = 0; k < count; k++) {
    const root = free[k]!;
    let j = endOf[root]!;
    if (j < 0) {
      free[left++] = root;
      continue;
    }
    for (;;) {
      const i = previousRow[j]!;
      const passedOn = rowToEntry[i]!;
      rowToEntry[i] = previousEntry[j]!;
      columnToRow[j] = i;
      if (i === root) break;
      j = indices[passedOn]!;
    }
  }
  return left;
}

/** Reaches the columns of `row`, which is at distance `reached`. */
function scan(problem: SparseProblem, state: SparseState, row: number, reached: number, dual: number): void {
  const { offsets, indices, cost } = problem;
  const { columnDuals, heap, previousEntry, previousRow } = state;
  for (let k = offsets[row]!, to = offsets[row + 1]!; k < to; k++) {
    const j = indices[k]!;
    if (!heap.lower(j, reached + (cost[k]! - columnDuals[j]! - dual))) continue;
    previousEntry[j] = k;
    previousRow[j] = row;
  }
}

/** Smallest reduced cost of a row. */
function lowestOf({ offsets, indices, cost }: SparseProblem, columnDuals: Float64Array, row: number): number {
  let lowest = Infinity;
  for (let k = offsets[row]!; k < offsets[row + 1]!; k++) {
    const reduced = cost[k]! - columnDuals[indices[k]!]!;
    if (reduced < lowest) lowest = reduced;
  }
  return lowest;
}
