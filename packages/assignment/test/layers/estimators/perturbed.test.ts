import { fillNoise, noiseStream, perturbed, type PerturbedOptions } from '@pct/assignment/layers';
import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { cheapest, dot, expectNear, f64, gradientOf, outputOf, randomArray } from '../support.js';

const c = f64([
  [0.1, 0.4, 0.5],
  [0.3, 0.2, 0.6],
  [0.7, 0.5, 0.4],
]);
const g = randomArray(2, [3, 3], -1, 1);

/** Best assignments for the perturbed costs of the layer, sample by sample, by trying all. */
function samplesOf(
  { samples = 10, sigma = 0.1, noise = 'gaussian', multiplicative = false }: PerturbedOptions,
  seed: number,
  cost: ArrayLike<number> = c.data,
): number[][] {
  return Array.from({ length: samples }, (_, sample) => {
    const z = fillNoise(new Float64Array(9), noise, noiseStream(seed, 0, sample));
    return cheapest(
      Array.from(z, (value, at) =>
        multiplicative ? cost[at]! * Math.exp(sigma * value - sigma ** 2 / 2) : cost[at]! - sigma * value,
      ),
      3,
      3,
    );
  });
}

const meanOf = (ys: number[][]) => ys[0]!.map((_, at) => ys.reduce((sum, y) => sum + y[at]! / ys.length, 0));

describe('perturbed', () => {
  it.each([{ noise: 'gaussian' }, { noise: 'gumbel' }, { multiplicative: true, sigma: 0.5 }] as const)(
    'gives out the mean of the best assignments: %j',
    (options) => {
      const all = { ...options, seed: 3, samples: 30 };
      expectNear(outputOf(c, { estimator: perturbed(all) }), meanOf(samplesOf(all, 3)));
    },
  );

  // The estimate has a standard error of about 0.01 to 0.03 in these.
  it.each([
    [{ noise: 'gaussian', sigma: 0.3 }, 0.1],
    [{ noise: 'gumbel', sigma: 0.3 }, 0.12],
    [{ noise: 'gaussian', sigma: 0.3, varianceReduced: false }, 0.1],
    [{ multiplicative: true, sigma: 0.6 }, 0.12],
  ] as const)('has the gradient of the smoothed objective: %j', (options, tolerance) => {
    const estimator = perturbed({ ...options, seed: 5, samples: 8000 });
    const found = gradientOf(c, g, { estimator });
    const step = 0.04;
    // Along some directions, with the same random numbers on both sides.
    for (const direction of [1, 2, 3].map((seed) => randomArray(seed, [9], -1, 1).data)) {
      const objective = (by: number): number => {
        const data = Float64Array.from(c.data, (x, at) => x + by * direction[at]!);
        return dot(outputOf({ data, shape: [3, 3] }, { estimator }), Array.from(g.data));
      };
      const wanted = (objective(step) - objective(-step)) / (2 * step);
      expect(Math.abs(wanted)).toBeGreaterThan(2 * tolerance);
      expectNear([dot(found, Array.from(direction))], [wanted], tolerance);
    }
  });

  it('agrees with the normal distribution for 2 x 2', () => {
    // y is the identity where c00 + c11 - c01 - c10 plus noise of deviation 2 σ is below 0.
    const two = f64([
      [0.1, 0.4],
      [0.3, 0.4],
    ]);
    const sigma = 0.2;
    const distance = -0.2 / (2 * sigma);
    const density = Math.exp(-(distance ** 2) / 2) / Math.sqrt(2 * Math.PI) / (2 * sigma);
    const weights = f64([
      [1, 0],
      [0, 0],
    ]);
    const estimator = perturbed({ sigma, samples: 10000, seed: 2 });
    expectNear(outputOf(two, { estimator }), [0.6915, 0.3085, 0.3085, 0.6915], 0.02);
    expectNear(gradientOf(two, weights, { estimator }), [-density, density, density, -density], 0.05);
  });

  it('keeps the estimate and lessens its scatter by the variance reduction', () => {
    const scatter = (varianceReduced: boolean): number => {
      const shifted = { data: g.data.map((x) => x + 3), shape: [3, 3] };
      const found = Array.from({ length: 40 }, (_, seed) =>
        gradientOf(c, shifted, { estimator: perturbed({ seed, samples: 5, sigma: 0.3, varianceReduced }) }),
      );
      const mean = meanOf(found);
      return found.reduce((sum, row) => sum + row.reduce((s, x, at) => s + (x - mean[at]!) ** 2, 0), 0);
    };
    expect(scatter(true)).toBeLessThan(0.2 * scatter(false));
  });

  it('has gradient 0 where a cost is 0, if it is multiplied', () => {
    const withZero = f64([
      [0, 0.4],
      [0.3, 0.4],
    ]);
    const estimator = perturbed({ multiplicative: true, sigma: 0.5, samples: 50, seed: 1 });
    const gradient = gradientOf(withZero, randomArray(1, [2, 2]), { estimator });
    expect(gradient[0]).toBe(0);
    expect(gradient.slice(1).every((x) => x !== 0)).toBe(true);
  });

  it.each([
    [{ samples: 0 }, 'perturbed: samples must be an integer of at least 1, got 0'],
    [{ sigma: 0 }, 'perturbed: sigma must be a finite number above 0, got 0'],
    [{ noise: 'uniform' as never }, 'perturbed: noise must be one of "gaussian", "gumbel", got "uniform"'],
    [{ seed: 0.5 }, 'perturbed: seed must be a safe integer or an int32 tensor, got 0.5'],
    [{ multiplicative: true, noise: 'gumbel' }, "perturbed: noise must be 'gaussian' if multiplicative"],
  ] as const)('refuses %j', (options, message) => {
    expect(() => perturbed({ seed: 1, ...options })).toThrow(InvalidArgumentError);
    expect(() => perturbed({ seed: 1, ...options })).toThrow(message);
  });
});
