import { createCell, kulmala, kulmalaCoefficients, nucleation, vehkamaki } from '@climate/m7-emulator/m7';
import { describe, expect, it } from 'vitest';
import { relative, table } from './blocks.js';

const rows = table('unit_nucleation.csv');
const out = new Float64Array(2);

describe('nucleation rates against compiled routines', () => {
  it('has all combinations of the file', () => expect(rows).toHaveLength(144));

  it('Vehkamäki: rate and molecules', () => {
    let zeros = 0;
    for (const row of rows) {
      vehkamaki(row['h2so4_cm3']!, row['T']!, row['rh']!, out);
      expect(relative(out[0]!, row['J_vehkamaki2002_cm3s']!)).toBeLessThan(1e-9);
      expect(relative(out[1]!, row['n_h2so4_crit_vehk']!)).toBeLessThan(1e-9);
      if (out[0] === 0) zeros++;
    }
    expect(zeros).toBeGreaterThan(10);
    expect(zeros).toBeLessThan(rows.length - 10);
  });

  it('Kulmala: rate, α and β', () => {
    for (const row of rows) {
      kulmala(row['h2so4_cm3']!, row['T']!, row['rh']!, out);
      expect(relative(out[0]!, row['J_kulmala1998_cm3s']!)).toBeLessThan(1e-9);
      expect(out[1]).toBe(100);
      kulmalaCoefficients(row['h2so4_cm3']!, row['T']!, row['rh']!, out);
      expect(relative(out[0]!, row['alpha_k98']!)).toBeLessThan(1e-9);
      expect(relative(out[1]!, row['beta_k98']!)).toBeLessThan(1e-9);
    }
  });

  it('Kulmala: nothing in perfectly dry air', () => {
    kulmala(1e8, 250, 0, out);
    expect(out[0]).toBe(0);
  });

  it('Vehkamäki: arguments are clipped to the range of the fit', () => {
    vehkamaki(1e12, 180, 2, out);
    const outside = [...out];
    vehkamaki(1e11, 190.15, 1, out);
    expect(outside).toEqual([...out]);
  });
});

describe('the nucleation process', () => {
  const prepared = () => {
    const cell = createCell();
    cell.h2so4 = 1e7;
    cell.forestFraction = 0.4;
    cell.dt = 100;
    return cell;
  };

  it('takes from the gas what it gives to new particles', () => {
    const cell = prepared();
    nucleation('ham2', { scheme: 'none', organic: 'kinetic' })(cell);
    // g − dt·2J with J = 3.86e-13 g² forest, no condensation
    const rate = 3.86e-13 * 1e14 * 0.4;
    expect(cell.nucleatedMass).toBeCloseTo(200 * rate, 8);
    expect(cell.nucleatedNumber).toBeCloseTo(100 * rate, 8);
    expect(cell.h2so4).toBe(1e7 - cell.nucleatedMass);
  });

  it('does without organics above the boundary layer in ham2, not in classic', () => {
    for (const [variant, created] of [
      ['ham2', 0],
      ['classic', 1000],
    ] as const) {
      const cell = prepared();
      cell.boundaryLayer = 0;
      nucleation(variant, { scheme: 'none', organic: 'activation' })(cell);
      expect(cell.nucleatedNumber).toBeCloseTo(created, 8);
    }
  });

  it('happens only in the clear part of the cell', () => {
    const clear = prepared();
    const half = prepared();
    half.h2so4 /= 2;
    half.cloudCover = 0.5;
    const overcast = prepared();
    overcast.cloudCover = 1;
    const process = nucleation('ham2', { organic: 'activation' });
    for (const cell of [clear, half, overcast]) process(cell);
    expect(half.nucleatedNumber).toBeCloseTo(clear.nucleatedNumber / 2, 8);
    expect(overcast.nucleatedNumber).toBe(0);
  });

  it('does not leave float64 for rates near its end', () => {
    const cell = prepared();
    nucleation('classic', {
      scheme: (_gas, _temperature, _humidity, into) => {
        into[0] = 1e305;
        into[1] = 100;
      },
    })(cell);
    expect(cell.nucleatedNumber).toBeCloseTo(1e5, 8);
    expect(cell.h2so4).toBe(0);
  });

  it('shows schemes of the user the rest of the cell', () => {
    const cell = prepared();
    cell.ionPairRate = 7;
    nucleation('ham2', {
      scheme: (_gas, _temperature, _humidity, into, { ionPairRate }) => {
        into[0] = ionPairRate;
        into[1] = 15;
      },
    })(cell);
    expect(cell.nucleatedNumber).toBeCloseTo(700, 8);
  });

  it('takes schemes of the user', () => {
    const cell = prepared();
    nucleation('ham2', {
      scheme: (gas, _temperature, _humidity, into) => {
        into[0] = 1e-7 * gas;
        into[1] = 5;
      },
    })(cell);
    expect(cell.nucleatedNumber).toBeCloseTo(100, 8);
    expect(cell.nucleatedMass).toBeCloseTo(500, 8);
  });
});
