import { checkFinite, describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import type { Certificate, CertificateOptions, CertificateStatus, Violation } from './certificateTypes.js';
import { CompensatedSum } from './sparse/CompensatedSum.js';
import { entryOf, openProblem, type OpenedProblem, type SparseProblem } from './sparse/openProblem.js';
import type { SparseCostMatrix } from './sparse/types.js';
import type { Assignment, CostMatrix } from './types.js';

const NAME = 'certificate';

const NONE: Violation = { size: 0, row: -1, column: -1 };

/** An assignment in the orientation of the kernel, to be minimised. */
interface Claim {
  readonly there: ArrayLike<number>;
  readonly back: ArrayLike<number>;
  readonly cost: number;
  readonly u: Float64Array;
  readonly v: Float64Array;
}

/**
 * Checks that an assignment is optimal, from its duals alone: nothing is solved again, and it does not matter where the
 * assignment comes from.
 *
 * Three things are looked at, see {@link Assignment}: that it is an assignment of allowed pairs with this total (primal
 * feasibility), that no dual exceeds what it may (dual feasibility: u[i] + v[j] <= c[i][j], and the bounds), and that
 * what is matched or left pays exactly its duals (complementary slackness). Together they prove that no other
 * assignment is better. One pass over the allowed pairs, O(pairs + rows + columns).
 *
 * A wrong assignment is a result, not an error; errors are for arguments that no check makes sense of.
 *
 * @param cost - the costs that were solved, dense or sparse, `[rows, columns]`
 * @param assignment - what `linearSumAssignment`, `sparseAssignment` or any other solver returned for them
 * @param options - {@link CertificateOptions}
 * @throws {@link ShapeError} if the arrays of `assignment` are not as long as the costs have rows and columns
 * @throws {@link InvalidArgumentError} if costs or options are refused by the solvers as well, or `assignment` is none
 * @see Burkard, Dell'Amico & Martello 2012, Assignment Problems, chapter 4, doi:10.1137/1.9781611972238
 * @example
 * ```ts
 * const cost = [[4, 1], [2, 0]];
 * certificate(cost, linearSumAssignment(cost)).status; // 'optimal'
 * ```
 */
export function certificate(
  cost: CostMatrix | SparseCostMatrix,
  assignment: Assignment,
  options: CertificateOptions = {},
): Certificate {
  const { tolerance: relative = 1e-9 } = options;
  checkFinite(NAME, 'tolerance', relative, { min: 0 });
  const opened = openProblem(NAME, cost, options);
  const claim = openClaim(opened, assignment);
  const withUnmatched = options.unmatchedCost !== undefined;
  const { problem } = opened;

  const matched = new Int32Array(problem.rows).fill(-1);
  let primal = findMisfit(problem, claim, matched, withUnmatched);
  const fits = primal === NONE;
  const terms = fits ? termsOf(problem, claim, matched) : new Float64Array(0);
  const total = sumOf(terms);
  const tolerance = relative * scaleOf(problem, claim, terms, withUnmatched);
  const wrong = Math.abs(claim.cost - total);
  if (fits && !(wrong <= tolerance)) primal = { ...NONE, size: Number.isNaN(wrong) ? Infinity : wrong };
  const { dual, bound, rounding } = checkDuals(problem, claim);
  const slackness = fits ? checkSlackness(problem, claim, matched) : NONE;
  const gap = fits && !Number.isNaN(bound) ? Math.max(0, total - bound) : Infinity;

  const status: CertificateStatus = !fits
    ? 'notAnAssignment'
    : primal !== NONE
      ? 'wrongCost'
      : !(dual.size <= tolerance)
        ? 'dualInfeasible'
        : !(slackness.size <= tolerance)
          ? 'notComplementary'
          : gap <= tolerance && rounding <= tolerance
            ? 'optimal'
            : 'inconclusive';
  const turn = (violation: Violation): Violation =>
    opened.transposed ? { ...violation, row: violation.column, column: violation.row } : violation;
  const found = { primal: turn(primal), dual: turn(dual), slackness: turn(slackness) };
  return {
    optimal: status === 'optimal',
    status,
    advice: adviceFor(status, found, gap),
    gap,
    tolerance,
    ...found,
  };
}

/** Checks that `assignment` has the arrays it should have, and turns it to where the kernel has its rows. */
function openClaim({ rows, columns, transposed, maximize }: OpenedProblem, assignment: Assignment): Claim {
  if (typeof assignment !== 'object' || assignment === null) {
    throw new InvalidArgumentError(
      `${NAME}: assignment must be what a solver returned, got ${describeValue(assignment)}`,
    );
  }
  const { rowToColumn, columnToRow, rowDuals, columnDuals, cost } = assignment;
  for (const [label, array, length] of [
    ['rowToColumn', rowToColumn, rows],
    ['columnToRow', columnToRow, columns],
    ['rowDuals', rowDuals, rows],
    ['columnDuals', columnDuals, columns],
  ] as const) {
    if (typeof array !== 'object' || array === null || array.length !== length) {
      throw new ShapeError(
        `${NAME}: assignment.${label} must hold ${length} numbers for [${rows}, ${columns}] costs, got ${describeValue(array)}`,
      );
    }
  }
  const sign = maximize ? -1 : 1;
  const signed = (duals: Float64Array): Float64Array => Float64Array.from(duals, (dual) => sign * dual);
  const byRow = { match: rowToColumn, duals: signed(rowDuals) };
  const byColumn = { match: columnToRow, duals: signed(columnDuals) };
  const [there, back] = transposed ? [byColumn, byRow] : [byRow, byColumn];
  return { there: there.match, back: back.match, cost: sign * cost, u: there.duals, v: back.duals };
}

/** First place where the claim is no assignment; writes the entry of each matched row to `matched`. */
function findMisfit(
  problem: SparseProblem,
  { there, back }: Claim,
  matched: Int32Array,
  withUnmatched: boolean,
): Violation {
  const { rows, columns } = problem;
  const at = (row: number, column: number): Violation => ({ size: Infinity, row, column });
  for (let i = 0; i < rows; i++) {
    const j = there[i]!;
    if (j === -1) {
      if (!withUnmatched) return at(i, -1);
      continue;
    }
    if (!Number.isInteger(j) || j < 0 || j >= columns) return at(i, -1);
    if (back[j] !== i) return at(i, j);
    const entry = entryOf(problem, i, j);
    if (entry < 0) return at(i, j);
    matched[i] = entry;
  }
  for (let j = 0; j < columns; j++) {
    const i = back[j]!;
    if (i !== -1 && there[i] !== j) return at(-1, j);
  }
  return NONE;
}

/** What the assignment pays, one term per matched pair and per row or column left. */
function termsOf(
  { rows, columns, cost, unmatchedRow, unmatchedColumn }: SparseProblem,
  { back }: Claim,
  matched: Int32Array,
): Float64Array {
  const terms = new Float64Array(rows + columns);
  for (let i = 0; i < rows; i++) terms[i] = matched[i]! < 0 ? unmatchedRow[i]! : cost[matched[i]!]!;
  for (let j = 0; j < columns; j++) if (back[j] === -1) terms[rows + j] = unmatchedColumn[j]!;
  return terms;
}

/** Size that tolerances are relative to; duals cannot raise it beyond the costs. */
function scaleOf(
  { cost, unmatchedRow, unmatchedColumn }: SparseProblem,
  { u, v }: Claim,
  terms: Float64Array,
  withUnmatched: boolean,
): number {
  const prices = withUnmatched ? Math.max(largest(unmatchedRow), largest(unmatchedColumn)) : 0;
  const most = Math.max(largest(cost), prices);
  return Math.max(largest(terms), Math.min(most, Math.max(largest(u), largest(v))));
}

/** The worst excess of the duals, the total that they prove once it is taken away, and how exactly that is known. */
function checkDuals(
  { rows, columns, offsets, indices, cost, unmatchedRow, unmatchedColumn, perfect }: SparseProblem,
  { u, v }: Claim,
): { dual: Violation; bound: number; rounding: number } {
  let worst = NONE;
  const note = (excess: number, row: number, column: number): void => {
    if (Number.isNaN(excess)) worst = { size: Infinity, row, column };
    else if (excess > worst.size) worst = { size: excess, row, column };
  };
  const bound = new CompensatedSum();
  let sizes = 0;
  const feasible = v.slice();
  for (let j = 0; j < columns; j++) {
    if (!perfect) {
      note(v[j]! - unmatchedColumn[j]!, -1, j);
      feasible[j] = Math.min(v[j]!, unmatchedColumn[j]!);
    }
    bound.add(feasible[j]!);
    sizes += Math.abs(feasible[j]!);
  }
  for (let i = 0; i < rows; i++) {
    let lowest = Math.min(u[i]!, unmatchedRow[i]!);
    note(u[i]! - unmatchedRow[i]!, i, -1);
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const j = indices[k]!;
      const excess = u[i]! + v[j]! - cost[k]!;
      if (!(excess <= worst.size)) note(excess, i, j);
      const most = cost[k]! - feasible[j]!;
      if (most < lowest) lowest = most;
    }
    bound.add(lowest);
    sizes += Math.abs(lowest);
  }
  return { dual: worst, bound: bound.value, rounding: (Number.EPSILON / 2) * sizes };
}

