import { createRng } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { fitHyperparameters, type FitOptions } from '../../src/gp/fitHyperparameters.js';
import { LazyGaussianProcess } from '../../src/gp/LazyGaussianProcess.js';
import { MarginalLikelihood } from '../../src/gp/MarginalLikelihood.js';
import { Hyperprior } from '../../src/gp/prior.js';
import { RefitSchedule } from '../../src/gp/RefitSchedule.js';
import { fromTheta, toTheta } from '../../src/gp/theta.js';
import { numericalGradient, relativeDifference } from '../helpers/gradients.js';

const rng = createRng(4);
const points = rng.fillUniform(new Float64Array(60));
const targets = Float64Array.from(
  { length: 30 },
  (_, i) => Math.sin(7 * points[2 * i]!) + 0.1 * points[2 * i + 1]!,
);

describe('MarginalLikelihood', () => {
  it.each(['matern12', 'matern32', 'matern52', 'rbf'] as const)(
    '%s: value as of a process, gradient as of differences, with a categorical dimension too',
    (kernel) => {
      const kinds = ['continuous', 'continuous', 'categorical'] as const;
      const mixed = new Float64Array(90);
      for (let i = 0; i < 30; i++) mixed.set([points[2 * i]!, points[2 * i + 1]!, i % 3], 3 * i);
      const likelihood = new MarginalLikelihood(kernel, kinds, mixed, targets);
      const joint = { lengthScales: [0.4, 1.2, 1.6], noise: 0.02 };
      for (const parameters of [joint, { ...joint, additiveShare: 0.4, additiveScale: 0.7 }]) {
        const theta = toTheta(parameters);
        const gradient = new Float64Array(theta.length);
        const value = likelihood.evaluate(theta, gradient);
        const process = new LazyGaussianProcess(kinds, { kernel, ...parameters });
        process.appendBlock(mixed, targets);
        expect(value).toBeCloseTo(process.logLikelihood(), 9);
        const numerical = numericalGradient((at) => likelihood.evaluate(at), theta);
        expect(relativeDifference(gradient, numerical)).toBeLessThan(1e-6);
      }
    },
  );
});

describe('Hyperprior', () => {
  it('is greatest at its mode, and its gradient agrees with differences', () => {
    const prior = new Hyperprior(5);
    expect(Math.exp(prior.scaleMode)).toBeCloseTo(0.4579, 3);
    const mode = new Float64Array(6).fill(prior.scaleMode);
    mode[5] = Math.log(1e-6);
    const flat = new Float64Array(6);
    prior.logDensity(mode, flat);
    expect(Math.max(...flat.map(Math.abs))).toBeLessThan(1e-12);
    for (const theta of [
      Float64Array.of(0, -1, 0.5, 2, 0.1, -3),
      Float64Array.of(0, -1, 0.5, 2, 0.1, -3, 1.2, -0.3),
    ]) {
      const gradient = new Float64Array(theta.length);
      prior.logDensity(theta, gradient);
      const numerical = numericalGradient((at) => prior.logDensity(at), theta);
      expect(relativeDifference(gradient, numerical)).toBeLessThan(1e-8);
    }
  });
});

describe('toTheta and fromTheta', () => {
  it('are inverse to each other, with an additive part and without', () => {
    const joint = {
      lengthScales: Float64Array.of(0.3, 2),
      noise: 1e-4,
      additiveShare: 0,
      additiveScale: 0.5 ** 0.5,
    };
    for (const parameters of [joint, { ...joint, additiveShare: 0.25, additiveScale: 3 }]) {
      const back = fromTheta(toTheta(parameters), 2);
      expect([...back.lengthScales]).toEqual([expect.closeTo(0.3, 14), expect.closeTo(2, 14)]);
      expect(back.noise).toBeCloseTo(1e-4, 16);
      expect(back.additiveShare).toBeCloseTo(parameters.additiveShare, 14);
      expect(back.additiveScale).toBeCloseTo(parameters.additiveScale, 14);
    }
  });
});

