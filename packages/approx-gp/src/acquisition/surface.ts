import type { PosteriorEvaluator, PosteriorPool } from '../gp/mixture.js';
import type { PathwiseSample } from '../gp/PathwiseSample.js';
import type { AnalyticAcquisition } from './analytic.js';
import { logNormalCdf, logNormalCdfSlope } from './normal.js';

/** What is maximised to find the next point. */
export interface AcquisitionSurface {
  /**
   * Worth of a point, and its gradient if an array for it is given.
   *
   * @param x - `[d]`
   * @param gradient - is overwritten, `[d]`; 0 along categorical dimensions
   */
  evaluate(x: Float64Array, gradient?: Float64Array): number;
  /** Worth of every point of the pool that the surface was made with, `[M]`. */
  evaluatePool(): Float64Array;
}

/** Keeps deviations above 0 where the process knows everything. */
export const LEAST_VARIANCE = 1e-20;

/** Something added to a surface: a constraint, or a penalty near points that are being evaluated. */
export interface SurfaceTerm {
  /** Value at a point; adds its gradient. */
  add(x: Float64Array, gradient?: Float64Array): number;
  /** Value at point number `index` of the pool. */
  atPoolPoint(index: number): number;
}

/** Worth by the mean and variance of a posterior, plus terms. */
export class PosteriorSurface implements AcquisitionSurface {
  private readonly posterior: PosteriorEvaluator;
  private readonly pool: PosteriorPool;
  private readonly acquisition: AnalyticAcquisition | undefined;
  private readonly terms: readonly SurfaceTerm[];

  /** @param acquisition - undefined leaves the terms alone, as while no feasible point is known */
  constructor(
    posterior: PosteriorEvaluator,
    pool: PosteriorPool,
    acquisition: AnalyticAcquisition | undefined,
    terms: readonly SurfaceTerm[] = [],
  ) {
    this.posterior = posterior;
    this.pool = pool;
    this.acquisition = acquisition;
    this.terms = terms;
  }

  evaluate(x: Float64Array, gradient?: Float64Array): number {
    const { posterior, acquisition, terms } = this;
    let value = 0;
    gradient?.fill(0);
    if (acquisition !== undefined) {
      const { mean, variance } = posterior.at(x);
      const deviation = Math.sqrt(Math.max(variance, LEAST_VARIANCE));
      value = acquisition.evaluate(mean, deviation);
      if (gradient !== undefined) {
        posterior.gradient(acquisition.byMean, acquisition.byDeviation / (2 * deviation), gradient);
      }
    }
    for (const term of terms) value += term.add(x, gradient);
    return value;
  }

  evaluatePool(): Float64Array {
    const { pool, acquisition, terms } = this;
    return Float64Array.from({ length: pool.size }, (_, index) => {
      const deviation = Math.sqrt(Math.max(pool.variance(index), LEAST_VARIANCE));
      const value = acquisition === undefined ? 0 : acquisition.evaluate(pool.mean(index), deviation);
      return terms.reduce((sum, term) => sum + term.atPoolPoint(index), value);
    });
  }
}

/** log Pr(c(x) ≤ 0) by a process of a constraint. */
export class FeasibilityTerm implements SurfaceTerm {
  private readonly posterior: PosteriorEvaluator;
  private readonly pool: PosteriorPool;
  private readonly part: Float64Array;

  constructor(posterior: PosteriorEvaluator, pool: PosteriorPool, dimensions: number) {
    this.posterior = posterior;
    this.pool = pool;
    this.part = new Float64Array(dimensions);
  }

  add(x: Float64Array, gradient?: Float64Array): number {
    const { mean, variance } = this.posterior.at(x);
    const deviation = Math.sqrt(Math.max(variance, LEAST_VARIANCE));
    const z = -mean / deviation;
    if (gradient !== undefined) {
      const slope = logNormalCdfSlope(z);
      this.posterior.gradient(-slope / deviation, (-slope * z) / (2 * deviation * deviation), this.part);
      for (let j = 0; j < gradient.length; j++) gradient[j]! += this.part[j]!;
    }
    return logNormalCdf(z);
  }

  atPoolPoint(index: number): number {
    return logNormalCdf(
      -this.pool.mean(index) / Math.sqrt(Math.max(this.pool.variance(index), LEAST_VARIANCE)),
    );
  }
}

/** A function drawn from the posterior, to be minimised: Thompson sampling. */
export class ThompsonSurface implements AcquisitionSurface {
  private readonly sample: PathwiseSample;
  private readonly pool: PosteriorPool;

  constructor(sample: PathwiseSample, pool: PosteriorPool) {
    this.sample = sample;
    this.pool = pool;
  }

  evaluate(x: Float64Array, gradient?: Float64Array): number {
    const value = this.sample.evaluate(x, gradient);
    if (gradient !== undefined) for (let j = 0; j < gradient.length; j++) gradient[j] = -gradient[j]!;
    return -value;
  }

  evaluatePool(): Float64Array {
    const { pool, sample } = this;
    return Float64Array.from({ length: pool.size }, (_, index) => -sample.evaluate(pool.point(index)));
  }
}

/** Largest gradient that a penalty assumes the objective to have where the process sees none. */
const LIPSCHITZ_FLOOR = 1e-5;

/**
 * Lowers the worth near a point that is being evaluated: the log probability that the point is outside the ball around it
 * in which, by the Lipschitz constant, the objective cannot reach its least value.
 *
 * @see González et al. 2016, Batch Bayesian Optimization via Local Penalization, arXiv:1505.08052, eq. 6
 */
export class LocalPenalty implements SurfaceTerm {
  private readonly center: Float64Array;
  private readonly pool: PosteriorPool;
  private readonly slope: number;
  private readonly radius: number;

  /**
   * @param center - point that is being evaluated, `[d]`
   * @param belief - what is believed about its value
   * @param least - least value known
   * @param lipschitz - largest slope of the objective
   */
  constructor(
    pool: PosteriorPool,
    center: Float64Array,
    belief: { readonly mean: number; readonly variance: number },
    least: number,
    lipschitz: number,
  ) {
    const deviation = Math.sqrt(Math.max(belief.variance, LEAST_VARIANCE));
    this.pool = pool;
    this.center = center.slice();
    this.slope = Math.max(lipschitz, LIPSCHITZ_FLOOR) / deviation;
    this.radius = Math.max(0, belief.mean - least) / deviation;
  }

  add(x: Float64Array, gradient?: Float64Array): number {
    const { center, slope } = this;
    let squared = 0;
    for (let j = 0; j < center.length; j++) squared += (x[j]! - center[j]!) ** 2;
    const distance = Math.sqrt(squared);
    const z = slope * distance - this.radius;
    if (gradient !== undefined && distance > 0) {
      const factor = (logNormalCdfSlope(z) * slope) / distance;
      for (let j = 0; j < center.length; j++) gradient[j]! += factor * (x[j]! - center[j]!);
    }
    return logNormalCdf(z);
  }

  atPoolPoint(index: number): number {
    return this.add(this.pool.point(index));
  }
}
