import { toRng, type Rng, type Seed } from '@pct/core';
import type { Kernel } from '../kernels/Kernel.js';
import type { KernelName } from '../kernels/radial.js';
import { dot } from './dot.js';
import type { LazyGaussianProcess } from './LazyGaussianProcess.js';

/** Degrees of freedom of the spectral density, a multivariate t distribution; Infinity is a normal one. */
const FREEDOM: Record<KernelName, number> = { matern12: 1, matern32: 3, matern52: 5, rbf: Infinity };

/** Options of {@link PathwiseSample}. */
export interface PathwiseSampleOptions {
  /**
   * Random Fourier features of the prior part, at least 1.
   * @defaultValue `512`
   */
  readonly features?: number | undefined;
  /**
   * Stream or seed of the sample.
   * @defaultValue `0`
   */
  readonly rng?: Rng | Seed | undefined;
}

/**
 * One function drawn from the posterior of a process: a draw from the prior by random features, corrected at the data by
 * the kernel, f(x) = g(x) + k(x, X) K⁻¹ (y − g(X) − ε). Making it costs O(n² + n features), a value O(n + features) —
 * unlike the posterior's mean and variance. It stands for the process as it was.
 *
 * @see Wilson et al. 2020, Efficiently Sampling Functions from Gaussian Process Posteriors, arXiv:2002.09309
 */
export class PathwiseSample {
  private readonly process: LazyGaussianProcess;
  private readonly size: number;
  private readonly mean: number;
  private readonly deviation: number;
  private readonly spectrum: Spectrum;
  private readonly frequencies: Float64Array;
  private readonly phases: Float64Array;
  private readonly coefficients: Float64Array;
  /** Per categorical code: what it adds to the phases of a dimension. */
  private readonly codes = new Map<string, Float64Array>();
  private readonly tails: Float64Array;
  private readonly rng: Rng;
  private readonly corrections: Float64Array;
  private readonly rows: Float64Array;
  private readonly angles: Float64Array;

