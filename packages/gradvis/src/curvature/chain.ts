import { defineTask, type Objective } from '@pct/core';
import { addScaled } from '../linalg/vectors.js';
import { pointAt } from '../objective/evaluate.js';
import { openObjective, type ObjectiveSource } from '../objective/source.js';
import { eigenpairs } from './eigenpairs.js';
import { operatorAt } from './hessianOperator.js';
import type { OperatorPlan, SymmetricOperator } from './operator.js';

/** How the extremes of a chain of points are found. */
export interface ChainSetting {
  /** Number of largest eigenvalues, at least 1. */
  readonly top: number;
  /** Number of smallest eigenvalues. */
  readonly bottom: number;
  readonly tolerance: number;
  readonly maxProducts: number;
  readonly seed: number;
}

/** Extreme eigenvalues at points in a row. */
export interface ChainOutput {
  /** Descending, the largest and then the smallest, [points, top + bottom] row-major. */
  readonly values: Float64Array;
  /** |A v − λ v|, [points, top + bottom] row-major. */
  readonly residuals: Float64Array;
  /** Products with the operator in all. */
  readonly products: number;
}

/**
 * Extreme eigenvalues at neighbouring points, each search started with the sum of the eigenvectors of the point before.
 *
 * @param operators - made one by one
 */
export async function followExtremes(
  operators: AsyncIterable<SymmetricOperator>,
  points: number,
  { top, bottom, ...setting }: ChainSetting,
  signal: AbortSignal | undefined,
  onPoint: () => void = () => undefined,
): Promise<ChainOutput> {
  const width = top + bottom;
  const values = new Float64Array(points * width);
  const residuals = new Float64Array(points * width);
  let products = 0;
  let start: Float64Array | undefined;
  let row = 0;
  for await (const operator of operators) {
    const pairs = await eigenpairs(operator, { top, bottom, ...setting, start, check: false, signal });
    values.set(pairs.values, row * width);
    residuals.set(pairs.residuals, row * width);
    products += pairs.products;
    start = new Float64Array(operator.size);
    for (const vector of pairs.vectors) addScaled(start, 1, vector);
    row++;
    onPoint();
  }
  return { values, residuals, products };
}

/** Points in the order in which they are followed: origin + Σ cᵢ dᵢ. */
export interface ChainPoints {
  readonly origin: Float64Array;
  readonly directions: readonly Float64Array[];
  /** One number per direction for each point. */
  readonly coordinates: readonly (readonly number[])[];
}

/** Makes the operators at the points of a chain when their turn comes. */
export async function* operatorsAt(
  objective: Objective,
  plan: OperatorPlan,
  { origin, directions, coordinates }: ChainPoints,
): AsyncGenerator<SymmetricOperator, void, undefined> {
  for (const place of coordinates)
    yield operatorAt(objective, { ...plan, at: pointAt(origin, directions, place) });
}

/** A chain of points for a worker. */
export interface ChainInput {
  readonly source: ObjectiveSource;
  readonly plan: OperatorPlan;
  readonly points: ChainPoints;
  readonly setting: ChainSetting;
}

/** Extremes along a chain of points; runs in this thread or in a worker. */
export const extremesAlongChain = defineTask({
  module: import.meta.url,
  name: 'extremesAlongChain',
  run: async ({ source, plan, points, setting }: ChainInput, { signal }): Promise<ChainOutput> => {
    const operators = operatorsAt(await openObjective(source), plan, points);
    return followExtremes(operators, points.coordinates.length, setting, signal);
  },
});
