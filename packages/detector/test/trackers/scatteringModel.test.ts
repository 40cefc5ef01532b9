import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { digitalTrackingCalorimeter } from '../../src/digitalTrackingCalorimeter.js';
import type { DetectorGeometry, Slab } from '../../src/geometry.js';
import { materials } from '../../src/physics/materials.js';
import { csdaRange, energyFromRange } from '../../src/physics/range.js';
import { highlandAngle } from '../../src/physics/scattering.js';
import { stoppingPower } from '../../src/physics/stopping.js';
import { ScatteringModel } from '../../src/trackers/scatteringModel.js';

const { water, silicon, air } = materials;

/** Layers of 10 mm pitch with thin sensors at their back; `fill` is what the pitch is made of. */
function stack(fill: readonly Slab[], count = 5): DetectorGeometry {
  const sensor: Slab = { material: silicon, thicknessMm: 1e-6, sensitive: true };
  const layers = Array.from({ length: count }, (_, l) => ({
    kind: 'calorimeter' as const,
    frontMm: 200 + 10 * l,
    slabs: [...fill, sensor],
  }));
  return { layers, halfWidthMm: 100, halfHeightMm: 100, pixelsX: 10, pixelsY: 10 };
}

/** A thin sheet of water right in front of every sensor. */
const thinSheets = stack([
  { material: air, thicknessMm: 0 },
  { material: water, thicknessMm: 9.999998 },
]);

describe('ScatteringModel', () => {
  it('measures gaps in g/cm² of water', () => {
    const model = new ScatteringModel('test', thinSheets, 230);
    expect(model.layers).toBe(5);
    expect(model.thickness[0]).toBe(0);
    for (const gap of model.thickness.slice(1)) expect(gap).toBeCloseTo(1, 4);
    // Published water-equivalent pitch of the Bergen calorimeter: 8.15 mm.
    const bergen = new ScatteringModel('test', digitalTrackingCalorimeter(), 230);
    expect(bergen.thickness[20]).toBeGreaterThan(0.78);
    expect(bergen.thickness[20]).toBeLessThan(0.84);
  });

  it('gives kinks in a uniform block two thirds of the variance of one gap', () => {
    // Each of the two slopes at a kink carries a third of its gap's scattering.
    const model = new ScatteringModel('test', thinSheets, 230);
    const range = 20;
    const theta = (r: number) => highlandAngle(energyFromRange(water, r), 1 / water.radiationLength);
    const expected = theta(range + 0.5) ** 2 / 3 + theta(range - 0.5) ** 2 / 3;
    expect(model.kinkVariance(2, range) / expected).toBeCloseTo(1, 3);
    // Nothing scatters behind the last sensor.
    expect(model.kinkVariance(4, range) / (theta(range + 0.5) ** 2 / 3)).toBeCloseTo(1, 3);
  });

  it('counts a scatterer right in front of the sensor fully, right behind the one before not at all', () => {
    const sheet: Slab = { material: water, thicknessMm: 0.5 };
    const gap: Slab = { material: { ...air, density: 1e-9 }, thicknessMm: 9.499999 };
    const theta = (r: number) => highlandAngle(energyFromRange(water, r), 0.05 / water.radiationLength) ** 2;
    const front = new ScatteringModel('test', stack([sheet, gap]), 230);
    const back = new ScatteringModel('test', stack([gap, sheet]), 230);
    // Mean of (s/D)² over a sheet of D/20 at one end: 1/1200 or (1 − 0.95³)/0.15.
    const near = 1 / 1200;
    const far = (1 - 0.95 ** 3) / 0.15;
    const range = 15;
    expect(back.kinkVariance(2, range) / ((far + near) * theta(range))).toBeCloseTo(1, 2);
    expect(front.kinkVariance(2, range) / ((near + far) * theta(range))).toBeCloseTo(1, 2);
    expect(front.kinkVariance(4, range) / (near * theta(range))).toBeCloseTo(1, 2);
    expect(back.kinkVariance(4, range) / (far * theta(range))).toBeCloseTo(1, 2);
  });

  it('adds the phantom to the first angle, by the range that the beam has lost', () => {
    const model = new ScatteringModel('test', thinSheets, 230);
    const behind = csdaRange(water, 230) - 10 - 1; // 10 g/cm² of water, then one gap
    const gap = highlandAngle(energyFromRange(water, behind + 0.5), 1 / water.radiationLength) ** 2 / 3;
    const angle = Math.sqrt(model.angleVariance(1, behind) - gap);
    // 100 mm of water scatter 230 MeV protons by 18.5 mrad.
    expect(angle).toBeGreaterThan(0.0175);
    expect(angle).toBeLessThan(0.0195);
    expect(model.angleVariance(1, csdaRange(water, 230)) / gap).toBeLessThan(1.5);
  });

  it('adds the gaps in front of the first segment', () => {
    const model = new ScatteringModel('test', thinSheets, 230);
    const range = csdaRange(water, 230) + 5; // more than the beam had: no phantom
    const theta = highlandAngle(energyFromRange(water, range), 1 / water.radiationLength) ** 2;
    expect(model.angleVariance(4, range) / (theta * (3 + 1 / 3))).toBeCloseTo(1, 1);
  });

  it('reads the residual range off the deposit', () => {
    const model = new ScatteringModel('test', digitalTrackingCalorimeter(), 230);
    const deposit = (energy: number) => stoppingPower(silicon, energy) * silicon.density * 0.0025;
    for (const energy of [40, 60, 90]) {
      expect(Math.abs(model.endRange(10, deposit(energy)) - csdaRange(water, energy))).toBeLessThan(0.05);
    }
    // Large deposits: a quarter of a layer; tiny ones: what the beam has left.
    expect(model.endRange(10, 5)).toBeCloseTo(model.thickness[11]! / 4, 12);
    const depth = model.thickness.slice(0, 11).reduce((sum, gap) => sum + gap, 0);
    expect(model.endRange(10, 0)).toBeCloseTo(csdaRange(water, 230) - depth, 9);
  });

  it('refuses geometries it cannot use', () => {
    const geometry = thinSheets;
    const [first] = geometry.layers;
    const cases: [DetectorGeometry, RegExp][] = [
      [{ ...geometry, layers: [] }, /test: geometry must have a layer, got none/],
      [{ ...geometry, layers: [first!, first!] }, /layers\[1\].frontMm must be behind the layer before it/],
      [
        { ...geometry, layers: [first!, { ...first!, frontMm: 250, slabs: [] }] },
        /layers\[1\].slabs must have exactly one sensitive slab, got 0/,
      ],
      [
        { ...geometry, layers: [{ ...first!, slabs: [...first!.slabs, ...first!.slabs] }] },
        /layers\[0\].slabs must have exactly one sensitive slab, got 2/,
      ],
    ];
    for (const [bad, message] of cases) {
      expect(() => new ScatteringModel('test', bad, 230)).toThrow(InvalidArgumentError);
      expect(() => new ScatteringModel('test', bad, 230)).toThrow(message);
    }
  });
});
