import { aimle, aimleState, fillNoise, imle, lpgd, noiseStream } from '@pct/assignment/layers';
import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { cheapest, expectNear, gradientOf, outputOf, randomArray } from '../support.js';

const cases = Array.from({ length: 12 }, (_, seed) => ({
  c: randomArray(seed, [3, 3], 0, 1),
  g: randomArray(seed + 100, [3, 3], -1, 1),
}));

/** c + by * z */
const shifted = (c: ArrayLike<number>, by: number, z: ArrayLike<number>) =>
  Array.from(c, (x, at) => x + by * z[at]!);
const solved = (c: ArrayLike<number>) => cheapest(Array.from(c), 3, 3);
const difference = (a: number[], b: number[], scale: number) => a.map((x, at) => (x - b[at]!) * scale);

describe('imle', () => {
  const noise = (sample: number) => fillNoise(new Float64Array(9), 'gumbel', noiseStream(7, 0, sample));

  it.each([false, true])(
    'compares perturbed solutions with those of the target: two sides %s',
    (twoSided) => {
      const lambda = 1.5;
      const sigma = 0.4;
      let moved = 0;
      for (const { c, g } of cases) {
        const estimator = imle({ lambda, sigma, noise: 'gumbel', samples: 4, seed: 7, twoSided });
        const mean = new Array<number>(9).fill(0);
        const wanted = new Array<number>(9).fill(0);
        for (let sample = 0; sample < 4; sample++) {
          const costs = shifted(c.data, -sigma, noise(sample));
          const y = solved(costs);
          const ahead = solved(shifted(costs, lambda, g.data));
          const behind = twoSided ? solved(shifted(costs, -lambda, g.data)) : y;
          const scale = 1 / (4 * lambda * (twoSided ? 2 : 1));
          difference(ahead, behind, scale).forEach((value, at) => (wanted[at]! += value));
          y.forEach((value, at) => (mean[at]! += value / 4));
        }
        expectNear(outputOf(c, { estimator }), mean);
        expectNear(gradientOf(c, g, { estimator }), wanted);
        if (wanted.some((x) => x !== 0)) moved++;
      }
      expect(moved).toBeGreaterThan(6);
    },
  );

  it('takes Sum-of-Gamma noise by default, and none of scale 0', () => {
    const { c } = cases[0]!;
    const outputs = [1, 2, 3, 4, 5, 6].map((seed) =>
      outputOf(c, { estimator: imle({ seed, sigma: 2 }) }).join(),
    );
    expect(new Set(outputs).size).toBeGreaterThan(1);
    expect(outputOf(c, { estimator: imle({ seed: 1, sigma: 0 }) })).toEqual(solved(c.data));
  });

  it.each([
    [{ lambda: -1 }, 'imle: lambda must be a finite number above 0, got -1'],
    [{ samples: 0 }, 'imle: samples must be an integer of at least 1, got 0'],
    [{ sigma: -1 }, 'imle: sigma must be a finite number of at least 0, got -1'],
    [
      { noise: 'normal' as never },
      'imle: noise must be one of "sumOfGamma", "gumbel", "gaussian", got "normal"',
    ],
    [{ seed: 'a' as never }, 'imle: seed must be a safe integer or an int32 tensor, got "a"'],
  ] as const)('refuses %j', (options, message) => {
    expect(() => imle({ seed: 1, ...options })).toThrow(InvalidArgumentError);
    expect(() => imle({ seed: 1, ...options })).toThrow(message);
  });
});

