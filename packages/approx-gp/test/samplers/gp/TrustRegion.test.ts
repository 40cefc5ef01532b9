import { describe, expect, it } from 'vitest';
import { isInside, TrustRegion } from '../../../src/samplers/gp/TrustRegion.js';

const center = Float64Array.of(0.5, 0.5);
const sides = (region: TrustRegion, scales = [1, 1]): number[] => {
  const { lower, upper } = region.box(center, scales);
  return [...upper].map((end, j) => end - lower[j]!);
};

describe('TrustRegion', () => {
  it('doubles after three improvements in a row, up to most of the cube', () => {
    const region = new TrustRegion(2);
    region.told(10, false, 0);
    for (const value of [9, 8]) region.told(value, true, 0);
    expect(sides(region)[0]).toBeCloseTo(0.4);
    region.told(7, true, 0);
    expect(sides(region)[0]).toBeCloseTo(0.8);
    for (let value = 6; value > -20; value--) region.told(value, true, 0);
    for (const side of sides(region)) expect(side).toBeCloseTo(0.8);
    const core = region.core(center, [1, 1]);
    expect(core.upper[0]! - core.lower[0]!).toBeCloseTo(0.2);
  });

  it('halves after as many failures as there are dimensions, at least four', () => {
    for (const [dimensions, failures] of [
      [2, 4],
      [9, 9],
    ] as const) {
      const region = new TrustRegion(dimensions);
      region.told(0, false, 0);
      for (let i = 1; i < failures; i++) region.told(1, true, 0);
      expect(sides(region)[0]).toBeCloseTo(0.4);
      region.told(Infinity, true, 0);
      expect(sides(region)[0]).toBeCloseTo(0.2);
    }
  });

  it('starts anew when it is too small, with half of its share until something better is found elsewhere', () => {
    const region = new TrustRegion(2);
    region.told(0, false, 0);
    for (let i = 0; i < 4 * 4; i++) region.told(1, true, 0);
    expect(sides(region)[0]).toBeCloseTo(0.4 / 16);
    expect(region.share).toBe(1);
    for (let i = 0; i < 4; i++) region.told(1, true, 0);
    expect(sides(region)[0]).toBeCloseTo(0.4);
    expect(region.share).toBe(0.5);
    for (let i = 0; i < 4; i++) region.told(1, true, 0);
    region.told(0, false, 0);
    expect(sides(region)[0]).toBeCloseTo(0.2);
    region.told(-1, false, 0);
    expect(sides(region)[0]).toBeCloseTo(0.4);
    expect(region.share).toBe(1);
  });

  it('takes small improvements for failures', () => {
    const region = new TrustRegion(2);
    region.told(10, false, 0.5);
    for (const value of [9.9, 9.8, 9.7, 9.6]) region.told(value, true, 0.5);
    expect(sides(region)[0]).toBeCloseTo(0.2);
    for (const value of [9, 8, 7]) region.told(value, true, 0.5);
    expect(sides(region)[0]).toBeCloseTo(0.4);
  });

  it('is longer along long length-scales, of the same volume, and inside the cube', () => {
    const region = new TrustRegion(2);
    const [long, short] = sides(region, [2, 0.5]);
    expect(long! / short!).toBeCloseTo(4);
    expect(long! * short!).toBeCloseTo(0.16);
    const box = region.box(Float64Array.of(0, 0.95), [1, 1]);
    expect([...box.lower, ...box.upper].map((x) => Number(x.toFixed(9)))).toEqual([0, 0.75, 0.2, 1]);
    expect(isInside(Float64Array.of(0, 1), box)).toBe(true);
    expect(isInside(Float64Array.of(0.3, 1), box)).toBe(false);
  });
});
