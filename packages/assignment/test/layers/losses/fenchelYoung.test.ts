import {
  assignmentLayer,
  fenchelYoungLoss,
  noiseStream,
  regularizedFrankWolfe,
  sinkhorn,
} from '@pct/assignment/layers';
import type { FenchelYoungLossOptions, PerturbedFenchelYoungOptions } from '@pct/assignment/layers';
import { InvalidArgumentError } from '@pct/core';
import { array, constant, hessianVectorProduct } from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allPairs,
  cheapest,
  differences,
  differentiate,
  dot,
  evaluate,
  expectNear,
  expectSameOnRuntimes,
  f64,
  flags,
  matrixOf,
  realMatrix,
  shapes,
} from './support.js';

const lossWith =
  (options: FenchelYoungLossOptions) =>
  (c: Tensor, y: Tensor): Tensor =>
    fenchelYoungLoss(c, y, options);
const problem = shapes.chain(([n, m]) => fc.tuple(realMatrix(n, m), fc.nat()));
const cost = f64([
  [0.3, 1.1, 0.7],
  [0.9, 0.2, 1.2],
  [1.1, 0.4, 0.5],
]);
const truth = f64([
  [0, 1, 0],
  [1, 0, 0],
  [0, 0, 1],
]);

describe('perturbed fenchelYoungLoss', () => {
  it('is the mean over noisy problems, by enumeration with the same noise', () => {
    fc.assert(
      fc.property(
        problem,
        fc.constantFrom('gaussian' as const, 'gumbel' as const),
        ([costs, pick], noise) => {
          const all = allPairs(costs);
          const y = all[pick % all.length]!;
          const samples = 4;
          const temperature = 0.7;
          let value = 0;
          const soft = y.map(() => 0);
          for (let sample = 0; sample < samples; sample++) {
            const rng = noiseStream(3, 0, sample);
            const z = rng.fillNormal(new Float64Array(y.length));
            if (noise === 'gumbel') {
              const again = noiseStream(3, 0, sample);
              z.forEach((_, at) => (z[at] = again.gumbel() - 0.5772156649015329));
            }
            const noisy = costs.flat().map((c, at) => c - temperature * z[at]!);
            const best = cheapest(noisy, all);
            value += (dot(noisy, y) - dot(noisy, best)) / samples;
            best.forEach((x, at) => (soft[at] = soft[at]! + x / samples));
          }
          const options = { noise, samples, temperature, seed: 3 };
          const matrix = f64(matrixOf(y, costs[0]!.length));
          const found = differentiate(lossWith(options), f64(costs), matrix);
          expectNear([found.value], [value]);
          expect(found.value).toBeGreaterThanOrEqual(-1e-12);
          expectNear(
            found.gradient,
            y.map((x, at) => x - soft[at]!),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('has the slopes of its value where no sample changes', () => {
    const loss = lossWith({ temperature: 0.5, samples: 3, seed: 1 });
    const { gradient } = differentiate(loss, cost, truth);
    expect(gradient.some((x) => x !== 0)).toBe(true);
    expectNear(gradient, differences(loss, [cost, truth], 1e-7), 1e-6);
  });

  it('keys noise by example and takes seeds from a tensor', () => {
    const both = { data: Float64Array.of(...cost.data, ...cost.data), shape: [2, 3, 3] };
    const y = { data: Float64Array.of(...truth.data, ...truth.data), shape: [2, 3, 3] };
    const values = (options: PerturbedFenchelYoungOptions): number[] =>
      evaluate(lossWith({ ...options, samples: 2, reduction: 'none' }), both, y);
    const [first, second] = values({ seed: 5 });
    expect(first).not.toBe(second);
    expect(values({ seed: 5, commonNoise: true })).toEqual([first, first]);
    const examples = constant(array([1, 0], 'int32'));
    expect(values({ seed: 5, examples })).toEqual([second, first]);
    expect(values({ seed: constant(5, 'int32') })).toEqual([first, second]);
    expect(values({ seed: 6 })).not.toEqual([first, second]);
  });
});

describe.each(['quadratic', 'entropic'] as const)('%s fenchelYoungLoss', (smoothing) => {
  const penalty = (p: readonly number[], rows: number): number => {
    if (smoothing === 'quadratic') return p.reduce((sum, x) => sum + x * x, 0) / 2;
    const columns = p.length / rows;
    const sums = (count: number, of: (at: number) => number): number[] => {
      const out = new Array<number>(count).fill(0);
      p.forEach((x, at) => (out[of(at)] = out[of(at)]! + x));
      return out;
    };
    const used =
      rows < columns
        ? sums(columns, (at) => at % columns)
        : rows > columns
          ? sums(rows, (at) => Math.floor(at / columns))
          : [];
    const terms = [...p, ...used.map((x) => 1 - x)];
    return terms.reduce((sum, x) => (x > 1e-15 ? sum + x * Math.log(x) : sum), 0);
  };
  const estimatorAt = (temperature: number) =>
    smoothing === 'quadratic'
      ? regularizedFrankWolfe({ regularization: temperature })
      : sinkhorn({ temperature });

  it('is ⟨c, y⟩ + Ω(y) - ⟨c, p⟩ - Ω(p) with the gradient y - p, p being what the estimator gives', () => {
    fc.assert(
      fc.property(problem, ([costs, pick]) => {
        const all = allPairs(costs);
        const y = all[pick % all.length]!;
        const estimator = estimatorAt(2);
        const p = evaluate((c) => assignmentLayer(c, { estimator }), f64(costs));
        const rows = costs.length;
        const c = costs.flat();
        const value = dot(c, y) + 2 * penalty(y, rows) - dot(c, p) - 2 * penalty(p, rows);
        const loss = lossWith({ smoothing, temperature: 2 });
        const found = differentiate(loss, f64(costs), f64(matrixOf(y, costs[0]!.length)));
        expectNear([found.value], [value], 1e-7);
        expect(found.value).toBeGreaterThanOrEqual(-1e-7);
        expectNear(
          found.gradient,
          y.map((x, at) => x - p[at]!),
          1e-9,
        );
        // No mixture of assignments has a smaller penalised total: p is the minimiser.
        for (const other of all) {
          const mixed = other.map((x, at) => 0.9 * p[at]! + 0.1 * x);
          const more = dot(c, mixed) + 2 * penalty(mixed, rows) - dot(c, p) - 2 * penalty(p, rows);
          expect(more).toBeGreaterThanOrEqual(-1e-7);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('has the first and second derivatives of its value', () => {
    const loss = lossWith({ smoothing, temperature: 0.83 });
    const { gradient } = differentiate(loss, cost, truth);
    expectNear(gradient, differences(loss, [cost, truth], 1e-4), 1e-5);
    const direction = f64([
      [0.1, -0.5, 0.3],
      [0.7, 0.2, -0.4],
      [-0.3, 0.9, 0.6],
    ]);
    const product = (c: Tensor, v: Tensor, y: Tensor): Tensor =>
      hessianVectorProduct((x: Tensor) => loss(x, y))(v, c);
    const curvature = evaluate(product, cost, direction, truth);
    const step = 1e-4;
    const moved = (sign: number) => ({
      data: Float64Array.from(cost.data, (x, at) => x + sign * step * direction.data[at]!),
      shape: cost.shape,
    });
    const up = differentiate(loss, moved(1), truth).gradient;
    const down = differentiate(loss, moved(-1), truth).gradient;
    expectNear(
      curvature,
      up.map((x, at) => (x - down[at]!) / (2 * step)),
      1e-4,
    );
  });

  it('tends to ⟨c, y⟩ - min ⟨c, y⟩ as the temperature falls', () => {
    const c = Array.from(cost.data);
    const limit = dot(c, Array.from(truth.data)) - dot(c, cheapest(c, allPairs(matrixOf(c, 3))));
    const [value] = evaluate(lossWith({ smoothing, temperature: 0.01 }), cost, truth);
    expect(Math.abs(value! - limit)).toBeLessThan(0.01);
  });
});

describe('fenchelYoungLoss', () => {
  it.each(['perturbed', 'quadratic', 'entropic'] as const)('%s leaves forbidden pairs out', (smoothing) => {
    const infinite = f64([
      [1, Infinity, 2],
      [Infinity, 1, 1],
      [1, 2, 1],
    ]);
    const y = flags([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    const { value, gradient } = differentiate(lossWith({ smoothing }), infinite, y);
    expect(value).toBeGreaterThan(0);
    expect([gradient[1], gradient[3]]).toEqual([0, 0]);
    const mask = flags([
      [1, 0, 1],
      [0, 1, 1],
      [1, 1, 1],
    ]);
    const finite = f64([
      [1, 7, 2],
      [7, 1, 1],
      [1, 2, 1],
    ]);
    const masked = (c: Tensor, t: Tensor, m: Tensor): Tensor =>
      fenchelYoungLoss(c, t, { smoothing, mask: m });
    const same = differentiate(masked, finite, y, mask);
    expectNear([same.value, ...same.gradient], [value, ...gradient]);
  });

  it.each(['perturbed', 'quadratic', 'entropic'] as const)(
    '%s is the same on onnxruntime',
    async (smoothing) => {
      const batch = { data: Float64Array.of(...cost.data, ...truth.data), shape: [2, 3, 3] };
      const y = { data: Float64Array.of(...truth.data, ...truth.data), shape: [2, 3, 3] };
      await expectSameOnRuntimes(() => (c, t) => fenchelYoungLoss(c, t, { smoothing }), [batch, y]);
    },
  );

  it('says what does not fit', () => {
    const at = (options: unknown) => () => evaluate(lossWith(options as never), cost, truth);
    expect(at({ samples: 0 })).toThrow(InvalidArgumentError);
    expect(at({ samples: 0 })).toThrow('fenchelYoungLoss: samples must be an integer of at least 1, got 0');
    expect(at({ temperature: 0 })).toThrow('fenchelYoungLoss: temperature must be');
    expect(at({ temperature: -1, smoothing: 'entropic' })).toThrow('temperature');
    expect(at({ smoothing: 'soft' })).toThrow('smoothing must be one of');
    expect(at({ noise: 'cauchy' })).toThrow('noise must be one of');
    expect(at({ seed: 0.5 })).toThrow('seed must be');
    expect(() => evaluate((c, y) => fenchelYoungLoss(c, y, { seed: c }), cost, truth)).toThrow(
      'seed must be a safe integer or an int32 tensor without axes, got float64[3, 3]',
    );
    expect(() => evaluate((c, y) => fenchelYoungLoss(c, y, { examples: c }), cost, truth)).toThrow(
      'examples must be an int32 tensor [1]',
    );
    expect(() =>
      evaluate((c, y) => fenchelYoungLoss(c, y, { examples: c, commonNoise: true }), cost, truth),
    ).toThrow('examples have no meaning with commonNoise');
    const nan = f64([
      [NaN, 1, 2],
      [1, 2, 3],
      [1, 2, 3],
    ]);
    for (const smoothing of ['perturbed', 'quadratic', 'entropic'] as const)
      expect(() => evaluate(lossWith({ smoothing }) as never, nan, truth)).toThrow(
        'fenchelYoungLoss: predictedCost must be finite',
      );
    expect(() => evaluate(lossWith({}) as never, cost, cost)).toThrow('fenchelYoungLoss: truth must be 1');
  });
});
