import {
  checkFinite,
  checkInteger,
  InvalidArgumentError,
  toRng,
  trackProgress,
  type Progress,
} from '@pct/core';
import type { Journal } from '../journal/journal.js';
import { checksum } from '../journal/key.js';
import { Basis, type BasisPrecision } from '../linalg/Basis.js';
import { norm, scale } from '../linalg/vectors.js';
import { checkVector } from '../objective/check.js';
import { provenanceOf } from '../results/provenance.js';
import type { Eigenpairs } from '../results/types.js';
import { requireSymmetric } from './checkOperator.js';
import { journaledOperator } from './journaled.js';
import { checkIsOperator, type SymmetricOperator } from './operator.js';
import { unitProbe } from './probes.js';
import { ThickRestart } from './ThickRestart.js';

/** Options of {@link eigenpairs}. */
export interface EigenpairsOptions {
  /**
   * Number of largest eigenvalues.
   * @defaultValue `1`
   */
  readonly top?: number | undefined;
  /**
   * Number of smallest eigenvalues, the most negative first of all.
   * @defaultValue `0`
   */
  readonly bottom?: number | undefined;
  /**
   * A pair is converged when |A v − λ v| is at most this times |λ|, or is down at rounding of the largest eigenvalue.
   * @defaultValue `1e-6`
   */
  readonly tolerance?: number | undefined;
  /**
   * Most basis vectors at a time, and so the memory: 8 bytes per parameter each. More need fewer products.
   * @defaultValue `2 (top + bottom) + 30`
   */
  readonly basisSize?: number | undefined;
  /**
   * Most products, without those for the check and the residuals.
   * @defaultValue 20 times `basisSize`
   */
  readonly maxProducts?: number | undefined;
  /**
   * Start vector, [size], such as the sum of the eigenvectors at a point nearby.
   * @defaultValue random with normal entries
   */
  readonly start?: Float64Array | undefined;
  /**
   * How the basis is kept.
   * @defaultValue `'float64'`
   */
  readonly precision?: BasisPrecision | undefined;
  /**
   * Whether to make sure first that the operator is symmetric and deterministic, by three products.
   * @defaultValue `true`
   */
  readonly check?: boolean | undefined;
  /**
   * Of the random vectors.
   * @defaultValue `0`
   */
  readonly seed?: number | undefined;
  /**
   * Keeps products as they come, 8 bytes per parameter and product, and gives back those of an earlier run, which are not computed again.
   * @defaultValue none
   */
  readonly journal?: Journal | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Is told the number of products. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Eigenpairs, and how it went. */
export interface EigenpairsResult extends Eigenpairs {
  readonly status: 'converged' | 'maxProducts';
  /** Products with the operator, without those for the check. */
  readonly products: number;
}

/**
 * Largest and smallest eigenvalues with their vectors, both ends from one Krylov space: Lanczos' process, restarted with the
 * best Ritz vectors.
 *
 * A repeated eigenvalue usually comes once, since a Krylov space holds one vector of each; all copies come if the basis can hold
 * the whole space, and by {@link lobpcg}.
 *
 * @param operator - symmetric
 * @param options - {@link EigenpairsOptions}
 * @throws `NumericalError` if the operator is not symmetric or not deterministic, or gives NaN ·
 *   {@link InvalidArgumentError} if an option is not such · the signal's reason
 * @see Wu & Simon 2000, SIAM J. Matrix Anal. Appl. 22(2), doi:10.1137/S0895479898334605 (thick restart)
 */
export async function eigenpairs(
  operator: SymmetricOperator,
  options: EigenpairsOptions = {},
): Promise<EigenpairsResult> {
  const name = 'eigenpairs';
  checkIsOperator(name, operator);
  const { size } = operator;
  const { top = 1, bottom = 0, tolerance = 1e-6, seed = 0, start, check = true, signal } = options;
  checkInteger(name, 'option top', top, { min: 0, max: size });
  checkInteger(name, 'option bottom', bottom, { min: 0, max: size });
  checkFinite(name, 'option tolerance', tolerance, { min: 0 });
  const wanted = top + bottom;
  if (wanted < 1 || wanted > size)
    throw new InvalidArgumentError(
      `${name}: options top + bottom must be from 1 to the size ${size}, got ${wanted}`,
    );
  const { basisSize = 2 * wanted + 30, precision = 'float64', journal } = options;
  checkInteger(name, 'option basisSize', basisSize, { min: Math.min(size, wanted + 2) });
  const { maxProducts = 20 * basisSize } = options;
  checkInteger(name, 'option maxProducts', maxProducts, { min: 1 });
  const rng = toRng(seed, name).split(name);
  const first = new Float64Array(size);
  if (start === undefined) unitProbe(rng, 0, 'normal', first);
  else {
    first.set(checkVector(name, 'option start', start, size));
    const length = norm(first);
    if (length === 0) throw new InvalidArgumentError(`${name}: option start must not be all zero`);
    scale(first, 1 / length);
  }
  const settings = { top, bottom, tolerance, basisSize, maxProducts, precision };
  const key = {
    work: name,
    ...settings,
    seed,
    check,
    start: start === undefined ? undefined : checksum(start),
  };
  const products = journal === undefined ? operator : await journaledOperator(name, operator, journal, key);
  await requireSymmetric(name, products, check);

  const solver = new ThickRestart(products, {
    top,
    bottom,
    tolerance,
    capacity: Math.min(size, basisSize),
    basis: new Basis(size, precision),
    rng,
    signal,
  });
  const tracker = trackProgress(maxProducts, options.onProgress);
  const converged = await solver.solve(first, maxProducts, (products) => tracker.report(products));
  const pairs = await solver.pairs(products, tolerance);
  tracker.finish();
  return {
    kind: 'eigenpairs',
    matrix: operator.matrix ?? 'hessian',
    ...pairs,
    status: converged ? 'converged' : 'maxProducts',
    products: solver.products + wanted,
    provenance: provenanceOf(name, settings, { seed, ...operator.facts }),
  };
}
