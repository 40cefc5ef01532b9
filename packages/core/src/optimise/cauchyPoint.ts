import type { LimitedHessian } from './LimitedHessian.js';

/** The box and what is known at the present point; all `[n]`. */
export interface BoundedPoint {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly x: Float64Array;
  readonly gradient: Float64Array;
}

/** Finds generalised Cauchy points, in room that is used again and again. */
export class CauchySearch {
  /** The point, `[n]`. */
  readonly point: Float64Array;
  /** Wᵀ (point − x), `[2 k]`. */
  readonly c: Float64Array;
  /** 1 for a variable that is not at a bound at the point, `[n]`. */
  readonly free: Uint8Array;
  private readonly direction: Float64Array;
  private readonly breakpoints: Float64Array;
  private readonly heap: Int32Array;
  private readonly p: Float64Array;
  private readonly w: Float64Array;
  private readonly mw: Float64Array;

  constructor(n: number, memory: number) {
    this.point = new Float64Array(n);
    this.direction = new Float64Array(n);
    this.breakpoints = new Float64Array(n);
    this.heap = new Int32Array(n);
    this.free = new Uint8Array(n);
    this.c = new Float64Array(2 * memory);
    this.p = new Float64Array(2 * memory);
    this.w = new Float64Array(2 * memory);
    this.mw = new Float64Array(2 * memory);
  }

  /**
   * First local minimum of the quadratic model along the projected steepest descent path from x.
   *
   * @see Byrd, Lu, Nocedal & Zhu 1995, algorithm CP
   */
  search(at: BoundedPoint, hessian: LimitedHessian): void {
    const { point, direction, breakpoints, heap, free, c, p, w, mw } = this;
    const { lower, upper, x, gradient } = at;
    const n = x.length;
    const size = 2 * hessian.count;
    let length = 0;
    let slope = 0;
    for (let i = 0; i < n; i++) {
      const g = gradient[i]!;
      const t = g < 0 ? (x[i]! - upper[i]!) / g : g > 0 ? (x[i]! - lower[i]!) / g : Infinity;
      breakpoints[i] = t;
      direction[i] = t === 0 ? 0 : -g;
      free[i] = t === 0 || lower[i] === upper[i] ? 0 : 1;
      point[i] = x[i]!;
      slope -= direction[i]! * direction[i]!;
      if (t > 0 && t < Infinity) heap[length++] = i;
    }
    for (let k = (length >> 1) - 1; k >= 0; k--) this.sink(k, length);
    c.fill(0);
    hessian.transposeTimes(direction, p);
    let curvature = -hessian.theta * slope - this.middleProduct(p, p, hessian, size);
    const least = Number.EPSILON * Math.abs(curvature);
    let passed = 0;
    let step = slope === 0 ? 0 : -slope / Math.max(curvature, least);
    while (length > 0 && slope < 0) {
      const b = heap[0]!;
      const stride = breakpoints[b]! - passed;
      if (step < stride) break;
      heap[0] = heap[--length]!;
      this.sink(0, length);
      const g = gradient[b]!;
      point[b] = direction[b]! > 0 ? upper[b]! : lower[b]!;
      free[b] = 0;
      const z = point[b] - x[b]!;
      for (let k = 0; k < size; k++) c[k]! += stride * p[k]!;
      slope += stride * curvature + g * g + hessian.theta * g * z;
      curvature -= hessian.theta * g * g;
      if (size > 0) {
        hessian.row(b, w);
        for (let k = 0; k < size; k++) mw[k] = w[k]!;
        hessian.multiplyMiddle(mw);
        slope -= g * sumOfProducts(mw, c, size);
        curvature -= 2 * g * sumOfProducts(mw, p, size) + g * g * sumOfProducts(mw, w, size);
        for (let k = 0; k < size; k++) p[k]! += g * w[k]!;
      }
      direction[b] = 0;
      curvature = Math.max(curvature, least);
      passed += stride;
      step = -slope / curvature;
    }
    // With all variables at their bounds, slope is 0 but for rounding.
    step = slope < 0 && step < Infinity ? step : 0;
    for (let k = 0; k < size; k++) c[k]! += step * p[k]!;
    passed += step;
    for (let i = 0; i < n; i++) {
      if (direction[i] === 0) continue;
      const moved = x[i]! + passed * direction[i]!;
      point[i] = Math.min(upper[i]!, Math.max(lower[i]!, moved));
    }
  }

  private middleProduct(a: Float64Array, b: Float64Array, hessian: LimitedHessian, size: number): number {
    if (size === 0) return 0;
    for (let k = 0; k < size; k++) this.mw[k] = a[k]!;
    hessian.multiplyMiddle(this.mw);
    return sumOfProducts(this.mw, b, size);
  }

  /** Restores the heap of variables, least breakpoint first, below position k. */
  private sink(k: number, length: number): void {
    const { heap, breakpoints } = this;
    let parent = k;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= length) return;
      if (child + 1 < length && breakpoints[heap[child + 1]!]! < breakpoints[heap[child]!]!) child++;
      if (breakpoints[heap[parent]!]! <= breakpoints[heap[child]!]!) return;
      const moved = heap[parent]!;
      heap[parent] = heap[child]!;
      heap[child] = moved;
      parent = child;
    }
  }
}

function sumOfProducts(a: Float64Array, b: Float64Array, size: number): number {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += a[k]! * b[k]!;
  return sum;
}
