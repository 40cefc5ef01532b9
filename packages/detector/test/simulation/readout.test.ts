import { InvalidArgumentError } from '@pct/core';
import { applyReadout, digitalTrackingCalorimeter, noiseEvent, simulateFrames } from '@pct/detector';
import type { Frame } from '@pct/detector';
import { beforeAll, describe, expect, it } from 'vitest';

let frame: Frame;
beforeAll(async () => {
  const made = await simulateFrames({ phantomMm: 150, frames: 1, primariesPerFrame: 100, seed: 1 });
  frame = made[0]!;
});

const totalDeposit = ({ edep }: Frame): number => edep.reduce((sum, e) => sum + e, 0);

describe('simulateFrames', () => {
  it('gives whole frames of the primaries asked for', async () => {
    const made = await simulateFrames({ phantomMm: 200, frames: 3, primariesPerFrame: 20, seed: 2 });
    expect(made.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const one of made) expect(new Set(one.eventID).size).toBeGreaterThan(15);
  });

  it('says so when nothing reaches the detector', async () => {
    const run = simulateFrames({
      phantomMm: 400,
      frames: 1,
      primariesPerFrame: 5,
      seed: 1,
      interactions: { reactionScale: 0 },
    });
    await expect(run).rejects.toThrow(InvalidArgumentError);
    await expect(run).rejects.toThrow(/none of 16 primaries reaches the detector behind 400 mm/);
  });
});

describe('applyReadout', () => {
  it('changes nothing by default', () => {
    expect(applyReadout(frame, { seed: 1 })).toEqual(frame);
  });

  it('loses the share of hits that it is told to', () => {
    const kept = applyReadout(frame, { seed: 1, inefficiency: 0.1 });
    expect(kept.count / frame.count).toBeGreaterThan(0.85);
    expect(kept.count / frame.count).toBeLessThan(0.95);
    expect(applyReadout(frame, { seed: 1, inefficiency: 0.1 })).toEqual(kept);
    expect(applyReadout(frame, { seed: 2, inefficiency: 0.1 }).posX).not.toEqual(kept.posX);
  });

  it('adds single noise pixels that the cluster threshold removes', () => {
    const noisePerPixel = 2e-7;
    const noisy = applyReadout(frame, { seed: 1, noisePerPixel, clusterThreshold: 1 });
    const noise = noisy.eventID.filter((event) => event === noiseEvent).length;
    const { pixelsX, pixelsY } = digitalTrackingCalorimeter();
    const expected = noisePerPixel * pixelsX * pixelsY * 50;
    expect(Math.abs(noise - expected)).toBeLessThan(5 * Math.sqrt(expected));
    expect(applyReadout(frame, { seed: 1, noisePerPixel })).toEqual(frame);
  });

  it('merges touching clusters and keeps their energy and pixels', () => {
    const merged = applyReadout(frame, { seed: 1, mergeClusters: true });
    expect(merged.count).toBeLessThanOrEqual(frame.count);
    expect(totalDeposit(merged)).toBeCloseTo(totalDeposit(frame), 9);
    const crowded: Frame = {
      ...frame,
      posX: frame.posX.map((x) => x / 20),
      posY: frame.posY.map((y) => y / 20),
    };
    const few = applyReadout(crowded, { seed: 1, mergeClusters: true });
    expect(few.count).toBeLessThan(0.95 * frame.count);
    expect(totalDeposit(few)).toBeCloseTo(totalDeposit(frame), 9);
    expect(few.clusterSize.reduce((a, b) => a + b, 0)).toBe(frame.clusterSize.reduce((a, b) => a + b, 0));
  });

  it('two clusters apart stay two, two that touch become the stronger one', () => {
    const pair = (distanceMm: number): Frame => ({
      count: 2,
      posX: Float64Array.of(0, distanceMm),
      posY: Float64Array.of(0, 0),
      posZ: Float64Array.of(225.2315, 225.2315),
      edep: Float64Array.of(0.02, 0.06),
      eventID: Int32Array.of(3, 4),
      trackID: Int32Array.of(1, 1),
      parentID: Int32Array.of(0, 0),
      layer: Int32Array.of(0, 0),
      clusterSize: Int32Array.of(4, 8),
      index: 0,
      layers: Int32Array.of(0),
      layerOffsets: Int32Array.of(0, 2),
    });
    expect(applyReadout(pair(0.2), { seed: 1, mergeClusters: true }).count).toBe(2);
    const one = applyReadout(pair(0.05), { seed: 1, mergeClusters: true });
    expect(one).toMatchObject({ count: 1, eventID: Int32Array.of(4), clusterSize: Int32Array.of(12) });
    expect(one.posX[0]).toBeCloseTo(0.0375, 9);
  });

  it.each([
    [{ inefficiency: 1.5 }, /inefficiency/],
    [{ noisePerPixel: -1 }, /noisePerPixel/],
    [{ clusterThreshold: 0 }, /clusterThreshold/],
  ])('refuses %j', (options, message) => {
    expect(() => applyReadout(frame, { seed: 1, ...options })).toThrow(InvalidArgumentError);
    expect(() => applyReadout(frame, { seed: 1, ...options })).toThrow(message);
  });
});
