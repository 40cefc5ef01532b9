import type { PosteriorEvaluator, PosteriorPool } from '../gp/mixture.js';
import type { LogHypervolumeImprovement } from './hypervolume.js';
import { LEAST_VARIANCE, type AcquisitionSurface, type SurfaceTerm } from './surface.js';

/** Worth of a point by the posteriors of two objectives, plus terms. */
export class HypervolumeSurface implements AcquisitionSurface {
  private readonly posteriors: readonly [PosteriorEvaluator, PosteriorEvaluator];
  private readonly pools: readonly [PosteriorPool, PosteriorPool];
  private readonly acquisition: LogHypervolumeImprovement;
  private readonly terms: readonly SurfaceTerm[];
  private readonly part: Float64Array;

  /** @param dimensions - d of the points */
  constructor(
    posteriors: readonly [PosteriorEvaluator, PosteriorEvaluator],
    pools: readonly [PosteriorPool, PosteriorPool],
    acquisition: LogHypervolumeImprovement,
    dimensions: number,
    terms: readonly SurfaceTerm[] = [],
  ) {
    this.posteriors = posteriors;
    this.pools = pools;
    this.acquisition = acquisition;
    this.terms = terms;
    this.part = new Float64Array(dimensions);
  }

  evaluate(x: Float64Array, gradient?: Float64Array): number {
    const { acquisition, part } = this;
    const [first, second] = this.posteriors;
    const one = deviationOf(first.at(x).variance);
    const two = deviationOf(second.at(x).variance);
    let value = acquisition.evaluate(first.mean, one, second.mean, two);
    if (gradient !== undefined) {
      const { byMean, byDeviation } = acquisition;
      first.gradient(byMean[0]!, byDeviation[0]! / (2 * one), gradient);
      second.gradient(byMean[1]!, byDeviation[1]! / (2 * two), part);
      for (let j = 0; j < part.length; j++) gradient[j]! += part[j]!;
    }
    for (const term of this.terms) value += term.add(x, gradient);
    return value;
  }

  evaluatePool(): Float64Array {
    const { acquisition, terms } = this;
    const [first, second] = this.pools;
    return Float64Array.from({ length: first.size }, (_, index) => {
      const value = acquisition.evaluate(
        first.mean(index),
        deviationOf(first.variance(index)),
        second.mean(index),
        deviationOf(second.variance(index)),
      );
      return terms.reduce((sum, term) => sum + term.atPoolPoint(index), value);
    });
  }
}

function deviationOf(variance: number): number {
  return Math.sqrt(Math.max(variance, LEAST_VARIANCE));
}
