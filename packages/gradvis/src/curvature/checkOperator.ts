import { checkFinite, createRng, NumericalError } from '@pct/core';
import { addScaled, dot, norm } from '../linalg/vectors.js';
import { checkIsOperator, type SymmetricOperator } from './operator.js';
import { probe } from './probes.js';

/** Options of {@link checkOperator}. */
export interface CheckOperatorOptions {
  /**
   * Largest allowed |uᵀA v − vᵀA u| over the length of A u, for random u and v with entries ±1. Rounding gives 1e-15
   * in float64 and 1e-6 in float32; a matrix that is not symmetric, about 1.
   * @defaultValue `1e-3`
   */
  readonly symmetryTolerance?: number | undefined;
  /**
   * Largest allowed |A u − A u| over |A u| between two calls. Engines with several threads differ by rounding; data drawn
   * anew at every call, by 1e-2 and more.
   * @defaultValue `1e-5`
   */
  readonly repeatTolerance?: number | undefined;
  /**
   * Another operator that should be the same, usually one by finite differences: `hessianOperator` with the products
   * `'differences'`.
   */
  readonly reference?: SymmetricOperator | undefined;
  /**
   * Largest allowed |A u − R u| over |A u|. Across kinks (ReLU) differences are off by a few per cent.
   * @defaultValue `1e-2`
   */
  readonly referenceTolerance?: number | undefined;
  /**
   * Of the random vectors.
   * @defaultValue `0`
   */
  readonly seed?: number | undefined;
}

/** What {@link checkOperator} found. */
export interface OperatorCheck {
  /** Whether everything is as it should be. */
  readonly status: 'good' | 'notFinite' | 'notDeterministic' | 'notSymmetric' | 'notReference';
  /** |uᵀA v − vᵀA u| over the length of the products. */
  readonly asymmetry: number;
  /** |A u − A u| over |A u| between two calls. */
  readonly nonrepeatability: number;
  /** |A u − R u| over |A u|; NaN without a reference. */
  readonly referenceError: number;
  /** What the status means and what to do. */
  readonly advice: string;
}

const ADVICE: Readonly<Record<OperatorCheck['status'], string>> = {
  good: 'symmetric and deterministic',
  notFinite: 'products hold NaN or infinity: look at the loss and gradient at this point',
  notDeterministic:
    'two products with the same vector differ: use fixed data in a fixed order, no augmentation, no dropout, and ' +
    'batch normalisation in inference mode',
  notSymmetric:
    'the products are not those of a symmetric matrix: the second derivative is wrong, or too rough (raise ' +
    'relativeStep of finite differences in float32)',
  notReference:
    'the products differ from those of the reference: one of the two derivatives is wrong, or the gradient has kinks',
};

/**
 * Checks what every method for spectra takes for granted: that the operator is deterministic, symmetric and finite, by three
 * products with random vectors, and, given a reference, that it is the right one, by one more.
 *
 * @param operator - what to check
 * @param options - {@link CheckOperatorOptions}
 * @throws {@link InvalidArgumentError} if the operator is none, or an option is not such
 */
export async function checkOperator(
  operator: SymmetricOperator,
  options: CheckOperatorOptions = {},
): Promise<OperatorCheck> {
  const name = 'checkOperator';
  const { symmetryTolerance = 1e-3, repeatTolerance = 1e-5, referenceTolerance = 1e-2, seed = 0 } = options;
  checkIsOperator(name, operator);
  checkFinite(name, 'option symmetryTolerance', symmetryTolerance, { min: 0 });
  checkFinite(name, 'option repeatTolerance', repeatTolerance, { min: 0 });
  checkFinite(name, 'option referenceTolerance', referenceTolerance, { min: 0 });
  const rng = createRng(seed).split('checkOperator');
  const u = probe(rng, 0, 'rademacher', new Float64Array(operator.size));
  const v = probe(rng, 1, 'rademacher', new Float64Array(operator.size));
  const au = (await operator.apply(u)).slice();
  const again = (await operator.apply(u)).slice();
  const av = (await operator.apply(v)).slice();
  const asymmetry = ratio(Math.abs(dot(u, av) - dot(v, au)), Math.max(norm(au), norm(av)));
  const nonrepeatability = relativeDistance(again, au);
  let referenceError = NaN;
  if (options.reference !== undefined) {
    checkIsOperator(name, options.reference);
    referenceError = relativeDistance((await options.reference.apply(u)).slice(), au);
  }
  let status: OperatorCheck['status'] = 'good';
  if (!Number.isFinite(norm(au) + norm(again) + norm(av))) status = 'notFinite';
  else if (nonrepeatability > repeatTolerance) status = 'notDeterministic';
  else if (asymmetry > symmetryTolerance) status = 'notSymmetric';
  else if (options.reference !== undefined && !(referenceError <= referenceTolerance))
    status = 'notReference';
  return { status, asymmetry, nonrepeatability, referenceError, advice: ADVICE[status] };
}

/**
 * Throws unless the operator is symmetric and deterministic.
 *
 * @throws {@link NumericalError} with the numbers and what to do
 */
export async function requireSymmetric(
  functionName: string,
  operator: SymmetricOperator,
  check: boolean,
): Promise<void> {
  if (!check) return;
  const { status, asymmetry, nonrepeatability, advice } = await checkOperator(operator);
  if (status === 'good') return;
  throw new NumericalError(
    `${functionName}: the operator is not fit for a spectrum (${status}): ${advice}; got asymmetry ` +
      `${asymmetry.toExponential(1)} and difference between calls ${nonrepeatability.toExponential(1)}`,
  );
}

/** |x − y| / |y|; overwrites x. */
function relativeDistance(x: Float64Array, y: Float64Array): number {
  addScaled(x, -1, y);
  return ratio(norm(x), norm(y));
}

/** 0 / 0 is 0 here: the zero matrix is symmetric. */
function ratio(numerator: number, denominator: number): number {
  return numerator === 0 ? 0 : numerator / denominator;
}
