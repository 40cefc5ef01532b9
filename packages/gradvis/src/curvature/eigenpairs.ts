import {
  checkFinite,
  checkInteger,
  InvalidArgumentError,
  toRng,
  trackProgress,
  type Progress,
  type Rng,
} from '@pct/core';
import { checkVector } from '../objective/check.js';
import { provenanceOf } from '../provenance.js';
import type { Eigenpairs } from '../results.js';
import { requireSymmetric } from './checkOperator.js';
import { Basis, type BasisPrecision } from './linalg/Basis.js';
import { symmetricEigen, type SymmetricEigen } from './linalg/symmetricEigen.js';
import { addScaled, dot, fixSign, norm, scale } from './linalg/vectors.js';
import { checkIsOperator, type SymmetricOperator } from './operator.js';
import { LanczosRun } from './lanczos.js';
import { unitProbe } from './probes.js';

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
  const { basisSize = 2 * wanted + 30, precision } = options;
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
  await requireSymmetric(name, operator, check);

  const solver = new ThickRestart(operator, {
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
  const pairs = await solver.pairs(operator, tolerance);
  tracker.finish();
  return {
    kind: 'eigenpairs',
    matrix: operator.matrix ?? 'hessian',
    ...pairs,
    status: converged ? 'converged' : 'maxProducts',
    products: solver.products + wanted,
    provenance: provenanceOf(
      name,
      { top, bottom, tolerance, basisSize, maxProducts, precision: precision ?? 'float64' },
      { seed, ...operator.facts },
    ),
  };
}

interface SolverSetting {
  readonly top: number;
  readonly bottom: number;
  readonly tolerance: number;
  readonly capacity: number;
  readonly basis: Basis;
  readonly rng: Rng;
  readonly signal: AbortSignal | undefined;
}

/** Steps between two looks at the Ritz values. */
const LOOK_EVERY = 5;

class ThickRestart {
  products = 0;
  private readonly setting: SolverSetting;
  private readonly run: LanczosRun;
  /** Qᵀ A Q, [capacity, capacity]: diagonal for the vectors kept, tridiagonal after them, one row that couples both. */
  private readonly projected: Float64Array;
  private ritz: SymmetricEigen = { values: new Float64Array(0), vectors: new Float64Array(0) };

  constructor(operator: SymmetricOperator, setting: SolverSetting) {
    this.setting = setting;
    this.run = new LanczosRun(operator, setting.basis, setting.signal);
    this.projected = new Float64Array(setting.capacity ** 2);
  }

  /** Runs to convergence, which it tells, or to the limit. */
  async solve(
    first: Float64Array,
    maxProducts: number,
    report: (products: number) => void,
  ): Promise<boolean> {
    const { run, projected } = this;
    const { basis, capacity, rng, top, bottom } = this.setting;
    run.begin(first);
    for (;;) {
      const from = basis.count;
      while (basis.count < capacity) {
        const j = basis.count;
        await run.step();
        this.products++;
        report(this.products);
        // In a basis of the whole space nothing is left over but rounding.
        const beta = basis.count === basis.size ? 0 : run.offDiagonal.at(-1)!;
        projected[j * capacity + j] = run.diagonal.at(-1)!;
        if (j + 1 < capacity) projected[(j + 1) * capacity + j] = beta;
        const full = basis.count === capacity;
        const last = full || this.products >= maxProducts;
        // Within an invariant subspace all residuals are zero, though eigenvalues outside may be missing; and a basis that can
        // hold the whole space finds all copies of them only if it does.
        const look =
          (basis.count - from) % LOOK_EVERY === 0 &&
          !run.invariant &&
          capacity < basis.size &&
          basis.count >= top + bottom;
        if (look || last) {
          const converged = this.findRitz(beta);
          if (basis.count >= top + bottom && (converged || this.products >= maxProducts)) return converged;
        }
        if (run.invariant && !full) run.restart(rng, this.products);
      }
      this.restart();
      if (run.invariant) run.restart(rng, this.products);
    }
  }

  /** The wanted pairs, largest first, with residuals from a product each. */
  async pairs(
    operator: SymmetricOperator,
    tolerance: number,
  ): Promise<Pick<Eigenpairs, 'values' | 'residuals' | 'vectors' | 'converged'>> {
    const { values: all, vectors: weights } = this.ritz;
    const count = all.length;
    const chosen = this.wanted(count);
    const values = Float64Array.from(chosen, (i) => all[i]!);
    const residuals = new Float64Array(chosen.length);
    const vectors: Float64Array[] = [];
    for (const [k, i] of chosen.entries()) {
      const vector = new Float64Array(operator.size);
      this.setting.basis.combine(weights.slice(i * count, (i + 1) * count), vector);
      scale(vector, 1 / norm(vector));
      fixSign(vector);
      const product = await operator.apply(vector);
      values[k] = dot(vector, product);
      addScaled(product, -values[k], vector);
      residuals[k] = norm(product);
      vectors.push(vector);
    }
    const converged = Uint8Array.from(residuals, (residual, k) =>
      residual <= Math.max(tolerance * Math.abs(values[k]!), this.noise()) ? 1 : 0,
    );
    return { values, residuals, vectors, converged };
  }

  /** Residuals below this are rounding. */
  private noise(): number {
    const { size } = this.setting.basis;
    return 100 * Number.EPSILON * Math.sqrt(size) * this.run.magnitude;
  }

  /** Places of the wanted ones among `count` ascending values, largest first. */
  private wanted(count: number): number[] {
    const { top, bottom } = this.setting;
    const order = Array.from({ length: count }, (_, i) => count - 1 - i);
    return [...order.slice(0, top), ...order.slice(count - bottom)];
  }

  /** Solves the projected problem; tells whether all wanted pairs are converged. */
  private findRitz(beta: number): boolean {
    const { basis, capacity, tolerance } = this.setting;
    const { count } = basis;
    const small = new Float64Array(count * count);
    for (let i = 0; i < count; i++)
      small.set(this.projected.subarray(i * capacity, i * capacity + count), i * count);
    this.ritz = symmetricEigen(small, count);
    const { values, vectors } = this.ritz;
    if (count < this.setting.top + this.setting.bottom) return false;
    return this.wanted(count).every((i) => {
      const residual = Math.abs(beta * vectors[i * count + count - 1]!);
      return residual <= Math.max(tolerance * Math.abs(values[i]!), this.noise());
    });
  }

  /** Keeps the wanted Ritz vectors and some next to them, and couples them to the vector that comes next. */
  private restart(): void {
    const { basis, capacity, top, bottom } = this.setting;
    const { values, vectors } = this.ritz;
    const beta = this.run.offDiagonal.at(-1)!;
    const spare = Math.floor((capacity - top - bottom) / 3);
    const extraTop = bottom === 0 ? spare : top === 0 ? 0 : Math.floor(spare / 2);
    const keepTop = top + extraTop;
    const keepBottom = bottom + (spare - extraTop);
    const kept = [
      ...Array.from({ length: keepBottom }, (_, i) => i),
      ...Array.from({ length: keepTop }, (_, i) => capacity - keepTop + i),
    ];
    const weights = new Float64Array(kept.length * capacity);
    kept.forEach((i, row) => weights.set(vectors.subarray(i * capacity, (i + 1) * capacity), row * capacity));
    basis.rotate(weights, kept.length);
    this.projected.fill(0);
    kept.forEach((i, row) => {
      this.projected[row * capacity + row] = values[i]!;
      this.projected[kept.length * capacity + row] = beta * vectors[i * capacity + capacity - 1]!;
    });
  }
}