describe('aimle', () => {
  it('is imle with lambda from the norms, and learns the strength', () => {
    const { c, g } = cases[1]!;
    const state = aimleState(0.8);
    const norm = (x: ArrayLike<number>) => Math.hypot(...Array.from(x));
    const lambda = (0.8 * norm(c.data)) / norm(g.data);
    const options = { seed: 3, sigma: 0.3, samples: 5 };
    const wanted = gradientOf(c, g, { estimator: imle({ ...options, lambda, twoSided: true }) });
    const found = gradientOf(c, g, {
      estimator: aimle({ ...options, state, target: 1, step: 0.01, decay: 0.5 }),
    });
    expectNear(found, wanted);
    const nonzeros = wanted.filter((x) => x !== 0).length / 5;
    expect(nonzeros).toBeGreaterThan(0);
    expect(state.nonzeros).toBeCloseTo(0.5 + 0.5 * nonzeros, 12);
    expect(state.strength).toBeCloseTo(0.8 + (state.nonzeros < 1 ? 0.01 : -0.01), 12);
  });

  it('raises the strength until gradients are there, and lowers it where there are too many', () => {
    const { c, g } = cases[1]!;
    const run = (state: ReturnType<typeof aimleState>, target: number) => {
      const estimator = aimle({ seed: 3, sigma: 0, state, target, step: 0.05 });
      for (let step = 0; step < 60; step++) gradientOf(c, g, { estimator });
      return state.strength;
    };
    const grown = run(aimleState(0), 1);
    expect(grown).toBeGreaterThan(0);
    expect(run(aimleState(5), 1)).toBeLessThan(5);
    expect(run(aimleState(0), 100)).toBeGreaterThan(grown);
  });

  it('gives no gradient, and no NaN, where there is none', () => {
    const zero = randomArray(1, [3, 3], 0, 1e-300);
    const estimator = aimle({ seed: 3, state: aimleState() });
    expect(gradientOf(cases[0]!.c, { data: new Float64Array(9), shape: [3, 3] }, { estimator })).toEqual(
      new Array(9).fill(0),
    );
    expect(gradientOf(zero, cases[0]!.g, { estimator }).every((x) => Number.isFinite(x))).toBe(true);
  });

  it.each([
    [{ state: undefined as never }, 'aimle: state must come from aimleState(), got undefined'],
    [
      { state: { strength: NaN, nonzeros: 1 } },
      'aimle: state.strength must be a finite number of at least 0, got NaN',
    ],
    [{ target: 0 }, 'aimle: target must be a finite number above 0, got 0'],
    [{ decay: 2 }, 'aimle: decay must be a finite number from 0 to 1, got 2'],
    [{ step: 0 }, 'aimle: step must be a finite number above 0, got 0'],
  ])('refuses %j', (options, message) => {
    expect(() => aimle({ seed: 1, state: aimleState(), ...options })).toThrow(message);
  });
});

describe('lpgd', () => {
  it.each(['lower', 'upper', 'average'] as const)('is the gradient of the %s envelope', (envelope) => {
    const tau = 0.9;
    for (const rho of [0, 0.4]) {
      let moved = 0;
      for (const { c, g } of cases) {
        const y = solved(c.data);
        const proximal = (strength: number) =>
          solved(
            shifted(
              shifted(c.data, strength, g.data),
              rho / 2,
              y.map((value) => 1 - 2 * value),
            ),
          );
        const ahead = proximal(tau);
        const behind = proximal(-tau);
        const wanted = {
          lower: difference(ahead, y, 1 / tau),
          upper: difference(y, behind, 1 / tau),
          average: difference(ahead, behind, 1 / (2 * tau)),
        }[envelope];
        expectNear(gradientOf(c, g, { estimator: lpgd({ tau, rho, envelope }) }), wanted);
        if (wanted.some((x) => x !== 0)) moved++;
      }
      expect(moved).toBeGreaterThan(1);
    }
  });

  it.each([
    [{ tau: 0 }, 'lpgd: tau must be a finite number above 0, got 0'],
    [{ rho: -1 }, 'lpgd: rho must be a finite number from 0 to 1e+300, got -1'],
    [{ envelope: 'both' as never }, 'lpgd: envelope must be one of "lower", "upper", "average", got "both"'],
  ])('refuses %j', (options, message) => {
    expect(() => lpgd(options)).toThrow(message);
  });
});
