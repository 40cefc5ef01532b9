import { describe, expect, it } from 'vitest';
import { gpSampler } from '../../../src/samplers/gp/gpSampler.js';
import type { GpSamplerOptions } from '../../../src/samplers/gp/options.js';
import { encodedSpace, Simulation } from '../../helpers/simulate.js';

const small: GpSamplerOptions = { candidates: 64, climbs: 2, startupTrials: 3 };

function study(sizes: readonly number[], options: GpSamplerOptions = {}): Simulation {
  return new Simulation(gpSampler({ ...small, ...options }), encodedSpace(sizes), 5);
}

/** Asks and tells; every point must be one of the space. */
function run(simulation: Simulation, count: number, value: (x: Float64Array, i: number) => number): void {
  for (let i = 0; i < count; i++) {
    const number = simulation.ask();
    const { point } = simulation.trials[number]!;
    expect(point.every(Number.isFinite)).toBe(true);
    const outcome = value(point, i);
    if (Number.isFinite(outcome)) simulation.tell(number, 'complete', [outcome]);
    else simulation.tell(number, 'failed');
  }
}

describe.each<[string, GpSamplerOptions]>([
  ['by default', {}],
  ['Thompson', { acquisition: 'thompson' }],
  ['local penalties', { pending: 'localPenalty' }],
  ['an ensemble', { ensemble: 2 }],
])('ask, %s', (_, options) => {
  it('takes constant objectives', () => run(study([0, 0], options), 15, () => 4));
  it('takes constant objectives of 0', () => run(study([0, 0], options), 15, () => 0));
  it('takes values of any size', () => {
    for (const scale of [1e12, 1e-12, 1e300, -1e300]) {
      run(study([0, 0], options), 9, (x) => scale * (x[0]! - 0.2) ** 2);
    }
  });
  it('takes values that differ by many orders of magnitude', () =>
    run(study([0], options), 12, (x) => 10 ** (24 * x[0]! - 12)));
  it('takes trials that all fail', () => run(study([0, 0], options), 10, () => NaN));
  it('takes trials that fail now and then', () =>
    run(study([0, 0], options), 16, (x, i) => (i % 3 === 0 ? Infinity : x[0]!)));
  it('takes a space of one point', () => run(study([1, -1], options), 9, (_x, i) => i));
  it('takes duplicates, with different values', () => {
    const simulation = study([0, 0], options);
    for (let i = 0; i < 12; i++) simulation.add(Float64Array.of(0.5, 0.25), 'complete', [i]);
    run(simulation, 6, (x) => x[0]!);
  });
  it('takes points on a line', () => {
    const simulation = study([0, 0, 0], options);
    for (let i = 0; i < 30; i++) simulation.add(new Float64Array(3).fill(i / 30), 'complete', [i]);
    run(simulation, 5, (x) => x[1]!);
  });
  it('takes trials without points or values', () => {
    const simulation = study([0, 0], options);
    for (let i = 0; i < 4; i++) simulation.add(new Float64Array(2).fill(NaN), 'ignored');
    simulation.add(Float64Array.of(0.1, NaN), 'complete', [1]);
    simulation.add(Float64Array.of(0.1, 0.9), 'pruned');
    simulation.add(Float64Array.of(0.1, 0.7), 'pruned', [3]);
    run(simulation, 8, (x) => x[1]!);
  });
});

describe.each(['hypervolume', 'randomWeights'] as const)(
  'ask with two objectives: %s',
  (severalObjectives) => {
    const two = (
      sizes: readonly number[],
      count: number,
      values: (x: Float64Array, i: number) => number[],
    ): void => {
      const sampler = gpSampler({ ...small, severalObjectives });
      const simulation = new Simulation(sampler, encodedSpace(sizes), 5, ['minimize', 'maximize']);
      for (let i = 0; i < count; i++) {
        const number = simulation.ask();
        const { point } = simulation.trials[number]!;
        expect(point.every(Number.isFinite)).toBe(true);
        const outcome = values(point, i);
        if (outcome.every(Number.isFinite)) simulation.tell(number, 'complete', outcome);
        else simulation.tell(number, 'failed');
      }
    };
    it('takes constants', () => two([0, 0], 12, () => [4, 0]));
    it('takes values of any size', () => {
      for (const scale of [1e12, 1e-12, 1e300]) two([0, 0], 9, (x) => [scale * x[0]!, x[1]! / scale]);
    });
    it('takes trials that fail', () => two([0, 0], 12, (x, i) => [i % 3 === 0 ? NaN : x[0]!, x[1]!]));
    it('takes trials that all fail', () => two([0], 9, () => [NaN, 1]));
    it('takes a space of one point', () => two([1, -1], 9, (_x, i) => [i, -i]));
    it('takes one objective that is the other', () => two([0, 0], 12, (x) => [x[0]!, -x[0]!]));
  },
);

describe('ask', () => {
  it('avoids where trials fail', () => {
    const simulation = study([0, 0]);
    run(simulation, 30, (x) => (x[0]! < 0.5 ? NaN : x[0]!));
    const late = simulation.trials.slice(15);
    expect(late.filter(({ point }) => point[0]! >= 0.5).length).toBeGreaterThan(7);
  });

  it('learns when a trial is told anew', () => {
    const simulation = study([0]);
    for (let i = 0; i < 6; i++) simulation.add(Float64Array.of(i / 5), 'complete', [i === 2 ? -50 : i]);
    simulation.ask();
    simulation.tell(2, 'failed');
    const number = simulation.ask();
    expect(simulation.trials[number]!.point[0]).toBeLessThan(0.3);
  });
});
