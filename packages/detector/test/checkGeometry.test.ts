import { InvalidArgumentError } from '@pct/core';
import { digitalTrackingCalorimeter, sensorPositionsMm, simulate } from '@pct/detector';
import type { DetectorGeometry } from '@pct/detector';
import { describe, expect, it } from 'vitest';

const geometry = digitalTrackingCalorimeter();
const [first, ...rest] = geometry.layers;

describe('digitalTrackingCalorimeter', () => {
  it('has its chips where the GATE model has them', () => {
    const z = sensorPositionsMm(geometry);
    expect(z).toHaveLength(50);
    expect(z[0]).toBeCloseTo(225.2315, 9);
    expect(z[1]! - z[0]!).toBeCloseTo(52.4, 9);
    expect(z[2]).toBeCloseTo(333.5365, 9);
    for (let l = 3; l < 50; l++) expect(z[l]! - z[l - 1]!).toBeCloseTo(5.5, 9);
  });

  it('has as many layers as asked for', () => {
    const small = digitalTrackingCalorimeter({ trackerLayers: 0, calorimeterLayers: 3 });
    expect(small.layers.map(({ kind }) => kind)).toEqual(['calorimeter', 'calorimeter', 'calorimeter']);
  });
});

describe('a geometry of your own', () => {
  const bad: [DetectorGeometry, RegExp][] = [
    [{ ...geometry, layers: [] }, /geometry must have a layer/],
    [{ ...geometry, halfWidthMm: 0 }, /geometry\.halfWidthMm/],
    [{ ...geometry, pixelsY: 1.5 }, /geometry\.pixelsY/],
    [{ ...geometry, layers: [{ ...first!, frontMm: Number.NaN }, ...rest] }, /layers\[0\]\.frontMm/],
    [{ ...geometry, layers: [{ ...first!, slabs: [] }, ...rest] }, /exactly one sensitive slab, got 0/],
    [{ ...geometry, layers: [first!, first!] }, /layers\[1\]\.frontMm must be behind the layer before it/],
    [
      {
        ...geometry,
        layers: [{ ...first!, slabs: first!.slabs.map((slab) => ({ ...slab, thicknessMm: -1 })) }],
      },
      /layers\[0\]\.slabs\[0\]\.thicknessMm/,
    ],
  ];

  it.each(bad)('is refused if it is not consistent: %#', async (wrong, message) => {
    expect(() => sensorPositionsMm(wrong)).toThrow(InvalidArgumentError);
    expect(() => sensorPositionsMm(wrong)).toThrow(message);
    await expect(simulate({ phantomMm: 100, primaries: 1, seed: 1, geometry: wrong })).rejects.toThrow(
      message,
    );
  });

  it('must stand behind the phantom', async () => {
    const close = { ...geometry, layers: [{ ...first!, frontMm: 40 }, ...rest] };
    const run = simulate({ phantomMm: 100, primaries: 1, seed: 1, geometry: close });
    await expect(run).rejects.toThrow(/must be behind the phantom, which ends at 50 mm, got 40/);
  });
});
