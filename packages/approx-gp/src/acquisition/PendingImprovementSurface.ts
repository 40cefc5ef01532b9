import type { CandidatePool } from '../gp/CandidatePool.js';
import { dot } from '../gp/dot.js';
import type { LazyGaussianProcess } from '../gp/LazyGaussianProcess.js';
import type { PointPosterior } from '../gp/PointPosterior.js';
import { LogExpectedImprovement } from './analytic.js';
import { LEAST_VARIANCE, type AcquisitionSurface } from './surface.js';

/**
 * Log of the expected improvement of a point together with points that are being evaluated, which are the last rows of the
 * process with targets believed. Their outcomes are sampled, the point's own is integrated exactly given them.
 *
 * @see Ament et al. 2023, arXiv:2310.20708, section 4.2; Snoek et al. 2012, arXiv:1206.2944, section 3.2
 */
export class PendingImprovementSurface implements AcquisitionSurface {
  private readonly process: LazyGaussianProcess;
  private readonly posterior: PointPosterior;
  private readonly pool: CandidatePool;
  private readonly first: number;
  /** Standard normal draws, `[samples, pending]`. */
  private readonly draws: Float64Array;
  private readonly acquisitions: LogExpectedImprovement[] = [];
  private readonly worths: Float64Array;
  private readonly byColumns: Float64Array;
  private readonly pending: number;

  /**
   * @param pending - how many of the last rows are believed
   * @param draws - standard normal numbers, `[samples, pending]`
   * @param margin - by how much to improve at least
   */
  constructor(
    process: LazyGaussianProcess,
    pool: CandidatePool,
    best: number,
    pending: number,
    draws: Float64Array,
    margin = 0,
  ) {
    const { state, size } = process;
    this.process = process;
    this.posterior = process.createEvaluator();
    this.pool = pool;
    this.pending = pending;
    this.first = size - pending;
    this.draws = draws;
    const samples = draws.length / pending;
    const deviation = Math.sqrt(state.amplitude);
    for (let s = 0; s < samples; s++) {
      let least = best;
      for (let k = 0; k < pending; k++) {
        const row = state.factor.row(this.first + k);
        const shift = dot(row, this.first, draws, s * pending, k + 1);
        least = Math.min(least, state.targets.data[this.first + k]! + deviation * shift);
      }
      this.acquisitions.push(new LogExpectedImprovement(least, margin));
    }
    this.worths = new Float64Array(samples);
    this.byColumns = new Float64Array(size);
  }

  evaluate(x: Float64Array, gradient?: Float64Array): number {
    const { posterior } = this;
    const { mean, variance, columns } = posterior.at(x);
    const deviation = Math.sqrt(Math.max(variance, LEAST_VARIANCE));
    const value = this.average(mean, deviation, columns);
    if (gradient !== undefined) this.differentiate(value, deviation, gradient);
    return value;
  }

  evaluatePool(): Float64Array {
    const { pool } = this;
    return Float64Array.from({ length: pool.size }, (_, index) => {
      const deviation = Math.sqrt(Math.max(pool.variance(index), LEAST_VARIANCE));
      return this.average(pool.mean(index), deviation, pool.column(index));
    });
  }

  /** log of the mean over the samples of exp(worth). */
  private average(mean: number, deviation: number, columns: Float64Array): number {
    const { worths, acquisitions, draws, first, pending } = this;
    const scale = Math.sqrt(this.process.state.amplitude);
    let most = -Infinity;
    for (let s = 0; s < worths.length; s++) {
      const shift = scale * dot(columns, first, draws, s * pending, pending);
      worths[s] = acquisitions[s]!.evaluate(mean + shift, deviation);
      most = Math.max(most, worths[s]!);
    }
    let sum = 0;
    for (let s = 0; s < worths.length; s++) sum += Math.exp(worths[s]! - most);
    return most + Math.log(sum / worths.length);
  }

  private differentiate(value: number, deviation: number, gradient: Float64Array): void {
    const { worths, acquisitions, draws, first, pending, byColumns } = this;
    const scale = Math.sqrt(this.process.state.amplitude);
    let byMean = 0;
    let byDeviation = 0;
    byColumns.fill(0);
    for (let s = 0; s < worths.length; s++) {
      const share = Math.exp(worths[s]! - value) / worths.length;
      const acquisition = acquisitions[s]!;
      byMean += share * acquisition.byMean;
      byDeviation += share * acquisition.byDeviation;
      for (let k = 0; k < pending; k++) {
        byColumns[first + k]! += share * acquisition.byMean * scale * draws[s * pending + k]!;
      }
    }
    this.posterior.gradient(byMean, byDeviation / (2 * deviation), gradient, byColumns);
  }
}
