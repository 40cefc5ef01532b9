import { throwIfAborted } from '../eventLoop.js';
import { trackProgress } from '../progress.js';
import { CauchySearch } from './cauchyPoint.js';
import { LimitedHessian } from './LimitedHessian.js';
import { LineSearch } from './lineSearch.js';
import {
  ADVICE,
  readOptions,
  type MinimizeBoundedOptions,
  type MinimizeStatus,
  type Settings,
  type ValueAndGradient,
} from './options.js';
import { SubspaceStep } from './subspace.js';

/** Result of {@link minimizeBounded}. */
export interface MinimizeResult {
  /** Best point found, `[n]`, inside the bounds. */
  readonly x: Float64Array;
  /** Value there; not finite only if the status is `nonFinite`. */
  readonly value: number;
  /** Gradient there, `[n]`. */
  readonly gradient: Float64Array;
  /** How it ended. */
  readonly status: MinimizeStatus;
  /** What that means, one sentence. */
  readonly advice: string;
  /** Iterations: steps taken. */
  readonly iterations: number;
  /** Calls of the function. */
  readonly evaluations: number;
}

/** Evaluations that one line search may take. */
const LINE_EVALUATIONS = 20;
/** Longest step along an unbounded direction, in units of the direction. */
const FARTHEST = 1e10;

/**
 * Local minimum of a smooth function of n variables between bounds: L-BFGS-B, the limited-memory quasi-Newton
 * method with generalised Cauchy points, subspace minimisation and a line search for the strong Wolfe conditions.
 * O(n memory²) per iteration besides the function, and no allocation after the set-up. Every point that is
 * evaluated is inside the bounds.
 *
 * @param fg - {@link ValueAndGradient}
 * @param x0 - start, `[n]`; moved to the nearest point inside the bounds
 * @param options - {@link MinimizeBoundedOptions}
 * @throws {@link InvalidArgumentError} if a number is out of range or bounds are crossed · {@link ShapeError} if
 *   bounds have another length than x0 · the signal's reason · what `fg` throws
 * @example
 * ```ts
 * const rosenbrock = ([x = 0, y = 0]: Float64Array, gradient: Float64Array) => {
 *   gradient[0] = 2 * (x - 1) - 400 * x * (y - x * x);
 *   gradient[1] = 200 * (y - x * x);
 *   return (x - 1) ** 2 + 100 * (y - x * x) ** 2;
 * };
 * minimizeBounded(rosenbrock, [-1.2, 1], { upper: [0.5, Infinity] }).x; // [0.5, 0.25] nearly
 * ```
 * @see Byrd, Lu, Nocedal & Zhu 1995, SIAM J. Sci. Comput. 16(5), pp. 1190-1208, doi:10.1137/0916069
 */
export function minimizeBounded(
  fg: ValueAndGradient,
  x0: ArrayLike<number>,
  options: MinimizeBoundedOptions = {},
): MinimizeResult {
  const settings = readOptions(x0, options);
  const { signal, onProgress } = options;
  const progress = trackProgress(settings.maxIterations, onProgress);
  const run = new Run(fg, x0, settings, signal);
  let status = run.begin();
  while (status === undefined) {
    status = run.iterate();
    progress.report(run.iterations);
  }
  progress.finish();
  const { x, value, gradient, iterations, evaluations } = run;
  return { x, value, gradient, status, advice: ADVICE[status], iterations, evaluations };
}

/** One minimisation and all its working space. */
class Run {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  value = NaN;
  iterations = 0;
  evaluations = 0;
  private readonly fg: ValueAndGradient;
  private readonly settings: Settings;
  private readonly signal: AbortSignal | undefined;
  private readonly hessian: LimitedHessian;
  private readonly cauchy: CauchySearch;
  private readonly subspace: SubspaceStep;
  private readonly line = new LineSearch();
  private readonly boxed: boolean;
  private readonly trialX: Float64Array;
  private readonly trialGradient: Float64Array;
  private readonly direction: Float64Array;
  private trialValue = NaN;
  private lastWasFinite = true;
  /** Iterations in a row, up to now, that hardly lowered the value. */
  private smallChanges = 0;

  constructor(
    fg: ValueAndGradient,
    x0: ArrayLike<number>,
    settings: Settings,
    signal: AbortSignal | undefined,
  ) {
    const n = x0.length;
    const { lower, upper, memory } = settings;
    this.fg = fg;
    this.settings = settings;
    this.signal = signal;
    this.lower = lower;
    this.upper = upper;
    this.boxed = lower.every((bound, i) => bound > -Infinity && upper[i]! < Infinity);
    this.x = Float64Array.from(x0, (value, i) => Math.min(upper[i]!, Math.max(lower[i]!, value)));
    this.gradient = new Float64Array(n);
    this.trialX = new Float64Array(n);
    this.trialGradient = new Float64Array(n);
    this.direction = new Float64Array(n);
    this.hessian = new LimitedHessian(n, memory);
    this.cauchy = new CauchySearch(n, memory);
    this.subspace = new SubspaceStep(n, memory);
  }

  /** Evaluates the start; gives a status if nothing is left to do. */
  begin(): MinimizeStatus | undefined {
    this.trialX.set(this.x);
    const finite = this.evaluate();
    this.value = this.trialValue;
    this.gradient.set(this.trialGradient);
    return finite ? this.check() : 'nonFinite';
  }

