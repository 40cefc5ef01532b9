import type { Objective } from '@pct/core';

/** x² + 3 y² with a NaN and an infinity, after some milliseconds. */
export function slowBowl(milliseconds: number): Objective {
  return {
    size: 2,
    async loss(at) {
      const [x, y] = [at[0]!, at[1]!];
      if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
      if (x === -1 && y === -1) return NaN;
      return x === 1 && y === 1 ? Infinity : x * x + 3 * y * y;
    },
  };
}

export const surfaceAxes = [
  { name: 'x', direction: Float64Array.of(1, 0), points: 21 },
  { name: 'y', direction: Float64Array.of(0, 1), points: 11 },
];
