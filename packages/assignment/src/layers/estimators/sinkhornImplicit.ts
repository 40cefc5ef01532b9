import { checkUnmatched } from '../../validation.js';
import { checkFeasible } from '../checkedCosts.js';
import type { CostBatch, Estimator, EstimatorContext } from '../types.js';
import { projectToMarginals } from './marginals.js';
import { checkTotal } from './planTotal.js';

/** One problem with the lines that take what stays unmatched. */
interface Padded {
  /** With slack lines. */
  readonly rows: number;
  readonly columns: number;
  /** -c / ε, `[rows, columns]`; `-Infinity` where forbidden. */
  readonly logits: Float64Array;
  /** What each row has to sum to. */
  readonly rowMasses: Float64Array;
  readonly columnMasses: Float64Array;
}

/** {@link sinkhorn} with the derivative of the limit. */
export function implicitSinkhorn(temperature: number, iterations: number, tolerance: number): Estimator {
  return {
    name: 'sinkhorn',
    symmetric: true,
    saved: [
      ['batch', 'rows'],
      ['batch', 'columns'],
      ['batch', 2],
    ],
    forward(batch, context) {
      const { rows, columns, cost } = batch;
      checkFeasible(
        context.name,
        cost.map((c) => (c < Infinity ? 1 : 0)),
        batch,
        context.unmatchedCost,
      );
      const output = new Float64Array(cost.length);
      const rowPotentials = new Float64Array(batch.batch * rows);
      const columnPotentials = new Float64Array(batch.batch * columns);
      const slackPotentials = new Float64Array(batch.batch * 2);
      for (let k = 0; k < batch.batch; k++) {
        const padded = pad(batch, k, temperature, context);
        const row = new Float64Array(padded.rows);
        const column = new Float64Array(padded.columns);
        iterate(padded, row, column, iterations, tolerance);
        const plan = planOf(padded, row, column);
        checkTotal(`${context.name}, problem ${k}`, temperature, total(plan), total(padded.rowMasses));
        copyBlock(plan, padded.columns, output, k, rows, columns);
        rowPotentials.set(row.subarray(0, rows), k * rows);
        columnPotentials.set(column.subarray(0, columns), k * columns);
        slackPotentials[2 * k] = row[rows] ?? 0;
        slackPotentials[2 * k + 1] = column[columns] ?? 0;
      }
      return { output, saved: [rowPotentials, columnPotentials, slackPotentials] };
    },
    backward(batch, _output, [rowPotentials, columnPotentials, slackPotentials], cotangent, context) {
      const { rows, columns } = batch;
      const gradient = new Float64Array(batch.cost.length);
      for (let k = 0; k < batch.batch; k++) {
        const padded = pad(batch, k, temperature, context);
        const row = Float64Array.from({ length: padded.rows }, (_, i) =>
          i < rows ? rowPotentials![k * rows + i]! : slackPotentials![2 * k]!,
        );
        const column = Float64Array.from({ length: padded.columns }, (_, j) =>
          j < columns ? columnPotentials![k * columns + j]! : slackPotentials![2 * k + 1]!,
        );
        const values = new Float64Array(padded.logits.length);
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            values[i * padded.columns + j] = cotangent[(k * rows + i) * columns + j]! / -temperature;
          }
        }
        const weights = planOf(padded, row, column);
        const projected = projectToMarginals({ rows: padded.rows, columns: padded.columns, weights }, values);
        copyBlock(projected, padded.columns, gradient, k, rows, columns);
      }
      return gradient;
    },
  };
}

function pad(
  { rows, columns, cost }: CostBatch,
  k: number,
  temperature: number,
  { name, unmatchedCost }: EstimatorContext,
): Padded {
  const both = unmatchedCost !== undefined;
  const slackRow = both || rows < columns;
  const slackColumn = both || columns < rows;
  const paddedRows = rows + (slackRow ? 1 : 0);
  const paddedColumns = columns + (slackColumn ? 1 : 0);
  const logits = new Float64Array(paddedRows * paddedColumns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      logits[i * paddedColumns + j] = -cost[(k * rows + i) * columns + j]! / temperature;
    }
  }
  if (both) {
    const prices = checkUnmatched(name, unmatchedCost, { rows, columns }, false);
    for (let i = 0; i < rows; i++) logits[i * paddedColumns + columns] = -prices.rows[i]! / temperature;
    for (let j = 0; j < columns; j++) logits[rows * paddedColumns + j] = -prices.columns[j]! / temperature;
  }
  const rowMasses = new Float64Array(paddedRows).fill(1);
  const columnMasses = new Float64Array(paddedColumns).fill(1);
  if (slackRow) rowMasses[rows] = both ? columns : columns - rows;
  if (slackColumn) columnMasses[columns] = both ? rows : rows - columns;
  return { rows: paddedRows, columns: paddedColumns, logits, rowMasses, columnMasses };
}

/** Sinkhorn's iterations on logarithms; rows sum to what they should exactly, columns within the tolerance. */
function iterate(
  { rows, columns, logits, rowMasses, columnMasses }: Padded,
  row: Float64Array,
  column: Float64Array,
  iterations: number,
  tolerance: number,
): void {
  const largest = new Float64Array(columns);
  const sums = new Float64Array(columns);
  for (let count = 0; count < iterations; count++) {
    largest.fill(-Infinity);
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, at++) largest[j] = Math.max(largest[j]!, logits[at]! + row[i]!);
    }
    sums.fill(0);
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, at++) {
        const term = logits[at]! + row[i]!;
        if (term > -Infinity) sums[j] = sums[j]! + Math.exp(term - largest[j]!);
      }
    }
    let error = 0;
    for (let j = 0; j < columns; j++) {
      // Nothing is allowed there, and nothing is asked for: only in a problem without rows or of free columns.
      const next = sums[j]! > 0 ? Math.log(columnMasses[j]! / sums[j]!) - largest[j]! : 0;
      error = Math.max(error, columnMasses[j]! * Math.abs(Math.expm1(column[j]! - next)));
      column[j] = next;
    }
    if (count > 0 && error <= tolerance) return;
    for (let i = 0; i < rows; i++) row[i] = rowPotential(logits, i * columns, column, rowMasses[i]!);
  }
}

/** log mass - log Σ exp(logit + potential). */
function rowPotential(logits: Float64Array, from: number, column: Float64Array, mass: number): number {
  let largest = -Infinity;
  for (let j = 0; j < column.length; j++) largest = Math.max(largest, logits[from + j]! + column[j]!);
  if (largest === -Infinity) return 0;
  let sum = 0;
  for (let j = 0; j < column.length; j++) sum += Math.exp(logits[from + j]! + column[j]! - largest);
  return Math.log(mass / sum) - largest;
}

function planOf({ rows, columns, logits }: Padded, row: Float64Array, column: Float64Array): Float64Array {
  const plan = new Float64Array(logits.length);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) plan[at] = Math.exp(logits[at]! + row[i]! + column[j]!);
  }
  return plan;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The entries without slack lines, to problem `k` of a batch. */
function copyBlock(
  source: Float64Array,
  stride: number,
  target: Float64Array,
  k: number,
  rows: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++) {
    target.set(source.subarray(i * stride, i * stride + columns), (k * rows + i) * columns);
  }
}
