import { InvalidArgumentError } from '@pct/core';
import { difference, dot, norm } from '../linalg/vectors.js';
import { checkVector } from '../objective/check.js';
import { pointAt } from '../objective/evaluate.js';

/** A curve in parameter space from t = 0 to t = 1: φ(t) = Σ wᵢ(t) θᵢ with weights of sum 1. */
export interface Path {
  readonly shape: 'line' | 'bezier' | 'chain';
  /** Control points θᵢ with both ends, at least two; [size] each. */
  readonly controls: readonly Float64Array[];
}

/**
 * The straight line between two points.
 *
 * @param a - t = 0, [size]
 * @param b - t = 1, [size]
 * @throws {@link ShapeError} for different lengths · {@link InvalidArgumentError} if they are the same point, or not finite
 */
export function linePath(a: Float64Array, b: Float64Array): Path {
  return openPath('linePath', { shape: 'line', controls: [a, b] });
}

/**
 * The Bézier curve with weights C(n, i) tⁱ (1 − t)ⁿ⁻ⁱ; it meets the first and the last control point.
 *
 * @param controls - n + 1 points, at least three; [size] each
 * @throws as {@link linePath}, of the ends
 * @see Garipov et al. 2018, arXiv:1802.10026, eq. 3
 */
export function bezierPath(controls: readonly Float64Array[]): Path {
  return openPath('bezierPath', { shape: 'bezier', controls });
}

/**
 * The chain of straight lines through some points, each of which takes the same part of [0, 1].
 *
 * @param controls - at least three; [size] each
 * @throws as {@link linePath}, of the ends
 * @see Garipov et al. 2018, arXiv:1802.10026, eq. 2
 */
export function chainPath(controls: readonly Float64Array[]): Path {
  return openPath('chainPath', { shape: 'chain', controls });
}

/** Copies and checks a path. */
export function openPath(functionName: string, { shape, controls }: Path): Path {
  const least = shape === 'line' ? 2 : 3;
  if (!(controls?.length >= least) || (shape === 'line' && controls.length > 2))
    throw new InvalidArgumentError(
      `${functionName}: controls must be ${shape === 'line' ? 'two' : 'at least three'} points with both ends, ` +
        `got ${controls?.length}`,
    );
  controls.forEach((control, i) =>
    checkVector(functionName, `control point ${i}`, control, i === 0 ? undefined : controls[0]!.length),
  );
  if (norm(difference(controls.at(-1)!, controls[0]!)) === 0)
    throw new InvalidArgumentError(
      `${functionName}: the ends must differ, got the same point twice; there is no path between equal minima`,
    );
  return { shape, controls: controls.map((control) => control.slice()) };
}

/** Weights wᵢ(t) of the control points, of sum 1; [controls]. */
export function weightsAt({ shape, controls: { length } }: Path, t: number): Float64Array {
  const n = length - 1;
  if (shape !== 'bezier')
    return Float64Array.from({ length }, (_, i) => Math.max(0, 1 - Math.abs(t * n - i)));
  let binomial = 1;
  return Float64Array.from({ length }, (_, i) => {
    const weight = binomial * t ** i * (1 - t) ** (n - i);
    binomial = (binomial * (n - i)) / (i + 1);
    return weight;
  });
}

/**
 * A point of a path.
 *
 * @param path - {@link Path}
 * @param t - from 0 to 1; outside, lines and Bézier curves go on
 * @returns φ(t) in a new vector, [size]; the very end points for 0 and 1
 */
export function pointOnPath(path: Path, t: number): Float64Array {
  const weights = path.shape === 'line' ? Float64Array.of(1 - t, t) : weightsAt(path, t);
  const zero = new Float64Array(path.controls[0]!.length);
  return pointAt(zero, path.controls, weights);
}

/**
 * Lengths of the parts of a path between places, by chords of a fine partition; from the Gram matrix of the control
 * points, so that it costs nothing of the size of the model.
 *
 * @param places - ascending, in [0, 1]
 * @returns [places − 1]
 */
export function arcLengths(path: Path, places: Float64Array): Float64Array {
  const { controls } = path;
  const n = controls.length;
  // Differences from the first control: weights have the sum 1, and rounding would drown short paths far from 0.
  const rows = controls.map((control) => difference(control, controls[0]!));
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) gram[i * n + j] = dot(rows[i]!, rows[j]!);
  const chord = (from: number, to: number): number => {
    const [a, b] = [weightsAt(path, from), weightsAt(path, to)];
    let square = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) square += (b[i]! - a[i]!) * gram[i * n + j]! * (b[j]! - a[j]!);
    return Math.sqrt(Math.max(0, square));
  };
  return Float64Array.from({ length: places.length - 1 }, (_, k) => {
    const [from, to] = [places[k]!, places[k + 1]!];
    const inner = path.shape === 'bezier' ? steps(from, to, 64) : knots(from, to, n - 1);
    let [length, at] = [0, from];
    for (const next of [...inner, to]) {
      length += chord(at, next);
      at = next;
    }
    return length;
  });
}

function steps(from: number, to: number, count: number): number[] {
  return Array.from({ length: count - 1 }, (_, i) => from + ((to - from) * (i + 1)) / count);
}

/** Bends of a chain between two places. */
function knots(from: number, to: number, segments: number): number[] {
  return Array.from({ length: segments + 1 }, (_, i) => i / segments).filter(
    (knot) => knot > from && knot < to,
  );
}
