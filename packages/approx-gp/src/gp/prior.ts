import { checkFinite, checkPositive } from '@pct/core';

/** What is believed about hyper-parameters before any data; all of it in natural logarithms. */
export interface HyperpriorOptions {
  /**
   * Location of log ℓ, on coordinates of [0, 1].
   * @defaultValue `√2 + ½ log d`
   */
  readonly scaleLocation?: number | undefined;
  /**
   * Spread of log ℓ, above 0.
   * @defaultValue `√3`
   */
  readonly scaleSpread?: number | undefined;
  /**
   * Location of log λ, the noise over the variance of the process.
   * @defaultValue `log 1e-6`
   */
  readonly noiseLocation?: number | undefined;
  /**
   * Spread of log λ, above 0.
   * @defaultValue `1`
   */
  readonly noiseSpread?: number | undefined;
}

/**
 * Log-normal beliefs about length-scales and noise: longer scales in more dimensions, so that the distance between points
 * in scaled coordinates, and with it the complexity of the process, does not grow with the number of dimensions.
 *
 * @see Hvarfner, Hellsten & Nardi 2024, Vanilla Bayesian Optimization Performs Great in High Dimensions,
 *   arXiv:2402.02229
 */
export class Hyperprior {
  private readonly dimensions: number;
  private readonly scaleLocation: number;
  private readonly scaleSpread: number;
  private readonly noiseLocation: number;
  private readonly noiseSpread: number;

  /** @throws {@link InvalidArgumentError} if a number is out of range */
  constructor(dimensions: number, options: HyperpriorOptions = {}) {
    const { scaleLocation = Math.SQRT2 + 0.5 * Math.log(dimensions), scaleSpread = Math.sqrt(3) } = options;
    const { noiseLocation = Math.log(1e-6), noiseSpread = 1 } = options;
    this.dimensions = dimensions;
    this.scaleLocation = checkFinite('Hyperprior', 'scaleLocation', scaleLocation);
    this.scaleSpread = checkPositive('Hyperprior', 'scaleSpread', scaleSpread);
    this.noiseLocation = checkFinite('Hyperprior', 'noiseLocation', noiseLocation);
    this.noiseSpread = checkPositive('Hyperprior', 'noiseSpread', noiseSpread);
  }

  /** Log of the most probable length-scale. */
  get scaleMode(): number {
    return this.scaleLocation - this.scaleSpread ** 2;
  }

  /**
   * Log density, without constants, of ℓ and log λ; adds its gradient.
   *
   * @param theta - log ℓ_1 … log ℓ_d, log λ; `[d + 1]`
   * @param gradient - is added to, `[d + 1]`
   */
  logDensity(theta: ArrayLike<number>, gradient?: Float64Array): number {
    const { dimensions: d } = this;
    let sum = 0;
    for (let j = 0; j < d; j++) {
      const offset = (theta[j]! - this.scaleLocation) / this.scaleSpread;
      sum -= 0.5 * offset * offset + theta[j]!;
      if (gradient !== undefined) gradient[j]! -= offset / this.scaleSpread + 1;
    }
    const offset = (theta[d]! - this.noiseLocation) / this.noiseSpread;
    if (gradient !== undefined) gradient[d]! -= offset / this.noiseSpread;
    return sum - 0.5 * offset * offset;
  }
}
