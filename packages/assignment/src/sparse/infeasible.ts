import { InfeasibleAssignmentError } from '@pct/core';
import type { OpenedProblem } from './openProblem.js';
import type { BlockingSet } from './shortestAugmentingPath.js';

/** How many rows or columns an error names. */
const NAMED = 8;

/** Says which rows or columns are in each other's way. */
export function infeasible(
  name: string,
  { problem, rows, columns, transposed }: OpenedProblem,
  blocked: BlockingSet,
): InfeasibleAssignmentError {
  const [row, column] = transposed ? ['column', 'row'] : ['row', 'column'];
  const { offsets, indices, perfect } = problem;
  const emptyRow = offsets.findIndex((from, i) => offsets[i + 1] === from);
  const used = new Uint8Array(problem.columns);
  for (const j of indices) used[j] = 1;
  const emptyColumn = perfect ? used.indexOf(0) : -1;
  const reason =
    emptyRow >= 0
      ? `${row} ${emptyRow} has no allowed pair`
      : emptyColumn >= 0
        ? `${column} ${emptyColumn} has no allowed pair`
        : `${blocked.rows.length} ${row}s (${list(blocked.rows)}) have only ${blocked.columns.length} ` +
          `${column}${blocked.columns.length === 1 ? '' : 's'} (${list(blocked.columns)}) between them`;
  return new InfeasibleAssignmentError(
    `${name}: no assignment of the [${rows}, ${columns}] costs uses only allowed pairs: ${reason}; ` +
      'allow more pairs, or pass unmatchedCost to leave some unmatched',
  );
}

function list(indices: readonly number[]): string {
  const shown = indices.slice(0, NAMED).join(', ');
  return indices.length > NAMED ? `${shown}, ...` : shown;
}
