import type { LinearSumAssignmentOptions } from '@pct/assignment';

/** One matching and its total. */
export interface Listed {
  readonly rowToColumn: number[];
  readonly cost: number;
}

/** Every matching that is allowed, with its total, in no particular order; for up to 6 rows or so. */
export function enumerate(
  cost: readonly (readonly number[])[],
  columns: number,
  { unmatchedCost }: LinearSumAssignmentOptions = {},
): Listed[] {
  const sides =
    typeof unmatchedCost === 'object' ? unmatchedCost : { rows: unmatchedCost, columns: unmatchedCost };
  const price = (of: number | ArrayLike<number> | undefined, k: number): number =>
    of === undefined ? 0 : typeof of === 'number' ? of : of[k]!;
  const needed = unmatchedCost === undefined ? Math.min(cost.length, columns) : 0;
  const found: Listed[] = [];
  const visit = (chosen: readonly number[]): void => {
    const row = chosen.length;
    if (row < cost.length) {
      visit([...chosen, -1]);
      for (let j = 0; j < columns; j++) {
        if (!chosen.includes(j) && Math.abs(cost[row]![j]!) < Infinity) visit([...chosen, j]);
      }
      return;
    }
    if (chosen.filter((j) => j >= 0).length < needed) return;
    let total = 0;
    chosen.forEach((j, i) => (total += j < 0 ? price(sides.rows, i) : cost[i]![j]!));
    for (let j = 0; j < columns; j++) if (!chosen.includes(j)) total += price(sides.columns, j);
    found.push({ rowToColumn: [...chosen], cost: total });
  };
  visit([]);
  return found;
}
