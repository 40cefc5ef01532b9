import { checkFinite, checkInteger, describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import type {
  Chain,
  HitCost,
  LinkContext,
  LinkCosts,
  MultidimensionalAssignment,
  MultidimensionalOptions,
} from './multidimensionalTypes.js';
import { CompensatedSum } from './sparse/CompensatedSum.js';
import { infeasible } from './sparse/infeasible.js';
import { entryOf, matchingOf, openProblem, type OpenedProblem } from './sparse/openProblem.js';
import { solveSparse } from './sparse/shortestAugmentingPath.js';
import type { CooCostMatrix, SparseAssignmentSolver } from './sparse/types.js';
import type { AssignmentSolver, DenseCostMatrix } from './types.js';

const NAME = 'multidimensionalAssignment';

/** Prices of staying alone between two layers. */
interface Prices {
  /** `[rows]` */
  readonly close: Float64Array;
  /** `[columns]` */
  readonly open: Float64Array;
}

/** Everything about the hits of one layer that later layers need. */
interface LinkedLayer {
  /** Hit of the layer before that each hit is linked with, -1 where a chain begins; `[hits]`. */
  readonly previous: Int32Array;
  /** What the chain up to and with each hit costs; `[hits]`. */
  readonly cost: Float64Array;
}

/**
 * Links the hits of many layers to chains, one pair of neighbouring layers after the other.
 *
 * Each step is solved exactly and then kept: the sum over links, opened and closed chains is the least possible for
 * that pair of layers, given what was decided before. Over all layers this is a heuristic (the problem is NP-hard from
 * three layers on), and the usual one of track finding, where the cost of a link depends on the chain that it
 * continues. With costs that do not depend on the chains, the result is the exact optimum, as the steps do not depend
 * on each other then. A chain skips no layer.
 *
 * @param layers - for each pair of neighbouring layers the costs `[hits of the layer, hits of the next]`, see
 * {@link LinkCosts}
 * @param options - {@link MultidimensionalOptions}
 * @returns the chains and their total cost, see {@link MultidimensionalAssignment}
 * @throws {@link InfeasibleAssignmentError} if there is neither `openCost` nor `closeCost` and forbidden links leave no
 * assignment between two layers
 * @throws {@link InvalidArgumentError} if costs are refused as by {@link sparseAssignment}, a price is not finite, or
 * `solver` returns no assignment of allowed pairs
 * @throws {@link ShapeError} if costs have not as many rows as the ones before have columns
 * @see Poore 1994, Computational Optimization and Applications 3, 27-57, doi:10.1007/BF01299390
 * @example
 * ```ts
 * const layers = [[[1, 9], [9, 2]], [[3], [9]]]; // 2, 2 and 1 hits
 * const { chains, cost } = multidimensionalAssignment(layers, { openCost: 4, closeCost: 4 });
 * chains.map(({ hits }) => [...hits]); // [[0, 0, 0], [1, 1]]
 * cost; // 1 + 3 + 2 + 4 = 10
 * ```
 */
export function multidimensionalAssignment(
  layers: Iterable<LinkCosts>,
  options: MultidimensionalOptions = {},
): MultidimensionalAssignment {
  const { openCost, closeCost, solver } = options;
  checkHitCost('openCost', openCost);
  checkHitCost('closeCost', closeCost);
  const solve: unknown = (solver as { solve?: unknown } | undefined)?.solve;
  if (solver !== undefined && typeof solve !== 'function') {
    throw new InvalidArgumentError(`${NAME}: solver must have a function solve, got ${describeValue(solve)}`);
  }
  if (typeof layers !== 'object' || layers === null || !(Symbol.iterator in layers)) {
    throw new InvalidArgumentError(
      `${NAME}: layers must be costs or functions one after the other, got ${describeValue(layers)}`,
    );
  }
  const linked: LinkedLayer[] = [];
  const closed: Chain[] = [];
  let layer = 0;
  for (const given of layers) {
    const name = `${NAME}, layers[${layer}]`;
    const costs = typeof given === 'function' ? given(contextOf(linked, layer)) : given;
    const opened = openProblem(name, costs, {});
    const { rows, columns } = opened;
    linked[0] ??= { previous: new Int32Array(rows).fill(-1), cost: new Float64Array(rows) };
    const here = linked[layer]!;
    if (here.previous.length !== rows) {
      throw new ShapeError(
        `${name}: costs must have as many rows as the ones before have columns, ${here.previous.length}, got ${rows}`,
      );
    }
    const prices =
      openCost === undefined && closeCost === undefined
        ? undefined
        : {
            close: pricesOf('closeCost', closeCost ?? 0, layer, rows),
            open: pricesOf('openCost', openCost ?? 0, layer + 1, columns),
          };
    const rowToColumn =
      solver === undefined ? link(name, opened, prices) : linkWith(name, solver, opened, prices);
    const next = { previous: new Int32Array(columns).fill(-1), cost: new Float64Array(columns) };
    if (prices !== undefined) next.cost.set(prices.open);
    for (let i = 0; i < rows; i++) {
      const j = rowToColumn[i]!;
      if (j < 0) {
        closed.push(chainOf(linked, layer, i, prices === undefined ? 0 : prices.close[i]!));
      } else {
        next.previous[j] = i;
        next.cost[j] = here.cost[i]! + costOf(opened, i, j);
      }
    }
    linked.push(next);
    layer++;
  }
  const last = linked[layer]?.previous.length ?? 0;
  for (let hit = 0; hit < last; hit++) closed.push(chainOf(linked, layer, hit, 0));
  closed.sort((a, b) => a.firstLayer - b.firstLayer || a.hits[0]! - b.hits[0]!);
  const total = new CompensatedSum();
  for (const { cost } of closed) total.add(cost);
  return { chains: closed, cost: total.value };
}

/** Follows a chain back from its last hit. */
function chainOf(linked: readonly LinkedLayer[], layer: number, hit: number, closing: number): Chain {
  const hits = [hit];
  let firstLayer = layer;
  for (let at = linked[layer]!.previous[hit]!; at >= 0; at = linked[firstLayer]!.previous[at]!) {
    hits.push(at);
    firstLayer--;
  }
  return { firstLayer, hits: Int32Array.from(hits.reverse()), cost: linked[layer]!.cost[hit]! + closing };
}

function contextOf(linked: readonly LinkedLayer[], layer: number): LinkContext {
  const hits = linked[layer]?.previous.length ?? 0;
  return {
    layer,
    hits,
    chainOf: (hit) => {
      checkInteger(`${NAME}, chainOf`, 'hit', hit, { min: 0, max: hits - 1 });
      return chainOf(linked, layer, hit, 0);
    },
  };
}

/** Cost of a link, as the caller knows rows and columns; `Infinity` if it is not allowed. */
function costOf({ problem, transposed }: OpenedProblem, row: number, column: number): number {
  const entry = transposed ? entryOf(problem, column, row) : entryOf(problem, row, column);
  return entry < 0 ? Infinity : problem.cost[entry]!;
}

/** Column of each row, by the sparse method. */
function link(name: string, opened: OpenedProblem, prices: Prices | undefined): Int32Array {
  const { transposed } = opened;
  const problem =
    prices === undefined
      ? opened.problem
      : {
          ...opened.problem,
          unmatchedRow: transposed ? prices.open : prices.close,
          unmatchedColumn: transposed ? prices.close : prices.open,
          perfect: false,
        };
  const solved = solveSparse(problem);
  if (!('rowToEntry' in solved)) throw infeasible(name, opened, solved);
  return matchingOf(opened, solved.rowToEntry).rowToColumn;
}

/** Column of each row, by a solver that only knows costs of pairs. */
function linkWith(
  name: string,
  solver: AssignmentSolver,
  opened: OpenedProblem,
  prices: Prices | undefined,
): Int32Array {
  const { rows, columns } = opened;
  const pairs = pairsOf(opened, prices);
  const solved = isForSparse(solver) ? solver.solve(pairs) : solver.solve(densify(pairs));
  const found: unknown = solved.rowToColumn;
  if (!(found instanceof Int32Array) || found.length !== rows) {
    throw new InvalidArgumentError(
      `${name}: solver must return rowToColumn as Int32Array of length ${rows}, got ${describeValue(found)}`,
    );
  }
  const rowToColumn = found.slice();
  const taken = new Uint8Array(columns);
  let matched = 0;
  for (let i = 0; i < rows; i++) {
    const j = rowToColumn[i]!;
    const alone = prices === undefined ? j === -1 : j === columns + i;
    if (alone) {
      rowToColumn[i] = -1;
      continue;
    }
    if (!(j >= 0 && j < columns) || taken[j] === 1 || costOf(opened, i, j) === Infinity) {
      throw new InvalidArgumentError(
        `${name}: solver must match each row with an allowed column of its own, got ${j} for row ${i}`,
      );
    }
    taken[j] = 1;
    matched++;
  }
  if (prices === undefined && matched < Math.min(rows, columns)) {
    throw new InvalidArgumentError(
      `${name}: solver must match ${Math.min(rows, columns)} rows of the [${rows}, ${columns}] costs, got ${matched}; ` +
        'pass openCost or closeCost to let hits stay alone',
    );
  }
  return rowToColumn;
}

function isForSparse(solver: AssignmentSolver): solver is SparseAssignmentSolver {
  return 'acceptsSparse' in solver && solver.acceptsSparse === true;
}

/**
 * The allowed pairs in the caller's orientation. With `prices` every row has a further column of its own, at the price
 * of staying alone, and a pair costs less by what its column need not pay then.
 */
function pairsOf(
  { problem, rows, columns, transposed }: OpenedProblem,
  prices: Prices | undefined,
): CooCostMatrix {
  const { offsets, indices, cost } = problem;
  const entries = cost.length + (prices === undefined ? 0 : rows);
  const rowIndices = new Int32Array(entries);
  const columnIndices = new Int32Array(entries);
  const values = new Float64Array(entries);
  for (let line = 0; line < problem.rows; line++) {
    for (let k = offsets[line]!; k < offsets[line + 1]!; k++) {
      rowIndices[k] = transposed ? indices[k]! : line;
      columnIndices[k] = transposed ? line : indices[k]!;
      values[k] = cost[k]! - (prices === undefined ? 0 : prices.open[columnIndices[k]!]!);
    }
  }
  if (prices === undefined) return { rows, columns, rowIndices, columnIndices, values };
  for (let i = 0, k = cost.length; i < rows; i++, k++) {
    rowIndices[k] = i;
    columnIndices[k] = columns + i;
    values[k] = prices.close[i]!;
  }
  return { rows, columns: columns + rows, rowIndices, columnIndices, values };
}

function densify({ rows, columns, rowIndices, columnIndices, values }: CooCostMatrix): DenseCostMatrix {
  const data = new Float64Array(rows * columns).fill(Infinity);
  for (let k = 0; k < values.length; k++) data[rowIndices[k]! * columns + columnIndices[k]!] = values[k]!;
  return { rows, columns, data };
}

function checkHitCost(label: string, cost: HitCost | undefined): void {
  if (cost !== undefined && typeof cost !== 'function') checkFinite(NAME, label, cost);
}

function pricesOf(label: string, cost: HitCost, layer: number, hits: number): Float64Array {
  const prices = new Float64Array(hits);
  if (typeof cost === 'number') return prices.fill(cost);
  for (let hit = 0; hit < hits; hit++) {
    prices[hit] = checkFinite(NAME, `${label}(${layer}, ${hit})`, cost(layer, hit));
  }
  return prices;
}
