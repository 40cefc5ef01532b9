/** Quantiles of the samples that tables and plots sum up. */

/**
 * Value below which a share of the numbers is, between neighbours by proportion.
 *
 * @param values - in any order, not empty; infinite ones count as such
 * @param share - from 0 to 1
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const weight = place % 1;
  const below = sorted[Math.floor(place)]!;
  // An infinite neighbour of no weight must not turn the result into NaN.
  return weight === 0 ? below : (1 - weight) * below + weight * sorted[Math.ceil(place)]!;
}
