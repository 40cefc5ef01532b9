/** A trial that the processes have learnt from. */
export interface Row {
  readonly trial: number;
  /** `[d]`, without gaps. */
  readonly point: Float64Array;
  /** To be minimised; undefined for a failed trial, which counts as the worst. */
  readonly values: Float64Array | undefined;
  readonly constraints: Float64Array | undefined;
}

/**
 * What to minimise, `[rows]`: an objective, or the augmented weighted Chebyshev distance of several; failed rows are the
 * worst.
 *
 * @param weights - of the objectives, `[objectives]`; undefined for one objective alone
 * @param objective - which one
 */
export function targetsOf(rows: readonly Row[], weights: Float64Array | undefined, objective = 0): number[] {
  const scalars =
    weights === undefined ? rows.map(({ values }) => values?.[objective]) : scalarize(rows, weights);
  const worst = scalars.reduce<number>((most, value) => Math.max(most, value ?? -Infinity), -Infinity);
  return scalars.map((value) => value ?? (worst > -Infinity ? worst : 0));
}

/** @see Knowles 2006, ParEGO, IEEE Trans. Evol. Comput. 10(1), eq. 2, doi:10.1109/TEVC.2005.851274 */
function scalarize(rows: readonly Row[], weights: Float64Array): (number | undefined)[] {
  const low = new Float64Array(weights.length).fill(Infinity);
  const high = new Float64Array(weights.length).fill(-Infinity);
  for (const { values } of rows) {
    values?.forEach((value, k) => {
      low[k] = Math.min(low[k]!, value);
      high[k] = Math.max(high[k]!, value);
    });
  }
  return rows.map(({ values }) => {
    if (values === undefined) return undefined;
    let most = -Infinity;
    let sum = 0;
    values.forEach((value, k) => {
      const range = high[k]! - low[k]!;
      const weighted = range > 0 ? (weights[k]! * (value - low[k]!)) / range : 0;
      most = Math.max(most, weighted);
      sum += weighted;
    });
    return most + 0.05 * sum;
  });
}
