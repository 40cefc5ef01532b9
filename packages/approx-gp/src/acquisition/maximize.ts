import { minimizeBounded } from '@pct/core';
import type { EncodedDimension } from '../samplers/types.js';
import type { AcquisitionSurface } from './surface.js';

/** Where a surface is searched: `[0, 1]` along each dimension, levels and codes along some. */
export interface SearchSpace {
  /** `[d]` */
  readonly dimensions: readonly Pick<EncodedDimension, 'kind' | 'levels' | 'placeOf' | 'levelAt'>[];
  /** Moves a point to the nearest one of the space; returns it. */
  readonly project: (x: Float64Array) => Float64Array;
  /**
   * Ends of the continuous dimensions, `[d]`; what holds for others is ignored.
   * @defaultValue 0
   */
  readonly lower?: Float64Array | undefined;
  /** @defaultValue 1 */
  readonly upper?: Float64Array | undefined;
}

/** A local maximum of a surface. */
export interface LocalMaximum {
  /** `[d]` */
  readonly x: Float64Array;
  readonly value: number;
}

/** Options of {@link maximizeSurface}. */
export interface MaximizeOptions {
  /**
   * Iterations of each search along the continuous dimensions at most.
   * @defaultValue `15`
   */
  readonly maxIterations?: number | undefined;
}

/** Levels up to which all of a dimension are tried; beyond, only those near the present one. */
const FEW_LEVELS = 16;
const SWEEPS = 2;

/** The cube [0, 1]^d. */
export function unitCube(d: number): SearchSpace {
  return {
    dimensions: Array.from({ length: d }, () => ({
      kind: 'continuous' as const,
      levels: Infinity,
      placeOf: () => NaN,
      levelAt: () => NaN,
    })),
    project: (x) => {
      for (let j = 0; j < d; j++) x[j] = Math.min(1, Math.max(0, x[j]!));
      return x;
    },
  };
}

/**
 * Local maxima of a surface, the highest first: from each start L-BFGS-B along the continuous dimensions, and a search
 * over the levels of the others, one dimension at a time, in turn.
 *
 * @param starts - `[d]` each
 */
export function maximizeSurface(
  surface: AcquisitionSurface,
  space: SearchSpace,
  starts: readonly Float64Array[],
  { maxIterations = 15 }: MaximizeOptions = {},
): LocalMaximum[] {
  const maxima = starts.map((start) => climb(surface, space, start, maxIterations));
  return maxima.sort((a, b) => b.value - a.value);
}

function climb(
  surface: AcquisitionSurface,
  space: SearchSpace,
  start: Float64Array,
  maxIterations: number,
): LocalMaximum {
  const x = space.project(start.slice());
  const initial = surface.evaluate(x);
  let found: LocalMaximum = { x, value: Number.isFinite(initial) ? initial : -Infinity };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    found = better(found, climbContinuous(surface, space, found, maxIterations));
    const moved = searchLevels(surface, space, found);
    if (moved === found) break;
    found = moved;
  }
  return found;
}

function better(a: LocalMaximum, b: LocalMaximum): LocalMaximum {
  return b.value > a.value ? b : a;
}

function climbContinuous(
  surface: AcquisitionSurface,
  { dimensions, project, lower, upper }: SearchSpace,
  from: LocalMaximum,
  maxIterations: number,
): LocalMaximum {
  const free = dimensions.map(({ kind }) => kind === 'continuous');
  if (!free.includes(true)) return from;
  const result = minimizeBounded(
    (x, gradient) => {
      const value = surface.evaluate(x, gradient);
      for (let j = 0; j < gradient.length; j++) gradient[j] = -gradient[j]!;
      return -value;
    },
    from.x,
    {
      lower: from.x.map((value, j) => (free[j]! ? (lower?.[j] ?? 0) : value)),
      upper: from.x.map((value, j) => (free[j]! ? (upper?.[j] ?? 1) : value)),
      maxIterations,
      maxEvaluations: 2 * maxIterations,
      valueTolerance: 1e-7,
    },
  );
  if (!Number.isFinite(result.value)) return from;
  return { x: project(result.x), value: -result.value };
}

/** Tries other levels, dimension by dimension, and keeps what is better. */
function searchLevels(surface: AcquisitionSurface, space: SearchSpace, from: LocalMaximum): LocalMaximum {
  let best = from;
  space.dimensions.forEach((dimension, j) => {
    if (dimension.kind === 'continuous') return;
    const present = dimension.levelAt(best.x[j]!);
    for (const level of levelsNear(present, dimension.levels, dimension.kind === 'categorical')) {
      const x = best.x.slice();
      x[j] = dimension.placeOf(level);
      space.project(x);
      best = better(best, { x, value: surface.evaluate(x) });
    }
  });
  return best;
}

function levelsNear(present: number, levels: number, unordered: boolean): number[] {
  if (unordered || levels <= FEW_LEVELS) {
    return Array.from({ length: Math.min(levels, 64) }, (_, level) => level).filter(
      (level) => level !== present,
    );
  }
  const steps = [1, 2, 4, 8].flatMap((step) => [present - step, present + step]);
  return steps.filter((level) => level >= 0 && level < levels);
}
