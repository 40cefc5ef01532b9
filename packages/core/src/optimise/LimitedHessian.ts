import { SmallSystem } from './smallSystem.js';

/**
 * Limited-memory BFGS approximation of the Hessian in compact form, B = θ I − W M Wᵀ with W = [Y, θ S], `[n, 2 k]`,
 * made from the last k <= memory steps s and gradient changes y.
 *
 * @see Byrd, Lu, Nocedal & Zhu 1995, SIAM J. Sci. Comput. 16(5), eqs. 3.2-3.6, doi:10.1137/0916069
 */
export class LimitedHessian {
  /** Scale θ of the part that the pairs do not describe. */
  theta = 1;
  /** Number of pairs k. */
  count = 0;
  private readonly n: number;
  private readonly memory: number;
  /** Steps and gradient changes, `[memory, n]`, oldest first. */
  private readonly s: Float64Array;
  private readonly y: Float64Array;
  /** Sᵀ S and Sᵀ Y, `[memory, memory]`. */
  private readonly ss: Float64Array;
  private readonly sy: Float64Array;
  /** M⁻¹ = [[−D, Lᵀ], [L, θ Sᵀ S]] (eq. 3.4). */
  private readonly middle: SmallSystem;
  private readonly reduced: SmallSystem;
  private readonly products: Float64Array;

  constructor(n: number, memory: number) {
    this.n = n;
    this.memory = memory;
    this.s = new Float64Array(memory * n);
    this.y = new Float64Array(memory * n);
    this.ss = new Float64Array(memory * memory);
    this.sy = new Float64Array(memory * memory);
    this.middle = new SmallSystem(2 * memory);
    this.reduced = new SmallSystem(2 * memory);
    this.products = new Float64Array(4 * memory * memory);
  }

  /** Forgets all pairs: B = I. */
  reset(): void {
    this.count = 0;
    this.theta = 1;
  }

  /**
   * Takes in a pair, unless its curvature is not positive enough (eq. 3.9).
   *
   * @param step - s, `[n]`
   * @param change - y, `[n]`
   */
  add(step: Float64Array, change: Float64Array): void {
    const { n, memory, s, y, ss, sy } = this;
    const curvature = product(step, 0, change, 0, n);
    const squared = product(change, 0, change, 0, n);
    if (!(curvature > Number.EPSILON * squared) || !(squared / curvature < Infinity)) return;
    if (this.count === memory) {
      s.copyWithin(0, n);
      y.copyWithin(0, n);
      for (let i = 1; i < memory; i++) {
        for (let j = 1; j < memory; j++) {
          ss[(i - 1) * memory + j - 1] = ss[i * memory + j]!;
          sy[(i - 1) * memory + j - 1] = sy[i * memory + j]!;
        }
      }
      this.count--;
    }
    const last = this.count++;
    s.set(step, last * n);
    y.set(change, last * n);
    for (let i = 0; i <= last; i++) {
      ss[i * memory + last] = ss[last * memory + i] = product(s, i * n, step, 0, n);
      sy[i * memory + last] = product(s, i * n, change, 0, n);
      sy[last * memory + i] = product(step, 0, y, i * n, n);
    }
    this.theta = squared / curvature;
    this.fillMiddle(this.middle);
    // Numerically singular: begin again rather than go in a meaningless direction.
    if (!this.middle.factor()) this.reset();
  }

  private fillMiddle(system: SmallSystem): void {
    const { count, memory, ss, sy, theta } = this;
    const { matrix } = system;
    const size = 2 * count;
    system.size = size;
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        matrix[i * size + j] = i === j ? -sy[i * memory + i]! : 0;
        matrix[(count + i) * size + j] = i > j ? sy[i * memory + j]! : 0;
        matrix[i * size + count + j] = j > i ? sy[j * memory + i]! : 0;
        matrix[(count + i) * size + count + j] = theta * ss[i * memory + j]!;
      }
    }
  }

  /** Row `variable` of W, `[2 k]`. */
  row(variable: number, out: Float64Array): void {
    const { n, count, s, y, theta } = this;
    for (let k = 0; k < count; k++) {
      out[k] = y[k * n + variable]!;
      out[count + k] = theta * s[k * n + variable]!;
    }
  }

  /** out = Wᵀ v, `[2 k]`. */
  transposeTimes(v: Float64Array, out: Float64Array): void {
    const { n, count, s, y, theta } = this;
    for (let k = 0; k < count; k++) {
      out[k] = product(y, k * n, v, 0, n);
      out[count + k] = theta * product(s, k * n, v, 0, n);
    }
  }

  /** out += factor W c, `[n]`. */
  addTimes(factor: number, c: Float64Array, out: Float64Array): void {
    const { n, count, s, y, theta } = this;
    for (let k = 0; k < count; k++) {
      const a = factor * c[k]!;
      const b = factor * theta * c[count + k]!;
      for (let i = 0; i < n; i++) out[i]! += a * y[k * n + i]! + b * s[k * n + i]!;
    }
  }

  /** Replaces v by M v, `[2 k]`. */
  multiplyMiddle(v: Float64Array): void {
    this.middle.solve(v);
  }

  /**
   * Prepares {@link solveReduced} for a set of free variables (eq. 5.11): (M⁻¹ − Wᵀ Z Zᵀ W / θ).
   *
   * @param free - 1 for a free variable, else 0, `[n]`
   * @returns whether that is regular
   */
  factorReduced(free: Uint8Array): boolean {
    const { n, count, s, y, theta, products, reduced } = this;
    const size = 2 * count;
    this.fillMiddle(reduced);
    const { matrix } = reduced;
    products.fill(0);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        let yy = 0;
        let sy = 0;
        let ss = 0;
        for (let k = 0; k < n; k++) {
          if (free[k] === 0) continue;
          yy += y[i * n + k]! * y[j * n + k]!;
          sy += s[i * n + k]! * y[j * n + k]!;
          ss += s[i * n + k]! * s[j * n + k]!;
        }
        products[i * size + j] = yy;
        products[(count + i) * size + j] = theta * sy;
        products[j * size + count + i] = theta * sy;
        products[(count + i) * size + count + j] = theta * theta * ss;
      }
    }
    for (let k = 0; k < size * size; k++) matrix[k]! -= products[k]! / theta;
    return reduced.factor();
  }

  /** Replaces v by (M⁻¹ − Wᵀ Z Zᵀ W / θ)⁻¹ v, `[2 k]`. */
  solveReduced(v: Float64Array): void {
    this.reduced.solve(v);
  }
}

function product(a: Float64Array, atA: number, b: Float64Array, atB: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[atA + k]! * b[atB + k]!;
  return sum;
}
