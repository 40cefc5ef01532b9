import { cholesky, createRng, GrowingCholesky, minimizeBounded, type ValueAndGradient } from '@pct/core';
import { bench, describe } from 'vitest';

/** Covariance of points in [0, 1]⁵ under exp(−r), with a little noise. */
function covariance(n: number) {
  const rng = createRng(1);
  const points = Array.from({ length: n }, () => Array.from({ length: 5 }, () => rng.uniform()));
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const squared = points[i]!.reduce((sum, x, k) => sum + (x - points[j]![k]!) ** 2, 0);
      data[i * n + j] = Math.exp(-Math.sqrt(squared)) + (i === j ? 1e-4 : 0);
    }
  }
  return { rows: n, columns: n, data };
}

// The sum keeps V8 from dropping the work.
let sink = 0;

describe.each([500, 1000])('one more observation, n = %i', (n) => {
  const matrix = covariance(n);
  for (const kernels of ['auto', 'plain'] as const) {
    const factor = new GrowingCholesky({ capacity: n, kernels });
    bench(`factor of everything, ${kernels} kernels`, () => {
      sink += factor.factor(matrix).jitter;
    });
    const grown = cholesky(matrix, { capacity: n, kernels });
    const row = matrix.data.slice((n - 1) * n, n * n - 1);
    grown.truncate(n - 1);
    bench(`append, ${kernels} kernels`, () => {
      sink += grown.append(row, 1.0001).jitter;
      grown.truncate(n - 1);
    });
    const out = new Float64Array(n - 1);
    bench(`solve, ${kernels} kernels`, () => {
      sink += grown.solve(row, out)[0]!;
    });
    const many = new Float64Array(16 * (n - 1)).fill(1);
    bench(`solve for 16 right-hand sides, ${kernels} kernels`, () => {
      sink += grown.solve(many, many.fill(1))[0]!;
    });
  }
});

describe('minimizeBounded, Rosenbrock', () => {
  const rosenbrock: ValueAndGradient = (x, gradient) => {
    let value = 0;
    gradient.fill(0);
    for (let i = 0; i + 1 < x.length; i++) {
      const a = x[i + 1]! - x[i]! ** 2;
      value += 100 * a * a + (1 - x[i]!) ** 2;
      gradient[i]! += -400 * x[i]! * a - 2 * (1 - x[i]!);
      gradient[i + 1]! += 200 * a;
    }
    return value;
  };
  for (const n of [5, 20, 100]) {
    const x0 = new Float64Array(n).fill(-1);
    bench(`${n} variables`, () => {
      sink += minimizeBounded(rosenbrock, x0, { lower: -2, upper: 2 }).value;
    });
  }
});

if (Number.isNaN(sink)) throw new Error('a result was NaN');
