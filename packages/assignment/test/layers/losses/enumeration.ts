import fc from 'fast-check';
import { allPairs, cheapest, dot, realMatrix, shapes } from './support.js';

/** Predicted and true costs of one shape. */
export const problem = shapes.chain(([n, m]) => fc.tuple(realMatrix(n, m), realMatrix(n, m)));

/** Both losses by trying every assignment. */
export function byEnumeration(
  predicted: number[][],
  cost: number[][],
): { regret: number; spo: number; slope: number[] } {
  const all = allPairs(cost);
  const [p, c] = [predicted.flat(), cost.flat()];
  const best = cheapest(c, all);
  const reflected = p.map((x, i) => 2 * x - c[i]!);
  const worst = cheapest(reflected, all);
  const most = Math.max(...all.map((y) => -dot(reflected, y)));
  return {
    regret: dot(c, cheapest(p, all)) - dot(c, best),
    spo: most + 2 * dot(p, best) - dot(c, best),
    slope: best.map((x, i) => 2 * (x - worst[i]!)),
  };
}
