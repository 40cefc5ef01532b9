import { abs, add, constant, div, log, log1p, mul, pad, sign, slice, sqrt, type Tensor } from '@pct/tensor';
import { outputCount, stateCount, stateOffset } from '../data/columns.js';

/** A row of float64 numbers as a constant, [n]. */
export function row(values: ArrayLike<number>): Tensor {
  return constant({ data: Float64Array.from(values), shape: [values.length] });
}

/** A float64 matrix as a constant, from its non-zero entries. */
export function matrix(
  rows: number,
  columns: number,
  entries: Iterable<readonly [row: number, column: number, value: number]>,
): Tensor {
  const data = new Float64Array(rows * columns);
  for (const [r, c, value] of entries) data[r * columns + c]! += value;
  return constant({ data, shape: [rows, columns] });
}

/** Columns `from` up to before `to` of a matrix, [batch, to - from]. */
export function columns(x: Tensor, from: number, to: number): Tensor {
  return slice(x, [null, [from, to]]);
}

/**
 * What the outputs were before the step: the state columns of the inputs, and 0 for water.
 *
 * @param inputs - [batch, 32]
 * @returns [batch, 28]
 */
export function before(inputs: Tensor): Tensor {
  const state = columns(inputs, stateOffset, stateOffset + stateCount);
  return pad(state, [
    [0, 0],
    [0, outputCount - stateCount],
  ]);
}

/** arsinh of each element, exact also near 0: sign(x) ln(1 + |x| + x² / (1 + √(x² + 1))). */
export function asinh(x: Tensor): Tensor {
  const size = abs(x);
  const square = mul(size, size);
  return mul(sign(x), log1p(add(size, div(square, add(1, sqrt(add(square, 1)))))));
}

/** ln(|x| + 10⁻⁸), as the published networks see what spans decades. */
export function logMagnitude(x: Tensor): Tensor {
  return log(add(abs(x), 1e-8));
}
