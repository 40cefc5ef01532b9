import type { BoundedPoint, CauchySearch } from './cauchyPoint.js';
import type { LimitedHessian } from './LimitedHessian.js';

/** Minimises the quadratic model over the free variables, in room that is used again and again. */
export class SubspaceStep {
  /** Where the model is least, `[n]`, inside the box. */
  readonly target: Float64Array;
  private readonly residual: Float64Array;
  private readonly v: Float64Array;

  constructor(n: number, memory: number) {
    this.target = new Float64Array(n);
    this.residual = new Float64Array(n);
    this.v = new Float64Array(2 * memory);
  }

  /**
   * Goes on from the Cauchy point with the variables that are free there. The unconstrained minimiser is
   * projected to the box if that is a descent direction from x, else the way to it is cut at the first bound.
   *
   * @see Byrd, Lu, Nocedal & Zhu 1995, section 5.1 (direct primal method); the projection: Morales & Nocedal 2011,
   *   ACM TOMS 38(1), art. 7, doi:10.1145/2049662.2049669
   */
  minimise(at: BoundedPoint, cauchy: CauchySearch, hessian: LimitedHessian): void {
    const { target, residual } = this;
    const { lower, upper, x, gradient } = at;
    const { point, free } = cauchy;
    const n = x.length;
    target.set(point);
    if (!this.computeStep(at, cauchy, hessian)) return;

    let slope = 0;
    for (let i = 0; i < n; i++) {
      if (free[i] === 1) {
        target[i] = Math.min(upper[i]!, Math.max(lower[i]!, point[i]! + residual[i]!));
      }
      slope += gradient[i]! * (target[i]! - x[i]!);
    }
    if (slope < 0) return;
    let share = 1;
    for (let i = 0; i < n; i++) {
      const step = residual[i]!;
      if (free[i] === 0 || step === 0) continue;
      share = Math.min(share, ((step > 0 ? upper[i]! : lower[i]!) - point[i]!) / step);
    }
    for (let i = 0; i < n; i++) if (free[i] === 1) target[i] = point[i]! + share * residual[i]!;
  }

  /** Leaves −B̂⁻¹ r̂ (eq. 5.11, 5.12) in `residual`, 0 for the other variables. */
  private computeStep(at: BoundedPoint, cauchy: CauchySearch, hessian: LimitedHessian): boolean {
    const { residual, v } = this;
    const { x, gradient } = at;
    const { point, free, c } = cauchy;
    const { theta, count } = hessian;
    const n = x.length;
    // r = g + θ (xᶜ − x) − W M c (eq. 5.4)
    for (let i = 0; i < n; i++) residual[i] = gradient[i]! + theta * (point[i]! - x[i]!);
    if (count > 0) {
      for (let k = 0; k < 2 * count; k++) v[k] = c[k]!;
      hessian.multiplyMiddle(v);
      hessian.addTimes(-1, v, residual);
    }
    let any = false;
    for (let i = 0; i < n; i++) {
      if (free[i] === 0) residual[i] = 0;
      else any = true;
    }
    if (!any) return false;
    if (count > 0) {
      if (!hessian.factorReduced(free)) return false;
      hessian.transposeTimes(residual, v);
      hessian.solveReduced(v);
      hessian.addTimes(1 / theta, v, residual);
    }
    for (let i = 0; i < n; i++) residual[i] = free[i] === 1 ? -residual[i]! / theta : 0;
    return true;
  }
}
