import { checkFinite } from '@pct/core';
import {
  logImprovement,
  logImprovementSlope,
  logNormalCdf,
  logNormalCdfSlope,
  normalCdf,
  normalDensity,
} from './normal.js';

/**
 * How much a point is worth whose value is believed to be normal; the objective is minimised, the worth maximised. After
 * `evaluate`, the derivatives of what it returned can be read.
 */
export interface AnalyticAcquisition {
  readonly name: string;
  /** ∂worth/∂mean of the last point. */
  readonly byMean: number;
  /** ∂worth/∂deviation of the last point. */
  readonly byDeviation: number;
  /**
   * Worth of a point.
   *
   * @param mean - of the objective
   * @param deviation - standard deviation, above 0
   */
  evaluate(mean: number, deviation: number): number;
}

abstract class ImprovementBased {
  byMean = 0;
  byDeviation = 0;
  protected readonly goal: number;

  /**
   * @param best - value to improve on
   * @param margin - by how much at least, in the unit of the objective
   */
  constructor(best: number, margin = 0) {
    checkFinite(new.target.name, 'best', best);
    checkFinite(new.target.name, 'margin', margin);
    this.goal = best - margin;
  }
}

/** Expected improvement, E max(0, best − margin − f): (goal − μ) Φ(z) + σ φ(z), z = (goal − μ) / σ. */
export class ExpectedImprovement extends ImprovementBased implements AnalyticAcquisition {
  readonly name = 'expectedImprovement';

  evaluate(mean: number, deviation: number): number {
    const z = (this.goal - mean) / deviation;
    const below = normalCdf(z);
    const density = normalDensity(z);
    this.byMean = -below;
    this.byDeviation = density;
    return (this.goal - mean) * below + deviation * density;
  }
}

/** Logarithm of the expected improvement, which neither underflows nor loses its gradient far from the optimum. */
export class LogExpectedImprovement extends ImprovementBased implements AnalyticAcquisition {
  readonly name = 'logExpectedImprovement';

  evaluate(mean: number, deviation: number): number {
    const z = (this.goal - mean) / deviation;
    const slope = logImprovementSlope(z);
    this.byMean = -slope / deviation;
    this.byDeviation = (1 - slope * z) / deviation;
    return logImprovement(z) + Math.log(deviation);
  }
}

/** Logarithm of the probability that the objective is below best − margin. */
export class LogProbabilityOfImprovement extends ImprovementBased implements AnalyticAcquisition {
  readonly name = 'logProbabilityOfImprovement';

  evaluate(mean: number, deviation: number): number {
    const z = (this.goal - mean) / deviation;
    const slope = logNormalCdfSlope(z);
    this.byMean = -slope / deviation;
    this.byDeviation = (-slope * z) / deviation;
    return logNormalCdf(z);
  }
}

/** Upper confidence bound of the negated objective: κ σ − μ. */
export class ConfidenceBound implements AnalyticAcquisition {
  readonly name = 'confidenceBound';
  readonly byMean = -1;
  readonly byDeviation: number;

  /** @param kappa - weight of the standard deviation, at least 0 */
  constructor(kappa: number) {
    this.byDeviation = checkFinite('ConfidenceBound', 'kappa', kappa, { min: 0 });
  }

  evaluate(mean: number, deviation: number): number {
    return this.byDeviation * deviation - mean;
  }
}
