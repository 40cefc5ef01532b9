import { checkInteger, checkOneOf, checkPositive, describeValue, InvalidArgumentError } from '@pct/core';
import type { Spectrum } from '../results/types.js';

/** Options of {@link smoothDensity}. */
export interface SmoothDensityOptions {
  /**
   * Standard deviation of the Gaussian that each node is drawn with, in units of the eigenvalues.
   * @defaultValue a hundredth of the range of the nodes
   */
  readonly sigma?: number | undefined;
  /**
   * Number of places.
   * @defaultValue `1000`
   */
  readonly points?: number | undefined;
  /**
   * First and last place.
   * @defaultValue the range of the nodes and 5 sigma on each side
   */
  readonly range?: readonly [from: number, to: number] | undefined;
  /**
   * Area under the curve: 1, or the number of eigenvalues.
   * @defaultValue `'probability'`
   */
  readonly as?: 'probability' | 'count' | undefined;
}

/** A smoothed density. */
export interface Density {
  /** Eigenvalues, evenly spaced, [points]. */
  readonly positions: Float64Array;
  /** Density at them, [points]. */
  readonly values: Float64Array;
  /** Standard error of the density over the runs, [points]; NaN for a single run. */
  readonly standardErrors: Float64Array;
  readonly sigma: number;
  readonly as: 'probability' | 'count';
}

/**
 * φ(t) = (1/R) Σᵣ Σₖ τₖ N(t; θₖ, σ²): nodes and weights of a spectrum drawn with Gaussians.
 *
 * @param spectrum - from `spectralDensity`
 * @param options - {@link SmoothDensityOptions}
 * @throws {@link InvalidArgumentError} if the spectrum has no runs or an option is not such
 */
export function smoothDensity(spectrum: Spectrum, options: SmoothDensityOptions = {}): Density {
  const name = 'smoothDensity';
  checkSpectrum(name, spectrum);
  const { points = 1000, as = 'probability' } = options;
  checkInteger(name, 'option points', points, { min: 2 });
  checkOneOf(name, 'option as', as, ['probability', 'count']);
  const lowest = Math.min(...spectrum.nodes.map((nodes) => nodes[0]!));
  const highest = Math.max(...spectrum.nodes.map((nodes) => nodes.at(-1)!));
  // A single eigenvalue has no range.
  const fallback = (highest - lowest || Math.abs(highest) || 1) / 100;
  const { sigma = fallback } = options;
  checkPositive(name, 'option sigma', sigma);
  const { range: [from, to] = [lowest - 5 * sigma, highest + 5 * sigma] } = options;
  if (!(from < to && to - from < Infinity))
    throw new InvalidArgumentError(
      `${name}: option range must be two finite numbers, the lesser first, got ${describeValue(from)}, ${describeValue(to)}`,
    );
  const positions = Float64Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
  const area = as === 'count' ? spectrum.size : 1;
  const perRun = spectrum.nodes.map((nodes, run) =>
    smoothRun(nodes, spectrum.weights[run]!, positions, sigma, area),
  );
  const values = new Float64Array(points);
  const standardErrors = new Float64Array(points);
  const column = new Float64Array(perRun.length);
  for (let i = 0; i < points; i++) {
    perRun.forEach((run, r) => (column[r] = run[i]!));
    const { mean, standardError } = meanWithError(column);
    values[i] = mean;
    standardErrors[i] = standardError;
  }
  return { positions, values, standardErrors, sigma, as };
}

function smoothRun(
  nodes: Float64Array,
  weights: Float64Array,
  positions: Float64Array,
  sigma: number,
  area: number,
): Float64Array {
  const values = new Float64Array(positions.length);
  const height = area / (sigma * Math.sqrt(2 * Math.PI));
  for (let k = 0; k < nodes.length; k++) {
    const factor = height * weights[k]!;
    for (let i = 0; i < positions.length; i++) {
      const z = (positions[i]! - nodes[k]!) / sigma;
      values[i]! += factor * Math.exp(-0.5 * z * z);
    }
  }
  return values;
}

/** A number and how well it is known. */
export interface MeanWithError {
  readonly mean: number;
  /** Standard deviation of the mean; NaN for one sample. */
  readonly standardError: number;
}

/**
 * Share of the eigenvalues below a threshold.
 *
 * @param spectrum - from `spectralDensity`
 * @param threshold - @defaultValue `0`; take a little below 0 if rounding shall not count as negative curvature
 * @returns share in [0, 1], with its standard error over the runs
 * @throws {@link InvalidArgumentError} if the spectrum has no runs
 */
export function negativeMass(spectrum: Spectrum, threshold = 0): MeanWithError {
  checkSpectrum('negativeMass', spectrum);
  return meanWithError(
    spectrum.nodes.map((nodes, run) =>
      nodes.reduce((sum, node, k) => (node < threshold ? sum + spectrum.weights[run]![k]! : sum), 0),
    ),
  );
}

/**
 * Trace of a function of the matrix, n · mean over runs of Σ τ f(θ): the trace itself for f(θ) = θ, the squared Frobenius norm for
 * θ², the log-determinant for log θ.
 *
 * @param spectrum - from `spectralDensity`
 * @param fn - of an eigenvalue
 * @throws {@link InvalidArgumentError} if the spectrum has no runs
 */
export function traceOf(spectrum: Spectrum, fn: (eigenvalue: number) => number): MeanWithError {
  checkSpectrum('traceOf', spectrum);
  return meanWithError(
    spectrum.nodes.map(
      (nodes, run) =>
        spectrum.size * nodes.reduce((sum, node, k) => sum + spectrum.weights[run]![k]! * fn(node), 0),
    ),
  );
}

function checkSpectrum(functionName: string, spectrum: Spectrum): void {
  const { nodes, weights } = spectrum;
  const fits =
    nodes.length > 0 && nodes.every((run, k) => run.length > 0 && weights[k]?.length === run.length);
  if (!fits)
    throw new InvalidArgumentError(
      `${functionName}: spectrum must hold one run or more, each with as many weights as nodes`,
    );
}

/** Mean of samples and its standard error. */
export function meanWithError(samples: ArrayLike<number>): MeanWithError {
  const { length } = samples;
  let mean = 0;
  for (let k = 0; k < length; k++) mean += samples[k]! / length;
  let squares = 0;
  for (let k = 0; k < length; k++) squares += (samples[k]! - mean) ** 2;
  return { mean, standardError: length > 1 ? Math.sqrt(squares / (length * (length - 1))) : NaN };
}
