/**
 * Fits the beam and the open numbers of the interaction model to the published frames, by Levenberg-Marquardt
 * with common random numbers. The result goes into packages/detector/src/simulation/defaults.ts by hand.
 *
 *   npm run script -- docs/calibration/fit.ts [--primaries 4000] [--iterations 6] [--seed 1]
 */
import { parseArgs } from 'node:util';
import { defaultBeam, defaultInteractionModel } from '@pct/detector';
import { observe } from './observables.js';
import type { Model } from './observables.js';
import * as published from './published.js';
import type { EdgeGroup } from './published.js';

const { values } = parseArgs({
  options: {
    primaries: { type: 'string', default: '4000' },
    iterations: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
  },
});

/** Where each number may lie, and the difference by which its effect is measured. */
const parameters = [
  { name: 'spotMm', low: 1, high: 9, step: 0.4 },
  { name: 'divergenceMrad', low: 0.5, high: 8, step: 0.5 },
  { name: 'scatteringScale', low: 0.95, high: 1, step: 0.01 },
  { name: 'reactionScale', low: 0.9, high: 1.25, step: 0.06 },
  { name: 'elasticRatio', low: 0.2, high: 0.8, step: 0.1 },
  { name: 'elasticSlope', low: 6, high: 20, step: 2 },
  { name: 'protonsPerReaction', low: 0, high: 3, step: 0.15 },
  { name: 'energyExponent', low: 0.5, high: 3, step: 0.2 },
  { name: 'angleWidth', low: 0.3, high: 1.1, step: 0.08 },
] as const;

function model(point: readonly number[]): Model {
  const numbers = Object.fromEntries(parameters.map(({ name }, k) => [name, point[k]!]));
  const { spotMm, divergenceMrad, ...interactions } = numbers;
  return { beam: { spotMm: spotMm!, divergenceMrad: divergenceMrad! }, interactions };
}

/** Deviations in units of what is allowed, bent so that the largest count most; hits are pressed hardest. */
async function residuals(point: readonly number[]): Promise<number[]> {
  const ours = await observe(model(point), Number(values.primaries), Number(values.seed));
  const { limits } = published;
  const result: number[] = [];
  for (const [quantity, weight] of [
    ['hits', 2],
    ['hitEdges', 1.5],
    ['lineEdges', 1.5],
  ] as const) {
    ours[quantity].forEach((row, p) =>
      row.forEach((value, d) => {
        result.push(((value / published[quantity][p]![d]! - 1) / limits[quantity]) * weight);
      }),
    );
  }
  for (const group of Object.keys(published.removedPercent) as EdgeGroup[]) {
    ours.removedPercent[group].forEach((value, t) => {
      result.push(((value - published.removedPercent[group][t]!) / limits.removedPercent) * 2);
    });
  }
  return result.map((value) => value * Math.sqrt(1 + Math.abs(value)));
}

const sumOfSquares = (list: readonly number[]): number => list.reduce((sum, value) => sum + value * value, 0);

/** Solves the symmetric positive definite system A x = b by Gauss-Jordan elimination. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, k) => [...row, right[k]!]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    for (let r = 0; r < n; r++) {
      if (r === k) continue;
      const factor = rows[r]![k]! / rows[k]![k]!;
      for (let c = k; c <= n; c++) rows[r]![c]! -= factor * rows[k]![c]!;
    }
  }
  return rows.map((row, k) => row[n]! / row[k]!);
}

const start: Record<string, number> = { ...defaultBeam, ...defaultInteractionModel };
let point = parameters.map(({ name }) => start[name]!);
let current = await residuals(point);
let damping = 0.1;
process.stdout.write(`start: ${sumOfSquares(current).toFixed(1)}\n`);

for (let iteration = 0; iteration < Number(values.iterations); iteration++) {
  const slopes: number[][] = [];
  for (const [k, { step, high }] of parameters.entries()) {
    const moved = [...point];
    const difference = point[k]! + step > high ? -step : step;
    moved[k]! += difference;
    const there = await residuals(moved);
    slopes.push(there.map((value, r) => ((value - current[r]!) / difference) * step));
  }
  let improved = false;
  for (let attempt = 0; attempt < 4 && !improved; attempt++) {
    const normal = slopes.map((a, i) =>
      slopes.map((b, j) =>
        a.reduce((sum, value, r) => sum + value * b[r]!, i === j ? 1 + damping * sumOfSquares(a) : 0),
      ),
    );
    const direction = solve(
      normal,
      slopes.map((slope) => -slope.reduce((sum, value, r) => sum + value * current[r]!, 0)),
    );
    const candidate = parameters.map(({ low, high, step }, k) =>
      Math.min(high, Math.max(low, point[k]! + step * Math.max(-3, Math.min(3, direction[k]!)))),
    );
    const there = await residuals(candidate);
    improved = sumOfSquares(there) < sumOfSquares(current);
    if (improved) {
      point = candidate;
      current = there;
      damping /= 3;
    } else {
      damping *= 5;
    }
  }
  const numbers = parameters.map(({ name }, k) => `${name} ${point[k]!.toPrecision(4)}`);
  process.stdout.write(`${iteration + 1}: ${sumOfSquares(current).toFixed(1)}  ${numbers.join(', ')}\n`);
  if (!improved) break;
}
