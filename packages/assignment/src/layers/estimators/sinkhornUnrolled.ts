import { InvalidArgumentError } from '@pct/core';
import {
  add,
  broadcastTo,
  concat,
  constant,
  customOp,
  dimension,
  div,
  exp,
  full,
  log,
  logSumExp,
  neg,
  normalizeDim,
  reshape,
  slice,
  sub,
  where,
  zerosLike,
  type Dim,
  type Tensor,
} from '@pct/tensor';
import { checkUnmatched } from '../../validation.js';
import { checkTotal } from './planTotal.js';
import type { TraceContext, TracedEstimator } from '../types.js';

/** Logarithm of the weight of a forbidden pair: its exponential is 0, and sums with it do not overflow. */
const FORBIDDEN = { float32: -1e38, float64: -1e306 };

/** {@link sinkhorn} of which the program contains every iteration. */
export function unrolledSinkhorn(temperature: number, iterations: number): TracedEstimator {
  return {
    name: 'sinkhorn',
    trace(cost, allowed, context) {
      const dtype = cost.dtype as 'float32' | 'float64';
      const scores = where(allowed, div(neg(cost), temperature), full([], FORBIDDEN[dtype], dtype));
      const { logits, rowMasses, columnMasses } = withSlack(scores, temperature, context);
      let row = zerosLike(logSumExp(logits, { axes: 2, keepDims: true }));
      let column = zerosLike(logSumExp(logits, { axes: 1, keepDims: true }));
      for (let k = 0; k < iterations; k++) {
        column = sub(columnMasses, logSumExp(add(logits, row), { axes: 1, keepDims: true }));
        row = sub(rowMasses, logSumExp(add(logits, column), { axes: 2, keepDims: true }));
      }
      const y = checkedPlan(exp(add(add(logits, row), column)), temperature, context);
      const [, rows, columns] = cost.shape;
      return where(allowed, slice(y, [null, [0, rows!], [0, columns!]]), 0);
    },
  };
}

/** The plan itself, of which the totals are checked when the program runs. */
function checkedPlan(plan: Tensor, temperature: number, { name, unmatchedCost }: TraceContext): Tensor {
  const [checked] = customOp({
    name: `${name} plan`,
    infer: ([given]) => [given!],
    run([given]) {
      const { data } = given!;
      const [batch, rows, columns] = given!.shape as [number, number, number];
      const slack = unmatchedCost === undefined ? 0 : 1;
      const expected = slack === 1 ? rows + columns - 2 : Math.max(rows, columns);
      for (let k = 0; k < batch; k++) {
        let total = 0;
        for (let at = k * rows * columns; at < (k + 1) * rows * columns; at++) total += data[at]!;
        checkTotal(`${name}, problem ${k}`, temperature, total, expected);
      }
      return [data];
    },
    vjp: (_inputs, _outputs, [g]) => [g],
  })(plan);
  return checked!;
}

interface Slackened {
  /** `[b, n or n + 1, m or m + 1]` */
  readonly logits: Tensor;
  /** Logarithms of what the rows have to sum to, `[1, n or n + 1, 1]`. */
  readonly rowMasses: Tensor;
  /** `[1, 1, m or m + 1]` */
  readonly columnMasses: Tensor;
}

/** Adds the lines that take what stays unmatched. */
function withSlack(scores: Tensor, temperature: number, { name, unmatchedCost }: TraceContext): Slackened {
  const [batch, rows, columns] = scores.shape as [Dim, Dim, Dim];
  const dtype = scores.dtype as 'float32' | 'float64';
  const ones = (count: Dim): Tensor => full([count], 0, dtype);
  const line = (values: Tensor, axis: 1 | 2): Tensor =>
    reshape(values, axis === 1 ? [1, values.shape[0]!, 1] : [1, 1, values.shape[0]!]);
  const close = (mass: Tensor): Tensor => reshape(log(mass), [1]);
  if (unmatchedCost === undefined) {
    if (rows === columns) {
      return { logits: scores, rowMasses: line(ones(rows), 1), columnMasses: line(ones(columns), 2) };
    }
    if (typeof rows !== 'number' || typeof columns !== 'number') {
      throw new InvalidArgumentError(
        `${name}: rows and columns must be numbers, or have the same name, for gradient 'unrolled', got ` +
          `[${rows}, ${columns}]; which is longer is not known: use gradient 'implicit', or give unmatchedCost`,
      );
    }
    const longer = rows < columns;
    const slack = full(longer ? [batch, 1, columns] : [batch, rows, 1], 0, dtype);
    const logits = concat([scores, slack], longer ? 1 : 2);
    const mass = full([1], Math.log(Math.abs(columns - rows)), dtype);
    const slacked = (count: Dim): Tensor => concat([ones(count), mass]);
    return {
      logits,
      rowMasses: line(longer ? slacked(rows) : ones(rows), 1),
      columnMasses: line(longer ? ones(columns) : slacked(columns), 2),
    };
  }
  const prices = pricesOf(name, unmatchedCost, rows, columns, scores);
  const slackColumn = broadcastTo(line(div(neg(prices.rows), temperature), 1), [batch, rows, 1]);
  const slackRow = broadcastTo(
    line(concat([div(neg(prices.columns), temperature), full([1], 0, dtype)]), 2),
    [batch, 1, normalizeDim(typeof columns === 'number' ? columns + 1 : `${columns}+1`)],
  );
  return {
    logits: concat([concat([scores, slackColumn], 2), slackRow], 1),
    rowMasses: line(concat([ones(rows), close(dimension(columns, dtype))]), 1),
    columnMasses: line(concat([ones(columns), close(dimension(rows, dtype))]), 2),
  };
}

/** Prices of staying unmatched as tensors `[n]` and `[m]`. */
function pricesOf(
  name: string,
  unmatchedCost: NonNullable<TraceContext['unmatchedCost']>,
  rows: Dim,
  columns: Dim,
  { dtype }: Tensor,
): { readonly rows: Tensor; readonly columns: Tensor } {
  const sides =
    typeof unmatchedCost === 'number' ? { rows: unmatchedCost, columns: unmatchedCost } : unmatchedCost;
  const length = (prices: number | ArrayLike<number>, size: Dim): number =>
    typeof size === 'number' ? size : typeof prices === 'number' ? 1 : prices.length;
  const shape = { rows: length(sides.rows, rows), columns: length(sides.columns, columns) };
  const checked = checkUnmatched(name, sides, shape, false);
  const side = (data: Float64Array, prices: number | ArrayLike<number>, size: Dim): Tensor =>
    typeof prices === 'number'
      ? full([size], prices, dtype)
      : constant({ data: dtype === 'float64' ? data : Float32Array.from(data), shape: [data.length] });
  return {
    rows: side(checked.rows, sides.rows, rows),
    columns: side(checked.columns, sides.columns, columns),
  };
}
