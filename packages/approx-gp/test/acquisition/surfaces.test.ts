import { createRng } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { ExpectedImprovement, LogExpectedImprovement } from '../../src/acquisition/analytic.js';
import { LogHypervolumeImprovement } from '../../src/acquisition/hypervolume.js';
import { HypervolumeSurface } from '../../src/acquisition/HypervolumeSurface.js';
import { maximizeSurface, unitCube } from '../../src/acquisition/maximize.js';
import { PendingImprovementSurface } from '../../src/acquisition/PendingImprovementSurface.js';
import {
  FeasibilityTerm,
  LocalPenalty,
  PosteriorSurface,
  ThompsonSurface,
  type AcquisitionSurface,
} from '../../src/acquisition/surface.js';
import { CandidatePool } from '../../src/gp/CandidatePool.js';
import { GpEnsemble } from '../../src/gp/GpEnsemble.js';
import { LazyGaussianProcess } from '../../src/gp/LazyGaussianProcess.js';
import { PathwiseSample } from '../../src/gp/PathwiseSample.js';
import { encodedSpace } from '../helpers/simulate.js';
import { numericalGradient, relativeDifference } from '../helpers/gradients.js';

const rng = createRng(12);
const points = rng.fillUniform(new Float64Array(40));
const targets = Float64Array.from(
  { length: 20 },
  (_, i) => Math.sin(6 * points[2 * i]!) + points[2 * i + 1]! ** 2,
);
const best = Math.min(...targets);
const candidates = rng.fillUniform(new Float64Array(20));

function filled(options = {}): LazyGaussianProcess {
  const process = new LazyGaussianProcess(2, { lengthScales: [0.3, 0.6], noise: 1e-4, ...options });
  process.appendBlock(points, targets);
  return process;
}

function updatedPool(process: LazyGaussianProcess): CandidatePool {
  const pool = new CandidatePool(process, candidates);
  pool.update();
  return pool;
}

const makers: [string, () => AcquisitionSurface][] = [
  [
    'hypervolume of two objectives, with a constraint',
    () => {
      const [first, second] = [filled(), filled({ lengthScales: [0.5, 0.2] })];
      second.setTargets(targets.map((y, i) => Math.cos(5 * points[2 * i + 1]!) - 0.3 * y));
      const front = Array.from(targets, (y, i) => [y, second.target(i)]).flat();
      const pools = [updatedPool(first), updatedPool(second)] as const;
      const constraint = new FeasibilityTerm(first.createEvaluator(), pools[0], 2);
      const worth = new LogHypervolumeImprovement(front, [1, 1.5]);
      const evaluators = [first.createEvaluator(), second.createEvaluator()] as const;
      return new HypervolumeSurface(evaluators, pools, worth, 2, [constraint]);
    },
  ],
  [
    'log expected improvement',
    () => {
      const process = filled();
      return new PosteriorSurface(
        process.createEvaluator(),
        updatedPool(process),
        new LogExpectedImprovement(best),
      );
    },
  ],
  [
    'constrained, with a penalty',
    () => {
      const process = filled();
      const constraint = filled();
      constraint.setTargets(targets.map((y) => 0.4 - y));
      const pool = updatedPool(process);
      return new PosteriorSurface(process.createEvaluator(), pool, new LogExpectedImprovement(best), [
        new FeasibilityTerm(constraint.createEvaluator(), updatedPool(constraint), 2),
        new LocalPenalty(pool, Float64Array.of(0.6, 0.4), { mean: 0.3, variance: 0.2 }, best, 2),
      ]);
    },
  ],
  [
    'of an ensemble',
    () => {
      const ensemble = new GpEnsemble(2, 3, { noise: 1e-3 });
      ensemble.appendBlock(points, targets);
      ensemble.refit({ rng: 2 });
      const pool = ensemble.createPool(candidates);
      pool.update();
      return new PosteriorSurface(ensemble.createEvaluator(), pool, new LogExpectedImprovement(best));
    },
  ],
  [
    'Thompson',
    () => {
      const process = filled();
      return new ThompsonSurface(new PathwiseSample(process, { rng: 3 }), updatedPool(process));
    },
  ],
  [
    'with pending points',
    () => {
      const process = filled();
      for (const x of [0.2, 0.7]) process.append([x, 0.5], 'believe');
      const draws = createRng(5).fillNormal(new Float64Array(2 * 32));
      return new PendingImprovementSurface(process, updatedPool(process), best, 2, draws);
    },
  ],
];

describe.each(makers)('surface %s', (_, make) => {
  it('has the gradient of its value', () => {
    const surface = make();
    for (const x of [Float64Array.of(0.35, 0.6), Float64Array.of(0.8, 0.1)]) {
      const gradient = new Float64Array(2);
      surface.evaluate(x, gradient);
      expect(
        relativeDifference(
          gradient,
          numericalGradient((at) => surface.evaluate(at), x),
        ),
      ).toBeLessThan(2e-6);
    }
  });

  it('has the same value at the points of the pool', () => {
    const surface = make();
    const values = surface.evaluatePool();
    for (let c = 0; c < values.length; c++) {
      const value = surface.evaluate(candidates.slice(2 * c, 2 * c + 2));
      expect(Math.abs(values[c]! - value)).toBeLessThan(1e-7 * Math.max(1, Math.abs(value)));
    }
  });
});

