import { InvalidArgumentError } from '@pct/core';
import { highlandAngle, materials, momentumVelocity } from '@pct/detector';
import { describe, expect, it } from 'vitest';
import { nuclearRates, protonProtonCrossSection, reactionCrossSection } from '../../src/physics/nuclear.js';
import { moliereAngles } from '../../src/physics/scattering.js';

describe('highlandAngle', () => {
  // Projected angles of one calorimeter layer, 0.044 radiation lengths, mrad.
  it.each([
    [230, 6.1],
    [150, 9.0],
    [100, 13.2],
    [50, 25.8],
    [20, 63],
    [10, 126],
  ])('a %d MeV proton scatters by %d mrad in a layer', (energy, expected) => {
    expect(1000 * highlandAngle(energy, 0.044)).toBeCloseTo(expected, expected < 20 ? 0 : -0.5);
  });

  it('does not turn negative in the thinnest sheets', () => {
    expect(highlandAngle(100, 1e-12)).toBe(0);
  });

  it.each([
    [0, 0.1],
    [100, 0],
    [Number.NaN, 0.1],
    [100, Infinity],
  ])('refuses %d MeV in %d radiation lengths', (energy, lengths) => {
    expect(() => highlandAngle(energy, lengths)).toThrow(InvalidArgumentError);
  });
});

describe('moliereAngles', () => {
  it('give, with Lynch and Dahl, the width that the formula of Highland puts up to 11 % too low in thin sheets', () => {
    // Lynch and Dahl 1991, eq. 7, with F = 0.98 of the distribution; x in g/cm².
    const width = (x: number, energy: number): number => {
      const { characteristicPerThickness, screening } = moliereAngles(materials.aluminium, energy);
      const chi2 = characteristicPerThickness * x;
      const v = (0.5 * (chi2 / screening)) / (1 - 0.98);
      return Math.sqrt((chi2 / (1 + 0.98 ** 2)) * (((1 + v) / v) * Math.log(1 + v) - 1));
    };
    for (const energy of [50, 100, 200]) {
      const highland = highlandAngle(energy, 1 / materials.aluminium.radiationLength);
      expect(width(1, energy) / highland).toBeGreaterThan(1);
      expect(width(1, energy) / highland).toBeLessThan(1.11);
    }
  });

  it('pv is 2E for slow protons', () => {
    expect(momentumVelocity(0.01) / 0.02).toBeCloseTo(1, 4);
  });
});

describe('nuclear cross sections', () => {
  it('aluminium reacts with 0.39 to 0.46 b at 100 to 200 MeV', () => {
    for (const energy of [100, 150, 200]) {
      expect(reactionCrossSection(26.98, energy)).toBeGreaterThan(385);
      expect(reactionCrossSection(26.98, energy)).toBeLessThan(460);
    }
  });

  it('nothing reacts below the Coulomb barrier', () => {
    expect(reactionCrossSection(27, 5)).toBe(0);
  });

  it('proton-proton scattering is near 24 mb at 150 MeV', () => {
    expect(protonProtonCrossSection(150)).toBeCloseTo(24, 0);
  });

  it('water loses about 1 % of the protons per centimetre', () => {
    const { reaction, hydrogen } = nuclearRates(materials.water, 150);
    expect(reaction + hydrogen).toBeGreaterThan(0.009);
    expect(reaction + hydrogen).toBeLessThan(0.013);
  });
});
