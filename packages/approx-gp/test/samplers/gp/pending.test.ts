import { createRng } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { gpSampler } from '../../../src/samplers/gp/gpSampler.js';
import type { PendingStrategy } from '../../../src/samplers/gp/options.js';
import { encodedSpace, Simulation } from '../../helpers/simulate.js';

const strategies: PendingStrategy[] = [
  'believer',
  'liarMin',
  'liarMean',
  'liarMax',
  'pendingImprovement',
  'localPenalty',
  'localMaxima',
];

const bumpy = (x: ArrayLike<number>): number => Math.sin(9 * x[0]!) + Math.cos(7 * x[1]!) + x[0]!;

function started(pending: PendingStrategy, acquisition: 'thompson' | 'logExpectedImprovement'): Simulation {
  const sampler = gpSampler({ pending, acquisition, candidates: 96, climbs: 2, startupTrials: 6 });
  const simulation = new Simulation(sampler, encodedSpace([0, 0]), 3);
  for (let i = 0; i < 8; i++) {
    const number = simulation.ask();
    simulation.tell(number, 'complete', [bumpy(simulation.trials[number]!.point)]);
  }
  return simulation;
}

describe('pending trials', () => {
  it.each([
    ...strategies.map((name) => [name, 'logExpectedImprovement'] as const),
    ['none', 'thompson'] as const,
  ])('%s: a batch has different points (%s)', (pending, acquisition) => {
    const simulation = started(pending, acquisition);
    const batch = Array.from({ length: 5 }, () => simulation.trials[simulation.ask()]!.point);
    for (let a = 0; a < 5; a++) {
      for (let b = 0; b < a; b++) {
        expect(Math.hypot(batch[a]![0]! - batch[b]![0]!, batch[a]![1]! - batch[b]![1]!)).toBeGreaterThan(
          1e-4,
        );
      }
    }
  });

  it.each(strategies)(
    '%s: three workers that finish in any order, fail and retract come near a minimum',
    (pending) => {
      const simulation = started(pending, 'logExpectedImprovement');
      const rng = createRng(7);
      const running: number[] = [];
      let best = Infinity;
      for (let i = 0; i < 26; i++) {
        while (running.length < 3) running.push(simulation.ask());
        const [number] = running.splice(rng.integer(0, 3), 1);
        if (i === 5) simulation.tell(number!, 'failed');
        else if (i === 9) simulation.tell(number!, 'ignored');
        else {
          const value = bumpy(simulation.trials[number!]!.point);
          best = Math.min(best, value);
          simulation.tell(number!, 'complete', [value]);
        }
      }
      // The least value is −1.486, at (0.511, 0.449); the other minimum is −1, at (0, 0.449).
      expect(best).toBeLessThan(-0.99);
    },
  );

  it('forgets what it believed when the truth comes', () => {
    const simulation = started('believer', 'logExpectedImprovement');
    const sampler = gpSampler({ startupTrials: 2, candidates: 64 });
    const study = new Simulation(sampler, simulation.space, 1);
    for (const { point, values } of simulation.trials) study.add(point, 'complete', [...values!]);
    const number = study.ask();
    study.ask();
    study.tell(number, 'complete', [-9]);
    study.ask();
    expect(sampler.predict!(study.trials[number]!.point, 0)!.mean).toBeCloseTo(-9, 0);
  });
});
