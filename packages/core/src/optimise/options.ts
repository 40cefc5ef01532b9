import { checkInteger, checkFinite, describeValue } from '../check.js';
import { InvalidArgumentError, ShapeError } from '../errors.js';
import { checkVector } from '../linalg/matrix.js';
import type { Progress } from '../progress.js';

/**
 * A function to minimise: returns its value at `x` and writes its gradient to `gradient`, both `[n]`. Both arrays
 * are working space of the minimiser: `x` must not be changed and neither kept. Where the function is not
 * defined it may return NaN or ±Infinity.
 */
export type ValueAndGradient = (x: Float64Array, gradient: Float64Array) => number;

/** Options of `minimizeBounded`. */
export interface MinimizeBoundedOptions {
  /**
   * Lower bounds: one for all variables or `[n]`; −Infinity for none.
   * @defaultValue `-Infinity`
   */
  readonly lower?: number | ArrayLike<number> | undefined;
  /**
   * Upper bounds: one for all variables or `[n]`; Infinity for none; at least the lower one.
   * @defaultValue `Infinity`
   */
  readonly upper?: number | ArrayLike<number> | undefined;
  /**
   * Pairs of step and gradient change that describe the Hessian, from 1.
   * @defaultValue `10`
   */
  readonly memory?: number | undefined;
  /**
   * Ends with `converged` when no entry of the projected gradient, P(x − g) − x, is larger; from 0.
   * @defaultValue `1e-5`
   */
  readonly tolerance?: number | undefined;
  /**
   * Ends with `smallChange` when two iterations in a row each lower the value by no more than this, relative to
   * the larger of 1 and the values before and after; from 0. One alone may have met a bound at once.
   * @defaultValue `2.2e-9`
   */
  readonly valueTolerance?: number | undefined;
  /**
   * Iterations at most, from 0.
   * @defaultValue `1000`
   */
  readonly maxIterations?: number | undefined;
  /**
   * Evaluations at most, from 1; the line search that runs then is not finished.
   * @defaultValue `Infinity`
   */
  readonly maxEvaluations?: number | undefined;
  /** Throws its reason before the next evaluation once it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Is told the number of iterations, of `maxIterations`. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How a minimisation ended. */
export type MinimizeStatus =
  'converged' | 'smallChange' | 'maxIterations' | 'maxEvaluations' | 'lineSearchFailed' | 'nonFinite';

/** What each status means for the caller. */
export const ADVICE: Readonly<Record<MinimizeStatus, string>> = {
  converged: 'The projected gradient is below the tolerance: x is a stationary point to that accuracy.',
  smallChange:
    'The last two iterations hardly lowered the value: x is as good as valueTolerance asks; lower that to go on.',
  maxIterations: 'The iterations were used up: go on from x, or allow more of them.',
  maxEvaluations: 'The evaluations were used up: go on from x, or allow more of them.',
  lineSearchFailed:
    'No step along the gradient lowers the value: x is a minimum to rounding, or the gradient is not that of the function.',
  nonFinite:
    'The function has no finite value or gradient at the start, or anywhere near x along the gradient: move the start or tighten the bounds.',
};

/** Options with defaults, checked. */
export interface Settings {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly memory: number;
  readonly tolerance: number;
  readonly valueTolerance: number;
  readonly maxIterations: number;
  readonly maxEvaluations: number;
}

/** @throws {@link InvalidArgumentError} · {@link ShapeError} */
export function readOptions(x0: ArrayLike<number>, options: MinimizeBoundedOptions): Settings {
  const name = 'minimizeBounded';
  if (typeof x0 !== 'object' || x0 === null || typeof x0.length !== 'number') {
    throw new InvalidArgumentError(`${name}: x0 must be an array of numbers, got ${describeValue(x0)}`);
  }
  checkVector(name, 'x0', x0, x0.length);
  const { memory = 10, tolerance = 1e-5, valueTolerance = 2.2e-9 } = options;
  const { maxIterations = 1000, maxEvaluations = Infinity } = options;
  checkInteger(name, 'memory', memory, { min: 1, max: 1000 });
  checkFinite(name, 'tolerance', tolerance, { min: 0 });
  checkFinite(name, 'valueTolerance', valueTolerance, { min: 0 });
  if (maxIterations !== Infinity) checkInteger(name, 'maxIterations', maxIterations, { min: 0 });
  if (maxEvaluations !== Infinity) checkInteger(name, 'maxEvaluations', maxEvaluations, { min: 1 });
  const lower = readBounds('lower', options.lower ?? -Infinity, x0.length, Infinity);
  const upper = readBounds('upper', options.upper ?? Infinity, x0.length, -Infinity);
  const crossed = lower.findIndex((bound, i) => bound > upper[i]!);
  if (crossed !== -1) {
    throw new InvalidArgumentError(
      `${name}: lower bounds must not exceed the upper ones, got ${lower[crossed]} and ${upper[crossed]} for variable ${crossed}`,
    );
  }
  return { lower, upper, memory, tolerance, valueTolerance, maxIterations, maxEvaluations };
}

function readBounds(side: string, bounds: number | ArrayLike<number>, n: number, not: number): Float64Array {
  const single = typeof bounds === 'number';
  if (!single && bounds.length !== n) {
    throw new ShapeError(`minimizeBounded: ${side} must be a number or [${n}], got ${describeValue(bounds)}`);
  }
  return Float64Array.from({ length: n }, (_, i) => {
    const bound = single ? bounds : bounds[i];
    if (typeof bound !== 'number' || Number.isNaN(bound) || bound === not) {
      throw new InvalidArgumentError(
        `minimizeBounded: ${side} bounds must be numbers or ${-not}, got ${describeValue(bound)} for variable ${i}`,
      );
    }
    return bound;
  });
}
