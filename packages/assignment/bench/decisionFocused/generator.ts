/** Features and assignment costs of the polynomial model that decision-focused learning is usually compared on. */
import { linearSumAssignment } from '@pct/assignment';
import type { Rng } from '@pct/core';

/** How hard the data is for a linear model. */
export interface Setting {
  /** Degree of the polynomial; a linear model is right for 1 only. */
  readonly degree: number;
  /** Half width w of the noise factor, which is uniform in [1 - w, 1 + w]. */
  readonly noise: number;
}

/** Examples, flat and row-major. */
export interface Examples {
  readonly count: number;
  /** x, [count, features]. */
  readonly features: Float64Array;
  /** c, [count, side, side]. */
  readonly costs: Float64Array;
  /** Costs without noise, their expectation given x, [count, side, side]. */
  readonly expected: Float64Array;
  /** Best assignments at the costs, 0 or 1, [count, side, side]. */
  readonly truth: Float64Array;
  /** What these cost, [count]. */
  readonly optimal: Float64Array;
}

/** Sizes of a data set. */
export interface DataSizes {
  readonly side: number;
  readonly features: number;
}

/**
 * Draws a generator of examples: c = [((B x) / √p + 3)^degree + 1] / 3.5^degree · ε per pair, with
 * x ~ N(0, I_p), B ~ Bernoulli(1/2) of shape [side², p], ε ~ U(1 - noise, 1 + noise).
 *
 * That is the generator of shortest-path costs of PyEPO (Tang & Khalil 2024, doi:10.1007/s12532-024-00255-x,
 * with the factor 1 / 3.5^degree of its code), which follows Elmachtoub & Grigas 2022, section 6.1; the costs of the
 * edges are those of the pairs here.
 */
export function makeGenerator(
  { degree, noise }: Setting,
  { side, features }: DataSizes,
  rng: Rng,
): (count: number, key: string) => Examples {
  const size = side * side;
  const mixing = rng.split('mixing');
  const b = Float64Array.from({ length: size * features }, () => mixing.integer(0, 2));
  return (count, key) => {
    const draws = rng.split(key);
    const x = draws.fillNormal(new Float64Array(count * features));
    const expected = new Float64Array(count * size);
    const costs = new Float64Array(count * size);
    for (let k = 0; k < count; k++) {
      for (let pair = 0; pair < size; pair++) {
        let sum = 0;
        for (let f = 0; f < features; f++) sum += b[pair * features + f]! * x[k * features + f]!;
        const base = ((sum / Math.sqrt(features) + 3) ** degree + 1) / 3.5 ** degree;
        expected[k * size + pair] = base;
        costs[k * size + pair] = noise === 0 ? base : base * draws.uniform(1 - noise, 1 + noise);
      }
    }
    return { count, features: x, costs, expected, ...solveAll(costs, count, side) };
  };
}

function solveAll(
  costs: Float64Array,
  count: number,
  side: number,
): { truth: Float64Array; optimal: Float64Array } {
  const size = side * side;
  const truth = new Float64Array(costs.length);
  const optimal = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const data = costs.subarray(k * size, (k + 1) * size);
    const { rowToColumn, cost } = linearSumAssignment({ rows: side, columns: side, data });
    optimal[k] = cost;
    rowToColumn.forEach((j, i) => (truth[k * size + i * side + j] = 1));
  }
  return { truth, optimal };
}

/** Σ (⟨c, y*(ĉ)⟩ - ⟨c, y*(c)⟩) / Σ |⟨c, y*(c)⟩| over some examples, by plain loops. */
export function normalizedRegretOf(predicted: Float64Array, examples: Examples, side: number): number {
  const size = side * side;
  let lost = 0;
  let scale = 0;
  for (let k = 0; k < examples.count; k++) {
    const data = predicted.subarray(k * size, (k + 1) * size);
    const { rowToColumn } = linearSumAssignment({ rows: side, columns: side, data });
    let cost = 0;
    rowToColumn.forEach((j, i) => (cost += examples.costs[k * size + i * side + j]!));
    // The same total in another order may be smaller by rounding.
    lost += Math.max(0, cost - examples.optimal[k]!);
    scale += Math.abs(examples.optimal[k]!);
  }
  return lost / scale;
}
