import { checkOneOf, describeValue, InvalidArgumentError, ShapeError, type DenseMatrix } from '@pct/core';

/** Options of {@link linearCka}. */
export interface CkaOptions {
  /**
   * Estimator of the Hilbert-Schmidt independence criterion: the plain one, which is near 1 for any activations with more
   * features than examples, or the unbiased one, which needs at least 4 examples.
   * @defaultValue `'unbiased'`
   */
  readonly estimator?: 'biased' | 'unbiased' | undefined;
}

/** Sums of {@link CkaAccumulator}. */
interface Moments {
  xy: number;
  xx: number;
  yy: number;
}

/**
 * Linear centred kernel alignment: how alike two sets of activations on the same examples are, whatever orthogonal
 * transformation or scale; 1 for alike ones. HSIC(X, Y) / √(HSIC(X, X) HSIC(Y, Y)).
 *
 * @param x - activations of one layer, [examples, features] row-major
 * @param y - of another, [examples, other features]
 * @param options - {@link CkaOptions}
 * @returns in [0, 1] for the biased estimator; the unbiased one can be a little below 0; NaN for constant activations
 * @throws {@link ShapeError} if the numbers of examples differ · {@link InvalidArgumentError} for too few examples
 * @see Kornblith et al. 2019, arXiv:1905.00414 · Song et al. 2012, JMLR 13, eq. 5 (unbiased)
 */
export function linearCka(x: DenseMatrix, y: DenseMatrix, options: CkaOptions = {}): number {
  const streamed = new CkaAccumulator(options);
  streamed.add(x, y);
  return streamed.value();
}

/**
 * Linear CKA from mini-batches: the mean of each HSIC over batches. With the unbiased estimator the batch size does not change
 * what it converges to.
 *
 * @example
 * ```ts
 * const cka = new CkaAccumulator();
 * for (const batch of batches) cka.add(first(batch), second(batch));
 * cka.value();
 * ```
 * @see Nguyen, Raghu & Kornblith 2021, arXiv:2010.15327
 */
export class CkaAccumulator {
  private readonly estimator: 'biased' | 'unbiased';
  private readonly sums: Moments = { xy: 0, xx: 0, yy: 0 };

  /**
   * @param options - {@link CkaOptions}
   * @throws {@link InvalidArgumentError} if the estimator is none
   */
  constructor(options: CkaOptions = {}) {
    const { estimator = 'unbiased' } = options;
    this.estimator = checkOneOf('CkaAccumulator', 'option estimator', estimator, ['biased', 'unbiased']);
  }

  /**
   * Takes the activations of a mini-batch.
   *
   * @param x - [examples, features] row-major
   * @param y - [examples, other features]
   * @throws as {@link linearCka}
   */
  add(x: DenseMatrix, y: DenseMatrix): void {
    checkActivations('x', x);
    checkActivations('y', y);
    const n = x.rows;
    if (y.rows !== n)
      throw new ShapeError(
        `linearCka: x and y must have as many rows, one per example, got ${n} and ${y.rows}`,
      );
    const least = this.estimator === 'unbiased' ? 4 : 2;
    if (n < least)
      throw new InvalidArgumentError(
        `linearCka: the ${this.estimator} estimator needs at least ${least} examples, got ${n}`,
      );
    const hsic = this.estimator === 'unbiased' ? unbiasedHsic : biasedHsic;
    const [k, l] = [gram(x), gram(y)];
    this.sums.xy += hsic(k, l, n);
    this.sums.xx += hsic(k, k, n);
    this.sums.yy += hsic(l, l, n);
  }

  /** CKA of all batches so far; NaN before the first. */
  value(): number {
    const { xy, xx, yy } = this.sums;
    return xy / Math.sqrt(xx * yy);
  }
}

function checkActivations(name: string, { rows, columns, data }: DenseMatrix): void {
  if (!(data instanceof Float64Array) || data.length !== rows * columns || columns < 1)
    throw new ShapeError(
      `linearCka: ${name} must be { rows, columns, data } with rows * columns = ${rows} * ${columns} numbers in a ` +
        `Float64Array, got ${describeValue(data)}`,
    );
  if (data.some((value) => !Number.isFinite(value)))
    throw new InvalidArgumentError(`linearCka: ${name} must hold finite numbers`);
}

/** Inner products of rows, from which column means are taken first so that nothing large cancels. */
function gram({ rows, columns, data }: DenseMatrix): Float64Array {
  const means = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let k = 0; k < columns; k++) means[k]! += data[i * columns + k]! / rows;
  const centred = data.map((value, at) => value - means[at % columns]!);
  const products = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += centred[i * columns + k]! * centred[j * columns + k]!;
      products[i * rows + j] = products[j * rows + i] = sum;
    }
  return products;
}

/** tr(K L) / (n − 1)² of centred Gram matrices. */
function biasedHsic(k: Float64Array, l: Float64Array, n: number): number {
  let sum = 0;
  for (let at = 0; at < n * n; at++) sum += k[at]! * l[at]!;
  return sum / (n - 1) ** 2;
}

/** The unbiased estimator, of Gram matrices without their diagonals. */
function unbiasedHsic(k: Float64Array, l: Float64Array, n: number): number {
  let products = 0;
  let kTotal = 0;
  let lTotal = 0;
  let crossed = 0;
  for (let i = 0; i < n; i++) {
    let kRow = 0;
    let lRow = 0;
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      products += k[i * n + j]! * l[i * n + j]!;
      kRow += k[i * n + j]!;
      lRow += l[i * n + j]!;
    }
    kTotal += kRow;
    lTotal += lRow;
    crossed += kRow * lRow;
  }
  const corrected = products + (kTotal * lTotal) / ((n - 1) * (n - 2)) - (2 * crossed) / (n - 2);
  return corrected / (n * (n - 3));
}

/**
 * Share of examples on which two classifiers differ.
 *
 * @param a - predicted classes, [examples]
 * @param b - of the other classifier, [examples]
 * @returns in [0, 1]
 * @throws {@link ShapeError} if the lengths differ or are 0
 */
export function predictionDisagreement(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length === 0)
    throw new ShapeError(
      `predictionDisagreement: a and b must have one class per example, at least one, got ${a.length} and ${b.length}`,
    );
  let differing = 0;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) differing++;
  return differing / a.length;
}
