import { checkFinite, checkPositive, describeValue } from '../check.js';
import { InvalidArgumentError } from '../errors.js';

/**
 * What to add to the diagonal of a matrix that is not numerically positive definite. The amounts are relative:
 * to the mean of the diagonal entries that are new, so 1e-10 means the same for a covariance in any unit.
 */
export interface JitterSteps {
  /**
   * First amount that is tried, above 0.
   * @defaultValue `1e-10`
   */
  readonly initial?: number | undefined;
  /**
   * By what each next try multiplies the amount, above 1.
   * @defaultValue `10`
   */
  readonly factor?: number | undefined;
  /**
   * Largest amount that may be tried.
   * @defaultValue `1e-4`
   */
  readonly maximum?: number | undefined;
}

/** `none` changes nothing and reports a matrix that is not positive definite as such. */
export type JitterPolicy = 'none' | JitterSteps;

/** What factoring or changing a matrix came to. */
export interface FactorReport {
  /**
   * - `ok`: as asked
   * - `jittered`: done for the matrix with {@link jitter} added to the new entries of its diagonal
   * - `notPositiveDefinite`: not done; see the method for what is left
   */
  readonly status: 'ok' | 'jittered' | 'notPositiveDefinite';
  /** What was added to the diagonal, in units of the matrix; 0 unless the status is `jittered`. */
  readonly jitter: number;
  /** Tries with different jitter, the one without included. */
  readonly attempts: number;
  /** First row whose pivot was not positive in the try without jitter; −1 if there was none. */
  readonly row: number;
  /** What the status means and what can be done, one sentence. */
  readonly advice: string;
}

/** Frozen, and the same object each time: a plain success allocates nothing. */
export const OK: FactorReport = Object.freeze({
  status: 'ok',
  jitter: 0,
  attempts: 1,
  row: -1,
  advice: 'The factor is that of the matrix as given.',
});

/** The report after a try without jitter that failed at `row`. */
export function failedReport(row: number, jitter: number | undefined, attempts: number): FactorReport {
  if (jitter !== undefined) {
    const advice = `The matrix was not numerically positive definite at row ${row}; the factor is that of the matrix with ${jitter} added to its new diagonal entries.`;
    return { status: 'jittered', jitter, attempts, row, advice };
  }
  const advice = `The matrix is not numerically positive definite at row ${row}: drop rows that nearly repeat others, add noise to the diagonal, or allow (more) jitter.`;
  return { status: 'notPositiveDefinite', jitter: 0, attempts, row, advice };
}

/** Checks a policy and gives the relative amounts to try after 0, in rising order. */
export function jitterAmounts(functionName: string, policy: JitterPolicy): readonly number[] {
  if (policy === 'none') return NO_AMOUNTS;
  if (typeof policy !== 'object' || policy === null) {
    throw new InvalidArgumentError(
      `${functionName}: jitter must be 'none' or { initial, factor, maximum }, got ${describeValue(policy)}`,
    );
  }
  const { initial = 1e-10, factor = 10, maximum = 1e-4 } = policy;
  checkPositive(functionName, 'jitter.initial', initial);
  checkFinite(functionName, 'jitter.factor', factor, { min: 1 + 1e-6 });
  checkFinite(functionName, 'jitter.maximum', maximum, { min: initial });
  const amounts: number[] = [];
  // Powers rather than repeated products, and a hair of slack: 1e-10 · 10⁶ must not miss 1e-4 by rounding.
  for (let k = 0; initial * factor ** k <= maximum * (1 + 1e-12); k++) amounts.push(initial * factor ** k);
  return amounts;
}

const NO_AMOUNTS: readonly number[] = Object.freeze([]);
