import { createRng, InvalidArgumentError } from '@pct/core';
import {
  defaultInteractionModel,
  digitalTrackingCalorimeter,
  highlandAngle,
  materials,
  sensorPositionsMm,
  simulate,
} from '@pct/detector';
import type { Progress } from '@pct/core';
import type { DetectorGeometry } from '@pct/detector';
import { describe, expect, it } from 'vitest';
import { thinSensorLoss } from '../../src/simulation/energyLoss.js';

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;

describe('simulate', () => {
  it('is the same for the same seed, and another for another', async () => {
    const options = { phantomMm: 150, primaries: 60 };
    const first = await simulate({ ...options, seed: 4 });
    expect(await simulate({ ...options, seed: 4 })).toEqual(first);
    expect((await simulate({ ...options, seed: 5 })).posX).not.toEqual(first.posX);
  });

  it('can be split: an event does not depend on the run it is part of', async () => {
    const whole = await simulate({ phantomMm: 100, primaries: 50, seed: 1 });
    const tail = await simulate({ phantomMm: 100, primaries: 20, firstEvent: 30, seed: 1 });
    const from = whole.eventID.findIndex((event) => event >= 30);
    expect(tail.posX).toEqual(whole.posX.slice(from));
    expect(tail.eventID).toEqual(whole.eventID.slice(from));
  });

  it.each([
    [100, 186.2],
    [150, 161.5],
    [200, 134.0],
  ])('protons leave %d mm of water with %d MeV', async (phantomMm, expected) => {
    const { phantomExit } = await simulate({ phantomMm, primaries: 500, seed: 2 });
    expect(Math.abs(phantomExit.meanEnergyMeV - expected)).toBeLessThan(1);
    expect(phantomExit.sdEnergyMeV).toBeGreaterThan(0.9);
    expect(phantomExit.sdEnergyMeV).toBeLessThan(2.2);
    expect(phantomExit.count).toBeGreaterThan(300);
  });

  it('puts hits on the sensors, inside the sensitive area, primaries once per layer', async () => {
    const geometry = digitalTrackingCalorimeter();
    const sensors = sensorPositionsMm(geometry);
    const hits = await simulate({ phantomMm: 150, primaries: 300, seed: 3 });
    const seen = new Set<string>();
    for (let k = 0; k < hits.count; k++) {
      expect(Math.abs(hits.posZ[k]! - sensors[hits.layer[k]!]!)).toBeLessThan(0.0126);
      expect(Math.abs(hits.posX[k]!)).toBeLessThanOrEqual(geometry.halfWidthMm);
      expect(Math.abs(hits.posY[k]!)).toBeLessThanOrEqual(geometry.halfHeightMm);
      expect(hits.edep[k]!).toBeGreaterThan(0);
      expect(hits.parentID[k] === 0).toBe(hits.trackID[k] === 1);
      const key = `${hits.eventID[k]}/${hits.trackID[k]}/${hits.layer[k]}`;
      expect(seen.has(key)).toBe(false);
      seen.add(key);
    }
    expect(hits.parentID.some((parent) => parent > 0)).toBe(true);
  });

  it('scatters by Highland behind 50 and 150 mm of water', async () => {
    const slab = (frontMm: number): DetectorGeometry['layers'][number] => ({
      kind: 'tracker',
      frontMm,
      slabs: [{ material: materials.air, thicknessMm: 0.001, sensitive: true }],
    });
    for (const [phantomMm, energyMeV] of [
      [50, 220],
      [150, 197],
    ] as const) {
      const geometry = { ...digitalTrackingCalorimeter(), halfWidthMm: 1e3, halfHeightMm: 1e3 };
      const hits = await simulate({
        phantomMm,
        primaries: 4000,
        seed: 1,
        geometry: { ...geometry, layers: [slab(phantomMm / 2 + 1), slab(phantomMm / 2 + 101)] },
        beam: { spotMm: 0, divergenceMrad: 0, startMm: -phantomMm / 2 - 1 },
        interactions: { scatteringScale: 1, reactionScale: 0, elasticRatio: 0 },
      });
      const angles: number[] = [];
      for (let k = 1; k < hits.count; k++) {
        if (hits.eventID[k] !== hits.eventID[k - 1] || hits.layer[k] !== 1 || hits.parentID[k] !== 0)
          continue;
        angles.push(Math.abs(hits.posX[k]! - hits.posX[k - 1]!) / 100);
        angles.push(Math.abs(hits.posY[k]! - hits.posY[k - 1]!) / 100);
      }
      angles.sort((a, b) => a - b);
      const width = angles[Math.floor(0.6827 * angles.length)]!;
      // A thick slab: one (1/pv)² for its mean, taken at the energy in its middle.
      const expected = highlandAngle(energyMeV, phantomMm / 10 / materials.water.radiationLength);
      expect(width / expected).toBeGreaterThan(0.93);
      expect(width / expected).toBeLessThan(1.07);
    }
  });

  it('without a phantom the beam arrives with 230 MeV', async () => {
    const { phantomExit } = await simulate({ phantomMm: 0, primaries: 50, seed: 1 });
    expect(phantomExit.meanEnergyMeV).toBeGreaterThan(229.5);
  });

  it('reports progress and stops when aborted', async () => {
    const seen: Progress[] = [];
    await simulate({
      phantomMm: 100,
      primaries: 600,
      seed: 1,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.at(-1)).toMatchObject({ done: 600, total: 600 });
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    const run = simulate({ phantomMm: 100, primaries: 600, seed: 1, signal: controller.signal });
    await expect(run).rejects.toThrow('enough');
  });

  it.each([
    [{ phantomMm: -1 }, /phantomMm/],
    [{ phantomMm: Number.NaN }, /phantomMm/],
    [{ primaries: 0 }, /primaries/],
    [{ primaries: 1.5 }, /primaries/],
    [{ beam: { spotMm: -1 } }, /beam\.spotMm/],
    [{ beam: { energyMeV: 1e4 } }, /beam\.energyMeV/],
    [{ beam: { startMm: 0 } }, /beam\.startMm/],
    [{ interactions: { angleWidth: Number.NaN } }, /interactions\.angleWidth/],
    [{ firstEvent: -3 }, /firstEvent/],
  ])('refuses %j', async (change, message) => {
    const run = simulate({ phantomMm: 100, primaries: 10, seed: 1, ...change });
    await expect(run).rejects.toThrow(InvalidArgumentError);
    await expect(run).rejects.toThrow(message);
  });

  it('has default numbers for every open choice', () => {
    for (const value of Object.values(defaultInteractionModel)) expect(value).toBeGreaterThan(0);
  });
});

describe('thinSensorLoss', () => {
  it('has the mean of the stopping power and a tail to high losses', () => {
    const rng = createRng(5);
    // 25 µm of silicon at 150 MeV: 4.383 MeV cm²/g.
    const massPath = 2.33 * 0.0025;
    const losses = Array.from({ length: 40_000 }, () =>
      thinSensorLoss(rng, 150, 4.383 * massPath, massPath, 0.49848),
    );
    losses.sort((a, b) => a - b);
    expect(mean(losses) / (4.383 * massPath)).toBeCloseTo(1, 1);
    const median = losses[20_000]!;
    expect(median).toBeLessThan(0.9 * mean(losses));
    expect(losses[39_900]! - median).toBeGreaterThan(3 * (median - losses[100]!));
    expect(losses[0]!).toBeGreaterThanOrEqual(0);
  });

  it('never takes more than the proton has', () => {
    const rng = createRng(6);
    for (let k = 0; k < 500; k++) expect(thinSensorLoss(rng, 0.5, 0.45, 0.006, 0.5)).toBeLessThanOrEqual(0.5);
  });
});
