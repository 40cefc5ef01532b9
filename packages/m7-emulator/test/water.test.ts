import {
  binaryMolalities,
  createCell,
  dryParticles,
  growthFactor,
  kappaWater,
  meanMasses,
  zdanovskiiWater,
} from '@climate/m7-emulator/m7';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageMassFactors } from '../src/m7/modes.js';
import { relative } from './blocks.js';

/** A cell with one particle of `molecules` H2SO4 in KS, after meanMasses. */
function sulfateCell(molecules: number, temperature: number, pressure: number, humidity: number) {
  const cell = createCell();
  Object.assign(cell, { temperature, pressure, relativeHumidity: humidity });
  cell.number[1] = 1;
  cell.mass[1] = molecules;
  meanMasses('ham2')(cell);
  return cell;
}

describe('sulfuric acid solutions', () => {
  it.each([
    // molecules, T, p, RH -> radius of average mass dry and wet, cm (compiled)
    [1e4, 280, 9e4, 0.5, 5.955058e-7, 8.609258e-7],
    [1e6, 280, 9e4, 0.8, 2.764093e-6, 5.109014e-6],
    [1e8, 250, 5e4, 0.3, 1.282978e-5, 1.814304e-5],
    [1e6, 230, 3e4, 0.95, 2.764093e-6, 1.023955e-5],
  ])('%d molecules at %d K, %d Pa, RH %d', (molecules, temperature, pressure, humidity, dry, wet) => {
    const cell = sulfateCell(molecules, temperature, pressure, humidity);
    zdanovskiiWater('ham2')(cell);
    expect(relative(cell.dryRadius[1]! * averageMassFactors[1]!, dry)).toBeLessThan(3e-7);
    expect(relative(cell.wetRadius[1]! * averageMassFactors[1]!, wet)).toBeLessThan(3e-7);
  });
});

it('particles with less than a molecule of H2SO4 have no negative water unless asked for', () => {
  for (const negativeWater of [false, true]) {
    const cell = sulfateCell(1e-2, 280, 9e4, 0.3);
    cell.perParticle[8] = 1e-17;
    zdanovskiiWater('ham2', { negativeWater })(cell);
    expect(cell.water[1]! < 0).toBe(negativeWater);
    expect(cell.wetRadius[1]).toBeGreaterThan(0);
  }
});

describe('binaryMolalities', () => {
  it.each([
    [0.5, 11.497758, 13.06382, 8.004603],
    [0.8, 5.1345, 4.79742, 3.792265],
    [0.95, 1.453586, 1.707136, 1.351716],
  ])('at water activity %d', (activity, chloride, sulfate, acid) => {
    const molality = binaryMolalities(activity);
    expect(molality.NaCl).toBeCloseTo(chloride, 5);
    expect(molality.Na2SO4).toBeCloseTo(sulfate, 5);
    expect(molality.H2SO4).toBeCloseTo(acid, 5);
  });
});

describe('growthFactor', () => {
  it.each([
    // dry radius cm, T, RH, κ
    [5e-7, 280, 0.8, 0.6, 1.30939766],
    [5e-6, 280, 0.8, 0.6, 1.47829303],
    [5e-6, 280, 0.95, 0.3, 1.77026423],
    [5e-5, 280, 0.9, 1.12, 2.22262341],
    [2e-6, 230, 0.6, 0.06, 1.02498879],
  ])('of %d cm at %d K, RH %d, κ %d', (radius, temperature, humidity, kappa, expected) => {
    expect(growthFactor(radius, temperature, humidity, kappa)).toBeCloseTo(expected, 7);
  });

  it('is the root that bisection finds, from any guess', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -7.3, max: -3, noNaN: true }),
        fc.double({ min: 180, max: 320, noNaN: true }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        (exponent, temperature, humidity, kappa, guess) => {
          const radius = 10 ** exponent;
          const length = (2 * 0.072 * 0.018015) / (8.314409 * temperature * 1000) / (radius * 1e-2);
          const excess = (g: number): number =>
            humidity * Math.exp(-length / g) * (g ** 3 - (1 - kappa)) - (g ** 3 - 1);
          let [low, high] = [1, 50];
          for (let i = 0; i < 60; i++) {
            const middle = (low + high) / 2;
            if (excess(middle) > 0) low = middle;
            else high = middle;
          }
          const found = growthFactor(radius, temperature, humidity, kappa, guess);
          expect(relative(found, low)).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('water uptakes together', () => {
  it('agree on dry particles in dry air', () => {
    const radii = [kappaWater('ham2'), dryParticles].map((process) => {
      const cell = sulfateCell(1e6, 280, 9e4, 0);
      process(cell);
      expect(cell.wetRadius[1]).toBe(cell.dryRadius[1]);
      expect(cell.water[1]).toBe(0);
      return cell.dryRadius[1]!;
    });
    // One takes sulfate for SO4 and the other for H2SO4.
    expect(relative(radii[0]!, radii[1]!)).toBeLessThan(0.01);
  });

  it('hold the water that their radii tell of', () => {
    for (const process of [kappaWater('ham2'), zdanovskiiWater('ham2')]) {
      const cell = createCell();
      cell.relativeHumidity = 0.8;
      cell.number.set([0, 0, 200, 2, 0, 0, 0]);
      cell.mass.set([0, 0, 4e9, 2e8, 0, 0, 0, 0, 0, 0, 0, 0, 0.6, 3], 0);
      meanMasses('ham2')(cell);
      process(cell);
      for (const mode of [2, 3]) {
        const [wet, dry] = [cell.wetRadius[mode]!, cell.dryRadius[mode]!].map(
          (radius) => (4 / 3) * Math.PI * (radius * averageMassFactors[mode]!) ** 3,
        );
        // g cm⁻³ -> kg m⁻³
        expect(relative(cell.water[mode]!, (wet! - dry!) * cell.number[mode]! * 1e3)).toBeLessThan(1e-9);
        expect(wet).toBeGreaterThan(2 * dry!);
      }
    }
  });

  it('do nothing for modes that did not change', () => {
    const cell = sulfateCell(1e6, 280, 9e4, 0.8);
    const process = kappaWater('ham2');
    process(cell);
    cell.wetRadius[1] = 1;
    meanMasses('ham2')(cell);
    process(cell);
    expect(cell.wetRadius[1]).toBe(1);
    cell.mass[1]! *= 2;
    meanMasses('ham2')(cell);
    process(cell);
    expect(cell.wetRadius[1]).toBeLessThan(1e-4);
  });
});
