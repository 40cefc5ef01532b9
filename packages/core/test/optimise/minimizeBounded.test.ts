import { readFileSync } from 'node:fs';
import {
  createRng,
  InvalidArgumentError,
  minimizeBounded,
  ShapeError,
  type MinimizeBoundedOptions,
  type MinimizeResult,
  type ValueAndGradient,
} from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSpd, vector } from '../linalg/support.js';
import { functions, quadratic, rosenbrock } from './functions.js';

interface Minima {
  problems: {
    name: string;
    x0: number[];
    lower: number[];
    upper: number[];
    x: number[];
    value: number;
    evaluations: number;
  }[];
}

const exact = { tolerance: 1e-9, valueTolerance: 0, maxIterations: 5000 } satisfies MinimizeBoundedOptions;

/** Largest violation of the first-order conditions of a minimum between bounds. */
function kktViolation(
  { x, gradient }: MinimizeResult,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
): number {
  return x.reduce((worst, value, i) => {
    if (value < lower[i]! || value > upper[i]!) return Infinity;
    if (lower[i] === upper[i]) return worst;
    const g = gradient[i]!;
    const allowed = (value === lower[i] && g > 0) || (value === upper[i] && g < 0);
    return allowed ? worst : Math.max(worst, Math.abs(g));
  }, 0);
}

describe('Rosenbrock', () => {
  const start = (n: number) => Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1));

  it.each([2, 3, 5, 10, 30, 100])('%i variables without bounds', (n) => {
    const result = minimizeBounded(rosenbrock, start(n), { tolerance: 1e-8, valueTolerance: 0 });
    expect(result.status).toBe('converged');
    // From n = 4 on there is a second local minimum; this start does not lead there.
    for (const value of result.x) expect(value).toBeCloseTo(1, 6);
  });

  it.each([1, 2, 5, 40])('with a memory of %i pairs', (memory) => {
    const result = minimizeBounded(rosenbrock, start(6), { ...exact, memory, upper: [3, 3, 3, 3, 3, 0.25] });
    expect(kktViolation(result, Array(6).fill(-Infinity), [3, 3, 3, 3, 3, 0.25])).toBeLessThan(1e-5);
    expect(result.x[5]).toBe(0.25);
  });

  it.each([2, 5, 10, 50, 100])('%i variables with active bounds', (n) => {
    const result = minimizeBounded(rosenbrock, start(n), { ...exact, lower: -2, upper: 0.5 });
    expect(kktViolation(result, Array(n).fill(-2), Array(n).fill(0.5))).toBeLessThan(1e-5);
    expect(result.x[0]).toBe(0.5);
  });

  it('has its published minimum where the upper bound of x is 0.5', () => {
    const result = minimizeBounded(rosenbrock, [-1.2, 1], { upper: [0.5, Infinity] });
    expect(result.x[0]).toBe(0.5);
    expect(result.x[1]).toBeCloseTo(0.25, 6);
    expect(result.value).toBeCloseTo(0.25, 12);
  });
});

