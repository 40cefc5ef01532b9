import {
  checkInteger,
  checkPositive,
  InvalidArgumentError,
  NumericalError,
  ShapeError,
  throwIfAborted,
  toRng,
  trackProgress,
  type Objective,
  type Progress,
  type Rng,
} from '@pct/core';
import { rmsprop } from '@pct/tensor';

/** Parameters as a function of a position in [0, 1]; every call gives a vector of its own. */
export type ParameterPath = (position: number) => Float64Array;

/**
 * The straight line between two parameter vectors, (1 − t) a + t b.
 *
 * @param a - where it starts, [parameters]
 * @param b - where it ends, [parameters]
 * @throws ShapeError if their lengths differ
 */
export function linearPath(a: Float64Array, b: Float64Array): ParameterPath {
  checkVectors('linearPath', a, b);
  const [start, end] = [a.slice(), b.slice()];
  return (t) => start.map((value, k) => (1 - t) * value + t * end[k]!);
}

/**
 * The quadratic Bézier curve (1 − t)² a + 2 t (1 − t) bend + t² b.
 *
 * @param a - where it starts, [parameters]
 * @param bend - the point that it turns towards, such as {@link trainBend} finds; [parameters]
 * @param b - where it ends, [parameters]
 * @throws ShapeError if their lengths differ
 * @see Garipov et al. 2018, arXiv:1802.10026, eq. 3
 */
export function bezierPath(a: Float64Array, bend: Float64Array, b: Float64Array): ParameterPath {
  checkVectors('bezierPath', a, bend, b);
  const [start, middle, end] = [a.slice(), bend.slice(), b.slice()];
  return (t) =>
    start.map((value, k) => (1 - t) ** 2 * value + 2 * t * (1 - t) * middle[k]! + t ** 2 * end[k]!);
}

/** Options of {@link evaluatePath}. */
export interface EvaluatePathOptions {
  /**
   * Positions from 0 to 1, at equal distances, >= 2.
   * @defaultValue `51`
   */
  readonly points?: number | undefined;
  /** Stops between two points; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Counts points. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A point of a path with what was found there. */
export interface PathPoint<Value> {
  /** In [0, 1]. */
  readonly position: number;
  readonly value: Value;
}

/**
 * Evaluates a path at equal distances, one point after the other.
 *
 * @param path - such as {@link linearPath}
 * @param evaluate - an `Objective`, of which the loss is taken, or anything that can be found out about parameters
 * @param options - {@link EvaluatePathOptions}
 * @throws InvalidArgumentError if `points` is out of range; whatever `evaluate` throws
 */
export async function evaluatePath<Value = number>(
  path: ParameterPath,
  evaluate: Pick<Objective, 'loss'> | ((parameters: Float64Array) => Value | Promise<Value>),
  options: EvaluatePathOptions = {},
): Promise<PathPoint<Value>[]> {
  const { points = 51, signal, onProgress } = options;
  checkInteger('evaluatePath', 'points', points, { min: 2 });
  const valueAt =
    typeof evaluate === 'function'
      ? evaluate
      : (parameters: Float64Array) => evaluate.loss(parameters) as Value | Promise<Value>;
  const progress = trackProgress(points, onProgress);
  const found: PathPoint<Value>[] = [];
  for (let k = 0; k < points; k++) {
    throwIfAborted(signal);
    const position = k / (points - 1);
    found.push({ position, value: await valueAt(path(position)) });
    progress.advance();
  }
  return found;
}

/** Options of {@link trainBend}. The defaults are the published ones. */
export interface TrainBendOptions {
  /** Steps, >= 1. @defaultValue `1000` */
  readonly steps?: number | undefined;
  /** Learning rate of RMSprop, > 0. @defaultValue `1e-3` */
  readonly learningRate?: number | undefined;
  /** Draws the positions. @defaultValue `0` */
  readonly rng?: Rng | number | undefined;
  /** Stops between two steps; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Counts steps. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Trains the bend of a Bézier curve between two parameter vectors, so that the mean loss along it gets small: from the
 * midpoint, by gradients at random positions.
 *
 * @param a - where the curve starts, [parameters]
 * @param b - where it ends, [parameters]
 * @param gradientOf - an `Objective` with gradients, or the gradient of a step's mini-batch; step from 0
 * @param options - {@link TrainBendOptions}
 * @returns the bend for {@link bezierPath}, [parameters]
 * @throws ShapeError if lengths differ; InvalidArgumentError if an option is out of range; NumericalError if a
 * gradient is not finite
 * @see Garipov et al. 2018, arXiv:1802.10026; Kortus, Keidel and Gauger 2024, arXiv:2407.13420
 */
export async function trainBend(
  a: Float64Array,
  b: Float64Array,
  gradientOf:
    | Pick<Required<Objective>, 'gradient'>
    | ((parameters: Float64Array, step: number) => Float64Array | Promise<Float64Array>),
  options: TrainBendOptions = {},
): Promise<Float64Array> {
  const { steps = 1000, learningRate = 1e-3, rng = 0, signal, onProgress } = options;
  checkVectors('trainBend', a, b);
  checkInteger('trainBend', 'steps', steps, { min: 1 });
  checkPositive('trainBend', 'learningRate', learningRate);
  const stream = toRng(rng, 'trainBend');
  const optimizer = rmsprop({ learningRate });
  const gradientAt =
    typeof gradientOf === 'function' ? gradientOf : (at: Float64Array) => gradientOf.gradient(at);
  let bend = linearPath(a, b)(0.5);
  let state = optimizer.init(bend);
  const progress = trackProgress(steps, onProgress);
  for (let step = 0; step < steps; step++) {
    throwIfAborted(signal);
    const t = stream.uniform();
    const gradient = await gradientAt(bezierPath(a, bend, b)(t), step);
    if (gradient.length !== a.length)
      throw new ShapeError(`trainBend: gradients must be of length ${a.length}, got ${gradient.length}`);
    if (!gradient.every(Number.isFinite))
      throw new NumericalError(`trainBend: the gradient of step ${step} at position ${t} is not finite`);
    const share = gradient.map((value) => 2 * t * (1 - t) * value);
    [bend, state] = optimizer.update(share, state, bend);
    progress.advance();
  }
  return bend;
}

function checkVectors(name: string, ...vectors: readonly Float64Array[]): void {
  if (vectors.some(({ length }) => length !== vectors[0]!.length))
    throw new ShapeError(
      `${name}: parameter vectors must be of the same length, got ${vectors.map(({ length }) => length).join(', ')}`,
    );
  for (const vector of vectors) {
    const bad = vector.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new InvalidArgumentError(`${name}: parameters must be finite, got ${vector[bad]} at ${bad}`);
  }
}
