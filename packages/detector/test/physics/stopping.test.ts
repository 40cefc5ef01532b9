import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from '@pct/core';
import { csdaRange, energyFromRange, materials, stoppingPower } from '@pct/detector';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Rows of NIST's PSTAR: stopping power (MeV cm²/g) and CSDA range (g/cm²) of water, aluminium and silicon. */
const pstar = readFileSync(new URL('../fixtures/pstar.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',').map(Number) as [number, ...number[]]);

const tables = [
  { material: materials.water, column: 1, tolerance: 0.005, toleranceAt10: 0.01 },
  { material: materials.aluminium, column: 3, tolerance: 0.01, toleranceAt10: 0.02 },
  { material: materials.silicon, column: 5, tolerance: 0.01, toleranceAt10: 0.02 },
];

describe.each(tables)('$material.name against PSTAR', ({ material, column, tolerance, toleranceAt10 }) => {
  it.each(pstar)('at %d MeV', (energy, ...values) => {
    const allowed = energy === 10 ? toleranceAt10 : tolerance;
    const stopping = values[column - 1]!;
    const range = values[column]!;
    expect(Math.abs(stoppingPower(material, energy) / stopping - 1)).toBeLessThan(allowed);
    expect(Math.abs(csdaRange(material, energy) / range - 1)).toBeLessThan(allowed);
  });
});

describe('stoppingPower', () => {
  it('agrees with PSTAR in air, 6.443 MeV cm²/g at 100 MeV', () => {
    expect(stoppingPower(materials.air, 100)).toBeCloseTo(6.443, 1);
  });

  it('falls with energy in every material', () => {
    for (const material of Object.values(materials)) {
      fc.assert(
        fc.property(fc.double({ min: 1, max: 900, noNaN: true }), (energy) => {
          expect(stoppingPower(material, energy)).toBeGreaterThan(stoppingPower(material, energy * 1.05));
        }),
        { numRuns: 30 },
      );
    }
  });

  it.each([0.99, 1001, Number.NaN, Infinity, -5])('refuses %d MeV', (energy) => {
    expect(() => stoppingPower(materials.water, energy)).toThrow(InvalidArgumentError);
    expect(() => stoppingPower(materials.water, energy)).toThrow(/energyMeV.*from 1 to 1000 MeV/);
  });
});

describe('csdaRange and energyFromRange', () => {
  it('are inverse to each other', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 999, noNaN: true }), (energy) => {
        const range = csdaRange(materials.aluminium, energy);
        expect(energyFromRange(materials.aluminium, range) / energy).toBeCloseTo(1, 9);
      }),
    );
  });

  it('the range has the stopping power as the inverse of its slope', () => {
    for (const energy of [2, 10, 50, 150, 230]) {
      const slope =
        (csdaRange(materials.silicon, energy * 1.01) - csdaRange(materials.silicon, energy * 0.99)) /
        (0.02 * energy);
      expect(slope * stoppingPower(materials.silicon, energy)).toBeCloseTo(1, 3);
    }
  });

  it('a 230 MeV proton leaves 100, 150 and 200 mm of water with 186.2, 161.5 and 134.0 MeV', () => {
    const range = csdaRange(materials.water, 230);
    expect(energyFromRange(materials.water, range - 10)).toBeCloseTo(186.2, 0);
    expect(energyFromRange(materials.water, range - 15)).toBeCloseTo(161.5, 0);
    expect(energyFromRange(materials.water, range - 20)).toBeCloseTo(134.0, 0);
  });

  it('no range is no energy', () => {
    expect(energyFromRange(materials.water, 0)).toBe(0);
    expect(csdaRange(materials.water, 0)).toBe(0);
  });

  it('refuse what is out of range', () => {
    expect(() => csdaRange(materials.water, -1)).toThrow(InvalidArgumentError);
    expect(() => energyFromRange(materials.water, Number.NaN)).toThrow(InvalidArgumentError);
    expect(() => energyFromRange(materials.water, 1e4)).toThrow(/g\/cm² in water, got 10000/);
  });
});
