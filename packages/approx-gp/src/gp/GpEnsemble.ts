import { checkInteger, toRng } from '@pct/core';
import type { CoordinateKind } from '../kernels/Kernel.js';
import { CandidatePool } from './CandidatePool.js';
import { EnsembleEvaluator, EnsemblePool, type PosteriorEvaluator, type PosteriorPool } from './mixture.js';
import { fitHyperparameters, type FitOptions, type FitResult } from './fitHyperparameters.js';
import { LazyGaussianProcess } from './LazyGaussianProcess.js';
import type { LazyGaussianProcessOptions } from './options.js';
import { Hyperprior } from './prior.js';
import { toTheta } from './theta.js';

/** Spread of the members' log hyper-parameters around the most probable ones. */
const MEMBER_SPREAD = 0.5;

/**
 * Lazy Gaussian processes on the same data with different hyper-parameters, averaged with weights proportional to
 * likelihood times prior: an approximation of the integral over hyper-parameters whose every append costs O(n²) per
 * member. One member is a plain process.
 */
export class GpEnsemble {
  /** The first has the most probable hyper-parameters as of the last fit. */
  readonly members: readonly LazyGaussianProcess[];
  private prior: Hyperprior;

  /**
   * @param dimensions - as of {@link LazyGaussianProcess}
   * @param count - members, at least 1
   * @param options - {@link LazyGaussianProcessOptions}; all members start alike
   */
  constructor(
    dimensions: number | readonly CoordinateKind[],
    count: number,
    options: LazyGaussianProcessOptions = {},
  ) {
    checkInteger('GpEnsemble', 'count', count, { min: 1 });
    this.members = Array.from({ length: count }, () => new LazyGaussianProcess(dimensions, options));
    this.prior = new Hyperprior(this.first.kinds.length);
  }

  /** The member with the most probable hyper-parameters as of the last fit. */
  get first(): LazyGaussianProcess {
    return this.members[0]!;
  }

  /** Number of rows. */
  get size(): number {
    return this.first.size;
  }

  /** Weights of the members, `[count]`, of sum 1. O(count n). */
  weights(): Float64Array {
    const logs = Float64Array.from(
      this.members,
      (member) => member.logLikelihood() + this.prior.logDensity(toTheta(member.hyperparameters)),
    );
    const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
    if (!Number.isFinite(most)) return logs.fill(1 / logs.length);
    const weights = logs.map((log) => Math.exp(log - most));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  }

  /** Appends a point to every member; `believe` appends the mean of the mixture. O(count n²). */
  append(x: ArrayLike<number>, target: number | 'believe'): void {
    const value = target !== 'believe' ? target : this.size === 0 ? 0 : this.createEvaluator().at(x).mean;
    for (const member of this.members) member.append(x, value);
  }

  /** Appends points to every member, `[t, d]` and `[t]`. */
  appendBlock(points: ArrayLike<number>, targets: ArrayLike<number>): void {
    for (const member of this.members) member.appendBlock(points, targets);
  }

  /** Removes a row of every member. */
  delete(row: number): void {
    for (const member of this.members) member.delete(row);
  }

  /** Changes all targets, `[n]`. */
  setTargets(targets: ArrayLike<number>): void {
    for (const member of this.members) member.setTargets(targets);
  }

  /** Learns hyper-parameters anew: the most probable ones for the first member, others around them for the rest. */
  refit(options: FitOptions = {}): FitResult {
    const rng = toRng(options.rng ?? 0, 'GpEnsemble.refit');
    this.prior = new Hyperprior(this.first.kinds.length, options.prior);
    const result = fitHyperparameters(this.first, { ...options, rng });
    if (result.status === 'notFitted') return result;
    const { hyperparameters } = result;
    this.members.forEach((member, index) => {
      const spread = index === 0 ? 0 : MEMBER_SPREAD;
      const lengthScales = Float64Array.from(hyperparameters.lengthScales, (scale) =>
        Math.min(1e3, scale * Math.exp(spread * rng.normal())),
      );
      member.setHyperparameters({ ...hyperparameters, lengthScales });
    });
    return result;
  }

  /** The posterior at single points, with derivatives. Good until the next change of the ensemble. */
  createEvaluator(): PosteriorEvaluator {
    if (this.members.length === 1) return this.first.createEvaluator();
    return new EnsembleEvaluator(
      this.members.map((member) => member.createEvaluator()),
      this.weights(),
      this.first.kinds.length,
    );
  }

  /** The posterior at points that stay, `[M, d]`. */
  createPool(points: Float64Array): PosteriorPool {
    if (this.members.length === 1) return new CandidatePool(this.first, points);
    return new EnsemblePool(
      this.members.map((member) => new CandidatePool(member, points)),
      () => this.weights(),
    );
  }
}
