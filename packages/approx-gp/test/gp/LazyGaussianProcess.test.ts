import { createRng, InvalidArgumentError, ShapeError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CandidatePool } from '../../src/gp/CandidatePool.js';
import { LazyGaussianProcess } from '../../src/gp/LazyGaussianProcess.js';
import type { KernelName } from '../../src/kernels/radial.js';
import { DenseOracle } from '../helpers/denseOracle.js';
import { numericalGradient, relativeDifference } from '../helpers/gradients.js';

const bumpy = (x: ArrayLike<number>): number => Math.sin(5 * x[0]!) + x[1]! * x[1]! - 2 * x[1]! * x[2]!;

function pointsOf(count: number, seed: number, d = 3): number[][] {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => Array.from({ length: d }, () => rng.uniform()));
}

function filled(count: number, options: ConstructorParameters<typeof LazyGaussianProcess>[1] = {}) {
  const points = pointsOf(count, 3);
  const process = new LazyGaussianProcess(3, {
    lengthScales: [0.4, 0.8, 0.6],
    noise: 1e-3,
    mean: 'kriging',
    ...options,
  });
  for (const x of points) process.append(x, bumpy(x));
  return { points, process };
}

describe('LazyGaussianProcess', () => {
  it.each<readonly [KernelName, number]>([
    ['matern12', 0],
    ['matern32', 0.3],
    ['matern52', 0],
    ['matern52', 0.8],
    ['rbf', 0.5],
  ])('%s, additive share %d: predicts as a dense process does', (kernel, additiveShare) => {
    const { points, process } = filled(25, { kernel, additiveShare, additiveScale: 0.7 });
    const oracle = new DenseOracle({
      points,
      targets: points.map(bumpy),
      kernel,
      scales: [0.4, 0.8, 0.6],
      noise: points.map(() => 1e-3),
      additive: [additiveShare, 0.7],
    });
    expect(process.mean).toBeCloseTo(oracle.mean, 9);
    expect(process.amplitude).toBeCloseTo(oracle.amplitude, 9);
    for (const x of pointsOf(5, 9)) {
      const expected = oracle.predict(x);
      const { mean, variance } = process.predict(x);
      expect(mean).toBeCloseTo(expected.mean, 9);
      expect(variance).toBeCloseTo(expected.variance, 9);
    }
  });

  it('predicts with categorical dimensions as a dense process does', () => {
    const points = pointsOf(20, 5).map(([a, b]) => [a!, Math.floor(3 * b!)]);
    const targets = points.map(([a, code]) => a! * (code! - 1));
    const process = new LazyGaussianProcess(['continuous', 'categorical'], {
      lengthScales: 0.7,
      mean: 'kriging',
      noise: 1e-4,
    });
    process.appendBlock(points.flat(), targets);
    const noise = points.map(() => 1e-4);
    const scales = [0.7, 0.7];
    const oracle = new DenseOracle({
      points,
      targets,
      kernel: 'matern52',
      scales,
      noise,
      categorical: [false, true],
    });
    for (const x of [
      [0.3, 0],
      [0.6, 2],
      [0.1, 1],
    ]) {
      expect(process.predict(x).mean).toBeCloseTo(oracle.predict(x).mean, 9);
      expect(process.predict(x).variance).toBeCloseTo(oracle.predict(x).variance, 9);
    }
  });

  it('is the fresh process after thousands of mixed operations, and so is a pool of candidates', () => {
    const rng = createRng(17);
    const process = new LazyGaussianProcess(3, { lengthScales: 0.5, noise: 1e-4, capacity: 4 });
    const candidates = Float64Array.from(pointsOf(20, 1).flat());
    const pool = new CandidatePool(process, candidates);
    for (let step = 0; step < 2500; step++) {
      const draw = rng.uniform();
      const x = [rng.uniform(), rng.uniform(), rng.uniform()];
      if (process.size < 5 || draw < 0.5) process.append(x, bumpy(x));
      else if (draw < 0.6) process.append(x, 'believe');
      else if (draw < 0.8) process.setTarget(rng.integer(0, process.size), rng.normal());
      else if (draw < 0.805 && process.size < 150) {
        process.appendBlock(pointsOf(7, step).flat(), pointsOf(7, step).map(bumpy));
      } else process.delete(rng.integer(0, process.size));
      while (process.size > 150) process.delete(rng.integer(0, process.size));
      if (step % 5 === 0) pool.update();
      if (step % 50 === 0) pool.replace(rng.integer(0, 20), x);
    }
    pool.update();
    const n = process.size;
    expect(n).toBeGreaterThan(100);
    const fresh = new LazyGaussianProcess(3, { lengthScales: 0.5, noise: 1e-4 });
    const rows = Array.from({ length: n }, (_, row) => row);
    fresh.appendBlock(
      rows.flatMap((row) => [...process.point(row)]),
      rows.map((row) => process.target(row)),
    );
    expect(relativeDifference(process.factor().data, fresh.factor().data)).toBeLessThan(1e-9);
    for (let c = 0; c < pool.size; c++) {
      const expected = fresh.predict(pool.point(c));
      const lazy = process.predict(pool.point(c));
      expect(Math.abs(lazy.mean - expected.mean)).toBeLessThan(1e-8);
      expect(Math.abs(lazy.variance - expected.variance)).toBeLessThan(1e-8);
      expect(Math.abs(pool.mean(c) - expected.mean)).toBeLessThan(1e-8);
      expect(Math.abs(pool.variance(c) - expected.variance)).toBeLessThan(1e-8);
    }
    expect(process.logLikelihood()).toBeCloseTo(fresh.logLikelihood(), 6);
  });

  it('gives the derivatives of mean and variance', () => {
    const { process } = filled(30);
    const x = [0.31, 0.62, 0.44];
    const gradients = { mean: new Float64Array(3), variance: new Float64Array(3) };
    process.predict(x, gradients);
    const mean = numericalGradient((at) => process.predict(at).mean, x);
    const variance = numericalGradient((at) => process.predict(at).variance, x);
    expect(relativeDifference(gradients.mean, mean)).toBeLessThan(1e-6);
    expect(relativeDifference(gradients.variance, variance, 1e-6)).toBeLessThan(1e-6);
  });

  it('leaves one out as a process without the row does, at the same mean and variance', () => {
    const { points, process } = filled(15);
    const { means, variances } = process.leaveOneOut();
    const without = new LazyGaussianProcess(3, {
      lengthScales: [0.4, 0.8, 0.6],
      noise: 1e-3,
      mean: process.mean,
      amplitude: process.amplitude,
    });
    points.forEach((x, i) => i !== 6 && without.append(x, bumpy(x)));
    const expected = without.predict(points[6]!);
    expect(means[6]).toBeCloseTo(expected.mean, 9);
    expect(variances[6]).toBeCloseTo(expected.variance + 1e-3 * process.amplitude, 9);
  });

  it('innovations are the standardised errors of predicting each row from those before', () => {
    const { points, process } = filled(12);
    const before = new LazyGaussianProcess(3, {
      lengthScales: [0.4, 0.8, 0.6],
      noise: 1e-3,
      mean: process.mean,
      amplitude: process.amplitude,
    });
    points.slice(0, 11).forEach((x) => before.append(x, bumpy(x)));
    const { mean, variance } = before.predict(points[11]!);
    const error = (bumpy(points[11]!) - mean) / Math.sqrt(variance + 1e-3 * process.amplitude);
    expect(process.innovations()[11]).toBeCloseTo(error, 8);
  });

  it('the joint posterior has the single ones on its diagonal, and the covariance of the definition', () => {
    const { process } = filled(20);
    const points = pointsOf(4, 8);
    const { mean, covariance } = process.predictJoint(points.flat());
    points.forEach((x, i) => {
      expect(mean[i]).toBeCloseTo(process.predict(x).mean, 10);
      expect(covariance.data[i * 4 + i]).toBeCloseTo(process.predict(x).variance, 10);
    });
    // Learning point 0 without noise lowers the variance of point 1 by cov² / var.
    const exact = filled(20, { amplitude: 1, mean: 0 }).process;
    const joint = exact.predictJoint(points.slice(0, 2).flat()).covariance.data;
    exact.append(points[0]!, 'believe');
    const left = joint[3]! - joint[1]! ** 2 / (joint[0]! + 1e-3);
    expect(exact.predict(points[1]!).variance).toBeCloseTo(left, 10);
  });

  it('believing in a prediction leaves the mean where it was', () => {
    const { process } = filled(20);
    const before = process.predict([0.5, 0.5, 0.5]).mean;
    process.append([0.2, 0.9, 0.4], 'believe');
    expect(process.predict([0.5, 0.5, 0.5]).mean).toBeCloseTo(before, 10);
  });

  it('affine changes of the targets change predictions alike', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (shift, scale) => {
          const { points, process } = filled(15);
          const plain = process.predict([0.3, 0.2, 0.8]);
          process.setTargets(points.map((x) => shift + scale * bumpy(x)));
          const changed = process.predict([0.3, 0.2, 0.8]);
          const tolerance = 1e-7 * (scale + Math.abs(shift));
          expect(Math.abs(changed.mean - (shift + scale * plain.mean))).toBeLessThan(tolerance);
          expect(Math.sqrt(changed.variance) / scale).toBeCloseTo(Math.sqrt(plain.variance), 6);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('merging replicates is the same process as separate rows', () => {
    const merged = new LazyGaussianProcess(1, { noise: 0.1, replicates: 'merge', mean: 0, amplitude: 1 });
    const apart = new LazyGaussianProcess(1, { noise: 0.1, mean: 0, amplitude: 1 });
    for (const [x, y] of [
      [0.2, 1],
      [0.7, 3],
      [0.2, 2],
      [0.2, 6],
    ] as const) {
      merged.append([x], y);
      apart.append([x], y);
    }
    expect(merged.size).toBe(2);
    expect(merged.append([0.7], 1)).toEqual({ status: 'merged', row: 1, jitter: 0 });
    apart.append([0.7], 1);
    expect(merged.predict([0.4]).mean).toBeCloseTo(apart.predict([0.4]).mean, 10);
    expect(merged.predict([0.4]).variance).toBeCloseTo(apart.predict([0.4]).variance, 10);
  });

  it('other hyper-parameters give the process made with them', () => {
    const { points, process } = filled(30);
    process.setHyperparameters({ lengthScales: [1, 0.3, 2], noise: 0.01 });
    const made = new LazyGaussianProcess(3, { lengthScales: [1, 0.3, 2], noise: 0.01, mean: 'kriging' });
    made.appendBlock(points.flat(), points.map(bumpy));
    expect(process.predict([0.5, 0.1, 0.2]).mean).toBeCloseTo(made.predict([0.5, 0.1, 0.2]).mean, 10);
    expect(process.hyperparameters).toEqual({
      lengthScales: Float64Array.of(1, 0.3, 2),
      noise: 0.01,
      additiveShare: 0,
      additiveScale: 3 ** -0.5,
    });
  });

  it('takes repeated points without noise, with a nugget', () => {
    const process = new LazyGaussianProcess(2, { noise: 0 });
    expect(process.append([0.5, 0.5], 1).status).toBe('appended');
    expect(process.append([0.5, 0.5], 2)).toMatchObject({ status: 'jittered', row: 1 });
    for (let i = 0; i < 20; i++) process.append([0.5, 0.5], i);
    expect(Number.isFinite(process.predict([0.4, 0.5]).mean)).toBe(true);
    process.setHyperparameters({ lengthScales: [3, 3], noise: 0 });
    expect(Number.isFinite(process.predict([0.4, 0.5]).mean)).toBe(true);
  });

  it('takes constant targets and targets of any size', () => {
    for (const scale of [0, 1e12, 1e-12]) {
      const process = new LazyGaussianProcess(1);
      for (let i = 0; i < 8; i++) process.append([i / 8], scale);
      expect(process.predict([0.3]).mean).toBeCloseTo(scale, 12);
      expect(process.amplitude).toBe(1);
    }
  });

  it('says what is wrong with its arguments', () => {
    const { process } = filled(2);
    expect(() => new LazyGaussianProcess(0)).toThrow(InvalidArgumentError);
    expect(() => new LazyGaussianProcess(2, { lengthScales: [1] })).toThrow(
      new ShapeError('LazyGaussianProcess: lengthScales must be a number or [2], got Array of length 1'),
    );
    expect(() => new LazyGaussianProcess(2, { noise: -1 })).toThrow(/noise must be a finite number from 0/);
    expect(() => process.append([1, 2], 0)).toThrow('append: x must be [3], got Array of length 2');
    expect(() => process.append([1, 2, NaN], 0)).toThrow('append: x[2] must be a finite number, got NaN');
    expect(() => process.append([1, 2, 3], Infinity)).toThrow('append: target must be a finite number');
    expect(() => process.delete(2)).toThrow('delete: row must be an integer from 0 to 1, got 2');
    expect(() => process.setTargets([1])).toThrow(ShapeError);
    expect(() => process.appendBlock([1, 2], [1])).toThrow(ShapeError);
    expect(() => new LazyGaussianProcess(1).target(0)).toThrow('target: the process has no rows yet');
  });
});
