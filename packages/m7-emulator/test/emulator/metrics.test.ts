import { readFileSync } from 'node:fs';
import { InvalidArgumentError, ShapeError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { evaluateEmulation, targetScaling } from '@climate/m7-emulator';
import { conservedSpecies } from '../../src/data/columns.js';
import { randomPairs } from './support.js';

interface Fixture {
  readonly given: Record<'inputs' | 'outputs' | 'predicted' | 'mean' | 'deviation' | 'speciesMean', number[]>;
  readonly scores: Record<'r2' | 'logR2' | 'massBias' | 'massViolation', number[]> &
    Record<'rmse' | 'massRmse' | 'negativeFraction' | 'negativeMean', number>;
}

const { given, scores } = JSON.parse(
  readFileSync(new URL('fixtures/metrics.json', import.meta.url), 'utf8'),
) as Fixture;
const fields = Object.fromEntries(
  Object.entries(given).map(([name, values]) => [name, Float64Array.from(values)]),
) as Record<keyof Fixture['given'], Float64Array>;

describe('evaluateEmulation', () => {
  it('gives the numbers of NumPy', () => {
    const metrics = evaluateEmulation(fields, fields.predicted, fields);
    metrics.r2.forEach((value, k) => expect(value).toBeCloseTo(scores.r2[k]!, 10));
    metrics.logR2.forEach((value, k) => expect(value).toBeCloseTo(scores.logR2[k]!, 10));
    expect(metrics.meanR2).toBeCloseTo(scores.r2.reduce((a, b) => a + b) / 28, 10);
    expect(metrics.meanLogR2).toBeCloseTo(scores.logR2.reduce((a, b) => a + b) / 28, 10);
    for (const name of ['rmse', 'massRmse', 'negativeFraction', 'negativeMean'] as const) {
      expect(metrics[name]).toBeCloseTo(scores[name], 12);
    }
    conservedSpecies.forEach((species, k) => {
      expect(metrics.massBias[species]).toBeCloseTo(scores.massBias[k]!, 12);
      expect(metrics.massViolation[species]).toBeCloseTo(scores.massViolation[k]!, 12);
    });
    expect(metrics.rows).toBe(60);
  });

  it('finds M7 without fault', () => {
    const pairs = randomPairs(1, 40);
    const metrics = evaluateEmulation(pairs, pairs.outputs, targetScaling(pairs));
    expect(metrics).toMatchObject({ meanR2: 1, meanLogR2: 1, rmse: 0, negativeFraction: 0 });
    expect(metrics.worstMassError).toBeLessThan(1e-12);
  });

  it('refuses what it cannot compare', () => {
    const pairs = randomPairs(1, 3);
    const scaling = targetScaling(pairs);
    expect(() => evaluateEmulation(pairs, new Float64Array(28), scaling)).toThrow(ShapeError);
    expect(() => evaluateEmulation(pairs, new Float64Array(28), scaling)).toThrow(
      'predicted must have 84 numbers like pairs.outputs, got 28',
    );
    const broken = pairs.outputs.slice();
    broken[28 + 17] = NaN;
    expect(() => evaluateEmulation(pairs, broken, scaling)).toThrow(InvalidArgumentError);
    expect(() => evaluateEmulation(pairs, broken, scaling)).toThrow(
      'predicted must be finite, got NaN in row 1, column n_NS',
    );
  });
});
