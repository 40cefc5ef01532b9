import {
  conservedSpecies,
  inputCount,
  inputIndex,
  inputNames,
  massGroups,
  outputCount,
  outputIndex,
  outputNames,
  pairInputs,
  pairOutputs,
  stateCount,
  stateOffset,
} from '@climate/m7-emulator/data';
import { describe, expect, expectTypeOf, it } from 'vitest';

describe('columns', () => {
  it('are those of the published files, by number', () => {
    expect([inputNames.length, inputCount]).toEqual([32, 32]);
    expect([outputNames.length, outputCount]).toEqual([28, 28]);
    expect(inputIndex('pressure')).toBe(0);
    expect(inputIndex('h2so4Production')).toBe(7);
    expect(inputIndex('h2so4')).toBe(8);
    expect(inputIndex('SO4_NS')).toBe(9);
    expect(inputIndex('BC_KS')).toBe(13);
    expect(inputIndex('OC_KS')).toBe(17);
    expect(inputIndex('DU_AS')).toBe(21);
    expect(inputIndex('n_NS')).toBe(25);
    expect(inputIndex('n_CI')).toBe(31);
    expect(outputIndex('DU_CI')).toBe(16);
    expect(outputIndex('n_CI')).toBe(23);
    expect(outputIndex('water_CS')).toBe(27);
  });

  it('each of the first 24 outputs is the new value of the input of its name', () => {
    expect(outputNames.slice(0, stateCount)).toEqual(inputNames.slice(stateOffset));
    for (const { name, input, target } of pairOutputs) {
      expect(target).toBe(name.startsWith('water_') ? 'value' : 'tendency');
      expect(input === undefined ? undefined : inputNames[input]).toBe(target === 'value' ? undefined : name);
    }
  });

  it('signs are those that the published sign classifier assumes', () => {
    const of = (sign: number) =>
      pairOutputs.filter((column) => column.sign === sign).map(({ index }) => index);
    expect(of(0)).toEqual([1, 2, 3, 5, 6, 9, 10, 13, 17, 18, 19]);
    expect(of(-1)).toEqual([0, 8, 12, 15, 16, 21, 22, 23]);
    expect(of(1)).toEqual([4, 7, 11, 14, 20, 24, 25, 26, 27]);
  });

  it('groups hold the columns of their species', () => {
    for (const species of conservedSpecies) {
      for (const index of massGroups[species]) {
        expect(pairOutputs[index]).toMatchObject({ species });
        expect(outputNames[index]).toMatch(species === 'SO4' ? /^(h2so4|SO4_)/ : new RegExp(`^${species}_`));
      }
    }
    expect(Object.values(massGroups).flat()).toEqual(Array.from({ length: 17 }, (_, index) => index));
  });

  it('have units', () => {
    const units = (columns: readonly { name: string; unit: string }[]) =>
      Object.fromEntries(columns.map(({ name, unit }) => [name, unit]));
    expect(units(pairInputs)).toMatchObject({
      pressure: 'Pa',
      relativeHumidity: '1',
      h2so4Production: 'kg kg-1 s-1',
      h2so4: 'molecules cm-3',
      SO4_KS: 'molecules cm-3',
      DU_CI: 'ug m-3',
      n_KI: 'cm-3',
    });
    expect(units(pairOutputs)).toMatchObject({ BC_KI: 'ug m-3', water_NS: 'kg m-3' });
  });

  it('names that do not exist do not compile', () => {
    expectTypeOf(inputIndex).parameter(0).not.toEqualTypeOf<string>();
    // @ts-expect-error sea salt has no column
    expect(inputIndex('SS_AS')).toBe(-1);
    // @ts-expect-error water is no input
    expect(inputIndex('water_AS')).toBe(-1);
  });
});
