import { RADIALS, type KernelName, type Radial } from './radial.js';

/** How coordinates of a dimension are compared: by difference, or (codes without order) by being equal or not. */
export type CoordinateKind = 'continuous' | 'categorical';

/**
 * Stationary correlation with one length-scale per dimension (automatic relevance determination):
 * k(x, x') = ρ(r²), r² = Σ_j δ_j² / ℓ_j², where δ_j is x_j − x'_j for continuous dimensions and 0 or 1 (equal or not)
 * for categorical ones. Points lie one after another in flat arrays, `[n, d]`.
 *
 * @see Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, sections 4.2.1 and 5.1
 */
export class ArdKernel {
  readonly name: KernelName;
  /** ℓ, `[d]`, above 0. */
  readonly lengthScales: Float64Array;
  private readonly radial: Radial;
  private readonly inverseSquares: Float64Array;
  private readonly isCategorical: Uint8Array;

  /** Arguments are taken as they are: whoever makes kernels of user input checks it. */
  constructor(name: KernelName, kinds: readonly CoordinateKind[], lengthScales: ArrayLike<number>) {
    this.name = name;
    this.radial = RADIALS[name];
    this.lengthScales = Float64Array.from(lengthScales);
    this.inverseSquares = this.lengthScales.map((scale) => 1 / (scale * scale));
    this.isCategorical = Uint8Array.from(kinds, (kind) => (kind === 'categorical' ? 1 : 0));
  }

  /**
   * Squared scaled distances of a point to the first `count` points.
   *
   * @param points - `[n, d]`
   * @param x - array with the point
   * @param at - index of its first coordinate
   * @param out - receives them, `[count]` or longer
   */
  squaredDistances(
    points: Float64Array,
    count: number,
    x: ArrayLike<number>,
    at: number,
    out: Float64Array,
  ): void {
    const { inverseSquares, isCategorical } = this;
    const d = inverseSquares.length;
    for (let i = 0, p = 0; i < count; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++, p++) {
        const difference = x[at + j]! - points[p]!;
        if (isCategorical[j] === 0) sum += difference * difference * inverseSquares[j]!;
        else if (difference !== 0) sum += inverseSquares[j]!;
      }
      out[i] = sum;
    }
  }

  /** Correlations of a point with the first `count` points; arguments as in {@link squaredDistances}. */
  row(points: Float64Array, count: number, x: ArrayLike<number>, at: number, out: Float64Array): void {
    this.squaredDistances(points, count, x, at, out);
    this.radial.values(out, count);
  }

  /** Slopes dk / d(r²) between a point and the first `count` points; arguments as in {@link squaredDistances}. */
  slopes(points: Float64Array, count: number, x: ArrayLike<number>, at: number, out: Float64Array): void {
    this.squaredDistances(points, count, x, at, out);
    this.radial.slopes(out, count);
  }

  /** Changes squared distances, `[count]` or longer, to correlations. */
  correlationsInPlace(squared: Float64Array, count: number): void {
    this.radial.values(squared, count);
  }

  /** Changes squared distances, `[count]` or longer, to slopes dk / d(r²). */
  slopesInPlace(squared: Float64Array, count: number): void {
    this.radial.slopes(squared, count);
  }

  /**
   * Gradient of a weighted sum of correlations, ∂/∂x Σ_i w_i k(x, x_i); 0 along categorical dimensions.
   *
   * @param slopes - from {@link slopes}, `[count]` or longer
   * @param weights - w, `[count]` or longer
   * @param gradient - is overwritten, `[d]`
   */
  inputGradient(
    points: Float64Array,
    count: number,
    x: ArrayLike<number>,
    slopes: Float64Array,
    weights: Float64Array,
    gradient: Float64Array,
  ): void {
    const { inverseSquares, isCategorical } = this;
    const d = inverseSquares.length;
    gradient.fill(0);
    for (let i = 0, p = 0; i < count; i++) {
      const weight = weights[i]! * slopes[i]!;
      for (let j = 0; j < d; j++, p++) gradient[j]! += weight * (x[j]! - points[p]!);
    }
    for (let j = 0; j < d; j++) gradient[j]! *= isCategorical[j] === 0 ? 2 * inverseSquares[j]! : 0;
  }

  /**
   * Adds Σ_i w_i ∂k(x, x_i)/∂log ℓ_j for every j, where ∂k/∂log ℓ_j = −2 slope δ_j² / ℓ_j².
   *
   * @param weightedSlopes - w_i dk/d(r²), `[count]` or longer
   * @param gradient - is added to, `[d]` or longer
   */
  addScaleGradient(
    points: Float64Array,
    count: number,
    x: ArrayLike<number>,
    at: number,
    weightedSlopes: Float64Array,
    gradient: Float64Array,
  ): void {
    const { inverseSquares, isCategorical } = this;
    const d = inverseSquares.length;
    for (let i = 0, p = 0; i < count; i++) {
      const weight = -2 * weightedSlopes[i]!;
      for (let j = 0; j < d; j++, p++) {
        const difference = x[at + j]! - points[p]!;
        const squared = isCategorical[j] === 0 ? difference * difference : difference === 0 ? 0 : 1;
        gradient[j]! += weight * squared * inverseSquares[j]!;
      }
    }
  }
}
