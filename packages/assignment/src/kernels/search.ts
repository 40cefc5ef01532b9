/** One Dijkstra search over alternating paths; see `shortestAugmentingPath.ts`. */
import type { Blocked, DenseProblem, DenseState } from './shortestAugmentingPath.js';

/**
 * Assigns row `start` along the shortest alternating path to a free column or to a dummy, and updates the duals.
 *
 * Columns are settled all at once per distance, and the rows that hold them are scanned one by one, as in Jonker &
 * Volgenant's list of columns to scan. Each column is settled at most once, so a search ends whatever the rounding.
 *
 * @returns what is in the way if there is no such path
 */
export function search(problem: DenseProblem, state: DenseState, start: number): Blocked | undefined {
  const { columns, cost, unmatchedRow } = problem;
  const { scans, rowToColumn, scanned, scannedAt, scannedDual, settled, settledAt, settledDual } = state;
  const { columnDuals, distance, columnToRow, found } = scans;
  // Distances are counted from the row's smallest reduced cost, so that a large offset of one row stays its own.
  const alone = unmatchedRow[start]!;
  let dual = scans.startSearch(start, columns, alone);
  if (dual === Infinity) return { rows: [start], columns: [] };
  if (dual === alone) return undefined; // nothing is better than to stay unmatched
  scanned[0] = start;
  scannedAt[0] = 0;
  scannedDual[0] = dual;
  let scannedCount = 1;
  let settledCount = 0;
  let reached = 0;
  let lowest = 0;
  let dummyDistance = alone - dual;
  let dummyScan = 0;
  let end = -1;
  for (;;) {
    if (dummyDistance < lowest) {
      reached = dummyDistance;
      break;
    }
    if (lowest === Infinity) return blockedBy(state, start, settledCount);
    const count = scans.columnsAt(columns, lowest);
    if (lowest > reached) reached = lowest;
    if (count < 0) {
      end = -1 - count;
      break;
    }
    for (let k = 0; k < count; k++) {
      const j = found[k]!;
      settled[settledCount] = j;
      settledAt[settledCount] = lowest;
      settledDual[settledCount++] = columnDuals[j]!;
      columnDuals[j] = -Infinity;
      distance[j] = Infinity;
    }
    // `scanned` runs one behind `settled`: entry k + 1 is the row that holds the settled column k.
    while (scannedCount <= settledCount) {
      const j = settled[scannedCount - 1]!;
      const row = columnToRow[j]!;
      dual = cost[row * columns + j]! - settledDual[scannedCount - 1]!;
      scanned[scannedCount] = row;
      scannedAt[scannedCount] = reached;
      scannedDual[scannedCount] = dual;
      const toDummy = reached + (unmatchedRow[row]! - dual);
      if (toDummy < dummyDistance) {
        dummyDistance = toDummy;
        dummyScan = scannedCount;
      }
      scannedCount++;
      lowest = scans.relaxRow(row, columns, reached, dual);
      if (lowest <= reached) break; // perhaps a free column: look before scanning on
    }
  }
  for (let k = 0; k < settledCount; k++) {
    const fall = reached - settledAt[k]!;
    columnDuals[settled[k]!] = fall > 0 ? settledDual[k]! - fall : settledDual[k]!;
  }
  let column = end;
  let scan: number;
  if (end >= 0) {
    scan = scanOf(problem, state, end, columnDuals[end]!, lowest);
  } else {
    const row = scanned[dummyScan]!;
    column = rowToColumn[row]!;
    rowToColumn[row] = -1;
    if (dummyScan === 0) return undefined;
    scan = scanOf(problem, state, column, settledDual[dummyScan - 1]!, settledAt[dummyScan - 1]!);
  }
  for (;;) {
    const row = scanned[scan]!;
    const passedOn = rowToColumn[row]!;
    rowToColumn[row] = column;
    columnToRow[column] = row;
    if (scan === 0) return undefined;
    column = passedOn;
    scan = scanOf(problem, state, column, settledDual[scan - 1]!, settledAt[scan - 1]!);
  }
}

/**
 * The first scan that brought `column` to its distance. Repeating the arithmetic of the few rows that were scanned is
 * far cheaper than to note the row at every lowering of a distance. A column is settled after that scan, so paths
 * have no cycles.
 */
function scanOf(
  { columns, cost }: DenseProblem,
  { scanned, scannedAt, scannedDual }: DenseState,
  column: number,
  columnDual: number,
  distance: number,
): number {
  let scan = 0;
  while (
    scannedAt[scan]! + (cost[scanned[scan]! * columns + column]! - columnDual - scannedDual[scan]!) !==
    distance
  ) {
    scan++;
  }
  return scan;
}

/** Everything that the search reached, and restores the duals. */
function blockedBy({ scans, settled, settledDual }: DenseState, start: number, count: number): Blocked {
  for (let k = 0; k < count; k++) scans.columnDuals[settled[k]!] = settledDual[k]!;
  const columns = [...settled.subarray(0, count)].sort((a, b) => a - b);
  return { rows: [start, ...columns.map((j) => scans.columnToRow[j]!)].sort((a, b) => a - b), columns };
}