describe('quadratics', () => {
  it('are solved to the KKT conditions, and better than any other point of the box', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), fc.boolean(), (n, seed, inBox) => {
        const rng = createRng(seed);
        const { data } = randomSpd(rng, n, 0.2);
        const fg = quadratic(data, vector(rng, n));
        const lower = vector(rng, n).map((x) => (inBox || rng.uniform() < 0.7 ? x : -Infinity));
        const upper = lower.map((x) =>
          x > -Infinity ? x + Math.max(0, rng.uniform() * 2 - 0.2) : rng.normal(),
        );
        const result = minimizeBounded(fg, vector(rng, n), { ...exact, lower, upper });
        expect(kktViolation(result, lower, upper)).toBeLessThan(1e-6);
        const gradient = new Float64Array(n);
        for (let k = 0; k < 20; k++) {
          const other = lower.map((low, i) => {
            const from = low === -Infinity ? upper[i]! - 3 : low;
            return from + rng.uniform() * (upper[i]! - from);
          });
          expect(result.value).toBeLessThanOrEqual(fg(other, gradient) + 1e-9);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('end at the bounds that are known to be active', () => {
    // Separable: the minimum is the clipped centre.
    const centre = [5, -5, 0.25, 0, 3];
    const fg: ValueAndGradient = (x, gradient) =>
      x.reduce((sum, value, i) => {
        gradient[i] = 2 * (i + 1) * (value - centre[i]!);
        return sum + (i + 1) * (value - centre[i]!) ** 2;
      }, 0);
    const result = minimizeBounded(fg, [0.5, 0.5, 0.5, 0.5, 0.5], {
      ...exact,
      lower: 0,
      upper: [1, 1, 1, 1, 4],
    });
    expect(result.status).toBe('converged');
    expect(result.x[0]).toBe(1);
    expect(result.x[1]).toBe(0);
    for (const [i, value] of [0.25, 0, 3].entries()) expect(result.x[i + 2]).toBeCloseTo(value, 8);
  });
});

describe('agreement with scipy', () => {
  const file = new URL('scipy-minima.json', import.meta.url);
  const { problems } = JSON.parse(readFileSync(file, 'utf8')) as Minima;

  it.each(problems.map((problem, index) => ({ ...problem, index })))(
    '$index: $name from $x0',
    ({ name, x0, lower, upper, x, value, evaluations }) => {
      const result = minimizeBounded(functions[name]!, x0, { ...exact, lower, upper });
      expect(Math.abs(result.value - value)).toBeLessThan(1e-10 * Math.max(1, Math.abs(value)));
      // Powell's function is flat to fourth order at its minimum.
      const digits = name === 'powell' ? 2 : 6;
      for (const [i, expected] of x.entries()) expect(result.x[i]).toBeCloseTo(expected, digits);
      // The same method with the same defaults, so about as much work.
      const usual = minimizeBounded(functions[name]!, x0, { lower, upper });
      expect(usual.evaluations).toBeLessThanOrEqual(1.3 * evaluations + 3);
    },
  );
});

describe('bounds', () => {
  it('are never left, and x0 is moved inside', () => {
    const seen: number[][] = [];
    const watched: ValueAndGradient = (x, gradient) => {
      seen.push([...x]);
      return rosenbrock(x, gradient);
    };
    minimizeBounded(watched, [9, -9, 9], { lower: -1, upper: [0.3, 2, 0.7] });
    expect(seen[0]).toEqual([0.3, -1, 0.7]);
    for (const [a, b, c] of seen) {
      expect(Math.min(a!, b!, c!)).toBeGreaterThanOrEqual(-1);
      expect([a! <= 0.3, b! <= 2, c! <= 0.7]).toEqual([true, true, true]);
    }
  });

  it('that meet fix a variable', () => {
    const result = minimizeBounded(rosenbrock, [0, 0, 0], {
      ...exact,
      lower: [-5, 0.7, -5],
      upper: [5, 0.7, 5],
    });
    expect(result.status).toBe('converged');
    expect(result.x[1]).toBe(0.7);
    expect(result.x[2]).toBeCloseTo(0.49, 6);
    const fixed = minimizeBounded(rosenbrock, [3, 3], { lower: 2, upper: 2 });
    expect(fixed).toMatchObject({ status: 'converged', iterations: 0, evaluations: 1, value: 401 });
  });

  it('may hold the start in a corner that is the minimum', () => {
    const fg: ValueAndGradient = (x, gradient) => {
      gradient.fill(1);
      return x.reduce((sum, value) => sum + value, 0);
    };
    const result = minimizeBounded(fg, [0, 0], { lower: 0, upper: 1 });
    expect(result).toMatchObject({ status: 'converged', iterations: 0, value: 0 });
    expect([...minimizeBounded(fg, [1, 0.5], { lower: 0, upper: 1 }).x]).toEqual([0, 0]);
  });
});

describe('values that are not finite', () => {
  /** x − log x: NaN or Infinity left of 0, minimum 1 at 1. */
  const wall =
    (outside: number): ValueAndGradient =>
    (x, gradient) => {
      const inside = x[0]! > 0;
      gradient[0] = inside ? 1 - 1 / x[0]! : outside;
      return inside ? x[0]! - Math.log(x[0]!) : outside;
    };

  it.each([NaN, Infinity, -Infinity])('%d on the way: steps get shorter', (outside) => {
    const result = minimizeBounded(wall(outside), [50], { tolerance: 1e-8, valueTolerance: 0 });
    expect(result.status).toBe('converged');
    expect(result.x[0]).toBeCloseTo(1, 7);
  });

  it.each([NaN, Infinity, -Infinity])('%d at the start: a status', (outside) => {
    const result = minimizeBounded(wall(outside), [-1]);
    expect(result).toMatchObject({ status: 'nonFinite', iterations: 0, evaluations: 1 });
    expect(result.value).toBe(outside);
    expect(result.advice).toMatch(/no finite value/);
  });

  it('everywhere but at the start: the start and a status', () => {
    const fg: ValueAndGradient = (x, gradient) => {
      gradient[0] = 1;
      return x[0] === 3 ? 7 : NaN;
    };
    const result = minimizeBounded(fg, [3]);
    expect(result).toMatchObject({ status: 'nonFinite', value: 7, iterations: 0 });
    expect([...result.x]).toEqual([3]);
    expect(result.evaluations).toBeLessThan(60);
  });

  it('a gradient that is NaN, or not written, counts too', () => {
    expect(minimizeBounded((x) => x[0]! ** 2, [3]).status).toBe('nonFinite');
  });
});

describe('how it ends', () => {
  it('after the iterations or evaluations it may have, with the best point so far', () => {
    const few = minimizeBounded(rosenbrock, [-1.2, 1], { maxIterations: 5 });
    expect(few).toMatchObject({ status: 'maxIterations', iterations: 5 });
    const gradient = new Float64Array(2);
    expect(rosenbrock(few.x, gradient)).toBe(few.value);
    expect(few.gradient).toEqual(gradient);
    expect(few.value).toBeLessThan(24.2);

    const short = minimizeBounded(rosenbrock, [-1.2, 1], { maxEvaluations: 7 });
    expect(short).toMatchObject({ status: 'maxEvaluations', evaluations: 7 });
    expect(short.value).toBeLessThan(24.2);
    expect(minimizeBounded(rosenbrock, [-1.2, 1], { maxIterations: 0 }).status).toBe('maxIterations');
    expect(minimizeBounded(rosenbrock, [-1.2, 1], { maxEvaluations: 1 }).evaluations).toBe(1);
  });

  it('with a small change of the value', () => {
    const result = minimizeBounded(rosenbrock, [-1.2, 1], { tolerance: 0, valueTolerance: 0.1 });
    expect(result.status).toBe('smallChange');
    expect(result.value).toBeGreaterThan(1e-3);
  });

  it('with a gradient that is not that of the function', () => {
    const wrong: ValueAndGradient = (x, gradient) => {
      gradient[0] = -2 * x[0]!;
      return x[0]! ** 2;
    };
    const result = minimizeBounded(wrong, [1]);
    expect(result).toMatchObject({ status: 'lineSearchFailed', value: 1 });
    expect(result.advice).toMatch(/gradient is not that of the function/);
  });

  it('at once with no variables', () => {
    expect(minimizeBounded(() => 4, [])).toMatchObject({ status: 'converged', value: 4, evaluations: 1 });
  });

  it('with the reason of the signal, or what the function throws', () => {
    const controller = new AbortController();
    let calls = 0;
    const fg: ValueAndGradient = (x, gradient) => {
      if (++calls === 3) controller.abort(new Error('enough'));
      return rosenbrock(x, gradient);
    };
    expect(() => minimizeBounded(fg, [-1.2, 1], { signal: controller.signal })).toThrow('enough');
    expect(calls).toBe(3);
    const failing: ValueAndGradient = () => {
      throw new RangeError('no such model');
    };
    expect(() => minimizeBounded(failing, [1])).toThrow('no such model');
  });

  it('tells its progress', () => {
    const done: number[] = [];
    const result = minimizeBounded(rosenbrock, [-1.2, 1], {
      maxIterations: 100,
      onProgress: (progress) => done.push(progress.done),
    });
    expect(result.iterations).toBeLessThan(100);
    expect(done[0]).toBeLessThanOrEqual(1);
    expect(done.at(-1)).toBe(100);
  });
});

it('changes and keeps nothing it is given, and gives the same each time', () => {
  const x0 = new Float64Array([-1.2, 1]);
  const lower = new Float64Array([-2, -2]);
  const first = minimizeBounded(rosenbrock, x0, { lower });
  expect(x0).toEqual(new Float64Array([-1.2, 1]));
  expect(lower).toEqual(new Float64Array([-2, -2]));
  const values = [...first.x];
  expect(minimizeBounded(rosenbrock, x0, { lower })).toEqual(first);
  expect([...first.x]).toEqual(values);
});

it.each<[string, unknown, MinimizeBoundedOptions, typeof InvalidArgumentError | typeof ShapeError, RegExp]>([
  ['x0, NaN', [NaN], {}, InvalidArgumentError, /x0\[0\] must be a finite number, got NaN/],
  ['x0, none', undefined, {}, InvalidArgumentError, /x0 must be an array of numbers/],
  [
    'lower, NaN',
    [1],
    { lower: NaN },
    InvalidArgumentError,
    /lower bounds must be numbers or -Infinity, got NaN/,
  ],
  [
    'lower, +Infinity',
    [1],
    { lower: Infinity },
    InvalidArgumentError,
    /lower bounds.*got Infinity for variable 0/,
  ],
  ['upper, −Infinity', [1], { upper: -Infinity }, InvalidArgumentError, /upper bounds/],
  [
    'upper, length',
    [1, 2],
    { upper: [1] },
    ShapeError,
    /upper must be a number or \[2\], got Array of length 1/,
  ],
  ['crossed', [1, 2], { lower: [0, 3], upper: 2 }, InvalidArgumentError, /got 3 and 2 for variable 1/],
  ['memory', [1], { memory: 0 }, InvalidArgumentError, /memory/],
  ['tolerance', [1], { tolerance: -1 }, InvalidArgumentError, /tolerance/],
  ['valueTolerance', [1], { valueTolerance: NaN }, InvalidArgumentError, /valueTolerance/],
  ['maxIterations', [1], { maxIterations: 1.5 }, InvalidArgumentError, /maxIterations/],
  ['maxEvaluations', [1], { maxEvaluations: 0 }, InvalidArgumentError, /maxEvaluations/],
])('refuses: %s', (_, x0, options, errorClass, message) => {
  const call = () => minimizeBounded(rosenbrock, x0 as number[], options);
  expect(call).toThrow(errorClass);
  expect(call).toThrow(message);
});