  private check(): MinimizeStatus | undefined {
    const { settings, iterations, evaluations } = this;
    if (this.projectedGradient() <= settings.tolerance) return 'converged';
    if (iterations >= settings.maxIterations) return 'maxIterations';
    return evaluations >= settings.maxEvaluations ? 'maxEvaluations' : undefined;
  }

  /** Goes to a better point, or gives the status if that fails or the point is the last. */
  iterate(): MinimizeStatus | undefined {
    const { hessian, direction, settings } = this;
    const before = this.value;
    for (;;) {
      this.cauchy.search(this, hessian);
      this.subspace.minimise(this, this.cauchy, hessian);
      for (let i = 0; i < direction.length; i++) direction[i] = this.subspace.target[i]! - this.x[i]!;
      if (this.searchLine()) break;
      if (this.evaluations >= settings.maxEvaluations) return 'maxEvaluations';
      if (hessian.count === 0) {
        if (!this.lastWasFinite) return 'nonFinite';
        return this.smallChanges > 0 ? 'smallChange' : 'lineSearchFailed';
      }
      // The model may be to blame: once more along the projected gradient.
      hessian.reset();
    }
    this.accept();
    const status = this.check();
    if (status === 'converged') return status;
    const scale = Math.max(Math.abs(before), Math.abs(this.value), 1);
    const small = before - this.value <= settings.valueTolerance * scale;
    this.smallChanges = small ? this.smallChanges + 1 : 0;
    return this.smallChanges === 2 ? 'smallChange' : status;
  }

  /** Looks for a better point along the direction; leaves it in the trial arrays. */
  private searchLine(): boolean {
    const { direction, gradient, line, hessian } = this;
    const slope = inner(direction, gradient);
    const length = Math.sqrt(inner(direction, direction));
    if (!(slope < 0) || !(length > 0) || !(length < Infinity)) return false;
    const farthest = this.longestStep();
    // Without a model the length of the direction means nothing, unless the box gave it.
    const first = hessian.count === 0 && !this.boxed ? 1 / length : 1;
    line.start(this.value, slope, first, farthest);
    for (let count = 0; count < LINE_EVALUATIONS; count++) {
      if (this.evaluations >= this.settings.maxEvaluations) break;
      const finite = this.evaluateStep(line.step);
      const state = finite ? line.tell(this.trialValue, inner(direction, this.trialGradient)) : line.reject();
      if (state === 'done') return true;
      if (state === 'stuck') break;
    }
    // No step met both conditions; one that lowers the value will do.
    return line.best > 0 && this.evaluateStep(line.best) && this.trialValue < this.value;
  }

  /** How far the direction can be followed inside the box. */
  private longestStep(): number {
    const { direction, x, lower, upper } = this;
    let longest = FARTHEST;
    for (let i = 0; i < direction.length; i++) {
      const d = direction[i]!;
      if (d !== 0) longest = Math.min(longest, ((d > 0 ? upper[i]! : lower[i]!) - x[i]!) / d);
    }
    // The target itself is inside; rounding must not say otherwise.
    return Math.max(longest, 1);
  }

  private evaluateStep(step: number): boolean {
    const { trialX, x, direction, lower, upper } = this;
    for (let i = 0; i < x.length; i++) {
      const moved = step === 1 ? this.subspace.target[i]! : x[i]! + step * direction[i]!;
      trialX[i] = Math.min(upper[i]!, Math.max(lower[i]!, moved));
    }
    return this.evaluate();
  }

  /** Calls the function at the trial point; says whether all it gave is finite. */
  private evaluate(): boolean {
    throwIfAborted(this.signal);
    this.evaluations++;
    const { trialX, trialGradient } = this;
    trialGradient.fill(NaN);
    this.trialValue = this.fg(trialX, trialGradient);
    this.lastWasFinite = Number.isFinite(this.trialValue);
    for (let i = 0; i < trialGradient.length; i++) {
      if (!Number.isFinite(trialGradient[i]!)) this.lastWasFinite = false;
    }
    return this.lastWasFinite;
  }

  /** Moves to the trial point and teaches the model what was seen on the way. */
  private accept(): void {
    const { x, gradient, trialX, trialGradient, direction } = this;
    for (let i = 0; i < x.length; i++) {
      const step = trialX[i]! - x[i]!;
      x[i] = trialX[i]!;
      trialX[i] = step;
      const change = trialGradient[i]! - gradient[i]!;
      gradient[i] = trialGradient[i]!;
      direction[i] = change;
    }
    this.hessian.add(trialX, direction);
    this.value = this.trialValue;
    this.iterations++;
  }

  /** Largest entry of |P(x − g) − x|. */
  private projectedGradient(): number {
    const { x, gradient, lower, upper } = this;
    let largest = 0;
    for (let i = 0; i < x.length; i++) {
      const moved = Math.min(upper[i]!, Math.max(lower[i]!, x[i]! - gradient[i]!));
      // Written so that a gradient below the rounding of x is not lost where no bound is near.
      const length = moved > lower[i]! && moved < upper[i]! ? gradient[i]! : moved - x[i]!;
      largest = Math.max(largest, Math.abs(length));
    }
    return largest;
  }
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
