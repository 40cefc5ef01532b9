import {
  createStudy,
  hyperbandPruner,
  medianPruner,
  nopPruner,
  patientPruner,
  percentilePruner,
  successiveHalvingPruner,
  thresholdPruner,
  TrialPruned,
  type Pruner,
} from '@hpo/approx-gp';
import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { lineSpace } from '../support.js';

/** Steps that each of some trials came to, whose curves differ by a constant only. */
async function stepsUnder(pruner: Pruner, trials: number, steps: number): Promise<number[]> {
  const study = createStudy({ space: lineSpace, pruner, seed: 1 });
  await study.optimize(
    (trial) => {
      for (let step = 0; step < steps; step++) {
        trial.report(step, trial.params.x + 1 / (step + 1));
        if (trial.shouldPrune()) throw new TrialPruned();
      }
      return trial.params.x;
    },
    { trials },
  );
  return study.trials.map(({ intermediates }) => intermediates.size);
}

describe('hyperband', () => {
  it('has brackets with other first rungs, and lets good trials run to the end', async () => {
    const steps = await stepsUnder(hyperbandPruner({ maxResource: 27 }), 80, 27);
    // Rungs of brackets 0 to 3 begin at the steps 1, 3, 9 and 27, reports are counted from 1.
    const stopped = new Set(steps);
    for (const step of stopped) expect([2, 4, 10, 27]).toContain(step);
    expect(stopped.size).toBe(4);
    expect(steps.filter((step) => step === 2).length).toBeGreaterThan(
      steps.filter((step) => step === 4).length,
    );
  });

  it('prunes nothing before it knows how long trials are', async () => {
    const steps = await stepsUnder(hyperbandPruner(), 30, 9);
    expect(steps[0]).toBe(9);
    expect(steps.some((step) => step < 9)).toBe(true);
  });
});

describe('a pruner that learns nothing', () => {
  it('stops nothing', async () => {
    expect(await stepsUnder(nopPruner(), 12, 3)).toEqual(new Array(12).fill(3));
  });
});

describe('bad settings', () => {
  const cases: [string, () => unknown, string][] = [
    ['a percentile', () => percentilePruner(101), 'percentilePruner: percentile must be'],
    ['startup trials', () => medianPruner({ startupTrials: -1 }), 'medianPruner: startupTrials must be'],
    ['an interval', () => medianPruner({ interval: 0 }), 'interval must be an integer of at least 1'],
    ['a factor', () => successiveHalvingPruner({ reductionFactor: 1 }), 'reductionFactor must be'],
    [
      'a bootstrap without a first rung',
      () => successiveHalvingPruner({ bootstrapCount: 1 }),
      'bootstrapCount must be an integer from 0 to 0, got 1',
    ],
    ['resources', () => hyperbandPruner({ minResource: 9, maxResource: 3 }), 'maxResource must be'],
    ['no limit', () => thresholdPruner({}), 'give lower, upper or both'],
    ['crossed limits', () => thresholdPruner({ lower: 2, upper: 1 }), 'lower must be'],
    ['patience', () => patientPruner(undefined, { patience: -1 }), 'patience must be'],
  ];
  it.each(cases)('are refused: %s', (_name, make, message) => {
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(message);
  });
});