describe('fitHyperparameters', () => {
  /** Hyper-parameters of a process that saw a function of three coordinates at random points. */
  function fitTo(f: (x: Float64Array) => number, options: FitOptions = {}): { share: number; error: number } {
    const draws = createRng(5);
    const at = draws.fillUniform(new Float64Array(3 * 80));
    const values = Float64Array.from({ length: 80 }, (_, i) => f(at.subarray(3 * i, 3 * i + 3)));
    const process = new LazyGaussianProcess(3);
    process.appendBlock(at.subarray(0, 3 * 60), values.subarray(0, 60));
    const { hyperparameters } = fitHyperparameters(process, options);
    process.setHyperparameters(hyperparameters);
    let error = 0;
    for (let i = 60; i < 80; i++)
      error += (process.predict(at.subarray(3 * i, 3 * i + 3)).mean - values[i]!) ** 2;
    return { share: hyperparameters.additiveShare!, error: Math.sqrt(error / 20) };
  }
  const sum = (x: Float64Array): number => Math.sin(9 * x[0]!) + Math.cos(12 * x[1]!) + Math.sin(7 * x[2]!);
  const product = (x: Float64Array): number =>
    Math.sin(9 * x[0]!) * Math.cos(7 * x[1]!) * Math.sin(7 * x[2]!);

  it('finds out whether a function is a sum of functions of one coordinate each', () => {
    const learnt = fitTo(sum);
    expect(learnt.share).toBeGreaterThan(0.9);
    expect(learnt.error).toBeLessThan(0.2 * fitTo(sum, { additiveShare: 0 }).error);
    expect(fitTo(product).share).toBeLessThan(0.3);
  });

  it('keeps a share that is given, and has none in one dimension', () => {
    expect(fitTo(sum, { additiveShare: 0.25 }).share).toBeCloseTo(0.25, 12);
    expect(fitTo(sum, { additiveShare: 0 }).share).toBe(0);
    const line = new LazyGaussianProcess(1);
    for (let i = 0; i < 8; i++) line.append([i / 8], Math.sin(i));
    expect(fitHyperparameters(line).hyperparameters.additiveShare).toBe(0);
  });

  it('refuses a share that is out of range', () => {
    const process = new LazyGaussianProcess(2);
    for (const additiveShare of [-0.1, 1, NaN]) {
      expect(() => fitHyperparameters(process, { additiveShare })).toThrow(
        /fitHyperparameters: additiveShare/,
      );
      expect(() => new LazyGaussianProcess(2, { additiveShare })).toThrow(
        /LazyGaussianProcess: additiveShare/,
      );
    }
    expect(() => new LazyGaussianProcess(2, { additiveScale: 0 })).toThrow(/additiveScale/);
  });

  it('finds which dimension matters and how much noise there is', () => {
    const process = new LazyGaussianProcess(2);
    const noisy = createRng(8);
    const many = noisy.fillUniform(new Float64Array(240));
    for (let i = 0; i < 120; i++) {
      const x = many.subarray(2 * i, 2 * i + 2);
      process.append(x, 3 * Math.sin(7 * x[0]!) + 0.3 * noisy.normal());
    }
    const { hyperparameters, status, rows } = fitHyperparameters(process, { rng: 1 });
    const { lengthScales, noise } = hyperparameters;
    expect(status).toBe('fitted');
    expect(rows).toBe(120);
    expect(lengthScales[1]! / lengthScales[0]!).toBeGreaterThan(4);
    process.setHyperparameters(hyperparameters);
    const deviation = Math.sqrt(noise * process.amplitude);
    expect(deviation).toBeGreaterThan(0.22);
    expect(deviation).toBeLessThan(0.4);
    const { scores } = process.leaveOneOut();
    const spread = scores.reduce((sum, score) => sum + score * score, 0) / scores.length;
    expect(spread).toBeGreaterThan(0.7);
    expect(spread).toBeLessThan(1.4);
  });

  it('does not need all rows', () => {
    const process = new LazyGaussianProcess(2);
    process.appendBlock(points, targets);
    const result = fitHyperparameters(process, { maxRows: 12 });
    expect(result.rows).toBe(12);
    expect(result.status).toBe('fitted');
  });

  it('leaves a process of equal targets as it is', () => {
    for (const level of [0, 3, 1e12]) {
      const process = new LazyGaussianProcess(2);
      process.appendBlock(points, new Float64Array(30).fill(level));
      expect(fitHyperparameters(process).status).toBe('notFitted');
    }
  });

  it('is the same for targets in any unit', () => {
    const fits = [1, 1e12, 1e-12].map((unit) => {
      const process = new LazyGaussianProcess(2);
      process.appendBlock(
        points,
        targets.map((target) => target * unit),
      );
      return fitHyperparameters(process).hyperparameters.lengthScales[0]!;
    });
    expect(fits[1]! / fits[0]!).toBeCloseTo(1, 3);
    expect(fits[2]! / fits[0]!).toBeCloseTo(1, 3);
  });
});

describe('RefitSchedule', () => {
  function refits(schedule: RefitSchedule, rows: number, target: (i: number) => number): number[] {
    const process = new LazyGaussianProcess(1, { lengthScales: 0.02, noise: 0.01 });
    const at: number[] = [];
    for (let i = 0; i < rows; i++) {
      process.append([i / rows], target(i));
      if (schedule.isDue(process)) {
        at.push(process.size);
        schedule.fitted(process);
      }
    }
    return at;
  }
  const white = Float64Array.from({ length: 100 }, () => rng.normal());

  it('never, constant and geometric', () => {
    expect(refits(new RefitSchedule({ kind: 'never' }), 20, (i) => white[i]!)).toEqual([]);
    expect(refits(new RefitSchedule({ kind: 'constant', lag: 3 }), 12, (i) => white[i]!)).toEqual([
      2, 5, 8, 11,
    ]);
    expect(refits(new RefitSchedule({ kind: 'geometric', factor: 1.5 }), 12, (i) => white[i]!)).toEqual([
      2, 3, 5, 8, 12,
    ]);
  });

  it('adaptive refits early when the data become surprising', () => {
    const calm = refits(new RefitSchedule({ kind: 'adaptive', factor: 3 }), 100, (i) => white[i]!);
    const burst = refits(new RefitSchedule({ kind: 'adaptive', factor: 3 }), 100, (i) =>
      i < 60 ? white[i]! : 20 * white[i]!,
    );
    expect(burst.filter((n) => n > 60).length).toBeGreaterThan(calm.filter((n) => n > 60).length);
  });
});
