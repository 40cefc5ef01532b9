import { beforeAll, describe, expect, it } from 'vitest';
import { observe } from '../calibration/observables.js';
import type { Observables } from '../calibration/observables.js';
import * as published from '../calibration/published.js';
import type { EdgeGroup } from '../calibration/published.js';

/** A fifth of what the docs' tables are made of; the seed is fixed, so that the outcome is, too. */
const primaries = 6000;

describe('the default simulation against the published frames', () => {
  let ours: Observables;
  beforeAll(async () => {
    ours = await observe({}, primaries, 1);
  }, 120_000);

  it.each(['hits', 'hitEdges', 'lineEdges'] as const)('%s of all nine cells', (quantity) => {
    published[quantity].forEach((row, p) =>
      row.forEach((target, d) => {
        const where = `${published.phantomsMm[p]} mm, ${published.primariesPerFrame[d]} primaries`;
        const off = Math.abs(ours[quantity][p]![d]! / target - 1);
        expect(off, where).toBeLessThan(published.limits[quantity]);
      }),
    );
  });

  it.each(Object.keys(published.removedPercent) as EdgeGroup[])('angular filter, %s', (group) => {
    published.thresholdsMrad.forEach((threshold, t) => {
      const off = Math.abs(ours.removedPercent[group][t]! - published.removedPercent[group][t]!);
      expect(off, `${threshold} mrad`).toBeLessThan(published.limits.removedPercent);
    });
  });

  it('energy behind the phantom', () => {
    published.exitEnergyMeV.forEach((target, p) => {
      expect(Math.abs(ours.exitEnergyMeV[p]! - target)).toBeLessThan(published.limits.exitEnergyMeV);
    });
  });
});
