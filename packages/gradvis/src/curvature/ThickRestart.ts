import type { Rng } from '@pct/core';
import type { Basis } from '../linalg/Basis.js';
import { symmetricEigen, type SymmetricEigen } from '../linalg/symmetricEigen.js';
import { addScaled, dot, fixSign, norm, scale } from '../linalg/vectors.js';
import type { Eigenpairs } from '../results/types.js';
import { LanczosRun } from './lanczos.js';
import type { SymmetricOperator } from './operator.js';

/** What {@link ThickRestart} looks for, and with what. */
export interface SolverSetting {
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

/** Lanczos' process, restarted with the best Ritz vectors. */
export class ThickRestart {
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
