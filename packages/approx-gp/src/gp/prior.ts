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
  /**
   * Location of the logit of the additive share.
   * @defaultValue `0`, a half
   */
  readonly shareLocation?: number | undefined;
  /**
   * Spread of the logit of the additive share, above 0.
   * @defaultValue `2`
   */
  readonly shareSpread?: number | undefined;
  /**
   * Location of the logarithm of the additive scale.
   * @defaultValue `−½ log d`, so that each function has the length-scale of a process in one dimension
   */
  readonly ratioLocation?: number | undefined;
  /**
   * Spread of the logarithm of the additive scale, above 0.
   * @defaultValue `1`
   */
  readonly ratioSpread?: number | undefined;
}

/**
 * Log-normal beliefs about length-scales, noise and the additive part: longer scales in more dimensions, so that the distance between points
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
  private readonly shareLocation: number;
  private readonly shareSpread: number;
  private readonly ratioLocation: number;
  private readonly ratioSpread: number;

  /** @throws {@link InvalidArgumentError} if a number is out of range */
  constructor(dimensions: number, options: HyperpriorOptions = {}) {
    const { scaleLocation = Math.SQRT2 + 0.5 * Math.log(dimensions), scaleSpread = Math.sqrt(3) } = options;
    const { noiseLocation = Math.log(1e-6), noiseSpread = 1 } = options;
    const { shareLocation = 0, shareSpread = 2 } = options;
    const { ratioLocation = -0.5 * Math.log(dimensions), ratioSpread = 1 } = options;
    this.dimensions = dimensions;
    this.scaleLocation = checkFinite('Hyperprior', 'scaleLocation', scaleLocation);
    this.scaleSpread = checkPositive('Hyperprior', 'scaleSpread', scaleSpread);
    this.noiseLocation = checkFinite('Hyperprior', 'noiseLocation', noiseLocation);
    this.noiseSpread = checkPositive('Hyperprior', 'noiseSpread', noiseSpread);
    this.shareLocation = checkFinite('Hyperprior', 'shareLocation', shareLocation);
    this.shareSpread = checkPositive('Hyperprior', 'shareSpread', shareSpread);
    this.ratioLocation = checkFinite('Hyperprior', 'ratioLocation', ratioLocation);
    this.ratioSpread = checkPositive('Hyperprior', 'ratioSpread', ratioSpread);
  }

  /** Log of the most probable length-scale. */
  get scaleMode(): number {
    return this.scaleLocation - this.scaleSpread ** 2;
  }

  /** The most probable additive share. */
  get shareMode(): number {
    return 1 / (1 + Math.exp(-this.shareLocation));
  }

  /**
   * Log density, without constants, of ℓ and of the other entries of θ; adds its gradient.
   *
   * @param theta - see `toTheta`, `[d + 1]` or `[d + 3]`
   * @param gradient - is added to, as long as theta
   */
  logDensity(theta: ArrayLike<number>, gradient?: Float64Array): number {
    const { dimensions: d } = this;
    let sum = 0;
    for (let j = 0; j < d; j++) {
      const offset = (theta[j]! - this.scaleLocation) / this.scaleSpread;
      sum -= 0.5 * offset * offset + theta[j]!;
      if (gradient !== undefined) gradient[j]! -= offset / this.scaleSpread + 1;
    }
    const rest = [
      [this.noiseLocation, this.noiseSpread],
      [this.shareLocation, this.shareSpread],
      [this.ratioLocation, this.ratioSpread],
    ] as const;
    for (let k = d; k < theta.length; k++) {
      const [location, spread] = rest[k - d]!;
      const offset = (theta[k]! - location) / spread;
      sum -= 0.5 * offset * offset;
      if (gradient !== undefined) gradient[k]! -= offset / spread;
    }
    return sum;
  }
}
