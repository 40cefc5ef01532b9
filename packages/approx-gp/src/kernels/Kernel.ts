import { radialOf, type KernelName, type Radial } from './radial.js';

/** How coordinates of a dimension are compared: by difference, or (codes without order) by being equal or not. */
export type CoordinateKind = 'continuous' | 'categorical';

/** Numbers of a {@link Kernel}. */
export interface KernelParameters {
  /** ℓ, `[d]`, above 0. */
  readonly lengthScales: ArrayLike<number>;
  /** a: share of the additive part in the variance, from 0 to 1. */
  readonly additiveShare: number;
  /** r: length-scales of the additive part in units of ℓ, above 0. */
  readonly additiveScale: number;
}

/**
 * Stationary correlation of a function of all coordinates together plus functions of one coordinate each, with a
 * length-scale per dimension: k(x, x') = (1 − a) ρ(Σ_j s_j) + (a / d) Σ_j ρ(s_j / r²), s_j = δ_j² / ℓ_j², where δ_j is
 * x_j − x'_j for continuous dimensions and 0 or 1 (equal or not) for categorical ones. What is seen at one place says by
 * the second, additive part something about all places that share a coordinate with it.
 *
 * Points lie one after another in flat arrays, `[n, d]`; `x` is an array with a point that begins at index `at`.
 *
 * @see Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, sections 4.2.1 and 5.1; Duvenaud, Nickisch &
 *   Rasmussen 2011, Additive Gaussian Processes, NeurIPS, section 2, arXiv:1112.4394
 */
export class Kernel {
  readonly name: KernelName;
  /** ℓ, `[d]`. */
  readonly lengthScales: Float64Array;
  /** a */
  readonly additiveShare: number;
  /** r */
  readonly additiveScale: number;
  private readonly radial: Radial;
  /** 1 / ℓ², `[d]`. */
  private readonly inverseSquares: Float64Array;
  private readonly isCategorical: Uint8Array;
  /** Working space per point, `[count]`, and per point and dimension, `[count, d]`. */
  private joint = new Float64Array(0);
  private parts = new Float64Array(0);
  private partSlopes = new Float64Array(0);

  /** Arguments are taken as they are: whoever makes kernels of user input checks it. */
  constructor(name: KernelName, kinds: readonly CoordinateKind[], parameters: KernelParameters) {
    this.name = name;
    this.lengthScales = Float64Array.from(parameters.lengthScales);
    this.additiveShare = parameters.additiveShare;
    this.additiveScale = parameters.additiveScale;
    this.radial = radialOf(name);
    this.inverseSquares = this.lengthScales.map((scale) => 1 / (scale * scale));
    this.isCategorical = Uint8Array.from(kinds, (kind) => (kind === 'categorical' ? 1 : 0));
  }

