import type { SparseAssignmentOptions } from './sparse/types.js';

/** Options of `certificate`: those that the assignment was found with, and a tolerance. */
export interface CertificateOptions extends SparseAssignmentOptions {
  /**
   * What still counts as rounding, relative to the scale of the costs; 0 or more. The scale is the largest cost or price
   * that the assignment pays, or the largest of the duals where this is more, up to the largest finite cost or price.
   *
   * @defaultValue `1e-9`
   */
  readonly tolerance?: number | undefined;
}

/** The worst violation of one kind of condition, and where it is. */
export interface Violation {
  /** By how much, in the unit of the costs; 0 if there is none, `Infinity` for NaN and for what cannot be measured. */
  readonly size: number;
  /** Row that it concerns, or -1. */
  readonly row: number;
  /** Column that it concerns, or -1. */
  readonly column: number;
}

/**
 * What a check of an assignment found.
 *
 * - `'optimal'`: everything holds, no assignment is better by more than the tolerance;
 * - `'notAnAssignment'`: a pair is forbidden or outside the matrix, the two directions disagree, or too few are matched;
 * - `'wrongCost'`: it is an assignment, but `cost` is not its total;
 * - `'dualInfeasible'`: the duals exceed a cost or a price, so that they prove nothing;
 * - `'notComplementary'`: the duals are feasible, but somewhere they are below what the assignment pays;
 * - `'inconclusive'`: all of these hold to rounding, but rounding adds up to more than the tolerance.
 */
export type CertificateStatus =
  'optimal' | 'notAnAssignment' | 'wrongCost' | 'dualInfeasible' | 'notComplementary' | 'inconclusive';

/** Result of `certificate`. */
export interface Certificate {
  /** Whether the assignment is proven to be optimal; the same as `status === 'optimal'`. */
  readonly optimal: boolean;
  readonly status: CertificateStatus;
  /** One sentence: what is wrong where, and what to do about it. */
  readonly advice: string;
  /**
   * How much better an assignment could be at most, in the unit of the costs: the total minus what the duals prove
   * (the reverse for `maximize`). Valid for any duals, since violated ones are first lowered until they are feasible.
   * `Infinity` if the duals prove nothing or there is no assignment.
   */
  readonly gap: number;
  /** What counted as rounding, in the unit of the costs. */
  readonly tolerance: number;
  /** Where it is no assignment, `size` Infinity; or by how much `cost` is wrong, row and column -1. */
  readonly primal: Violation;
  /** Where the duals exceed the cost of a pair, or, with row or column -1, the price of staying unmatched, the most. */
  readonly dual: Violation;
  /** Where a matched pair or, with row or column -1, an unmatched row or column is the furthest from its duals. */
  readonly slackness: Violation;
}