describe('PendingImprovementSurface', () => {
  it('is the gain of the pair over the pending point alone, by Monte-Carlo', () => {
    const process = filled({ noise: 1e-8 });
    const joint = process.predictJoint([0.3, 0.5, 0.4, 0.6]);
    process.append([0.3, 0.5], 'believe');
    const draws = createRng(5).fillNormal(new Float64Array(4000));
    const goal = 1.1;
    const value = new PendingImprovementSurface(process, updatedPool(process), goal, 1, draws).evaluate(
      Float64Array.of(0.4, 0.6),
    );
    const [a = 0, b = 0, , d = 0] = joint.covariance.data;
    const stream = createRng(6);
    let sum = 0;
    for (let s = 0; s < 200_000; s++) {
      const first = stream.normal();
      const pending = joint.mean[0]! + Math.sqrt(a) * first;
      const own =
        joint.mean[1]! +
        (b / Math.sqrt(a)) * first +
        Math.sqrt(Math.max(0, d - (b * b) / a)) * stream.normal();
      sum += Math.max(0, Math.min(goal, pending) - own);
    }
    expect(Math.exp(value) / (sum / 200_000)).toBeCloseTo(1, 1);
  });
});

describe('PathwiseSample', () => {
  it.each([
    ['matern12', 0],
    ['matern32', 0.2],
    ['matern52', 0],
    ['matern52', 0.9],
    ['rbf', 0.5],
  ] as const)(
    '%s, additive share %d: many have the mean and variance of the posterior',
    (kernel, additiveShare) => {
      const process = filled({ kernel, lengthScales: 0.4, noise: 0.05, additiveShare });
      const x = [0.5, 0.9];
      const { mean, variance } = process.predict(x);
      const values = Array.from({ length: 400 }, (_, s) =>
        new PathwiseSample(process, { features: 200, rng: s }).evaluate(x),
      );
      const average = values.reduce((a, b) => a + b, 0) / values.length;
      const spread = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
      expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(variance / values.length));
      expect(spread / variance).toBeGreaterThan(0.75);
      expect(spread / variance).toBeLessThan(1.3);
    },
  );

  it('goes through exact data, and tells codes apart', () => {
    const process = new LazyGaussianProcess(['continuous', 'categorical'], {
      noise: 1e-8,
      lengthScales: 0.5,
    });
    for (let i = 0; i < 12; i++) process.append([i / 12, i % 3], i % 3 === 2 ? 5 : i / 12);
    const sample = new PathwiseSample(process, { rng: 2 });
    for (let i = 0; i < 12; i++) expect(sample.evaluate(process.point(i))).toBeCloseTo(process.target(i), 2);
  });
});

describe('GpEnsemble', () => {
  it('with one member is that process; with several a mixture', () => {
    const single = new GpEnsemble(2, 1, { noise: 1e-3 });
    single.appendBlock(points, targets);
    expect(single.createEvaluator().at([0.4, 0.4]).mean).toBe(single.first.predict([0.4, 0.4]).mean);
    const several = new GpEnsemble(2, 4, { noise: 1e-3 });
    several.appendBlock(points, targets);
    several.refit({ rng: 1 });
    const weights = several.weights();
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const parts = several.members.map((member) => member.predict([0.4, 0.4]));
    const mean = parts.reduce((sum, part, b) => sum + weights[b]! * part.mean, 0);
    const second = parts.reduce((sum, part, b) => sum + weights[b]! * (part.variance + part.mean ** 2), 0);
    const { mean: mixed, variance } = several.createEvaluator().at([0.4, 0.4]);
    expect(mixed).toBeCloseTo(mean, 12);
    expect(variance).toBeCloseTo(second - mean ** 2, 10);
  });
});

describe('maximizeSurface', () => {
  const hills: AcquisitionSurface = {
    evaluate(x, gradient) {
      gradient?.fill(0);
      if (gradient !== undefined) gradient[0] = -2 * (x[0]! - 0.7);
      return -((x[0]! - 0.7) ** 2) - (x[1] === undefined ? 0 : Math.abs(x[1] - 0.3) + (x[2] === 2 ? 0 : 1));
    },
    evaluatePool: () => new Float64Array(0),
  };

  it('climbs along continuous dimensions inside the cube', () => {
    const [top] = maximizeSurface(hills, unitCube(1), [Float64Array.of(0.1), Float64Array.of(1)]);
    expect(top!.x[0]).toBeCloseTo(0.7, 5);
  });

  it('finds levels and codes', () => {
    const space = encodedSpace([0, 10, -4]);
    const search = { dimensions: space.dimensions, project: (x: Float64Array) => space.snapInPlace(x) };
    const [top] = maximizeSurface(hills, search, [Float64Array.of(0.1, 0.95, 0)]);
    expect(top!.x[0]).toBeCloseTo(0.7, 5);
    expect(top!.x[1]).toBeCloseTo(0.25, 12);
    expect(top!.x[2]).toBe(2);
  });

  it('keeps the start where the surface has no finite value', () => {
    const flat: AcquisitionSurface = { evaluate: () => NaN, evaluatePool: () => new Float64Array(0) };
    expect([...maximizeSurface(flat, unitCube(2), [Float64Array.of(0.2, 0.3)])[0]!.x]).toEqual([0.2, 0.3]);
  });

  it('is what plain expected improvement has its maximum at, too', () => {
    const process = filled();
    const pool = updatedPool(process);
    const starts = Array.from({ length: 10 }, (_, c) => candidates.slice(2 * c, 2 * c + 2));
    const tops = [new ExpectedImprovement(best), new LogExpectedImprovement(best)].map(
      (acquisition) =>
        maximizeSurface(
          new PosteriorSurface(process.createEvaluator(), pool, acquisition),
          unitCube(2),
          starts,
          {
            maxIterations: 100,
          },
        )[0]!,
    );
    expect(tops[0]!.x[0]).toBeCloseTo(tops[1]!.x[0]!, 2);
    expect(Math.log(tops[0]!.value)).toBeCloseTo(tops[1]!.value, 2);
  });
});
