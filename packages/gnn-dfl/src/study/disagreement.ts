import { InvalidArgumentError, ShapeError } from '@pct/core';

/** How much two predictions of the same segments differ; see {@link disagreement}. */
export interface Disagreement {
  /** Share of segments that the two predict differently, in [0, 1]. */
  readonly m: number;
  /** Least share that two predictions of their error rates can differ in: |q_a − q_b|. */
  readonly mMin: number;
  /** Largest such share: min(q_a + q_b, 1). */
  readonly mMax: number;
  /** Where m lies between the two, (m − m_min) / (m_max − m_min) in [0, 1]; NaN if they are equal. */
  readonly minmax: number;
}

/**
 * Min-max normalised disagreement of two binary predictions: 0 if two networks fail on the same segments as far as
 * their error rates allow it, 1 if they never fail together.
 *
 * @param a - 0 or 1 for every segment, such as `assignSegments` gives; [segments]
 * @param b - of another network, [segments]
 * @param truth - 0 or 1, [segments]
 * @throws ShapeError if the lengths differ; InvalidArgumentError if they are empty or a value is not 0 or 1
 * @example
 * ```ts
 * disagreement([1, 0, 0, 1], [0, 1, 0, 1], [1, 1, 0, 1]); // { m: 0.5, mMin: 0, mMax: 0.5, minmax: 1 }
 * ```
 * @see Klabunde and Lemmerich 2022, arXiv:2205.10070; Kortus, Keidel and Gauger 2024, arXiv:2407.13420
 */
export function disagreement(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  truth: ArrayLike<number>,
): Disagreement {
  const { length } = truth;
  if (a.length !== length || b.length !== length)
    throw new ShapeError(
      `disagreement: a, b and truth must be of the same length, got ${a.length}, ${b.length} and ${length}`,
    );
  if (length === 0)
    throw new InvalidArgumentError('disagreement: there must be at least one segment, got none');
  for (const [name, values] of Object.entries({ a, b, truth }))
    for (let k = 0; k < length; k++)
      if (values[k] !== 0 && values[k] !== 1)
        throw new InvalidArgumentError(`disagreement: ${name}[${k}] must be 0 or 1, got ${values[k]}`);
  let different = 0;
  let wrongA = 0;
  let wrongB = 0;
  for (let k = 0; k < length; k++) {
    if (a[k] !== b[k]) different++;
    if (a[k] !== truth[k]) wrongA++;
    if (b[k] !== truth[k]) wrongB++;
  }
  // In counts, so that equal bounds are equal.
  const least = Math.abs(wrongA - wrongB);
  const most = Math.min(wrongA + wrongB, length);
  return {
    m: different / length,
    mMin: least / length,
    mMax: most / length,
    minmax: (different - least) / (most - least),
  };
}
