import { checkOneOf, describeValue, InvalidArgumentError } from '@pct/core';
import type { CostMatrix } from '../types.js';
import { checkCosts, checkUnmatched } from '../validation.js';
import { checkSparse, isSparse, type PairLines } from './checkSparse.js';
import { CompensatedSum } from './CompensatedSum.js';
import type { SparseAssignmentOptions, SparseCostMatrix } from './types.js';

/** A minimisation in which every row takes one column or stays unmatched, with no more rows than columns. */
export interface SparseProblem {
  readonly rows: number;
  readonly columns: number;
  /** Entries of row `i` are `offsets[i]` to `offsets[i + 1]`, exclusive; `[rows + 1]`. */
  readonly offsets: Int32Array;
  /** Column of each entry, ascending in each row; `[entries]`. */
  readonly indices: Int32Array;
  /** Finite; `[entries]`. */
  readonly cost: Float64Array;
  /** `[rows]`, cost of leaving a row unmatched; `Infinity` if it must be matched. */
  readonly unmatchedRow: Float64Array;
  /** `[columns]`, cost of leaving a column unmatched, finite; not read if `perfect`. */
  readonly unmatchedColumn: Float64Array;
  /** As many rows as columns and all must be matched, so that no dual has a sign to keep. */
  readonly perfect: boolean;
}

/** What a caller asked for, checked. */
export interface OpenedProblem {
  readonly problem: SparseProblem;
  /** The caller's shape. */
  readonly rows: number;
  readonly columns: number;
  /** The caller's columns are the rows of `problem`. */
  readonly transposed: boolean;
  readonly maximize: boolean;
}

/**
 * Checks costs in any form, and options, and lays the allowed pairs out for the kernel. Everything is copied.
 *
 * @throws {@link InvalidArgumentError} and {@link ShapeError} as `linearSumAssignment` and `sparseAssignment` do
 */
export function openProblem(
  name: string,
  cost: CostMatrix | SparseCostMatrix,
  { maximize = false, unmatchedCost, duplicates = 'refuse' }: SparseAssignmentOptions,
): OpenedProblem {
  checkOneOf(name, 'maximize', maximize, [true, false]);
  checkOneOf(name, 'duplicates', duplicates, ['refuse', 'sum']);
  if (typeof cost !== 'object' || cost === null) {
    throw new InvalidArgumentError(
      `${name}: cost must be { rows, columns, rowOffsets or rowIndices, columnIndices, values } or a dense matrix, ` +
        `got ${describeValue(cost)}`,
    );
  }
  const sparse = isSparse(cost);
  const dense = sparse ? undefined : checkCosts(name, cost, maximize);
  const { rows, columns } = sparse ? cost : dense!;
  const pairs = sparse ? checkSparse(name, cost, maximize, duplicates) : finitePairs(dense!);
  const { transposed } = pairs;
  const [short, long] = transposed ? [columns, rows] : [rows, columns];
  const shape = {
    rows: short,
    columns: long,
    offsets: pairs.offsets,
    indices: pairs.indices,
    cost: pairs.cost,
  };
  if (unmatchedCost === undefined) {
    const problem = {
      ...shape,
      unmatchedRow: new Float64Array(short).fill(Infinity),
      unmatchedColumn: new Float64Array(long),
      perfect: rows === columns,
    };
    return { problem, rows, columns, transposed, maximize };
  }
  const prices = checkUnmatched(name, unmatchedCost, { rows, columns }, maximize);
  const [unmatchedRow, unmatchedColumn] = transposed
    ? [prices.columns, prices.rows]
    : [prices.rows, prices.columns];
  return {
    problem: { ...shape, unmatchedRow, unmatchedColumn, perfect: false },
    rows,
    columns,
    transposed,
    maximize,
  };
}

/** The pairs of a dense matrix that are not forbidden. */
function finitePairs({ rows, columns, transposed, data }: ReturnType<typeof checkCosts>): PairLines {
  const [lines, length] = transposed ? [columns, rows] : [rows, columns];
  let entries = 0;
  for (let at = 0; at < lines * length; at++) if (data[at]! < Infinity) entries++;
  const offsets = new Int32Array(lines + 1);
  const indices = new Int32Array(entries);
  const cost = new Float64Array(entries);
  for (let line = 0, at = 0, k = 0; line < lines; line++) {
    for (let index = 0; index < length; index++, at++) {
      if (data[at] === Infinity) continue;
      indices[k] = index;
      cost[k++] = data[at]!;
    }
    offsets[line + 1] = k;
  }
  return { transposed, offsets, indices, cost };
}

/** Total of a matching: its entries, and what it leaves where that has a price. */
export function totalOf(
  { cost, indices, columns, unmatchedRow, unmatchedColumn, perfect }: SparseProblem,
  rowToEntry: Int32Array,
): number {
  const sum = new CompensatedSum();
  const taken = new Uint8Array(columns);
  for (let i = 0; i < rowToEntry.length; i++) {
    const entry = rowToEntry[i]!;
    sum.add(entry < 0 ? unmatchedRow[i]! : cost[entry]!);
    if (entry >= 0) taken[indices[entry]!] = 1;
  }
  if (!perfect) for (let j = 0; j < columns; j++) if (taken[j] === 0) sum.add(unmatchedColumn[j]!);
  return sum.value;
}

/** The matching both ways, as the caller knows rows and columns. */
export function matchingOf(
  { problem, transposed }: OpenedProblem,
  rowToEntry: Int32Array,
): { rowToColumn: Int32Array; columnToRow: Int32Array } {
  const there = new Int32Array(problem.rows).fill(-1);
  const back = new Int32Array(problem.columns).fill(-1);
  for (let i = 0; i < there.length; i++) {
    const entry = rowToEntry[i]!;
    if (entry < 0) continue;
    const j = problem.indices[entry]!;
    there[i] = j;
    back[j] = i;
  }
  return transposed ? { rowToColumn: back, columnToRow: there } : { rowToColumn: there, columnToRow: back };
}

/** The entry of a pair, or -1 if it is not allowed. */
export function entryOf({ offsets, indices }: SparseProblem, row: number, column: number): number {
  let low = offsets[row]!;
  let high = offsets[row + 1]! - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (indices[middle]! < column) low = middle + 1;
    else high = middle;
  }
  return low === high && indices[low] === column ? low : -1;
}
