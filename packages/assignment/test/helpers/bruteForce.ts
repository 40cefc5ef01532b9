import type { LinearSumAssignmentOptions } from '@pct/assignment';

/**
 * The best total over every matching there is, found by trying them all; for up to 6 rows or so.
 *
 * @returns `undefined` if forbidden pairs leave no matching
 */
export function bruteForce(
  cost: readonly (readonly number[])[],
  columns: number,
  { maximize = false, unmatchedCost }: LinearSumAssignmentOptions = {},
): number | undefined {
  const rows = cost.length;
  const sides =
    typeof unmatchedCost === 'object' ? unmatchedCost : { rows: unmatchedCost, columns: unmatchedCost };
  const price = (of: number | ArrayLike<number> | undefined, k: number): number =>
    of === undefined ? 0 : typeof of === 'number' ? of : of[k]!;
  const mayStay = unmatchedCost !== undefined;
  const needed = mayStay ? 0 : Math.min(rows, columns);
  const taken = new Array<boolean>(columns).fill(false);
  let best: number | undefined;

  const visit = (row: number, matched: number, total: number): void => {
    if (row === rows) {
      if (matched < needed) return;
      const left = taken.reduce((sum, is, j) => (is ? sum : sum + price(sides.columns, j)), total);
      if (best === undefined || (maximize ? left > best : left < best)) best = left;
      return;
    }
    visit(row + 1, matched, total + price(sides.rows, row));
    for (let j = 0; j < columns; j++) {
      if (taken[j] || Math.abs(cost[row]![j]!) === Infinity) continue;
      taken[j] = true;
      visit(row + 1, matched + 1, total + cost[row]![j]!);
      taken[j] = false;
    }
  };
  visit(0, 0, 0);
  return best;
}
