import { checkFinite, InvalidArgumentError } from '@pct/core';
import {
  logDifference,
  logImprovement,
  logImprovementSlope,
  logNormalCdf,
  logNormalDensity,
} from './normal.js';

/** Two intervals' ends closer than this, in standard deviations, make their difference a derivative. */
const NEAR = 1e-4;

/**
 * Logarithm of the expected growth of the area that two objectives dominate, both minimised and believed to be normal and
 * independent. Exact: between neighbours of the front the area is a rectangle cut off by the new point, whose expectation
 * is a product, Σ_i (EI₁(a_{i+1}) − EI₁(a_i)) EI₂(b_i); summed in logarithms, so that it does not underflow where
 * improvement is improbable.
 *
 * @see Emmerich, Deutz & Klinkenberg 2011, Hypervolume-based expected improvement: monotonicity properties and exact
 *   computation, doi:10.1109/CEC.2011.5949880; Ament et al. 2023, arXiv:2310.20708, section 4.3
 */
export class LogHypervolumeImprovement {
  /** ∂worth/∂mean of the last point, `[2]`. */
  readonly byMean = new Float64Array(2);
  /** ∂worth/∂deviation of the last point, `[2]`. */
  readonly byDeviation = new Float64Array(2);
  /** Ends of the strips along the first objective, a_0 = −∞ … a_{m+1} = reference, `[strips + 1]`. */
  private readonly ends: Float64Array;
  /** What the second objective must be below in each strip, b_i, `[strips]`. */
  private readonly heights: Float64Array;
  private readonly logs: Float64Array;
  private readonly firstByMean: Float64Array;
  private readonly firstByDeviation: Float64Array;

  /**
   * @param points - values known, `[n, 2]`; what is dominated, or not below the reference, makes no difference
   * @param reference - the corner up to which area counts, `[2]`
   * @throws {@link InvalidArgumentError} if `points` has an odd length or the reference is not two finite numbers
   */
  constructor(points: ArrayLike<number>, reference: ArrayLike<number>) {
    const name = 'LogHypervolumeImprovement';
    if (points.length % 2 !== 0) {
      throw new InvalidArgumentError(`${name}: points must be [n, 2], got ${points.length} numbers`);
    }
    const right = checkFinite(name, 'reference[0]', reference[0]);
    const top = checkFinite(name, 'reference[1]', reference[1]);
    const byFirst: [number, number][] = [];
    for (let i = 0; i < points.length; i += 2) {
      if (points[i]! < right && points[i + 1]! < top) byFirst.push([points[i]!, points[i + 1]!]);
    }
    byFirst.sort((p, q) => p[0] - q[0] || p[1] - q[1]);
    const ends = [-Infinity];
    const heights = [top];
    for (const [a, b] of byFirst) {
      if (b >= heights.at(-1)!) continue;
      ends.push(a);
      heights.push(b);
    }
    this.ends = Float64Array.of(...ends, right);
    this.heights = Float64Array.from(heights);
    this.logs = new Float64Array(heights.length);
    this.firstByMean = new Float64Array(heights.length);
    this.firstByDeviation = new Float64Array(heights.length);
  }

  /**
   * Worth of a point; deviations are above 0.
   *
   * @param mean1 - of the first objective, and so on
   */
  evaluate(mean1: number, deviation1: number, mean2: number, deviation2: number): number {
    const { ends, heights, logs, byMean, byDeviation } = this;
    let most = -Infinity;
    for (let i = 0; i < heights.length; i++) {
      const width = this.strip(i, (ends[i]! - mean1) / deviation1, (ends[i + 1]! - mean1) / deviation1);
      logs[i] = width + logImprovement((heights[i]! - mean2) / deviation2);
      most = Math.max(most, logs[i]!);
    }
    byMean.fill(0);
    byDeviation.fill(0);
    let sum = 0;
    for (let i = 0; i < heights.length; i++) sum += Math.exp(logs[i]! - most);
    for (let i = 0; i < heights.length; i++) {
      const share = Math.exp(logs[i]! - most) / sum;
      if (share === 0) continue;
      const z = (heights[i]! - mean2) / deviation2;
      const slope = logImprovementSlope(z);
      byMean[0]! += (share * this.firstByMean[i]!) / deviation1;
      byDeviation[0]! += (share * this.firstByDeviation[i]!) / deviation1;
      byMean[1]! -= (share * slope) / deviation2;
      byDeviation[1]! -= (share * slope * z) / deviation2;
    }
    byDeviation[1]! += 1 / deviation2;
    return most + Math.log(sum * deviation1 * deviation2);
  }

  /**
   * log (h(high) − h(low)), h = φ + z Φ: the first objective's part of a strip, but for its factor σ. Keeps the derivatives of
   * the part's logarithm with respect to mean and deviation, for a deviation of 1.
   */
  private strip(index: number, low: number, high: number): number {
    const width = high - low;
    const middle = 0.5 * (low + high);
    const isNear = width * Math.max(1, Math.abs(middle)) < NEAR;
    const log = isNear
      ? logNormalCdf(middle) + Math.log(width)
      : logDifference(logImprovement(high), low === -Infinity ? -Infinity : logImprovement(low));
    // Φ(high) − Φ(low), from the tails where both are above 0.
    const between = isNear
      ? logNormalDensity(middle) + Math.log(width)
      : low > 0
        ? logDifference(logNormalCdf(-low), logNormalCdf(-high))
        : logDifference(logNormalCdf(high), logNormalCdf(low));
    this.firstByMean[index] = -Math.exp(between - log);
    // φ(high) − φ(low), from the larger one.
    const nearest = Math.abs(high) <= Math.abs(low) ? high : low;
    const other = nearest === high ? low : high;
    const share =
      Math.exp(logNormalDensity(nearest) - log) * -Math.expm1((nearest - other) * (nearest + other) * 0.5);
    this.firstByDeviation[index] = nearest === high ? share : -share;
    return log;
  }
}