/** Where what is paid is the furthest from the duals. */
function checkSlackness(
  { rows, columns, indices, cost, unmatchedRow, unmatchedColumn, perfect }: SparseProblem,
  { back, u, v }: Claim,
  matched: Int32Array,
): Violation {
  let worst = NONE;
  const note = (difference: number, row: number, column: number): void => {
    const size = Math.abs(difference);
    if (!(size <= worst.size)) worst = { size: Number.isNaN(size) ? Infinity : size, row, column };
  };
  for (let i = 0; i < rows; i++) {
    const entry = matched[i]!;
    if (entry < 0) note(unmatchedRow[i]! - u[i]!, i, -1);
    else note(cost[entry]! - u[i]! - v[indices[entry]!]!, i, indices[entry]!);
  }
  if (!perfect) {
    for (let j = 0; j < columns; j++) if (back[j] === -1) note(unmatchedColumn[j]! - v[j]!, -1, j);
  }
  return worst;
}

function adviceFor(
  status: CertificateStatus,
  { primal, dual, slackness }: Pick<Certificate, 'primal' | 'dual' | 'slackness'>,
  gap: number,
): string {
  switch (status) {
    case 'optimal':
      return 'No assignment is better.';
    case 'notAnAssignment':
      return (
        `This is no assignment of these costs at ${placeOf(primal)}: unmatched without unmatchedCost, forbidden, ` +
        'outside the matrix, or not the same in both directions; check that costs and options are those that were solved.'
      );
    case 'wrongCost':
      return `The cost is off by ${primal.size}; check that costs and options are those that were solved.`;
    case 'dualInfeasible':
      return `The duals exceed what ${placeOf(dual)} costs by ${dual.size}, so they prove only a gap of ${gap}; solve again.`;
    case 'notComplementary':
      return (
        `The duals of ${placeOf(slackness)} are off what is paid there by ${slackness.size}: ` +
        `another assignment could be better by up to ${gap}; solve again.`
      );
    case 'inconclusive':
      return (
        `No condition is violated, but rounding adds up to a gap of ${gap}; ` +
        'bring the costs to one scale (Infinity forbids better than a large number), or raise the tolerance.'
      );
  }
}

function placeOf({ row, column }: Violation): string {
  if (column < 0) return `row ${row}`;
  return row < 0 ? `column ${column}` : `row ${row}, column ${column}`;
}

/** Largest finite magnitude, 0 if there is none. */
function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values)
    if (Math.abs(value) > most && Math.abs(value) < Infinity) most = Math.abs(value);
  return most;
}

function sumOf(terms: Float64Array): number {
  const sum = new CompensatedSum();
  for (const term of terms) sum.add(term);
  return sum.value;
}
