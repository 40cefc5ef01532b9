import {
  cloudCondensationNuclei,
  createM7,
  dryRadiusOf,
  numberOf,
  sizeDistribution,
  stateFromCells,
  totalWater,
  wetRadiusOf,
} from '@climate/m7-emulator/m7';
import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { relative } from './blocks.js';

const result = createM7().step(
  stateFromCells([
    {},
    {
      SO4: { KS: 4e8, AS: 5e9 },
      OC: { AS: 1 },
      BC: { KI: 0.1 },
      SS: { CS: 2 },
      number: { KS: 900, AS: 250, CS: 0.5, KI: 300 },
    },
  ]),
  { pressure: 9e4, temperature: 285, relativeHumidity: 0.8 },
  450,
);
const radii = Array.from({ length: 4001 }, (_, i) => 1e-9 * 10 ** (i / 500));
const step = Math.log(10) / 500;
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

describe('sizeDistribution', () => {
  it('integrates to the number of particles', () => {
    const all = ['NS', 'KS', 'AS', 'CS', 'KI', 'AI', 'CI'] as const;
    const number = sum(all.map((mode) => numberOf(result, mode)[1]!));
    expect(relative(sum(sizeDistribution(result, 1, radii)) * step, number)).toBeLessThan(1e-9);
    const dry = sizeDistribution(result, 1, radii, { of: 'dry', modes: ['AS'] });
    expect(relative(sum(dry) * step, numberOf(result, 'AS')[1]!)).toBeLessThan(1e-9);
  });

  it('peaks at the median radius', () => {
    for (const [of, median] of [
      ['wet', wetRadiusOf(result, 'AS')[1]!],
      ['dry', dryRadiusOf(result, 'AS')[1]!],
    ] as const) {
      const [peak, beside] = sizeDistribution(result, 1, [median, median * 1.01], { of, modes: ['AS'] });
      const expected = numberOf(result, 'AS')[1]! / (Math.sqrt(2 * Math.PI) * Math.log(1.59));
      expect(relative(peak!, expected)).toBeLessThan(1e-12);
      expect(beside).toBeLessThan(peak!);
    }
    expect(dryRadiusOf(result, 'KI')).toEqual(wetRadiusOf(result, 'KI'));
  });

  it('is nothing without particles', () => expect(sum(sizeDistribution(result, 0, radii))).toBe(0));

  it('refuses cells that are not there and radii of 0', () => {
    expect(() => sizeDistribution(result, 2, radii)).toThrow(InvalidArgumentError);
    expect(() => sizeDistribution(result, 2, radii)).toThrow(/cell must be an integer from 0 to 1, got 2/);
    expect(() => sizeDistribution(result, 1, [1e-5, 0])).toThrow(
      /radii\[1\] must be a finite number above 0/,
    );
    expect(() => sizeDistribution(result, 1, radii, { modes: ['XS' as 'AS'] })).toThrow(/got XS/);
  });
});

describe('cloudCondensationNuclei', () => {
  const soluble = sum((['NS', 'KS', 'AS', 'CS'] as const).map((mode) => numberOf(result, mode)[1]!));

  it('rises with supersaturation from none to all soluble particles', () => {
    const counts = [1e-6, 1e-3, 2e-3, 1e-2, 10].map((excess) => cloudCondensationNuclei(result, excess)[1]!);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts[0]).toBeLessThan(1);
    expect(relative(counts[4]!, soluble)).toBeLessThan(1e-3);
    expect(cloudCondensationNuclei(result, 0.01)[0]).toBe(0);
  });

  it('counts half of a mode whose median radius is critical', () => {
    const pure = createM7({ processes: { coagulation: false, repartition: false } }).step(
      stateFromCells([{ SO4: { AS: 5e9 }, number: { AS: 250 } }]),
      { pressure: 9e4, temperature: 285, relativeHumidity: 0.5 },
      1,
    );
    const length = (2 * 0.072 * 0.018015) / (8.314409 * 288.15 * 1000);
    const radius = dryRadiusOf(pure, 'AS')[0]! * 0.01;
    const critical = Math.expm1(Math.sqrt((4 * length ** 3) / (27 * 0.6 * radius ** 3)));
    expect(cloudCondensationNuclei(pure, critical)[0]).toBeCloseTo(125, 8);
  });

  it('refuses undersaturation', () => {
    expect(() => cloudCondensationNuclei(result, 0)).toThrow(
      /supersaturation must be a finite number above 0, got 0/,
    );
  });
});

describe('totalWater', () => {
  it('is that of all modes', () => {
    const water = totalWater(result);
    expect(water[0]).toBe(0);
    expect(water[1]).toBe(sum(Array.from({ length: 7 }, (_, mode) => result.water[mode * 2 + 1]!)));
    expect(water[1]).toBeGreaterThan(1e-9);
  });
});
