import { inputIndex, inputRows, outputIndex, outputRows, stateOfRows } from '@climate/m7-emulator/data';
import { createM7, massOf, numberOf, stateFromCells } from '@climate/m7-emulator/m7';
import { createRng, ShapeError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { randomBlock } from '../blocks.js';

const air = {
  pressure: 8e4,
  temperature: 270,
  relativeHumidity: 0.6,
  h2so4Production: 2e4,
  cloudCover: 0.25,
};

describe('rows', () => {
  it('hold a cell in the published order and units', () => {
    const state = stateFromCells([
      {},
      { h2so4: 1e6, SO4: { KS: 3e8 }, DU: { CI: 0.7 }, number: { KS: 900, CI: 0.01 }, SS: { CS: 5 } },
    ]);
    const row = inputRows(state, air, { dt: 100 }).subarray(32);
    const at = (name: Parameters<typeof inputIndex>[0]) => row[inputIndex(name)];
    expect(at('pressure')).toBe(8e4);
    expect(at('cloudCover')).toBe(0.25);
    expect(at('boundaryLayer')).toBe(1);
    expect(at('SO4_KS')).toBe(3e8);
    expect(at('DU_CI')).toBe(0.7);
    expect(at('n_KS')).toBe(900);
    expect(at('n_CI')).toBe(0.01);
    // The gas of the step: what is there and what is made in 100 s.
    expect(at('h2so4')).toBe(1e6 + 2e4 * 100);
    // 2e4 molecules cm⁻³ s⁻¹ = 2e10 m⁻³ s⁻¹ × 98.0734e-3 kg mol⁻¹ / 6.02214e23 mol⁻¹, in air of p / (R T) kg m⁻³.
    expect(at('h2so4Production')).toBeCloseTo((2e10 * 98.0734e-3) / 6.02214e23 / (8e4 / (287.05 * 270)), 28);
    expect(row.filter((value) => value !== 0)).toHaveLength(13 - 2);
  });

  it('and back: the same block, but for sea salt', () => {
    const { state, meteorology } = randomBlock(createRng(3), 50, { spread: 1 });
    massOf(state, 'SS_AS').fill(0);
    massOf(state, 'SS_CS').fill(0);
    const again = stateOfRows(inputRows(state, meteorology));
    expect(again.state.mass).toEqual(state.mass);
    expect(again.state.number).toEqual(state.number);
    for (const name of ['pressure', 'temperature', 'relativeHumidity', 'forestFraction'] as const) {
      expect(again.meteorology[name]).toEqual(Float64Array.from(meteorology[name] as Float64Array));
    }
    const production = meteorology.h2so4Production as Float64Array;
    production.forEach((value, cell) => {
      expect(again.meteorology.h2so4Production[cell]! / value - 1).toBeCloseTo(0, 12);
      const scale = state.h2so4[cell]! + value * 450;
      expect((again.state.h2so4[cell]! - state.h2so4[cell]!) / scale).toBeCloseTo(0, 12);
    });
  });

  it('lets the box model step what a network is asked for', () => {
    const { state, meteorology } = randomBlock(createRng(4), 30, { spread: 1 });
    massOf(state, 'SS_AS').fill(0);
    massOf(state, 'SS_CS').fill(0);
    const m7 = createM7();
    const direct = outputRows(m7.step(state, meteorology, 450));
    const rows = stateOfRows(inputRows(state, meteorology));
    const around = outputRows(m7.step(rows.state, rows.meteorology, 450));
    direct.forEach((value, at) =>
      expect(Math.abs(around[at]! - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value)),
    );
  });

  it('takes production only as far as there is gas', () => {
    const row = new Float64Array(32);
    row.set([9e4, 280, 0.5, 2, 0, 1, 0, 1e-12, 4500]);
    const { state, meteorology } = stateOfRows(row);
    expect(meteorology.h2so4Production[0]).toBe(10);
    expect(state.h2so4[0]).toBe(0);
  });

  it('outputs hold values and the water of soluble modes', () => {
    const state = stateFromCells([{ SO4: { AS: 1e10 }, number: { AS: 300 } }]);
    const result = createM7().step(state, air, 450);
    const row = outputRows(result);
    expect(row).toHaveLength(28);
    expect(row[outputIndex('SO4_AS')]).toBe(massOf(result, 'SO4_AS')[0]);
    expect(row[outputIndex('n_AS')]).toBe(numberOf(result, 'AS')[0]);
    expect(row[outputIndex('water_AS')]).toBe(result.water[2]);
    expect(row[outputIndex('water_AS')]).toBeGreaterThan(0);
  });

  it('refuses parts of rows', () => {
    expect(() => stateOfRows(new Float64Array(33))).toThrow(ShapeError);
    expect(() => stateOfRows(new Float64Array(33))).toThrow(
      'stateOfRows: rows must be a Float64Array or Float32Array of 32 numbers per row, got Float64Array of length 33',
    );
    expect(() => inputRows(stateFromCells([{}]), air, { dt: 0 })).toThrow('inputRows: dt must be');
  });
});