  constructor(process: LazyGaussianProcess, options: PathwiseSampleOptions = {}) {
    const { features = 512 } = options;
    const { state, kinds } = process;
    const d = kinds.length;
    const n = process.size;
    this.rng = toRng(options.rng ?? 0, 'PathwiseSample');
    this.process = process;
    this.size = n;
    this.mean = state.meanShift + Math.sqrt(state.amplitude * state.meanUncertainty) * this.rng.normal();
    this.deviation = Math.sqrt(state.amplitude);
    const freedom = FREEDOM[state.kernel.name];
    this.tails = Float64Array.from({ length: features }, () => this.drawTail(freedom));
    const spectrum = spectrumOf(state.kernel, features);
    this.spectrum = spectrum;
    this.frequencies = this.rng.fillNormal(new Float64Array(features * d));
    for (let f = 0; f < features; f++) {
      for (let j = 0; j < d; j++)
        this.frequencies[f * d + j]! *= this.tails[f]! * spectrum.scales[f * d + j]!;
    }
    this.phases = Float64Array.from({ length: features }, () => this.rng.uniform(0, 2 * Math.PI));
    this.coefficients = Float64Array.from(
      { length: features },
      (_, f) => spectrum.amplitudes[f]! * this.rng.normal(),
    );
    this.angles = new Float64Array(features);
    this.rows = new Float64Array(n);
    this.corrections = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const noise = Math.sqrt(state.diagonal(i) - 1 + state.jitters.data[i]!) * this.rng.normal();
      const target = (state.targets.data[i]! - state.reference - this.mean) / this.deviation;
      this.corrections[i] = target - this.priorAt(state.points.data.subarray(i * d, (i + 1) * d)) - noise;
    }
    state.factor.solve(this.corrections, this.corrections);
  }

  /**
   * Value of the function.
   *
   * @param x - `[d]`
   * @param gradient - receives the derivatives if given, `[d]`; 0 along categorical dimensions
   */
  evaluate(x: ArrayLike<number>, gradient?: Float64Array): number {
    const { state, kinds } = this.process;
    const n = this.size;
    state.kernel.row(state.points.data, n, x, 0, this.rows);
    const value = this.priorAt(x) + dot(this.rows, 0, this.corrections, 0, n);
    if (gradient !== undefined) {
      state.kernel.inputGradient(state.points.data, n, x, this.corrections, gradient);
      const d = kinds.length;
      for (let f = 0; f < this.angles.length; f++) {
        const slope = -this.coefficients[f]! * Math.sin(this.angles[f]!);
        for (let j = 0; j < d; j++) {
          if (kinds[j] === 'continuous') gradient[j]! += slope * this.frequencies[f * d + j]!;
        }
      }
      for (let j = 0; j < d; j++) gradient[j]! *= this.deviation;
    }
    return state.reference + this.mean + this.deviation * value;
  }

  /** The prior part at unit variance; leaves the angles. */
  private priorAt(x: ArrayLike<number>): number {
    const { angles, phases, frequencies, coefficients } = this;
    const { kinds } = this.process;
    const d = kinds.length;
    angles.set(phases);
    for (let j = 0; j < d; j++) {
      const coordinate = x[j]!;
      if (kinds[j] === 'categorical') {
        const part = this.codeAngles(j, coordinate);
        for (let f = 0; f < angles.length; f++) angles[f]! += part[f]!;
      } else {
        for (let f = 0; f < angles.length; f++) angles[f]! += frequencies[f * d + j]! * coordinate;
      }
    }
    let sum = 0;
    for (let f = 0; f < angles.length; f++) sum += coefficients[f]! * Math.cos(angles[f]!);
    return sum;
  }

  /** Codes are corners of a simplex with edges of length 1 / ℓ: each has a frequency of its own. */
  private codeAngles(dimension: number, code: number): Float64Array {
    const key = `${dimension}:${code}`;
    let angles = this.codes.get(key);
    if (angles === undefined) {
      const stream = this.rng.split(key);
      const { scales } = this.spectrum;
      const d = this.process.kinds.length;
      angles = this.tails.map(
        (tail, f) => tail * Math.SQRT1_2 * scales[f * d + dimension]! * stream.normal(),
      );
      this.codes.set(key, angles);
    }
    return angles;
  }

  /** √(freedom / χ²_freedom) */
  private drawTail(freedom: number): number {
    if (freedom === Infinity) return 1;
    let squares = 0;
    for (let k = 0; k < freedom; k++) squares += this.rng.normal() ** 2;
    return Math.sqrt(freedom / squares);
  }
}

/** What the random features of a kernel look like. */
interface Spectrum {
  /** Factors of frequencies: 1 / length-scale, 0 for coordinates that a feature does not depend on; `[features, d]`. */
  readonly scales: Float64Array;
  /** Standard deviation of each feature's coefficient, `[features]`. */
  readonly amplitudes: Float64Array;
}

/** Features are shared out among the kernel's parts in proportion to their variances. */
function spectrumOf({ lengthScales, additiveShare, additiveScale }: Kernel, features: number): Spectrum {
  const d = lengthScales.length;
  const scales = new Float64Array(features * d);
  const amplitudes = new Float64Array(features);
  const additive =
    additiveShare === 0 ? 0 : Math.min(features - 1, Math.max(d, Math.round(additiveShare * features)));
  const joint = features - additive;
  for (let f = 0; f < features; f++) {
    if (f < joint) {
      amplitudes[f] = Math.sqrt((2 * (1 - additiveShare)) / joint);
      for (let j = 0; j < d; j++) scales[f * d + j] = 1 / lengthScales[j]!;
    } else {
      // Dimensions in turn: some have one feature more than others, which the amplitudes make up for.
      const j = (f - joint) % d;
      const count = Math.floor((additive - 1 - j) / d) + 1;
      amplitudes[f] = Math.sqrt((2 * additiveShare) / (d * count));
      scales[f * d + j] = 1 / (additiveScale * lengthScales[j]!);
    }
  }
  return { scales, amplitudes };
}
