import type { CandidatePool } from './CandidatePool.js';

/** The posterior at one point after another. */
export interface PosteriorEvaluator {
  /** Mean at the last point. */
  readonly mean: number;
  /** Variance at the last point, without noise, at least 0. */
  readonly variance: number;
  /** Goes to a point, `[d]`. */
  at(x: ArrayLike<number>): this;
  /**
   * Gradient of F(mean, variance) at the last point, given its partial derivatives.
   *
   * @param out - receives it, `[d]`
   * @returns out
   */
  gradient(byMean: number, byVariance: number, out: Float64Array): Float64Array;
}

/** The posterior at M points that stay. */
export interface PosteriorPool {
  /** Number of points M. */
  readonly size: number;
  /** Coordinates of a point, `[d]`: a view, not to be written to. */
  point(index: number): Float64Array;
  /** Takes in what changed; before `mean` and `variance`. */
  update(): void;
  /** Posterior mean of a point. */
  mean(index: number): number;
  /** Posterior variance of a point, without noise. */
  variance(index: number): number;
  /** Puts another point in the place of one. */
  replace(index: number, x: ArrayLike<number>): void;
  /** Is not used any more. */
  dispose(): void;
}

/** Moments of a mixture of posteriors: mean Σ w μ, variance Σ w (σ² + (μ − mean)²). */
export class EnsembleEvaluator implements PosteriorEvaluator {
  mean = 0;
  variance = 0;
  private readonly members: readonly PosteriorEvaluator[];
  private readonly weights: Float64Array;
  private readonly part: Float64Array;

  constructor(members: readonly PosteriorEvaluator[], weights: Float64Array, dimensions: number) {
    this.members = members;
    this.weights = weights;
    this.part = new Float64Array(dimensions);
  }

  at(x: ArrayLike<number>): this {
    const { members, weights } = this;
    this.mean = 0;
    this.variance = 0;
    for (let b = 0; b < members.length; b++) this.mean += weights[b]! * members[b]!.at(x).mean;
    for (let b = 0; b < members.length; b++) {
      const { mean, variance } = members[b]!;
      this.variance += weights[b]! * (variance + (mean - this.mean) ** 2);
    }
    return this;
  }

  gradient(byMean: number, byVariance: number, out: Float64Array): Float64Array {
    const { members, weights, part } = this;
    out.fill(0);
    for (let b = 0; b < members.length; b++) {
      const member = members[b]!;
      const shift = 2 * byVariance * (member.mean - this.mean);
      member.gradient(weights[b]! * (byMean + shift), weights[b]! * byVariance, part);
      for (let j = 0; j < out.length; j++) out[j]! += part[j]!;
    }
    return out;
  }
}

/** The pools of an ensemble's members as one. */
export class EnsemblePool implements PosteriorPool {
  readonly size: number;
  private readonly members: readonly CandidatePool[];
  private readonly weightsNow: () => Float64Array;
  private weights: Float64Array;

  constructor(members: readonly CandidatePool[], weightsNow: () => Float64Array) {
    this.members = members;
    this.weightsNow = weightsNow;
    this.weights = weightsNow();
    this.size = members[0]!.size;
  }

  point(index: number): Float64Array {
    return this.members[0]!.point(index);
  }

  update(): void {
    for (const member of this.members) member.update();
    this.weights = this.weightsNow();
  }

  mean(index: number): number {
    let mean = 0;
    for (let b = 0; b < this.members.length; b++) mean += this.weights[b]! * this.members[b]!.mean(index);
    return mean;
  }

  variance(index: number): number {
    const center = this.mean(index);
    let variance = 0;
    for (let b = 0; b < this.members.length; b++) {
      const member = this.members[b]!;
      variance += this.weights[b]! * (member.variance(index) + (member.mean(index) - center) ** 2);
    }
    return variance;
  }

  replace(index: number, x: ArrayLike<number>): void {
    for (const member of this.members) member.replace(index, x);
  }

  dispose(): void {
    for (const member of this.members) member.dispose();
  }
}
