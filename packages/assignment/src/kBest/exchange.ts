/**
 * The step that Murty's algorithm repeats: one row of an optimal assignment may no longer take what it has, and the
 * best assignment of what is left is found by a single shortest-path search from the duals of the one before.
 *
 * Miller, Stone & Cox, "Optimizing Murty's ranked assignment method", IEEE TAES 33 (1997) 851-862,
 * doi:10.1109/7.599256.
 *
 * Taking the old pair (row, column) away leaves a path to find from row to column that alternates between pairs not
 * taken and taken. Rows and columns that may stay unmatched join the paths in one further node, the hub: a row reaches
 * it by becoming unmatched, a column by no longer being unmatched, and it leads to rows that are unmatched and to
 * columns that become so. If the row was unmatched, the path ends in the hub itself. All steps have reduced costs of 0
 * or more, u and v being feasible with `u <= unmatchedRow` and `v <= unmatchedColumn`, and equal where unmatched.
 */
import { IndexedHeap } from '../sparse/IndexedHeap.js';
import type { SparseProblem } from '../sparse/openProblem.js';

/** An optimal assignment of a part of the problem, with duals from which further searches start. */
export interface Solution {
  /** Entry of each row, -1 if unmatched; `[rows]`. */
  readonly rowToEntry: Int32Array;
  /** Dual of each column; `[columns]`. Those of rows follow from them. */
  readonly columnDuals: Float64Array;
}

/** Came from the hub, or, at the hub, from an unmatched column. */
const VIA_HUB = -2;

/** Searches in one problem; holds the working memory for them. */
export class Exchange {
  readonly rows: number;
  private readonly problem: SparseProblem;
  private readonly hub: number;
  private readonly heap: IndexedHeap;
  /** Row of each column in the solution at hand, -1 if unmatched; `[columns]`. */
  private readonly columnToRow: Int32Array;
  /** 1 for rows and columns that keep what they have. */
  private readonly fixedRow: Uint8Array;
  private readonly fixedColumn: Uint8Array;
  /** Row from which the shortest path enters each column or the hub, and by which entry; or `VIA_HUB`. */
  private readonly previousRow: Int32Array;
  private readonly previousEntry: Int32Array;
  /** The column from which the path enters the hub, if it does not come from a row. */
  private hubColumn = -1;
  /** Where the search at hand has to end: a column, or the hub. */
  private target = -1;
  private solution: Solution | undefined;

  constructor(problem: SparseProblem) {
    const { rows, columns } = problem;
    this.problem = problem;
    this.rows = rows;
    this.hub = columns;
    this.heap = new IndexedHeap(columns + 1);
    this.columnToRow = new Int32Array(columns);
    this.fixedRow = new Uint8Array(rows);
    this.fixedColumn = new Uint8Array(columns);
    this.previousRow = new Int32Array(columns + 1);
    this.previousEntry = new Int32Array(columns + 1);
  }

  /** Begins with `solution`, of which the first `fixed` rows of `order` keep what they have. */
  open(solution: Solution, order: Int32Array, fixed: number): void {
    const { columnToRow, problem, fixedRow, fixedColumn } = this;
    const { rowToEntry } = solution;
    this.solution = solution;
    columnToRow.fill(-1);
    fixedRow.fill(0);
    fixedColumn.fill(0);
    for (let i = 0; i < rowToEntry.length; i++) {
      const entry = rowToEntry[i]!;
      if (entry >= 0) columnToRow[problem.indices[entry]!] = i;
    }
    for (let k = 0; k < fixed; k++) {
      const i = order[k]!;
      const entry = rowToEntry[i]!;
      fixedRow[i] = 1;
      if (entry >= 0) fixedColumn[problem.indices[entry]!] = 1;
    }
  }

  /**
   * How much the total rises at least if `row` takes neither what it has nor anything of `excluded` (entries, or -1 for
   * staying unmatched): the smallest reduced cost of its other choices. Infinity if there are none.
   */
  leastRise(row: number, excluded: ReadonlySet<number>): number {
    const { problem, fixedColumn } = this;
    const { rowToEntry, columnDuals } = this.solution!;
    const { offsets, indices, cost, unmatchedRow } = problem;
    const own = rowToEntry[row]!;
    const dual = this.dualOf(row);
    let least = own < 0 || excluded.has(-1) ? Infinity : unmatchedRow[row]! - dual;
    for (let k = offsets[row]!; k < offsets[row + 1]!; k++) {
      const j = indices[k]!;
      const reduced = cost[k]! - dual - columnDuals[j]!;
      if (reduced < least && k !== own && fixedColumn[j] === 0 && !excluded.has(k)) least = reduced;
    }
    return Math.max(0, least);
  }