  /**
   * Squared scaled distances Σ_j s_j of a point to the first `count` points.
   *
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

  /**
   * Correlations of a point with the first `count` points.
   *
   * @param out - receives them, `[count]` or longer
   */
  row(points: Float64Array, count: number, x: ArrayLike<number>, at: number, out: Float64Array): void {
    const { radial, additiveShare: share } = this;
    if (share === 0) {
      this.squaredDistances(points, count, x, at, out);
      radial.values(out, count);
      return;
    }
    const d = this.inverseSquares.length;
    this.makeRoom(count);
    const { parts } = this;
    this.squares(points, count, x, at, out);
    radial.values(out, count);
    this.toAdditiveScale(parts, count * d);
    radial.values(parts, count * d);
    const each = share / d;
    for (let i = 0, p = 0; i < count; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++, p++) sum += parts[p]!;
      out[i] = (1 - share) * out[i]! + each * sum;
    }
  }

  /**
   * Gradient of a weighted sum of correlations, ∂/∂x Σ_i w_i k(x, x_i); 0 along categorical dimensions.
   *
   * @param x - `[d]`
   * @param weights - w, `[count]` or longer
   * @param gradient - is overwritten, `[d]`
   */
  inputGradient(
    points: Float64Array,
    count: number,
    x: ArrayLike<number>,
    weights: Float64Array,
    gradient: Float64Array,
  ): void {
    const { radial, inverseSquares, isCategorical, additiveShare: share, additiveScale } = this;
    const d = inverseSquares.length;
    this.makeRoom(count);
    const { joint, parts } = this;
    gradient.fill(0);
    if (share === 0) {
      this.squaredDistances(points, count, x, 0, joint);
      radial.slopes(joint, count);
      for (let i = 0, p = 0; i < count; i++) {
        const weight = weights[i]! * joint[i]!;
        for (let j = 0; j < d; j++, p++) gradient[j]! += weight * (x[j]! - points[p]!);
      }
    } else {
      this.squares(points, count, x, 0, joint);
      radial.slopes(joint, count);
      this.toAdditiveScale(parts, count * d);
      radial.slopes(parts, count * d);
      const each = share / (d * additiveScale * additiveScale);
      for (let i = 0, p = 0; i < count; i++) {
        const weight = weights[i]!;
        const slope = (1 - share) * joint[i]!;
        for (let j = 0; j < d; j++, p++) {
          gradient[j]! += weight * (slope + each * parts[p]!) * (x[j]! - points[p]!);
        }
      }
    }
    for (let j = 0; j < d; j++) gradient[j]! *= isCategorical[j] === 0 ? 2 * inverseSquares[j]! : 0;
  }

  /**
   * Adds Σ_i w_i ∂k(x, x_i)/∂log ℓ_j for every j, and behind them those for a and log r, which are 0 if a is.
   *
   * @param correlations - k(x, x_i), from {@link row}, `[count]` or longer
   * @param weights - w, `[count]` or longer
   * @param gradient - is added to, `[d + 2]`
   */
  addParameterGradient(
    points: Float64Array,
    count: number,
    x: ArrayLike<number>,
    at: number,
    correlations: Float64Array,
    weights: Float64Array,
    gradient: Float64Array,
  ): void {
    const { radial, additiveShare: share, additiveScale } = this;
    const d = this.inverseSquares.length;
    this.makeRoom(count);
    const { joint, parts, partSlopes } = this;
    this.squares(points, count, x, at, joint);
    if (share > 0) {
      gradient[d]! += this.shareGradient(count, correlations, weights);
      partSlopes.set(parts.subarray(0, count * d));
      this.toAdditiveScale(partSlopes, count * d);
      radial.slopes(partSlopes, count * d);
    }
    radial.slopes(joint, count);
    // ∂/∂log ℓ_j of ρ(s) is −2 s_j ρ'(s); log ℓ_j and log r move the additive part alike.
    const each = share / (d * additiveScale * additiveScale);
    let byScale = 0;
    for (let i = 0, p = 0; i < count; i++) {
      const weight = -2 * weights[i]!;
      const slope = (1 - share) * joint[i]!;
      for (let j = 0; j < d; j++, p++) {
        const additive = share === 0 ? 0 : each * partSlopes[p]!;
        const weightedSquare = weight * parts[p]!;
        gradient[j]! += weightedSquare * (slope + additive);
        byScale += weightedSquare * additive;
      }
    }
    gradient[d + 1]! += byScale;
  }

  /** Σ_i w_i (k_additive − k_joint), of the distances in `joint`. */
  private shareGradient(count: number, correlations: Float64Array, weights: Float64Array): number {
    const { radial, joint, partSlopes: values } = this;
    values.set(joint.subarray(0, count));
    radial.values(values, count);
    let sum = 0;
    // The difference of both parts is that of their mixture to one of them, over the other's share.
    for (let i = 0; i < count; i++) sum += weights[i]! * (correlations[i]! - values[i]!);
    return sum / this.additiveShare;
  }

  /** s_j into `parts`, and Σ_j s_j into `sums`, `[count]` or longer. */
  private squares(
    points: Float64Array,
    count: number,
    x: ArrayLike<number>,
    at: number,
    sums: Float64Array,
  ): void {
    const { inverseSquares, isCategorical, parts } = this;
    const d = inverseSquares.length;
    for (let i = 0, p = 0; i < count; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++, p++) {
        const difference = x[at + j]! - points[p]!;
        const squared = isCategorical[j] === 0 ? difference * difference : difference === 0 ? 0 : 1;
        const scaled = squared * inverseSquares[j]!;
        parts[p] = scaled;
        sum += scaled;
      }
      sums[i] = sum;
    }
  }

  /** s_j / r² */
  private toAdditiveScale(squares: Float64Array, count: number): void {
    const factor = 1 / (this.additiveScale * this.additiveScale);
    for (let p = 0; p < count; p++) squares[p]! *= factor;
  }

  private makeRoom(count: number): void {
    if (this.joint.length >= count) return;
    const d = this.inverseSquares.length;
    this.joint = new Float64Array(2 * count);
    this.parts = new Float64Array(2 * count * d);
    this.partSlopes = new Float64Array(2 * count * d);
  }
}
