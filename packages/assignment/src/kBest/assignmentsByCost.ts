import { checkInteger } from '@pct/core';
import { matchingOf, openProblem, totalOf, type OpenedProblem } from '../sparse/openProblem.js';
import { solveSparse } from '../sparse/shortestAugmentingPath.js';
import type { SparseAssignmentOptions, SparseCostMatrix } from '../sparse/types.js';
import type { CostMatrix } from '../types.js';
import { Exchange, type Solution } from './exchange.js';
import { LeastFirst } from './LeastFirst.js';

/** One of several assignments in the order of their cost. */
export interface RankedAssignment {
  /** Column matched with each row, or -1; `[rows]`. */
  readonly rowToColumn: Int32Array;
  /** Row matched with each column, or -1; `[columns]`. */
  readonly columnToRow: Int32Array;
  /** Total: costs of the matched pairs, plus, with `unmatchedCost`, of the rows and columns left. */
  readonly cost: number;
}

/** A part of all assignments: the first `fixed` rows of `order` keep their choice, the next one must not take some. */
interface Part {
  readonly order: Int32Array;
  readonly fixed: number;
  /** What row `order[fixed]` may not take: entries, or -1 for staying unmatched. */
  readonly excluded: ReadonlySet<number>;
}

/** What waits to be listed: a solved part, or one of which only the parent and a bound are known. */
type Candidate =
  | { readonly part: Part; readonly cost: number; readonly solution: Solution }
  | { readonly part: Part; readonly cost: number; readonly parent: Solution };

/**
 * The best `k` assignments as an array; see {@link assignmentsByCost}.
 *
 * @param cost - costs, dense or sparse, `[rows, columns]`
 * @param k - how many, an integer of at least 0
 * @param options - {@link SparseAssignmentOptions}
 * @returns up to `k` assignments, fewer if there are no more, none if there is none
 * @throws {@link InvalidArgumentError} and {@link ShapeError} as {@link assignmentsByCost}, or if `k` is no such integer
 * @example
 * ```ts
 * kBestAssignments([[4, 1], [2, 0]], 2).map(({ cost }) => cost); // [3, 4]
 * ```
 */
export function kBestAssignments(
  cost: CostMatrix | SparseCostMatrix,
  k: number,
  options: SparseAssignmentOptions = {},
): RankedAssignment[] {
  checkInteger('kBestAssignments', 'k', k, { min: 0 });
  const opened = openProblem('kBestAssignments', cost, options);
  const best: RankedAssignment[] = [];
  if (k === 0) return best;
  for (const assignment of ranked(opened)) {
    best.push(assignment);
    if (best.length === k) break;
  }
  return best;
}

/**
 * All assignments one after the other, the best first.
 *
 * The problem and the options are those of {@link linearSumAssignment}, and the first assignment costs what it finds.
 * Each matching comes once; two are different if some row or column has another partner, or none. Costs never fall
 * (never rise, with `maximize`), to rounding; equal ones come in an order that only the input decides. The work is done
 * as assignments are asked for: stop whenever enough have come.
 *
 * Murty's algorithm: whenever an assignment is listed, what is left of its part of all assignments is divided by the
 * first row that differs, and each new part is solved by one shortest-path search from the duals at hand, but only once
 * a lower bound of its cost is the least of all that waits. At worst min(rows, columns) searches per assignment; memory
 * grows by O(rows + columns) numbers for each part solved.
 *
 * @param cost - costs, dense or sparse, `[rows, columns]`, any size including 0; copied
 * @param options - {@link SparseAssignmentOptions}
 * @returns an iterator that ends after the last assignment; it is empty if there is none
 * @throws {@link InvalidArgumentError} and {@link ShapeError}, at the call, as {@link linearSumAssignment} and
 * {@link sparseAssignment} do
 * @see Murty 1968, Operations Research 16, 682-687, doi:10.1287/opre.16.3.682
 * @see Lawler 1972, Management Science 18, 401-405, doi:10.1287/mnsc.18.7.401
 * @see Miller, Stone & Cox 1997, IEEE TAES 33, 851-862, doi:10.1109/7.599256
 * @example
 * ```ts
 * for (const { cost, rowToColumn } of assignmentsByCost([[4, 1], [2, 0]])) {
 *   if (cost > 3) break; // 3: Int32Array [1, 0], then 4: Int32Array [0, 1]
 * }
 * ```
 */
export function assignmentsByCost(
  cost: CostMatrix | SparseCostMatrix,
  options: SparseAssignmentOptions = {},
): Generator<RankedAssignment, undefined, undefined> {
  return ranked(openProblem('assignmentsByCost', cost, options));
}

function* ranked(opened: OpenedProblem): Generator<RankedAssignment, undefined, undefined> {
  const { problem, maximize } = opened;
  const first = solveSparse(problem);
  if (!('rowToEntry' in first)) return;
  const exchange = new Exchange(problem);
  // Among equals what is solved goes first: it can be listed without a search.
  const waiting = new LeastFirst<Candidate>(
    (a, b) => a.cost - b.cost || Number('parent' in a) - Number('parent' in b),
  );
  const everything: Part = {
    order: Int32Array.from({ length: problem.rows }, (_, i) => i),
    fixed: 0,
    excluded: new Set(),
  };
  const { rowToEntry, columnDuals } = first;
  waiting.push({
    part: everything,
    cost: totalOf(problem, rowToEntry),
    solution: { rowToEntry, columnDuals },
  });
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part, cost } = next;
    if ('parent' in next) {
      exchange.open(next.parent, part.order, part.fixed);
      const solution = exchange.solve(part.order[part.fixed]!, part.excluded);
      if (solution !== undefined) {
        waiting.push({ part, cost: totalOf(problem, solution.rowToEntry), solution });
      }
      continue;
    }
    yield { ...matchingOf(opened, next.solution.rowToEntry), cost: maximize ? 0 - cost : cost };
    divide(exchange, part, cost, next.solution, waiting);
  }
  return undefined;
}

/**
 * Divides what is left of `part` without its solution (Lawler's partition): by the first row, in a new order, that
 * takes something else than in the solution.
 */
function divide(
  exchange: Exchange,
  { order, fixed, excluded }: Part,
  cost: number,
  parent: Solution,
  waiting: LeastFirst<Candidate>,
): void {
  if (fixed === order.length) return;
  exchange.open(parent, order, fixed);
  const none = new Set<number>();
  const rise = new Float64Array(exchange.rows);
  for (let k = fixed; k < order.length; k++) {
    rise[order[k]!] = exchange.leastRise(order[k]!, k === fixed ? excluded : none);
  }
  // The first row has exclusions to keep, so it stays the first. Then rows that would cost the most to change: their
  // parts are the largest and are then the least likely ever to be solved.
  const ordered = order.slice();
  ordered.subarray(fixed + 1).sort((a, b) => (rise[a] === rise[b] ? a - b : rise[a]! < rise[b]! ? 1 : -1));
  for (let k = fixed; k < ordered.length; k++) {
    const row = ordered[k]!;
    if (rise[row] === Infinity) continue;
    const own = parent.rowToEntry[row]!;
    const without = new Set(k === fixed ? excluded : none).add(own);
    waiting.push({
      part: { order: ordered, fixed: k, excluded: without },
      cost: cost + rise[row]!,
      parent,
    });
  }
}
