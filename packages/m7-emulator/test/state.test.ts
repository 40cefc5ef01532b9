import {
  componentIndex,
  components,
  copyState,
  createResult,
  createState,
  type Field,
  massOf,
  type Meteorology,
  modeIndex,
  type ModeOf,
  modes,
  numberOf,
  type PerCell,
  type Quantity,
  stateFromCells,
  totalOf,
} from '@climate/m7-emulator/m7';
import { ShapeError } from '@pct/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { averageMassFactors, componentsByMode, componentStarts, modeOfComponent } from '../src/m7/modes.js';

describe('names and orders', () => {
  it('are those of the field', () => {
    expect(modes.join()).toBe('NS,KS,AS,CS,KI,AI,CI');
    expect(components).toHaveLength(18);
    expect(componentIndex('DU_CI')).toBe(17);
    expect(modeIndex('KI')).toBe(4);
    expect([...modeOfComponent]).toEqual([0, 1, 2, 3, 1, 2, 3, 4, 1, 2, 3, 4, 2, 3, 2, 3, 5, 6]);
    expect([...componentsByMode.subarray(componentStarts[2], componentStarts[3])]).toEqual([2, 5, 9, 12, 14]);
    expect([...componentStarts]).toEqual([0, 1, 4, 9, 14, 16, 17, 18]);
  });

  it('have the factors of log-normal modes', () => {
    expect(averageMassFactors[0]).toBeCloseTo(1.380677, 6);
    expect(averageMassFactors[3]).toBeCloseTo(2.05583, 6);
  });
});

describe('states', () => {
  const state = stateFromCells([
    { h2so4: 5, SO4: { AS: 7, KS: 2 }, number: { CI: 3 } },
    { DU: { CI: 4 }, BC: {} },
  ]);

  it('are rows of cells', () => {
    expect(state.cells).toBe(2);
    expect([...massOf(state, 'SO4_AS')]).toEqual([7, 0]);
    expect([...massOf(state, 'DU_CI')]).toEqual([0, 4]);
    expect([...numberOf(state, 'CI')]).toEqual([3, 0]);
    expect([...state.mass.subarray(4, 6)]).toEqual([7, 0]);
  });

  it('have totals', () => {
    expect([...totalOf(state, 'SO4')]).toEqual([14, 0]);
    expect([...totalOf(state, 'DU')]).toEqual([0, 4]);
  });

  it('are copied', () => {
    const copy = createResult(2);
    copyState(state, copy);
    expect(copy).toMatchObject(state);
    copy.mass[0] = 1;
    expect(state.mass[0]).toBe(0);
    expect(() => copyState(state, createState(3))).toThrow(ShapeError);
  });

  it('may be views that write through', () => {
    const other = createState(2);
    numberOf(other, 'KS')[1] = 9;
    expect(other.number[3]).toBe(9);
  });
});

describe('types', () => {
  it('keep units apart', () => {
    expectTypeOf<Quantity<'K'>>().not.toExtend<Quantity<'Pa'>>();
    expectTypeOf<Field<'K'>>().not.toExtend<Field<'Pa'>>();
    expectTypeOf<Meteorology['temperature']>().not.toExtend<Meteorology['pressure']>();
    expectTypeOf<number>().toExtend<Quantity<'K'>>();
    expectTypeOf<Float64Array>().toExtend<PerCell<'K'>>();
  });

  it('know which species has which mode', () => {
    expectTypeOf<ModeOf<'SS'>>().toEqualTypeOf<'AS' | 'CS'>();
    expectTypeOf<ModeOf<'DU'>>().toEqualTypeOf<'AS' | 'CS' | 'AI' | 'CI'>();
    expectTypeOf(massOf).parameter(1).not.toExtend<'SS_KI'>();
    expectTypeOf<'SS_KI'>().not.toExtend<Parameters<typeof massOf>[1]>();
    expectTypeOf<{ SS: { KI: number } }>().not.toExtend<
      NonNullable<Parameters<typeof stateFromCells>[0][number]>
    >();
  });
});
