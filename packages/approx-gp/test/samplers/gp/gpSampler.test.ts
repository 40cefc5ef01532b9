import { createRng, InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { branin } from '../../../src/benchmarks/testFunctions.js';
import { gpSampler } from '../../../src/samplers/gp/gpSampler.js';
import { paperSettings, type GpSamplerOptions } from '../../../src/samplers/gp/options.js';
import { encodedSpace, regrets, Simulation } from '../../helpers/simulate.js';

const small: GpSamplerOptions = { candidates: 128, climbs: 2, startupTrials: 4 };

function bowl(x: ArrayLike<number>): number {
  return (x[0]! - 0.3) ** 2 + (x[1]! - 0.6) ** 2;
}

function simulation(options: GpSamplerOptions = {}, sizes: readonly number[] = [0, 0], seed = 1): Simulation {
  return new Simulation(gpSampler({ ...small, ...options }), encodedSpace(sizes), seed);
}

function isInside({ space, trials }: Simulation, number: number): boolean {
  const { point } = trials[number]!;
  return point.every((x, j) => Number.isFinite(x) && x >= 0 && x <= Math.max(1, space.dimensions[j]!.levels));
}

/** Asks and tells `count` times; gives the values. */
function run(study: Simulation, count: number, objective: (x: Float64Array) => number): number[] {
  return Array.from({ length: count }, () => {
    const number = study.ask();
    expect(isInside(study, number)).toBe(true);
    const value = objective(study.trials[number]!.point);
    study.tell(number, 'complete', [value]);
    return value;
  });
}

describe('gpSampler', () => {
  it('finds the minimum of Branin within 40 evaluations', () => {
    expect(regrets(gpSampler(), branin(), 40, 3)[39]).toBeLessThan(0.02);
  });

  it.each<[string, GpSamplerOptions]>([
    ['expected improvement', { acquisition: 'expectedImprovement' }],
    ['probability of improvement', { acquisition: 'probabilityOfImprovement', margin: 1e-3 }],
    ['confidence bound', { acquisition: 'confidenceBound' }],
    ['Thompson', { acquisition: 'thompson' }],
    ['an ensemble', { ensemble: 3 }],
    ['adaptive refits', { refit: { kind: 'adaptive' } }],
    ['the squared exponential', { kernel: 'rbf' }],
  ])('minimises a bowl with %s', (_, options) => {
    expect(Math.min(...run(simulation(options), 18, bowl))).toBeLessThan(1e-2);
  });

  it('takes the published settings', () => {
    // Its margin of 0.01 is large for this bowl.
    const options = { ...paperSettings({ lengthScale: 0.3 }), candidates: 128, climbs: 4 };
    expect(Math.min(...run(simulation(options), 22, bowl))).toBeLessThan(0.03);
    run(simulation({ ...options, ...paperSettings({ lag: 3 }) }), 12, bowl);
  });

  it('maximises', () => {
    const sampler = gpSampler(small);
    const study = new Simulation(sampler, encodedSpace([0, 0]), 1, ['maximize']);
    const values = run(study, 20, (x) => 7 - bowl(x));
    expect(Math.max(...values)).toBeGreaterThan(6.995);
    const prediction = sampler.predict!(Float64Array.of(0.3, 0.6), 0)!;
    expect(prediction.mean).toBeCloseTo(7, 1);
    expect(prediction.standardDeviation).toBeLessThan(0.1);
  });

  it('is the same for the same seed', () => {
    const points = [1, 1, 2].map((seed) => {
      const study = simulation({}, [0, 0], seed);
      run(study, 9, bowl);
      return [...study.trials[8]!.point];
    });
    expect(points[0]).toEqual(points[1]);
    expect(points[0]).not.toEqual(points[2]);
  });

  it('chooses levels and codes too', () => {
    const study = simulation({ startupTrials: 6 }, [0, 5, -3]);
    const values = run(study, 30, (x) => (x[0]! - 0.3) ** 2 + (x[1]! - 0.7) ** 2 + (x[2] === 1 ? 0 : 0.5));
    expect(Math.min(...values)).toBeLessThan(1e-3);
  });

  it('does not repeat the points of a small space before all are known', () => {
    const study = simulation({}, [3, -4]);
    run(study, 12, (x) => x[0]! + x[1]!);
    expect(new Set(study.trials.slice(4).map(({ point }) => point.join())).size).toBe(8);
    run(study, 4, (x) => x[0]! + x[1]!);
  });

  it('keeps to what the constraints allow', () => {
    const study = simulation();
    let best = Infinity;
    for (let i = 0; i < 30; i++) {
      const number = study.ask();
      const { point } = study.trials[number]!;
      const violation = 0.5 - point[0]!;
      study.tell(number, 'complete', [bowl(point)], [violation]);
      if (violation <= 0) best = Math.min(best, bowl(point));
    }
    // The best allowed point is (0.5, 0.6).
    expect(best).toBeLessThan(0.05);
    const late = study.trials.slice(15).filter(({ constraints }) => constraints![0]! <= 0.02);
    expect(late.length).toBeGreaterThan(8);
  });

  it('goes to where no constraint is broken though nothing is feasible yet', () => {
    const study = simulation();
    for (let i = 0; i < 20; i++) {
      const number = study.ask();
      const { point } = study.trials[number]!;
      study.tell(number, 'complete', [0], [1 - point[0]!]);
    }
    expect(Math.max(...study.trials.map(({ point }) => point[0]!))).toBeGreaterThan(0.99);
  });

  it('serves several objectives', () => {
    const study = new Simulation(gpSampler(small), encodedSpace([0, 0]), 1, ['minimize', 'maximize']);
    for (let i = 0; i < 20; i++) {
      const number = study.ask();
      const [x = 0, y = 0] = study.trials[number]!.point;
      study.tell(number, 'complete', [x + (y - 0.5) ** 2, x]);
    }
    // The front is y = 0.5.
    const late = study.trials.slice(10).map(({ point }) => Math.abs(point[1]! - 0.5));
    expect(Math.min(...late)).toBeLessThan(0.05);
  });

  it.each(['hypervolume', 'randomWeights'] as const)('spreads two objectives over their front: %s', (way) => {
    const sampler = gpSampler({ ...small, severalObjectives: way });
    const study = new Simulation(sampler, encodedSpace([0, 0]), 2, ['minimize', 'maximize']);
    for (let i = 0; i < 30; i++) {
      const number = study.ask();
      const [x = 0, y = 0] = study.trials[number]!.point;
      study.tell(number, 'complete', [1e3 * (x ** 2 + (y - 0.5) ** 2), -((x - 1) ** 2) - (y - 0.5) ** 2]);
    }
    // The front is y = 0.5, for any x.
    const onFront = study.trials.slice(10).filter(({ point }) => Math.abs(point[1]! - 0.5) < 0.05);
    const places = new Set(onFront.map(({ point }) => Math.floor(4 * point[0]!)));
    expect(places.size).toBeGreaterThanOrEqual(3);
    if (way === 'randomWeights') expect(sampler.predict!(Float64Array.of(1, 0.5), 0)).toBeUndefined();
    if (way === 'hypervolume') {
      expect(sampler.predict!(Float64Array.of(1, 0.5), 1)!.mean).toBeCloseTo(0, 1);
      expect(sampler.predict!(Float64Array.of(0, 0.5), 0)!.mean / 1e3).toBeCloseTo(0, 1);
    }
  });

  it('keeps to constraints with two objectives, and serves three', () => {
    const study = new Simulation(gpSampler(small), encodedSpace([0, 0]), 1, ['minimize', 'minimize']);
    for (let i = 0; i < 24; i++) {
      const number = study.ask();
      const [x = 0, y = 0] = study.trials[number]!.point;
      study.tell(number, 'complete', [x + y, 1 - x + y], [0.3 - y]);
    }
    const late = study.trials.slice(12).filter(({ point }) => point[1]! > 0.28 && point[1]! < 0.4);
    expect(late.length).toBeGreaterThan(6);
    const three = new Simulation(gpSampler(small), encodedSpace([0, -3]), 1, [
      'minimize',
      'maximize',
      'minimize',
    ]);
    for (let i = 0; i < 10; i++) {
      const number = three.ask();
      three.tell(number, 'complete', [...three.trials[number]!.point, i]);
    }
    expect(three.trials.every(({ point }) => point.every(Number.isFinite))).toBe(true);
  });

  it('answers the given share of questions near the best point', () => {
    const nearShare = (localShare: number): number => {
      const study = simulation({ localShare, climbs: 4 });
      // So steep far away that there seems to be much to gain everywhere.
      run(study, 40, (x) => 50 * Math.sin(40 * x[0]!) * x[1]! + 100 * bowl(x));
      const values = study.trials.map(({ values }) => values![0]!);
      const best = study.trials[values.indexOf(Math.min(...values))]!.point;
      const late = study.trials.slice(20);
      return (
        late.filter(({ point }) => point.every((x, j) => Math.abs(x - best[j]!) < 0.25)).length / late.length
      );
    };
    expect(nearShare(1)).toBeGreaterThan(0.8);
    expect(nearShare(1)).toBeGreaterThan(nearShare(0));
  });

  it('goes on with part of the trials once there are many', () => {
    const study = simulation({ maxRows: 100, refit: { kind: 'never' } });
    const rng = createRng(1);
    for (let i = 0; i < 250; i++) {
      const point = Float64Array.of(rng.uniform(), rng.uniform());
      study.tell(study.add(point, 'pending'), 'complete', [bowl(point)]);
      if (i % 80 === 0) run(study, 1, bowl);
    }
    expect(Math.min(...run(study, 6, bowl))).toBeLessThan(1e-3);
  });

  it('says which option is wrong', () => {
    expect(() => gpSampler({ candidates: 3 })).toThrow(
      'gpSampler: candidates must be an integer of at least 16, got 3',
    );
    expect(() => gpSampler({ localShare: 1.5 })).toThrow('gpSampler: localShare must be');
    expect(() => gpSampler({ severalObjectives: 'sum' as never })).toThrow('severalObjectives must be');
    expect(() => gpSampler({ margin: -1 })).toThrow(InvalidArgumentError);
    expect(() => gpSampler({ refit: { kind: 'constant', lag: 0 } })).toThrow(
      'lag must be an integer of at least 1',
    );
  });
});
