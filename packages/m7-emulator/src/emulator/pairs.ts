import { InvalidArgumentError, ShapeError } from '@pct/core';
import { inputCount, inputNames, outputCount, outputNames } from '../data/columns.js';
import { countRows } from '../data/rows.js';

/** Pairs of one step of M7: what a network learns from and is measured with. Only read, never changed or kept. */
export interface PairRows {
  /** [row, 32] before the step, in the order of `inputNames` */
  readonly inputs: Float32Array | Float64Array;
  /** [row, 28] after it: values, not changes, in the order of `outputNames` */
  readonly outputs: Float32Array | Float64Array;
}

/** How many rows inputs have; throws {@link ShapeError} unless they are whole. */
export function countInputs(functionName: string, name: string, inputs: PairRows['inputs']): number {
  return countRows(functionName, name, inputs, inputCount);
}

/**
 * Checks sizes and values of pairs.
 *
 * @returns number of rows, at least 1
 * @throws {@link ShapeError} for arrays of other sizes · {@link InvalidArgumentError} for the first number that is not
 *   finite, by row and column
 */
export function checkPairs(functionName: string, name: string, pairs: PairRows): number {
  const rows = countInputs(functionName, `${name}.inputs`, pairs.inputs);
  const targets = countRows(functionName, `${name}.outputs`, pairs.outputs, outputCount);
  if (rows !== targets || rows === 0) {
    throw new ShapeError(
      `${functionName}: ${name} must have as many rows of inputs as of outputs, at least 1, got ${rows} and ${targets}`,
    );
  }
  checkValues(functionName, `${name}.inputs`, pairs.inputs, inputNames);
  checkValues(functionName, `${name}.outputs`, pairs.outputs, outputNames);
  return rows;
}

/** Throws {@link InvalidArgumentError} for the first number that is not finite, by row (from 0) and column. */
export function checkValues(
  functionName: string,
  name: string,
  values: Float32Array | Float64Array,
  columns: readonly string[],
): void {
  for (let at = 0; at < values.length; at++) {
    if (Number.isFinite(values[at]!)) continue;
    const row = Math.floor(at / columns.length);
    const column = columns[at % columns.length]!;
    throw new InvalidArgumentError(
      `${functionName}: ${name} must be finite, got ${values[at]!} in row ${row}, column ${column}; leave such rows out`,
    );
  }
}
