import { createRng } from '@pct/core';
import { digitalTrackingCalorimeter } from '@pct/detector';
import { KinkModel } from '@pct/tracking-rl';
import { describe, expect, it } from 'vitest';
import { addDeposit, bestRange, RANGES, startRangeFit } from '../../src/reward/rangeFit.js';

const model = new KinkModel('test', digitalTrackingCalorimeter(), 230);

/** Fits a track from layer `start` on, `count` hits long. */
function fit(start: number, count: number, deposit: (traversed: number) => number): number {
  const chi2 = new Float64Array(2 * RANGES).fill(7);
  startRangeFit(model, start, chi2, RANGES);
  for (let l = start; l > start - count; l--) {
    const traversed = model.depth[start]! - model.depth[l]!;
    addDeposit(model, traversed, deposit(traversed), chi2, RANGES);
  }
  expect([...chi2.subarray(0, RANGES)].every((value) => value === 7)).toBe(true);
  return bestRange(chi2, RANGES);
}

describe('the fit of the residual range', () => {
  it('takes protons without deposits to stop in the next layer', () => {
    for (const deposit of [0, -1, NaN]) {
      const range = fit(20, 5, () => deposit);
      expect(range).toBeGreaterThan(0);
      expect(range).toBeLessThan(model.gapBehind(20));
    }
  });

  it('finds the range behind tracks that end early', () => {
    for (const range of [0.4, 4, 8]) {
      const mean = (traversed: number) => 0.9 * Math.exp(model.logDeposit(traversed + range));
      const found = fit(24, 12, mean);
      expect(found / range).toBeGreaterThan(0.7);
      expect(found / range).toBeLessThan(1.4);
    }
  });

  it('does so with deposits that fluctuate', () => {
    const rng = createRng(3);
    let stopping = 0;
    for (let k = 0; k < 200; k++) {
      const found = fit(22, 10, (traversed) =>
        Math.exp(model.logDeposit(traversed + 0.4) + rng.normal(-0.1, 0.42)),
      );
      if (found < model.gapBehind(22)) stopping++;
    }
    expect(stopping).toBeGreaterThan(180);
  });

  it('never has more range than the beam brings', () => {
    for (const start of [5, 20, 35]) {
      const found = fit(start, 4, () => 1e-4);
      expect(found).toBeLessThanOrEqual(
        Math.max(model.beamRange - model.depth[start]!, model.gapBehind(start)),
      );
    }
    // 35 layers are all that the beam can cross, and the last layer has none behind it.
    expect(fit(49, 4, () => 1e-4)).toBeGreaterThan(0);
  });
});
