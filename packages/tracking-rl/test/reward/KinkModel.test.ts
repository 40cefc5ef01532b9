import { createRng, InvalidArgumentError } from '@pct/core';
import {
  csdaRange,
  digitalTrackingCalorimeter,
  materials,
  momentumVelocity,
  sensorPositionsMm,
  stoppingPower,
  type DetectorGeometry,
} from '@pct/detector';
import { KinkModel } from '@pct/tracking-rl';
import { describe, expect, it } from 'vitest';
import { gapsOf } from '../../src/reward/gaps.js';

const geometry = digitalTrackingCalorimeter();
const model = new KinkModel('test', geometry, 230);

/** 4 mm of aluminium right in front of each sensor, of which layers stand 10 mm apart; little else scatters. */
const plates: DetectorGeometry = {
  halfWidthMm: 10,
  halfHeightMm: 10,
  pixelsX: 1,
  pixelsY: 1,
  layers: [0, 1, 2].map((l) => ({
    kind: 'calorimeter',
    frontMm: 10 * l,
    slabs: [
      { material: materials.aluminium, thicknessMm: 4 },
      { material: materials.silicon, thicknessMm: 0.002, sensitive: true },
    ],
  })),
};

describe('gapsOf', () => {
  it('has the lever arms of a plate by hand', () => {
    const { inside, behind, water, strength } = gapsOf('test', plates);
    // Mean of (s/D)² and (1 − s/D)² over s from 0 to 0.4 D.
    expect(inside[1]).toBeCloseTo(0.4 ** 2 / 3, 3);
    expect(behind[1]).toBeCloseTo((1 - 0.6 ** 3) / 1.2, 3);
    // 4 mm of aluminium are 1.0796 g/cm², which stop like 1.0796 · 5.678 / 7.289 g/cm² of water.
    expect(water[1]).toBeCloseTo((1.0796 * 5.678) / 7.289, 2);
    // 0.04496 radiation lengths: 14.1 √0.04496 (1 + log₁₀(0.04496) / 9) MeV.
    expect(strength[1]).toBeCloseTo(14.1 * Math.sqrt(0.04496) * (1 + Math.log10(0.04496) / 9), 2);
    expect([water[0], strength[0], inside[0], behind[0]]).toEqual([0, 0, 0, 0]);
  });

  it('agrees with sheets that scatter one by one', () => {
    const { strength, inside, behind } = gapsOf('test', geometry);
    const sensors = sensorPositionsMm(geometry);
    const rng = createRng(5);
    for (const l of [1, 2, 3, 20]) {
      // Sheets between sensors l − 1 and l + 1: their distance behind sensor l, and their radiation lengths.
      const sheets = [l - 1, l, l + 1].flatMap((k) => {
        let front = geometry.layers[k]!.frontMm;
        return geometry.layers[k]!.slabs.flatMap(({ material, thicknessMm }) => {
          const start = front;
          front += thicknessMm;
          return Array.from({ length: 10 }, (_, j) => ({
            z: start + (thicknessMm * (j + 0.5)) / 10,
            lengths: (material.density * thicknessMm) / 100 / material.radiationLength,
          }));
        });
      });
      const parts = [l, l + 1].map((gap) => {
        const own = sheets.filter(({ z }) => z > sensors[gap - 1]! && z < sensors[gap]!);
        const total = own.reduce((sum, { lengths }) => sum + lengths, 0);
        return own.map(({ z, lengths }) => ({ z, width: strength[gap]! * Math.sqrt(lengths / total) }));
      });
      let squares = 0;
      const trials = 2000;
      for (let t = 0; t < trials; t++) {
        // Slope and position at the three sensors, for pv = 1 MeV in the linear approximation.
        const at = [sensors[l - 1]!, sensors[l]!, sensors[l + 1]!];
        const x = [0, 0, 0];
        for (const { z, width } of parts.flat()) {
          const kick = rng.normal(0, width);
          for (let k = 1; k < 3; k++) if (at[k]! > z) x[k]! += kick * (at[k]! - z);
        }
        const kink = (x[2]! - x[1]!) / (at[2]! - at[1]!) - (x[1]! - x[0]!) / (at[1]! - at[0]!);
        squares += kink * kink;
      }
      const expected = strength[l]! ** 2 * behind[l]! + strength[l + 1]! ** 2 * inside[l + 1]!;
      // The standard deviation of the mean square of 2000 normal numbers is 3.2 %.
      expect(squares / trials / expected).toBeGreaterThan(0.9);
      expect(squares / trials / expected).toBeLessThan(1.1);
    }
  });

  it('refuses sensors with nothing between them', () => {
    const [first] = plates.layers;
    const empty = {
      ...plates,
      layers: [
        { ...first!, slabs: [{ ...first!.slabs[1]!, thicknessMm: 0 }] },
        { ...first!, frontMm: 10, slabs: [{ ...first!.slabs[1]!, thicknessMm: 0 }] },
      ],
    };
    expect(() => gapsOf('test', empty)).toThrow(InvalidArgumentError);
    expect(() => gapsOf('test', empty)).toThrow(/must have material between layers 0 and 1/);
  });
});

