import type { Rng } from '@pct/core';
import { normalCdf } from '../../acquisition/normal.js';
import type { EncodedDimension, EncodedSpace } from '../types.js';

/** Weight of the prior, which is one more kernel as wide as the space. */
const PRIOR_WEIGHT = 1;
const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);

/**
 * A density over an encoded space: a mixture of one kernel per observation and one for the prior, each a product over
 * dimensions of normal distributions truncated to [0, 1], or of weights of categories. Discrete dimensions have the mass
 * of their level's share. Where a parameter was not active in an observation, that kernel has the prior.
 *
 * @see Bergstra et al. 2011, NeurIPS 24; Watanabe 2023, arXiv:2304.11127, for the widths
 */
export class ParzenEstimator {
  private readonly dimensions: readonly EncodedDimension[];
  /** Of the kernels, the prior last, [n + 1]; their sum is 1. */
  private readonly weights: Float64Array;
  /** Centres of kernels; of categorical dimensions codes, [n + 1, d]. */
  private readonly centres: Float64Array;
  /** Standard deviations, [n + 1, d]; those of categorical dimensions mean nothing. */
  private readonly widths: Float64Array;
  private readonly logNorms: Float64Array;

  /**
   * @param space - the encoded space
   * @param points - observations, `[n, d]`
   * @param weights - of the observations, [n]
   */
  constructor(space: EncodedSpace, points: readonly Float64Array[], weights: ArrayLike<number>) {
    const { dimensions } = space;
    const [kernels, d] = [points.length + 1, dimensions.length];
    this.dimensions = dimensions;
    this.weights = Float64Array.from({ length: kernels }, (_, i) => weights[i] ?? PRIOR_WEIGHT);
    const total = this.weights.reduce((sum, weight) => sum + weight, 0);
    for (let i = 0; i < kernels; i++) this.weights[i]! /= total;
    this.centres = new Float64Array(kernels * d).fill(NaN);
    this.widths = new Float64Array(kernels * d).fill(1);
    this.logNorms = new Float64Array(kernels * d);
    dimensions.forEach(({ kind }, j) => {
      points.forEach((point, i) => (this.centres[i * d + j] = point[j]!));
      if (kind === 'categorical') return;
      this.setWidths(j, points.length);
      for (let i = 0; i < kernels; i++) {
        const at = i * d + j;
        if (Number.isNaN(this.centres[at]!)) {
          this.centres[at] = 0.5;
          this.widths[at] = 1;
        }
        const [centre, width] = [this.centres[at]!, this.widths[at]!];
        this.logNorms[at] = Math.log(normalCdf((1 - centre) / width) - normalCdf(-centre / width));
      }
    });
  }

  /** Widths: the larger distance to the next centre, from one part in 100 to all of the space. */
  private setWidths(j: number, count: number): void {
    const { length: d } = this.dimensions;
    const at = (i: number): number => i * d + j;
    const order = Array.from({ length: count }, (_, i) => i)
      .filter((i) => !Number.isNaN(this.centres[at(i)]!))
      .sort((a, b) => this.centres[at(a)]! - this.centres[at(b)]!);
    const least = 1 / Math.min(100, 2 + order.length);
    order.forEach((i, place) => {
      const centre = this.centres[at(i)]!;
      const below = place > 0 ? centre - this.centres[at(order[place - 1]!)]! : undefined;
      const above = place + 1 < order.length ? this.centres[at(order[place + 1]!)]! - centre : undefined;
      // The ends of the space count as neighbours only of an observation without others.
      const distance =
        below === undefined && above === undefined
          ? Math.max(centre, 1 - centre)
          : Math.max(below ?? 0, above ?? 0);
      this.widths[at(i)] = Math.min(1, Math.max(least, distance));
    });
  }

  /** Draws a point; every coordinate, also of parameters that may not be active. */
  sample(rng: Rng): Float64Array {
    const { dimensions } = this;
    const kernel = rng.categorical(this.weights);
    return Float64Array.from(dimensions, (dimension, j) => {
      const at = kernel * dimensions.length + j;
      if (dimension.kind === 'categorical') return this.drawCategory(dimension, at, rng);
      return drawTruncated(this.centres[at]!, this.widths[at]!, rng);
    });
  }

  private drawCategory({ levels }: EncodedDimension, at: number, rng: Rng): number {
    return rng.categorical(Array.from({ length: levels }, (_, code) => this.categoryMass(at, code, levels)));
  }

  /** Mass of a code: the observed one has one, and all share the prior's weight over the number of kernels. */
  private categoryMass(at: number, code: number, levels: number): number {
    const centre = this.centres[at]!;
    if (Number.isNaN(centre)) return 1 / levels;
    const share = PRIOR_WEIGHT / this.weights.length;
    return (share + (centre === code ? 1 : 0)) / (1 + levels * share);
  }

  /** Logarithm of the density at a snapped point, over the coordinates that are active. */
  logDensity(point: Float64Array): number {
    const { weights } = this;
    const logs = Float64Array.from(weights, (weight, i) => Math.log(weight) + this.logKernel(point, i));
    const largest = logs.reduce((a, b) => Math.max(a, b), -Infinity);
    if (largest === -Infinity) return -Infinity;
    return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
  }

  private logKernel(point: Float64Array, kernel: number): number {
    const { dimensions, centres, widths, logNorms } = this;
    let sum = 0;
    for (let j = 0; j < dimensions.length; j++) {
      const x = point[j]!;
      if (Number.isNaN(x)) continue;
      const dimension = dimensions[j]!;
      const at = kernel * dimensions.length + j;
      if (dimension.kind === 'categorical') {
        sum += Math.log(this.categoryMass(at, x, dimension.levels));
      } else if (dimension.kind === 'continuous') {
        const z = (x - centres[at]!) / widths[at]!;
        sum += -0.5 * z * z - LOG_SQRT_2PI - Math.log(widths[at]!) - logNorms[at]!;
      } else {
        const level = dimension.levelAt(x);
        const low = (dimension.placeOf(level - 0.5) - centres[at]!) / widths[at]!;
        const high = (dimension.placeOf(level + 0.5) - centres[at]!) / widths[at]!;
        sum += logDifference(low, high) - logNorms[at]!;
      }
    }
    return sum;
  }
}

/** A normal number inside [0, 1]. Centres are inside and widths at most 1, so at least a third of the draws are good. */
function drawTruncated(centre: number, width: number, rng: Rng): number {
  for (;;) {
    const x = rng.normal(centre, width);
    if (x >= 0 && x <= 1) return x;
  }
}

/** log(Φ(high) − Φ(low)), from the tail in which both are small. */
function logDifference(low: number, high: number): number {
  return low > 0 ? Math.log(normalCdf(-low) - normalCdf(-high)) : Math.log(normalCdf(high) - normalCdf(low));
}
