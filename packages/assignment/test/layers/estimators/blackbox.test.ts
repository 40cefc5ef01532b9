import { blackbox, identity } from '@pct/assignment/layers';
import { InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cheapest, dot, expectNear, f64, gradientOf, outputOf, randomArray } from '../support.js';

/** Costs and gradients of 2 x 2 and 3 x 3, without ties. */
const problem = fc
  .record({ n: fc.constantFrom(2, 3), seed: fc.nat(), lambda: fc.double({ min: 0.1, max: 50, noNaN: true }) })
  .map(({ n, seed, lambda }) => ({
    n,
    lambda,
    c: Array.from(randomArray(seed, [n * n], 0, 2).data),
    g: Array.from(randomArray(seed + 1, [n * n], -1, 1).data),
  }));

const square = (flat: readonly number[], n: number) => ({ data: Float64Array.from(flat), shape: [n, n] });

describe('blackbox', () => {
  it('is the difference quotient of algorithm 1 over all permutations', () => {
    fc.assert(
      fc.property(problem, fc.boolean(), fc.boolean(), ({ n, c, g, lambda }, divideByLambda, clip) => {
        const y = cheapest(c, n, n);
        const moved = c.map((x, at) => Math.max(x + lambda * g[at]!, clip ? 0 : -Infinity));
        const other = cheapest(moved, n, n);
        const estimator = blackbox({ lambda, divideByLambda, clip });
        expect(outputOf(square(c, n), { estimator })).toEqual(y);
        const gradient = gradientOf(square(c, n), square(g, n), { estimator });
        const found = gradient.map((value, at) => y[at]! + value * (divideByLambda ? lambda : 1));
        // Clipped costs may tie: then either assignment may be found.
        if (clip) expectNear([dot(moved, found)], [dot(moved, other)]);
        else expectNear(found, other);
      }),
      { numRuns: 150 },
    );
  });

  it('has known gradients', () => {
    const c = f64([
      [1, 2],
      [2, 2],
    ]);
    const g = f64([
      [1, 0],
      [0, 1],
    ]);
    // Moved by 2 g, the diagonal costs 3 + 4 = 7 instead of 3, and the other pairs 4.
    const y = [-0.5, 0.5, 0.5, -0.5];
    expectNear(gradientOf(c, g, { estimator: blackbox({ lambda: 2 }) }), y);
    expectNear(
      gradientOf(c, g, { estimator: blackbox({ lambda: 2, divideByLambda: false }) }),
      [-1, 1, 1, -1],
    );
    expectNear(gradientOf(c, g, { estimator: blackbox({ lambda: 0.25 }) }), [0, 0, 0, 0]);
  });

  it('clips moved costs at 0', () => {
    const c = f64([
      [0.5, 1],
      [1, 0.5],
    ]);
    const g = f64([
      [0, -1],
      [-1, 0],
    ]);
    const gradient = (clip: boolean) => gradientOf(c, g, { estimator: blackbox({ lambda: 0.75, clip }) });
    // -0.75 leaves 0.25 each: below 0.5, clipped or not.
    expect(gradient(true)).toEqual(gradient(false));
    const far = (clip: boolean) =>
      gradientOf(
        f64([
          [0, 1],
          [1, 0],
        ]),
        g,
        { estimator: blackbox({ lambda: 2, clip }) },
      );
    expectNear(far(false), [-0.5, 0.5, 0.5, -0.5]);
    expectNear(far(true), [0, 0, 0, 0]);
  });

  it.each([
    [{ lambda: 0 }, 'blackbox: lambda must be a finite number above 0, got 0'],
    [{ lambda: NaN }, 'blackbox: lambda must be a finite number above 0, got NaN'],
    [{ clip: 1 as never }, 'blackbox: clip must be one of true, false, got 1'],
    [{ divideByLambda: 'no' as never }, 'blackbox: divideByLambda must be one of true, false, got "no"'],
  ])('refuses %j', (options, message) => {
    expect(() => blackbox(options)).toThrow(InvalidArgumentError);
    expect(() => blackbox(options)).toThrow(message);
  });
});

describe('identity', () => {
  /** P(c), the projections written out. */
  const projections = {
    none: (c: number[]) => c,
    mean: (c: number[]) => c.map((x) => x - mean(c)),
    norm: (c: number[]) => c.map((x) => x / Math.sqrt(dot(c, c))),
    standardise: (c: number[]) => {
      const centred = projections.mean(c);
      return centred.map((x) => x / Math.sqrt(dot(centred, centred) / c.length));
    },
  };
  const mean = (c: number[]): number => c.reduce((sum, x) => sum + x, 0) / c.length;

  it.each(['none', 'mean', 'norm', 'standardise'] as const)(
    'is minus the gradient through P: %s',
    (projection) => {
      const project = projections[projection];
      fc.assert(
        fc.property(problem, ({ n, c, g }) => {
          const estimator = identity({ projection });
          expect(outputOf(square(c, n), { estimator })).toEqual(cheapest(c, n, n));
          const step = 1e-6;
          const wanted = c.map((_, at) => {
            const shifted = (by: number) => dot(project(c.map((x, k) => (k === at ? x + by : x))), g);
            return -(shifted(step) - shifted(-step)) / (2 * step);
          });
          const found = gradientOf(square(c, n), square(g, n), { estimator });
          expectNear(found, wanted, 1e-5 * (1 + Math.max(...wanted.map(Math.abs))));
        }),
        { numRuns: 60 },
      );
    },
  );

  it('leaves forbidden pairs out of the projection', () => {
    const c = f64([
      [1, Infinity],
      [5, 3],
    ]);
    const g = f64([
      [1, 100],
      [2, 6],
    ]);
    expectNear(gradientOf(c, g, { estimator: identity() }), [2, 0, 1, -3]);
  });

  it('has no direction to take out of equal costs', () => {
    const c = f64([
      [1e300, 1e300],
      [1e300, 1e300],
    ]);
    const g = f64([
      [1, 2],
      [3, 4],
    ]);
    expectNear(
      gradientOf(c, g, { estimator: identity({ projection: 'standardise' }) }),
      [1.5, 0.5, -0.5, -1.5],
    );
  });

  it('refuses another projection', () => {
    expect(() => identity({ projection: 'both' as never })).toThrow(
      'identity: projection must be one of "none", "mean", "norm", "standardise", got "both"',
    );
  });
});
