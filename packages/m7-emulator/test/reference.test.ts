import {
  compareReference,
  createM7,
  massOf,
  optionsOfFile,
  parseReference,
  stepOfFile,
} from '@climate/m7-emulator/m7';
import { FileFormatError, InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { fixture } from './blocks.js';

const files = [
  'ref_ham_w0_o0.csv',
  'ref_ham_w0_o1.csv',
  'ref_ham_w1_o0.csv',
  'ref_ham_w1_o1.csv',
  'ref_lotoseuros_n0.csv',
  'ref_lotoseuros_n1.csv',
  'ref_lotoseuros_n2.csv',
  'ref_lotoseuros_n3.csv',
];

describe('one step against compiled M7 programs', () => {
  it.each(files)('%s agrees in all outputs', (file) => {
    const reference = parseReference(fixture(file), file);
    const comparison = compareReference(reference, optionsOfFile(file));
    expect(comparison.states).toBe(325);
    expect(comparison.outputs).toHaveLength(51);
    // The files have 12 digits; a few differences of large numbers raise that to about 1e-8.
    expect(comparison.relative).toBeLessThan(2e-8);
  });

  it('repeats a single precision constant only when asked to', () => {
    const reference = parseReference(fixture('ref_ham_w1_o1.csv'), 'x');
    const options = optionsOfFile('ref_ham_w1_o1.csv');
    const { relative } = compareReference(reference, { ...options, likeFortran: false });
    expect(relative).toBeGreaterThan(1e-7);
    expect(relative).toBeLessThan(1e-6);
  });

  it('counts foreign carbon in CS only when asked to', () => {
    const reference = parseReference(fixture('ref_ham_w0_o0.csv'), 'x');
    const options = optionsOfFile('ref_ham_w0_o0.csv');
    const { relative, worst } = compareReference(reference, { ...options, likeFortran: false });
    expect(worst).toBe('rdry_CS_cm');
    expect(relative).toBeGreaterThan(0.5);
  });

  it('tells a wrong variant from the right one', () => {
    const reference = parseReference(fixture('ref_lotoseuros_n1.csv'), 'x');
    expect(compareReference(reference, { variant: 'ham2', water: 'zdanovskii' }).relative).toBeGreaterThan(
      0.01,
    );
  });

  it('clamps and counts inputs that rounding left below 0', () => {
    const reference = parseReference(fixture('ref_lotoseuros_n1.csv'), 'x');
    const aged = massOf(reference.state, 'DU_AI');
    const empty = aged.indexOf(0);
    aged[empty] = -8.7e-19;
    const { clamped, relative } = compareReference(reference, optionsOfFile('lotoseuros_n1'));
    expect(clamped).toBe(1);
    expect(relative).toBeLessThan(2e-8);
  });

  it('gives every cell of a block what it gets alone', () => {
    const { state, meteorology } = parseReference(fixture('ref_ham_w1_o1.csv'), 'x');
    const model = createM7({ organicNucleation: 'activation' });
    const block = model.step(state, meteorology, 450);
    const one = (rows: Float64Array, cell: number): Float64Array =>
      rows.filter((_, at) => at % state.cells === cell);
    for (const cell of [0, 17, 155, 324]) {
      const alone = model.step(
        {
          cells: 1,
          h2so4: one(state.h2so4, cell),
          mass: one(state.mass, cell),
          number: one(state.number, cell),
        },
        Object.fromEntries(
          Object.entries(meteorology).map(([name, values]) => [name, (values as Float64Array)[cell]]),
        ) as unknown as typeof meteorology,
        450,
      );
      expect(alone.mass).toEqual(one(block.mass, cell));
      expect(alone.number).toEqual(one(block.number, cell));
      expect(alone.wetRadius).toEqual(one(block.wetRadius, cell));
    }
  });
});

describe('optionsOfFile', () => {
  it('reads variant and switches from names', () => {
    expect(optionsOfFile('ref_ham_w0_o2.csv')).toEqual({
      variant: 'ham2',
      water: 'zdanovskii',
      nucleation: 'vehkamaki',
      organicNucleation: 'kinetic',
    });
    expect(optionsOfFile('more_lotoseuros_n2_b.csv')).toMatchObject({
      variant: 'classic',
      nucleation: 'kulmala',
    });
    expect(optionsOfFile('ref_le_n3_dt900.csv')).toEqual({
      variant: 'classic',
      water: 'zdanovskii',
      nucleation: 'none',
      organicNucleation: 'activation',
    });
    expect(stepOfFile('ref_ham_w1_o1_dt900.csv')).toBe(900);
    expect(stepOfFile('ref_ham_w1_o1.csv')).toBe(450);
  });

  it('refuses other names', () => {
    for (const name of ['states.csv', 'ref_ham_w2_o0.csv', 'ref_ham_w1.csv', 'ref_lotoseuros_n4.csv']) {
      expect(() => optionsOfFile(name)).toThrow(InvalidArgumentError);
    }
    expect(() => optionsOfFile('states.csv')).toThrow(/expected a name with ham_w.*got states\.csv/);
  });
});

describe('parseReference', () => {
  const text = fixture('ref_ham_w0_o0.csv').split('\n').slice(0, 3).join('\n');
  const expectRefused = (broken: string, words: RegExp): void => {
    expect(() => parseReference(broken, 'f.csv')).toThrow(FileFormatError);
    expect(() => parseReference(broken, 'f.csv')).toThrow(words);
  };

  it('takes columns in any order, with labels of any name, and numbers as Fortran prints them', () => {
    const plain = parseReference(text, 'f.csv');
    const turned = text
      .replace('regime', 'label')
      .replaceAll(/^.*$/gm, (line) => line.split(',').reverse().join(','))
      .replace('90514.2477164', '9.05142477164D+04');
    expect(parseReference(`\uFEFF${turned}`, 'f.csv')).toEqual(plain);
    const small = parseReference(text.replace('90514.2477164', '0.905142477164-102'), 'f.csv');
    expect((small.meteorology.pressure as Float64Array)[0]).toBe(9.05142477164e-103);
  });

  it('refuses a table without rows', () => {
    expectRefused(text.split('\n')[0]!, /f\.csv.*no rows below the header/);
  });

  it('refuses unknown, missing and repeated columns', () => {
    expectRefused(text.replace('in_rh', 'in_humidity'), /f\.csv, row 1, column in_humidity: unknown column/);
    expectRefused(text.replaceAll(/^([^,]*),[^,]*,/gm, '$1,'), /column in_p_Pa: missing/);
    expectRefused(text.replace('in_m_SO4_KS', 'in_m_SO4_NS'), /column in_m_SO4_NS: twice/);
  });

  it('refuses short rows and words', () => {
    expectRefused(text.slice(0, text.lastIndexOf(',')), /row 3: 84 values, but the header has 85/);
    expectRefused(text.replace('90514.2477164', 'high'), /row 2, column in_p_Pa: not a finite number: high/);
  });
});
