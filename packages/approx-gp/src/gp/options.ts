import { checkFinite, checkPositive, describeValue, ShapeError } from '@pct/core';
import { Kernel, type CoordinateKind } from '../kernels/Kernel.js';
import type { KernelName } from '../kernels/radial.js';
import type { AmplitudeRule, MeanRule } from './GpState.js';

/** What a Gaussian process is made with besides its data. */
export interface Hyperparameters {
  /** ℓ_j in units of the coordinates, `[d]`, above 0. */
  readonly lengthScales: ArrayLike<number>;
  /** λ: variance of the noise over the variance of the process, from 0 to 1e6. */
  readonly noise: number;
  /**
   * Share of a sum of functions of one coordinate each in the variance of the process, from 0 to 0.999.
   * @defaultValue `0`
   */
  readonly additiveShare?: number | undefined;
  /**
   * Length-scales of these functions in units of `lengthScales`, above 0.
   * @defaultValue `1 / √d`
   */
  readonly additiveScale?: number | undefined;
}

/** Options of `LazyGaussianProcess`. */
export interface LazyGaussianProcessOptions {
  /**
   * Correlation function.
   * @defaultValue `'matern52'`
   */
  readonly kernel?: KernelName | undefined;
  /**
   * One for all dimensions or `[d]`, above 0.
   * @defaultValue `exp(√2 − 3) √d`, the mode of the prior of `fitHyperparameters`
   */
  readonly lengthScales?: number | ArrayLike<number> | undefined;
  /**
   * λ: variance of the noise over the variance of the process, from 0 to 1e6.
   * @defaultValue `1e-6`
   */
  readonly noise?: number | undefined;
  /**
   * Share of a sum of functions of one coordinate each in the variance of the process, from 0 to 0.999.
   * @defaultValue `0`
   */
  readonly additiveShare?: number | undefined;
  /**
   * Length-scales of these functions in units of `lengthScales`, above 0.
   * @defaultValue `1 / √d`
   */
  readonly additiveScale?: number | undefined;
  /**
   * Constant mean: by generalised least squares (`profiled`, or `kriging`, which counts the error of that in variances
   * too), the `average` of the targets, or a number.
   * @defaultValue `'profiled'`
   */
  readonly mean?: MeanRule | undefined;
  /**
   * Variance of the process: `profiled` by maximum likelihood, or a number above 0.
   * @defaultValue `'profiled'`
   */
  readonly amplitude?: AmplitudeRule | undefined;
  /**
   * Whether a point whose every coordinate is within 1e-9 of an earlier one makes a row of its own (`separate`) or
   * the earlier row the average of both (`merge`).
   * @defaultValue `'separate'`
   */
  readonly replicates?: 'separate' | 'merge' | undefined;
  /**
   * Rows to make room for at first.
   * @defaultValue `64`
   */
  readonly capacity?: number | undefined;
}

/** Mode of the prior of length-scales. */
function defaultLengthScale(dimensions: number): number {
  return Math.exp(Math.SQRT2 - 3) * Math.sqrt(dimensions);
}

/** Largest share of the additive part: without the joint part, corners of a rectangle would depend on each other. */
export const MAX_ADDITIVE_SHARE = 0.999;

/**
 * The kernel of checked options.
 *
 * @throws {@link InvalidArgumentError} if a number is out of range · {@link ShapeError} if lengths do not fit
 */
export function createKernel(
  functionName: string,
  kernel: KernelName,
  kinds: readonly CoordinateKind[],
  options: Pick<LazyGaussianProcessOptions, 'lengthScales' | 'additiveShare' | 'additiveScale'>,
): Kernel {
  const d = kinds.length;
  const { lengthScales = defaultLengthScale(d), additiveShare = 0, additiveScale = d ** -0.5 } = options;
  return new Kernel(kernel, kinds, {
    lengthScales: checkScales(functionName, lengthScales, d),
    additiveShare: checkFinite(functionName, 'additiveShare', additiveShare, {
      min: 0,
      max: MAX_ADDITIVE_SHARE,
    }),
    additiveScale: checkPositive(functionName, 'additiveScale', additiveScale),
  });
}

/** Length-scales, checked, `[d]`. */
function checkScales(name: string, scales: number | ArrayLike<number>, d: number): Float64Array {
  if (typeof scales !== 'number' && scales?.length !== d) {
    throw new ShapeError(`${name}: lengthScales must be a number or [${d}], got ${describeValue(scales)}`);
  }
  return Float64Array.from({ length: d }, (_, j) =>
    checkPositive(name, `lengthScales[${j}]`, typeof scales === 'number' ? scales : scales[j]),
  );
}
