import { checkInteger } from '@pct/core';
import { PlainScans } from './kernels/plainScans.js';
import type { CostStorage } from './kernels/rowScans.js';
import { createState, type DenseState } from './kernels/shortestAugmentingPath.js';
import { SimdScans } from './kernels/simdScans.js';

/** Below this many columns a call into WebAssembly costs more than its SIMD saves. */
const LEAST_SIMD_COLUMNS = 8;

/** The largest problem the memory of which is kept for good between calls: 8 MB. */
const KEPT_ENTRIES = 2 ** 20;

/** Memory for problems with the shorter side as rows. */
export interface SolverMemory {
  readonly state: DenseState;
  /** Capacity. */
  readonly entries: number;
  readonly rows: number;
  readonly columns: number;
  /** `[rows]`, cost of leaving a row unmatched. */
  readonly unmatchedRow: Float64Array;
  /** `[columns]`, cost of leaving a column unmatched. */
  readonly unmatchedColumn: Float64Array;
  /** `[columns]` */
  readonly startDuals: Float64Array;
}

/** The arrays of an assignment. */
export interface ResultArrays {
  readonly rowToColumn: Int32Array;
  readonly columnToRow: Int32Array;
  readonly rowDuals: Float64Array;
  readonly columnDuals: Float64Array;
}

/**
 * Memory that `linearSumAssignment` uses again and again instead of allocating; see {@link createAssignmentWorkspace}.
 *
 * The arrays of the `Assignment` that a call with a workspace returns belong to the workspace: the next call with it
 * overwrites them. Copy what has to last. Nothing needs to be freed.
 */
export class AssignmentWorkspace {
  /** For `float64` and `float32` costs, each with plain and with SIMD scans. */
  private readonly memories: (SolverMemory | undefined)[] = [undefined, undefined, undefined, undefined];
  private results: ResultArrays | undefined;
  /** @internal A call is using it. */
  busy = false;

  /**
   * Memory for a problem of `rows <= columns`. It grows for a larger problem than ever before, and is kept.
   *
   * @internal
   */
  memoryFor(rows: number, columns: number, storage: CostStorage): SolverMemory {
    const plain = columns < LEAST_SIMD_COLUMNS;
    const key = (storage === 'float64' ? 0 : 2) + (plain ? 0 : 1);
    const memory = this.memories[key];
    if (
      memory !== undefined &&
      memory.rows >= rows &&
      memory.columns >= columns &&
      memory.entries >= rows * columns
    ) {
      return memory;
    }
    const grown = createMemory(
      Math.max(rows, memory?.rows ?? 0),
      Math.max(columns, memory?.columns ?? 0),
      Math.max(rows * columns, memory?.entries ?? 0),
      storage,
      plain,
    );
    this.memories[key] = grown;
    return grown;
  }

  /**
   * The arrays that the next assignment goes to.
   *
   * @internal
   */
  resultsFor(rows: number, columns: number): ResultArrays {
    const { results } = this;
    if (results?.rowToColumn.length === rows && results.columnToRow.length === columns) return results;
    return (this.results = createResults(rows, columns));
  }
}

/**
 * Makes a workspace for problems of up to `rows` x `columns`, to be passed as the option `workspace`.
 *
 * Calls with it allocate no arrays, as long as the shape stays the same; a larger problem or another shape is solved
 * as well, after new memory has been allocated. About 8 bytes per entry (4 for `Float32Array` costs).
 *
 * @param rows - most rows, 0 or more
 * @param columns - most columns, 0 or more
 * @throws {@link InvalidArgumentError} if one is no integer from 0
 * @example
 * ```ts
 * const workspace = createAssignmentWorkspace(100, 100);
 * for (const cost of frames) use(linearSumAssignment(cost, { workspace }).rowToColumn); // overwritten by the next
 * ```
 */
export function createAssignmentWorkspace(rows: number, columns: number): AssignmentWorkspace {
  checkInteger('createAssignmentWorkspace', 'rows', rows, { min: 0 });
  checkInteger('createAssignmentWorkspace', 'columns', columns, { min: 0 });
  const workspace = new AssignmentWorkspace();
  workspace.memoryFor(Math.min(rows, columns), Math.max(rows, columns), 'float64');
  workspace.resultsFor(rows, columns);
  return workspace;
}

const shared = new AssignmentWorkspace();
let large = new WeakRef(shared);

/**
 * The workspace of calls that bring none: a common one, unless it is in use. That for large problems lasts only
 * until the garbage collector takes it.
 */
export function sharedWorkspace(entries: number): AssignmentWorkspace {
  if (entries <= KEPT_ENTRIES) return shared.busy ? new AssignmentWorkspace() : shared;
  const last = large.deref();
  if (last !== undefined && last !== shared && !last.busy) return last;
  const made = new AssignmentWorkspace();
  large = new WeakRef(made);
  return made;
}

/** New arrays for an assignment. */
export function createResults(rows: number, columns: number): ResultArrays {
  return {
    rowToColumn: new Int32Array(rows),
    columnToRow: new Int32Array(columns),
    rowDuals: new Float64Array(rows),
    columnDuals: new Float64Array(columns),
  };
}

function createMemory(
  rows: number,
  columns: number,
  entries: number,
  storage: CostStorage,
  plain: boolean,
): SolverMemory {
  const simd = plain ? undefined : SimdScans.create(entries, columns, storage);
  const scans = simd ?? new PlainScans(entries, columns, storage);
  return {
    state: createState(scans, rows, columns),
    entries,
    rows,
    columns,
    unmatchedRow: new Float64Array(rows),
    unmatchedColumn: new Float64Array(columns),
    startDuals: new Float64Array(columns),
  };
}
