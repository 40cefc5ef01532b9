import {
  medianPruner,
  patientPruner,
  percentilePruner,
  successiveHalvingPruner,
  thresholdPruner,
  type Direction,
  type EncodedTrial,
  type Pruner,
} from '@hpo/approx-gp';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Curve {
  readonly state: 'complete' | 'pruned' | 'fail';
  /** Step, value (null for NaN), and what Optuna said then. */
  readonly reports: readonly (readonly [number, number | null, boolean])[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('../fixtures/optuna/pruners.json', import.meta.url), 'utf8'),
) as { cases: Record<string, { direction: Direction; trials: readonly Curve[] }> };

const pruners: Record<string, Pruner> = {
  median: medianPruner({ startupTrials: 3 }),
  'median maximize': medianPruner({ startupTrials: 3 }),
  percentile: percentilePruner(25, { startupTrials: 2, warmupSteps: 2, interval: 3, minTrials: 4 }),
  'percentile maximize': percentilePruner(60, { startupTrials: 0, interval: 2 }),
  halving: successiveHalvingPruner({ minResource: 1, reductionFactor: 2 }),
  'halving maximize': successiveHalvingPruner({ minResource: 2, reductionFactor: 3 }),
  'halving late': successiveHalvingPruner({ minResource: 1, reductionFactor: 2, minEarlyStoppingRate: 2 }),
  'halving bootstrap': successiveHalvingPruner({ minResource: 1, reductionFactor: 2, bootstrapCount: 3 }),
  patient: patientPruner(undefined, { patience: 2 }),
  'patient median': patientPruner(medianPruner({ startupTrials: 2 }), { patience: 1, minDelta: 0.05 }),
  threshold: thresholdPruner({ lower: 0.1, upper: 1.2, warmupSteps: 1, interval: 2 }),
};

function encoded(number: number, curve: Curve, reports: number, running: boolean): EncodedTrial {
  return {
    number,
    version: 0,
    state: running ? 'pending' : curve.state === 'fail' ? 'failed' : curve.state,
    point: Float64Array.of(0.5),
    values: undefined,
    constraints: undefined,
    intermediates: curve.reports.slice(0, reports).map(([step, value]) => ({ step, value: value ?? NaN })),
  };
}

describe("Optuna's decisions", () => {
  it('cover all pruners here', () => {
    expect(Object.keys(pruners).sort()).toEqual(Object.keys(cases).sort());
  });

  it.each(Object.keys(cases))('are made by %s', (name) => {
    const { direction, trials: curves } = cases[name]!;
    const finished: EncodedTrial[] = [];
    let pruned = 0;
    curves.forEach((curve, number) => {
      curve.reports.forEach(([, , expected], at) => {
        const trial = encoded(number, curve, at + 1, true);
        const decided = pruners[name]!.shouldPrune({
          direction,
          trials: [...finished, trial],
          trial,
          study: 'any',
        });
        expect([number, at, decided]).toEqual([number, at, expected]);
        if (decided) pruned++;
      });
      finished.push(encoded(number, curve, curve.reports.length, false));
    });
    expect(pruned).toBe(curves.filter(({ state }) => state === 'pruned').length);
    expect(pruned).toBeGreaterThan(0);
  });
});
