import { checkInteger, checkOneOf } from '@pct/core';

/**
 * Shares of variance of the principal components of a random walk in a space of many more dimensions than it has steps:
 * what a training that only diffuses would show.
 *
 * The walk's Gram matrix has the eigenvalues 1 / (4 sin²(π k / 2n)), k = 1 … n − 1, for n points about their mean, and
 * 1 / (4 sin²(π (k − ½) / (2n − 1))), k = 1 … n − 1, for differences from the last point. For many points the shares
 * become 6 / (π² k²) and 2 / (π² (k − ½)²): two components hold 76 % and 90 %.
 *
 * @param points - number of points of the walk, at least 2
 * @param centring - what the differences are taken from
 * @returns shares, descending, of sum 1; [points − 1]
 * @throws {@link InvalidArgumentError} for fewer points or another centring
 * @see Antognini & Sohl-Dickstein 2018, arXiv:1806.08805, for the mean
 */
export function randomWalkVariances(points: number, centring: 'last' | 'mean' = 'last'): Float64Array {
  checkInteger('randomWalkVariances', 'points', points, { min: 2 });
  checkOneOf('randomWalkVariances', 'centring', centring, ['last', 'mean']);
  const count = points - 1;
  const angle = (k: number): number =>
    centring === 'mean' ? (Math.PI * k) / (2 * points) : (Math.PI * (k - 0.5)) / (2 * points - 1);
  const values = Float64Array.from({ length: count }, (_, i) => 0.25 / Math.sin(angle(i + 1)) ** 2);
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}