  /**
   * The best solution in which `row` takes neither what it has nor anything of `excluded`, or `undefined`.
   */
  solve(row: number, excluded: ReadonlySet<number>): Solution | undefined {
    const { heap, hub, problem, columnToRow, previousRow } = this;
    const { rowToEntry, columnDuals } = this.solution!;
    const own = rowToEntry[row]!;
    const target = own < 0 ? hub : problem.indices[own]!;
    this.target = target;
    heap.clear();
    this.scan(row, 0, excluded);
    for (;;) {
      const node = heap.pop();
      if (node < 0) return undefined;
      if (node === target) break;
      const reached = heap.keys[node]!;
      if (node === hub) {
        this.scanHub(reached, row);
      } else if (columnToRow[node]! >= 0) {
        this.scan(columnToRow[node]!, reached, undefined);
      } else if (heap.lower(hub, reached + problem.unmatchedColumn[node]! - columnDuals[node]!)) {
        previousRow[hub] = VIA_HUB;
        this.hubColumn = node;
      }
    }
    const changed = this.follow(row, target);
    return { rowToEntry: changed, columnDuals: this.raise(changed, heap.keys[target]!) };
  }

  private dualOf(row: number): number {
    const { cost, indices, unmatchedRow } = this.problem;
    const { rowToEntry, columnDuals } = this.solution!;
    const entry = rowToEntry[row]!;
    return entry < 0 ? unmatchedRow[row]! : cost[entry]! - columnDuals[indices[entry]!]!;
  }

  /** Reaches columns, and the hub, from `row` at distance `reached`; `excluded` is given for the first row only. */
  private scan(row: number, reached: number, excluded: ReadonlySet<number> | undefined): void {
    const { problem, heap, hub, target, fixedColumn, previousRow, previousEntry } = this;
    const { keys } = heap;
    const { offsets, indices, cost, unmatchedRow, perfect } = problem;
    const { rowToEntry, columnDuals } = this.solution!;
    const own = rowToEntry[row]!;
    const dual = this.dualOf(row);
    for (let k = offsets[row]!; k < offsets[row + 1]!; k++) {
      const j = indices[k]!;
      if (k === own || fixedColumn[j] === 1 || excluded?.has(k) === true) continue;
      // Rounding may leave a reduced cost just below 0.
      const through = reached + Math.max(0, cost[k]! - dual - columnDuals[j]!);
      // What is no nearer than the target is of no use.
      if (through >= keys[target]! || !heap.lower(j, through)) continue;
      previousRow[j] = row;
      previousEntry[j] = k;
    }
    if (perfect || own < 0 || unmatchedRow[row] === Infinity || excluded?.has(-1) === true) return;
    if (heap.lower(hub, reached + Math.max(0, unmatchedRow[row]! - dual))) previousRow[hub] = row;
  }

  /** Reaches what becomes unmatched, and goes on from rows that are, at distance `reached`. */
  private scanHub(reached: number, start: number): void {
    const { problem, heap, columnToRow, fixedRow, fixedColumn, previousRow } = this;
    const { rowToEntry, columnDuals } = this.solution!;
    for (let j = 0; j < problem.columns; j++) {
      if (columnToRow[j]! < 0 || fixedColumn[j] === 1) continue;
      const through = reached + Math.max(0, problem.unmatchedColumn[j]! - columnDuals[j]!);
      if (heap.lower(j, through)) previousRow[j] = VIA_HUB;
    }
    for (let i = 0; i < problem.rows; i++) {
      if (rowToEntry[i]! < 0 && i !== start && fixedRow[i] === 0) this.scan(i, reached, undefined);
    }
  }

  /** The solution after the exchange along the path found from `start` to `target`. */
  private follow(start: number, target: number): Int32Array {
    const { problem, hub, previousRow, previousEntry } = this;
    const changed = this.solution!.rowToEntry.slice();
    for (let node = target; ;) {
      const row = previousRow[node]!;
      if (row === VIA_HUB) {
        node = node === hub ? this.hubColumn : hub;
        continue;
      }
      const own = changed[row]!;
      changed[row] = node === hub ? -1 : previousEntry[node]!;
      if (row === start) return changed;
      node = own < 0 ? hub : problem.indices[own]!;
    }
  }

  /** Duals of the columns after a search that ended at distance `end`, the hub's being kept at 0. */
  private raise(rowToEntry: Int32Array, end: number): Float64Array {
    const { problem, heap, hub, fixedColumn } = this;
    const duals = this.solution!.columnDuals.slice();
    const toHub = problem.perfect ? end : Math.min(heap.keys[hub]!, end);
    const taken = new Uint8Array(problem.columns);
    for (const entry of rowToEntry) if (entry >= 0) taken[problem.indices[entry]!] = 1;
    for (let j = 0; j < problem.columns; j++) {
      if (!problem.perfect && taken[j] === 0) duals[j] = problem.unmatchedColumn[j]!;
      else if (fixedColumn[j] === 0) duals[j]! += Math.min(heap.keys[j]!, end) - toHub;
    }
    return duals;
  }
}