describe('KinkModel', () => {
  it('scatters by the published milliradians per calorimeter layer: MeV and centimetres', () => {
    const { strength } = gapsOf('test', geometry);
    const published: [number, number][] = [
      [230, 6.1],
      [190, 7.2],
      [180, 7.6],
      [150, 9.0],
      [120, 11.1],
      [100, 13.2],
      [70, 18.6],
      [50, 25.8],
      [30, 42.5],
      [20, 63],
      [10, 126],
    ];
    for (const [energy, mrad] of published)
      expect((1000 * strength[10]!) / momentumVelocity(energy) / mrad).toBeCloseTo(1, 1.7);
  });

  it('is Highland’s formula with lever arms, at the energy of the range', () => {
    const { strength, behind, inside, water } = gapsOf('test', geometry);
    const range = csdaRange(materials.water, 100);
    const front = csdaRange(materials.water, 105);
    // Half a gap of 0.83 g/cm² more is worth about 3 MeV at 100 MeV.
    const variance = model.kinkVariance(12, range);
    const pv = (energy: number) => momentumVelocity(energy) ** -2;
    const shares = strength[12]! ** 2 * behind[12]!;
    const after = strength[13]! ** 2 * inside[13]!;
    expect(variance).toBeGreaterThan((shares + after) * pv(105));
    expect(variance).toBeLessThan((shares + after) * pv(95));
    expect(range + water[12]! / 2).toBeLessThan(front);
    // 10.5 mrad: 13.2 mrad per layer times the root of 0.454 + 0.174.
    expect(Math.sqrt(variance) * 1000).toBeCloseTo(13.2 * Math.sqrt(0.454 + 0.174), 0);
  });

  it('scatters more at the end of the range, and never by 0 or without end', () => {
    let before = Infinity;
    for (const range of [0, 0.01, 0.4, 1, 3, 10, 25]) {
      const variance = model.kinkVariance(20, range);
      expect(variance).toBeLessThan(before + 1e-18);
      expect(variance).toBeGreaterThan(1e-5);
      expect(variance).toBeLessThan(1);
      before = variance;
    }
    // Beyond the tables, and at the last layer.
    for (const [layer, range] of [
      [1, 1e9],
      [49, 0],
      [49, -5],
    ] as const)
      expect(model.kinkVariance(layer, range)).toBeGreaterThan(0);
  });

  it('knows depths and the mean deposits of 25 µm of silicon', () => {
    expect(model.layers).toBe(50);
    // The toolkit's table of ranges: 0.6 mm to the first layer and 8.15 mm of water per layer.
    expect(model.depth[0]).toBe(0);
    expect(10 * (model.depth[40]! - model.depth[10]!)).toBeCloseTo(30 * 8.3, 0);
    const keV = (energy: number) => 1000 * Math.exp(model.logDeposit(csdaRange(materials.water, energy)));
    for (const energy of [230, 150, 100, 50, 20])
      expect(keV(energy)).toBeCloseTo(stoppingPower(materials.silicon, energy) * 2.33 * 2.5e-3 * 1000, 0);
    for (const [energy, mean] of [
      [230, 19.4],
      [150, 25.5],
      [100, 34],
      [50, 57],
      [20, 118],
    ] as const)
      expect(keV(energy) / mean).toBeCloseTo(1, 1.5);
  });
});
