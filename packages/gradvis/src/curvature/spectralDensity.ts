import {
  checkInteger,
  checkOneOf,
  collect,
  toRng,
  trackProgress,
  type Executor,
  type Progress,
} from '@pct/core';
import { provenanceOf } from '../provenance.js';
import type { Spectrum } from '../results.js';
import { requireSymmetric } from './checkOperator.js';
import { Basis, type BasisPrecision } from './linalg/Basis.js';
import { checkIsOperator, type SymmetricOperator } from './operator.js';
import type { ProbeDistribution } from './probes.js';
import { quadrature, type Quadrature, type QuadratureSetting } from './quadrature.js';
import { recipeFor } from './remote.js';
import { quadratureRun } from './tasks.js';

/** Options of {@link spectralDensity}. */
export interface SpectralDensityOptions {
  /**
   * Number of random start vectors; the error of the bulk falls with its square root.
   * @defaultValue `10`
   */
  readonly runs?: number | undefined;
  /**
   * Lanczos steps per run, each one product; resolution grows with it.
   * @defaultValue `80`
   */
  readonly steps?: number | undefined;
  /**
   * Of the entries of the start vectors.
   * @defaultValue `'rademacher'`
   */
  readonly distribution?: ProbeDistribution | undefined;
  /**
   * Whether the basis is kept and each vector made orthogonal to it. Without it memory is a few vectors, and densities are as
   * good; only lists of single nodes then show large eigenvalues several times, their weight split.
   * @defaultValue `true`
   */
  readonly reorthogonalise?: boolean | undefined;
  /**
   * How the basis is kept: 8 or 4 bytes per parameter and step.
   * @defaultValue `'float64'`
   */
  readonly precision?: BasisPrecision | undefined;
  /**
   * Whether to make sure first that the operator is symmetric and deterministic, by three products.
   * @defaultValue `true`
   */
  readonly check?: boolean | undefined;
  /**
   * Of the start vectors; run k has the child stream k.
   * @defaultValue `0`
   */
  readonly seed?: number | undefined;
  /** Shares the runs; the operator must then be made from an `ObjectiveSource`. The result is the same, bit for bit. */
  readonly executor?: Executor | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Is told the steps of all runs, or finished runs with an executor. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Spectral density of a matrix by stochastic Lanczos quadrature. Nodes and weights are kept, so that {@link smoothDensity} can
 * draw them at any resolution without further products.
 *
 * @param operator - symmetric
 * @param options - {@link SpectralDensityOptions}
 * @throws `NumericalError` if the operator is not symmetric or not deterministic, or gives NaN · `InvalidArgumentError` if
 *   an option is not such, or there is an executor but no source · the signal's reason
 * @see Ubaru, Chen & Saad 2017, SIAM J. Matrix Anal. Appl. 38(4), doi:10.1137/16M1104974 · Ghorbani et al. 2019,
 *   arXiv:1901.10159
 */
export async function spectralDensity(
  operator: SymmetricOperator,
  options: SpectralDensityOptions = {},
): Promise<Spectrum> {
  const name = 'spectralDensity';
  checkIsOperator(name, operator);
  const { runs = 10, steps = 80, distribution = 'rademacher', precision = 'float64', seed = 0 } = options;
  const { reorthogonalise = true, check = true, executor, signal, onProgress } = options;
  checkInteger(name, 'option runs', runs, { min: 1 });
  checkInteger(name, 'option steps', steps, { min: 1 });
  checkOneOf(name, 'option distribution', distribution, ['rademacher', 'normal']);
  checkOneOf(name, 'option precision', precision, ['float64', 'float32']);
  const rng = toRng(seed, name).split(name);
  const setting: QuadratureSetting = { steps, distribution, reorthogonalise, precision };
  const recipe = executor === undefined ? undefined : recipeFor(name, operator);
  await requireSymmetric(name, operator, check);

  let all: Quadrature[] = [];
  if (executor !== undefined) {
    const inputs = Array.from({ length: runs }, (_, run) => ({
      recipe: recipe!,
      setting,
      run,
      rng: rng.getState(),
    }));
    all = await collect(executor.map(quadratureRun, inputs, { signal, onProgress }));
  } else {
    const tracker = trackProgress(runs * Math.min(steps, operator.size), onProgress);
    const basis = new Basis(operator.size, precision);
    for (let run = 0; run < runs; run++)
      all.push(await quadrature(operator, setting, run, rng, signal, basis, () => tracker.advance()));
    tracker.finish();
  }
  return {
    kind: 'spectrum',
    matrix: operator.matrix ?? 'hessian',
    size: operator.size,
    nodes: all.map(({ nodes }) => nodes),
    weights: all.map(({ weights }) => weights),
    provenance: provenanceOf(name, { runs, ...setting }, { seed, ...operator.facts }),
  };
}
