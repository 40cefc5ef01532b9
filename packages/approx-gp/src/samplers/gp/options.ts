import type { FitOptions } from '../../gp/fitHyperparameters.js';
import type { AmplitudeRule, MeanRule } from '../../gp/GpState.js';
import type { RefitPolicy } from '../../gp/RefitSchedule.js';
import type { KernelName } from '../../kernels/radial.js';

/** What a point is worth. */
export type AcquisitionName =
  | 'logExpectedImprovement'
  | 'expectedImprovement'
  | 'probabilityOfImprovement'
  | 'confidenceBound'
  | 'thompson';

/**
 * What points that are being evaluated mean for the next one.
 * - `believer`: the process believes its own predictions there
 * - `liarMin`, `liarMean`, `liarMax`: it is told the least, average or largest value so far
 * - `pendingImprovement`: improvement beyond what they may bring, by sampling their outcomes; qLogEI, one point at a time
 *   (needs `logExpectedImprovement`)
 * - `localPenalty`: the neighbourhood in which they may lie is worth less
 * - `localMaxima`: the best local maximum of the acquisition that is not being evaluated
 * - `none`: nothing, as suits Thompson sampling
 */
export type PendingStrategy =
  | 'believer'
  | 'liarMin'
  | 'liarMean'
  | 'liarMax'
  | 'pendingImprovement'
  | 'localPenalty'
  | 'localMaxima'
  | 'none';

/** Options of `gpSampler`. */
export interface GpSamplerOptions {
  /**
   * Correlation function.
   * @defaultValue `'matern52'`
   */
  readonly kernel?: KernelName | undefined;
  /**
   * Length-scales before anything is learnt, on coordinates of [0, 1]: one for all or `[d]`.
   * @defaultValue the mode of the prior
   */
  readonly lengthScales?: number | ArrayLike<number> | undefined;
  /**
   * λ before anything is learnt: variance of the noise over that of the process.
   * @defaultValue `1e-6`
   */
  readonly noise?: number | undefined;
  /**
   * Constant mean of the process.
   * @defaultValue `'profiled'`
   */
  readonly mean?: MeanRule | undefined;
  /**
   * Variance of the process.
   * @defaultValue `'profiled'`
   */
  readonly amplitude?: AmplitudeRule | undefined;
  /**
   * When hyper-parameters are learnt anew.
   * @defaultValue `{ kind: 'geometric', factor: 1.1 }`
   */
  readonly refit?: RefitPolicy | undefined;
  /**
   * How they are learnt: prior, noise, additive part, starts and so on; `{ additiveShare: 0 }` leaves out the functions of
   * single coordinates, which help where parameters act by themselves. `starts` are 2, in some fits of many trials 1.
   * @defaultValue `{}`
   */
  readonly fit?: Omit<FitOptions, 'rng'> | undefined;
  /**
   * Processes with different hyper-parameters that are averaged, from 1.
   * @defaultValue `1`
   */
  readonly ensemble?: number | undefined;
  /**
   * What a point is worth.
   * @defaultValue `'logExpectedImprovement'`
   */
  readonly acquisition?: AcquisitionName | undefined;
  /**
   * By how much a point should improve on the best one, in the unit of the objective, at least 0.
   * @defaultValue `0`
   */
  readonly margin?: number | undefined;
  /**
   * Weight of the standard deviation in `confidenceBound`, at least 0.
   * @defaultValue `2`
   */
  readonly kappa?: number | undefined;
  /**
   * What pending points mean for the next one.
   * @defaultValue `'believer'`
   */
  readonly pending?: PendingStrategy | undefined;
  /**
   * What several objectives are reduced to: the expected growth of the area that two of them dominate (`hypervolume`, with
   * `logExpectedImprovement` alone; pending points are believed), or one objective by weights that are random at each
   * question (`randomWeights`). More than two always take weights.
   * @defaultValue `'hypervolume'`
   */
  readonly severalObjectives?: 'hypervolume' | 'randomWeights' | undefined;
  /**
   * Random points before the process is asked, from 1.
   * @defaultValue `10`
   */
  readonly startupTrials?: number | undefined;
  /**
   * Candidates that are kept up to date from trial to trial, at least 16.
   * @defaultValue `1024`
   */
  readonly candidates?: number | undefined;
  /**
   * Candidates from which the acquisition is climbed, from 1.
   * @defaultValue `8`
   */
  readonly climbs?: number | undefined;
  /**
   * Share of the questions that are answered inside a trust region around the best point, from 0 to 1, half as many once it
   * is searched out; the others are answered outside of its core. 0 knows no trust region, as do several objectives.
   * @defaultValue `0.6`
   */
  readonly localShare?: number | undefined;
  /**
   * Trials the process holds at most, from 100: beyond, it goes on with half of them, the best, those around
   * the best one, and the latest.
   * @defaultValue `3000`
   */
  readonly maxRows?: number | undefined;
}

/** Options with their defaults. */
export type GpSettings = {
  readonly [K in Exclude<keyof GpSamplerOptions, 'lengthScales'>]-?: Exclude<GpSamplerOptions[K], undefined>;
} & { readonly lengthScales: number | ArrayLike<number> | undefined };

/** Options of {@link paperSettings}. */
export interface PaperSettings {
  /**
   * Refits every so many trials; Infinity for never.
   * @defaultValue `Infinity`
   */
  readonly lag?: number | undefined;
  /**
   * The one length-scale, on coordinates of [0, 1]. The paper's is 1 in the unit of the parameters: 1 / (high − low).
   * @defaultValue `0.05`, for parameters from −10 to 10
   */
  readonly lengthScale?: number | undefined;
}

/**
 * Options of `gpSampler` for the method as published, for comparison: Matérn-5/2 with one fixed length-scale, variance 1,
 * the average as mean, hyper-parameters learnt every `lag` trials or never, expected improvement with margin 0.01,
 * and local maxima for batches.
 *
 * @see Ram et al. 2019, sections III and IV, doi:10.1109/MLHPC49564.2019.00011
 */
export function paperSettings({ lag = Infinity, lengthScale = 0.05 }: PaperSettings = {}): GpSamplerOptions {
  return {
    kernel: 'matern52',
    lengthScales: lengthScale,
    noise: 1e-6,
    mean: 'average',
    amplitude: 1,
    refit: lag === Infinity ? { kind: 'never' } : { kind: 'constant', lag },
    fit: { additiveShare: 0 },
    acquisition: 'expectedImprovement',
    margin: 0.01,
    pending: 'localMaxima',
    climbs: 10,
    localShare: 0,
  };
}
