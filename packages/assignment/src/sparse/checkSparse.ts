import { describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import type { CooCostMatrix, CsrCostMatrix, SparseCostMatrix } from './types.js';

/** Largest finite cost, as for dense costs: sums along long paths still do not overflow. */
const LARGEST = 1e300;

/** Most rows and columns: indices are 32-bit integers. */
const LONGEST = 2 ** 31 - 1;

/** Allowed pairs as the kernel wants them: checked, to be minimised, the shorter side as lines. */
export interface PairLines {
  /** The caller's columns are the lines here. */
  readonly transposed: boolean;
  /** Entries of line `i` are `offsets[i]` to `offsets[i + 1]`, exclusive; `[lines + 1]`. */
  readonly offsets: Int32Array;
  /** Place of each entry in its line, ascending; `[entries]`. */
  readonly indices: Int32Array;
  /** Finite costs to minimise; `[entries]`. */
  readonly cost: Float64Array;
}

/** Whether `cost` is in one of the sparse forms rather than a dense one. */
export function isSparse(cost: unknown): cost is SparseCostMatrix {
  return typeof cost === 'object' && cost !== null && ('rowOffsets' in cost || 'rowIndices' in cost);
}

/**
 * Checks sparse costs and sorts them into lines, in time and memory that follow the number of entries.
 *
 * @throws {@link ShapeError} if arrays do not fit each other or the shape
 * @throws {@link InvalidArgumentError} if an index or a cost is none, or a pair is there twice
 */
export function checkSparse(
  name: string,
  cost: SparseCostMatrix,
  maximize: boolean,
  duplicates: 'refuse' | 'sum',
): PairLines {
  const { rows, columns } = cost;
  for (const [side, length] of [
    ['rows', rows],
    ['columns', columns],
  ] as const) {
    if (!Number.isInteger(length) || length < 0 || length > LONGEST) {
      throw new InvalidArgumentError(
        `${name}: cost.${side} must be an integer from 0 to ${LONGEST}, got ${describeValue(length)}`,
      );
    }
  }
  const rowOf = 'rowOffsets' in cost ? expandOffsets(name, cost) : checkRows(name, cost);
  const columnOf = checkIndices(name, 'columnIndices', cost.columnIndices, rowOf.length, columns);
  const values = checkValues(name, cost.values, rowOf, columnOf, maximize);

  const transposed = rows > columns;
  const lines = transposed
    ? sortIntoLines(columnOf, rowOf, columns, rows, values)
    : sortIntoLines(rowOf, columnOf, rows, columns, values);
  const badPair = mergeDuplicates(lines, duplicates === 'sum');
  if (badPair !== undefined) {
    const { line, index, sum } = badPair;
    const [row, column] = transposed ? [index, line] : [line, index];
    throw new InvalidArgumentError(
      sum === undefined
        ? `${name}: the pair of row ${row} and column ${column} must be listed once, got it several times; ` +
            "pass duplicates: 'sum' to add up its costs"
        : `${name}: the costs at row ${row}, column ${column} must not sum to more than ${LARGEST} in size, got ${sum}`,
    );
  }
  const entries = lines.offsets[lines.offsets.length - 1]!;
  return {
    transposed,
    offsets: lines.offsets,
    indices: lines.indices.subarray(0, entries),
    cost: lines.cost.subarray(0, entries),
  };
}

/** Row of each entry, from where the rows begin. */
function expandOffsets(name: string, { rows, rowOffsets, columnIndices }: CsrCostMatrix): Int32Array {
  const offsets = checkArray(name, 'rowOffsets', rowOffsets);
  const entries = checkArray(name, 'columnIndices', columnIndices).length;
  if (offsets.length !== rows + 1) {
    throw new ShapeError(
      `${name}: cost.rowOffsets must hold rows + 1 = ${rows + 1} numbers, got ${offsets.length}`,
    );
  }
  const rowOf = new Int32Array(entries);
  for (let i = 0; i <= rows; i++) {
    const from = i === 0 ? 0 : offsets[i - 1]!;
    const to = offsets[i];
    if (!isIndex(to, entries + 1) || to < from || (i === 0 && to !== 0) || (i === rows && to !== entries)) {
      throw new InvalidArgumentError(
        `${name}: cost.rowOffsets must ascend from 0 to the number of entries, ${entries}, in integers, ` +
          `got ${describeValue(to)} at ${i}`,
      );
    }
    if (i > 0) rowOf.fill(i - 1, from, to);
  }
  return rowOf;
}

function checkRows(name: string, { rows, rowIndices }: CooCostMatrix): Int32Array {
  return checkIndices(
    name,
    'rowIndices',
    rowIndices,
    checkArray(name, 'rowIndices', rowIndices).length,
    rows,
  );
}

function checkIndices(
  name: string,
  label: string,
  indices: ArrayLike<number>,
  entries: number,
  limit: number,
): Int32Array {
  checkLength(name, label, indices, entries);
  const checked = new Int32Array(entries);
  for (let k = 0; k < entries; k++) {
    const index: unknown = indices[k];
    if (!isIndex(index, limit)) {
      throw new InvalidArgumentError(
        `${name}: cost.${label}[${k}] must be an integer from 0 and below ${limit}, got ${describeValue(index)}`,
      );
    }
    checked[k] = index;
  }
  return checked;
}

function checkValues(
  name: string,
  values: ArrayLike<number>,
  rowOf: Int32Array,
  columnOf: Int32Array,
  maximize: boolean,
): Float64Array {
  checkLength(name, 'values', values, rowOf.length);
  const sign = maximize ? -1 : 1;
  const checked = new Float64Array(rowOf.length);
  for (let k = 0; k < checked.length; k++) {
    const given: unknown = values[k];
    const value = typeof given === 'number' ? sign * given : NaN;
    if (!(value >= -LARGEST && (value <= LARGEST || value === Infinity))) {
      const forbidden = maximize ? '-Infinity' : 'Infinity';
      throw new InvalidArgumentError(
        `${name}: cost at row ${rowOf[k]!}, column ${columnOf[k]!} (entry ${k}) must be a number of at most ` +
          `${LARGEST} in size or ${forbidden}, got ${describeValue(given)}; ${forbidden} forbids a pair, as does leaving it out`,
      );
    }
    checked[k] = value;
  }
  return checked;
}

/** Counting sort by place in the line, then, keeping that order, by line. */
function sortIntoLines(
  lineOf: Int32Array,
  indexOf: Int32Array,
  lines: number,
  length: number,
  values: Float64Array,
): { offsets: Int32Array; indices: Int32Array; cost: Float64Array } {
  const entries = values.length;
  const starts = startsOf(indexOf, length);
  const order = new Int32Array(entries);
  for (let k = 0; k < entries; k++) order[starts[indexOf[k]!]!++] = k;
  const offsets = startsOf(lineOf, lines);
  const next = offsets.slice();
  const indices = new Int32Array(entries);
  const cost = new Float64Array(entries);
  for (let at = 0; at < entries; at++) {
    const k = order[at]!;
    const to = next[lineOf[k]!]!++;
    indices[to] = indexOf[k]!;
    cost[to] = values[k]!;
  }
  return { offsets, indices, cost };
}

/** How many entries have a key below each, `[keys + 1]`. */
function startsOf(keyOf: Int32Array, keys: number): Int32Array {
  const starts = new Int32Array(keys + 1);
  for (let k = 0; k < keyOf.length; k++) starts[keyOf[k]! + 1]!++;
  for (let key = 0; key < keys; key++) starts[key + 1]! += starts[key]!;
  return starts;
}

/**
 * Adds up neighbours that are the same pair and drops forbidden pairs, in place.
 *
 * @returns a pair that must not be there several times, or of which the sum is too large
 */
function mergeDuplicates(
  { offsets, indices, cost }: { offsets: Int32Array; indices: Int32Array; cost: Float64Array },
  sum: boolean,
): { line: number; index: number; sum?: number } | undefined {
  let kept = 0;
  for (let line = 0, from = 0; line + 1 < offsets.length; line++) {
    const to = offsets[line + 1]!;
    for (let k = from; k < to;) {
      const index = indices[k]!;
      let value = cost[k++]!;
      while (k < to && indices[k] === index) {
        if (!sum) return { line, index };
        value += cost[k++]!;
      }
      if (value === Infinity) continue;
      if (Math.abs(value) > LARGEST) return { line, index, sum: value };
      indices[kept] = index;
      cost[kept++] = value;
    }
    from = to;
    offsets[line + 1] = kept;
  }
  return undefined;
}

function checkArray(name: string, label: string, array: unknown): ArrayLike<number> {
  if (
    typeof array !== 'object' ||
    array === null ||
    !Number.isInteger((array as { length?: unknown }).length)
  ) {
    throw new InvalidArgumentError(
      `${name}: cost.${label} must be an array of numbers, got ${describeValue(array)}; ` +
        'sparse costs are { rows, columns, rowOffsets or rowIndices, columnIndices, values }',
    );
  }
  return array as ArrayLike<number>;
}

function checkLength(name: string, label: string, array: unknown, entries: number): void {
  const { length } = checkArray(name, label, array);
  if (length !== entries) {
    throw new ShapeError(
      `${name}: cost.${label} must hold one number for each of the ${entries} entries, got ${length}`,
    );
  }
}

function isIndex(value: unknown, limit: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < limit;
}
