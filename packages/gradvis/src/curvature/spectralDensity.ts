import { checkInteger, checkOneOf, toRng, trackProgress, type Executor, type Progress } from '@pct/core';
import type { Journal } from '../journal/journal.js';
import { Basis, type BasisPrecision } from '../linalg/Basis.js';
import { provenanceOf } from '../results/provenance.js';
import type { Spectrum } from '../results/types.js';
import { requireSymmetric } from './checkOperator.js';
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
  /**
   * Keeps nodes and weights of finished runs, and gives back those of an earlier run, which are not computed again.
   * @defaultValue none
   */
  readonly journal?: Journal | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Is told the steps of the runs that are left, or finished runs with an executor. */
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
  const { reorthogonalise = true, check = true, journal, executor, signal, onProgress } = options;
  checkInteger(name, 'option runs', runs, { min: 1 });
  checkInteger(name, 'option steps', steps, { min: 1 });
  checkOneOf(name, 'option distribution', distribution, ['rademacher', 'normal']);
  checkOneOf(name, 'option precision', precision, ['float64', 'float32']);
  const rng = toRng(seed, name).split(name);
  const setting: QuadratureSetting = { steps, distribution, reorthogonalise, precision };
  const recipe = executor === undefined ? undefined : recipeFor(name, operator);
  // More runs may be wanted later: those that are there do not depend on their number.
  const key = { work: name, size: operator.size, operator: operator.key, ...setting, seed };
  const known = await journal?.load(JSON.stringify(key));
  const all = Array.from({ length: runs }, (_, run) => unpack(known?.get(run)));
  const left = Array.from(all.keys()).filter((run) => all[run] === undefined);
  const keep = async (run: number, found: Quadrature): Promise<void> => {
    all[run] = found;
    await journal?.append(run, Float64Array.of(...found.nodes, ...found.weights));
  };
  if (left.length > 0) await requireSymmetric(name, operator, check);
  if (executor !== undefined) {
    const inputs = left.map((run) => ({ recipe: recipe!, setting, run, rng: rng.getState() }));
    for await (const { index, output } of executor.map(quadratureRun, inputs, { signal, onProgress }))
      await keep(left[index]!, output);
  } else {
    const tracker = trackProgress(left.length * Math.min(steps, operator.size), onProgress);
    const basis = new Basis(operator.size, precision);
    for (const run of left)
      await keep(run, await quadrature(operator, setting, run, rng, signal, basis, () => tracker.advance()));
    tracker.finish();
  }
  return {
    kind: 'spectrum',
    matrix: operator.matrix ?? 'hessian',
    size: operator.size,
    nodes: all.map((one) => one!.nodes),
    weights: all.map((one) => one!.weights),
    provenance: provenanceOf(name, { runs, ...setting }, { seed, ...operator.facts }),
  };
}

/** Nodes and weights of a run as they are kept in journals: first the ones, then the others. */
function unpack(part: Float64Array | undefined): Quadrature | undefined {
  if (part === undefined) return undefined;
  return { nodes: part.slice(0, part.length / 2), weights: part.slice(part.length / 2) };
}
