import {
  type CellProcess,
  coatingMolecules,
  createCell,
  createM7,
  type M7Processes,
  meanMasses,
  numberOf,
  repartition,
  stateFromCells,
  totalOf,
} from '@climate/m7-emulator/m7';
import { createRng } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { dryParticles } from '../src/m7/water/dry.js';
import { randomBlock, relative } from './blocks.js';

const names = ['water', 'condensation', 'nucleation', 'coagulation', 'ageing', 'repartition'] as const;
const air = { pressure: 9e4, temperature: 270, relativeHumidity: 0.7, h2so4Production: 1e5 };
const polluted = stateFromCells([
  {
    h2so4: 2e7,
    SO4: { NS: 3e6, KS: 9e8, AS: 8e9, CS: 6e8 },
    BC: { AS: 0.5, KI: 0.3 },
    OC: { KS: 0.1, AS: 2, KI: 0.4 },
    SS: { CS: 1 },
    DU: { AI: 1, CI: 2 },
    number: { NS: 2000, KS: 1500, AS: 500, CS: 0.7, KI: 900, AI: 2, CI: 0.3 },
  },
]);

/** Processes with all but some switched off. */
function only(...kept: (keyof M7Processes)[]) {
  return Object.fromEntries(
    names.filter((name) => !kept.includes(name)).map((name) => [name, false as const]),
  );
}

describe('processes that are switched off', () => {
  it.each(names)('without %s sulfur and the other species are kept, and the result is another', (name) => {
    const { state, meteorology } = randomBlock(createRng(3), 300, { spread: 2 });
    for (const variant of ['ham2', 'classic'] as const) {
      const all = createM7({ variant }).step(state, meteorology, 450);
      const without = createM7({ variant, processes: { [name]: false } }).step(state, meteorology, 450);
      expect(without).not.toEqual(all);
      for (const species of ['SO4', 'OC', 'DU'] as const) {
        const [before, after] = [totalOf(all, species), totalOf(without, species)];
        expect(after.every((total, cell) => Math.abs(total - before[cell]!) <= 1e-12 * total)).toBe(true);
      }
    }
  });

  it('without any of them only the gas grows', () => {
    const result = createM7({ processes: only() }).step(polluted, air, 450);
    expect(result.mass).toEqual(polluted.mass);
    expect(result.number).toEqual(polluted.number);
    expect(result.h2so4[0]).toBe(2e7 + 450 * 1e5);
    expect(result.wetRadius.subarray(0, 4)).toEqual(result.dryRadius);
  });

  it('condensation alone ages nothing but coats', () => {
    const result = createM7({ processes: only('condensation') }).step(polluted, air, 450);
    expect(result.number).toEqual(polluted.number);
    expect(result.mass[1]).toBeGreaterThan(polluted.mass[1]!);
    expect(relative(totalOf(result, 'SO4')[0]!, totalOf(polluted, 'SO4')[0]! + 450 * 1e5)).toBeLessThan(
      1e-14,
    );
  });

  it('nucleation alone puts its particles into NS', () => {
    const model = createM7({
      processes: only('nucleation'),
      nucleation: 'none',
      organicNucleation: 'activation',
    });
    const result = model.step(polluted, { ...air, forestFraction: 1 }, 450);
    expect(result.number[0]).toBeGreaterThan(2000);
    expect(result.mass[0]! - polluted.mass[0]!).toBeCloseTo(result.number[0]! - 2000, 5);
  });

  it('ageing takes one layer per particle', () => {
    const model = createM7({ processes: only('condensation', 'ageing') });
    const result = model.step(polluted, air, 450);
    const cell = createCell();
    cell.number.set(polluted.number);
    cell.mass.set(polluted.mass);
    meanMasses('ham2')(cell);
    const aged = 900 - numberOf(result, 'KI')[0]!;
    const coated = createM7({ processes: only('condensation') }).step(polluted, air, 450);
    // All sulfate that reached KI is now in KS, in both cases.
    expect(coated.mass[1]).toBe(result.mass[1]);
    expect(aged).toBeGreaterThan(0);
    expect(aged * coatingMolecules(cell, 4)).toBeLessThan(coated.mass[1]! - polluted.mass[1]!);
  });

  it('coagulation alone loses particles and no mass', () => {
    const result = createM7({ processes: only('water', 'coagulation') }).step(polluted, air, 450);
    for (const mode of ['NS', 'KS', 'AS', 'KI'] as const) {
      expect(numberOf(result, mode)[0]).toBeLessThan(numberOf(polluted, mode)[0]!);
    }
    for (const mode of ['CS', 'AI', 'CI'] as const) {
      expect(numberOf(result, mode)[0]).toBe(numberOf(polluted, mode)[0]);
    }
  });
});

describe('processes of the user', () => {
  it('replace those of M7', () => {
    const seen: number[] = [];
    const condensation: CellProcess = (cell) => {
      seen.push(cell.sink);
      cell.mass[2]! += cell.h2so4;
      cell.h2so4 = 0;
    };
    const result = createM7({ processes: { ...only(), condensation } }).step(polluted, air, 450);
    expect(result.h2so4[0]).toBe(0);
    expect(result.mass[2]).toBe(polluted.mass[2]! + 2e7);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toBeGreaterThan(1e-4);
  });

  it('may call those of M7', () => {
    const standard = createM7();
    let calls = 0;
    const counted = createM7({
      processes: {
        coagulation: (cell) => {
          calls++;
          standard.processes.coagulation(cell);
        },
      },
    });
    expect(counted.step(polluted, air, 450)).toEqual(standard.step(polluted, air, 450));
    expect(calls).toBe(1);
  });
});

describe('repartition', () => {
  it.each(['ham2', 'classic'] as const)(
    'of %s leaves a grown mode near the middle of its window',
    (variant) => {
      const cell = createCell();
      const means = meanMasses(variant);
      cell.number[1] = 1000;
      // dry radius about 45 nm
      cell.mass[1] = 1000 * 8e6;
      means(cell);
      dryParticles(cell);
      expect(cell.dryRadius[1]).toBeGreaterThan(3e-6);
      repartition(variant)(cell);
      means(cell);
      dryParticles(cell);
      expect(cell.number[1] + cell.number[2]!).toBeCloseTo(1000, 9);
      expect(cell.mass[1] + cell.mass[2]!).toBeCloseTo(8e9, 3);
      expect(cell.dryRadius[1]).toBeCloseTo(Math.sqrt(5e-7 * 5e-6), 7);
      expect(cell.dryRadius[2]).toBeGreaterThan(cell.dryRadius[1]!);
    },
  );

  it('leaves modes alone that did not grow', () => {
    const cell = createCell();
    cell.number[1] = 1000;
    cell.mass[1] = 1000 * 1e4;
    meanMasses('ham2')(cell);
    dryParticles(cell);
    repartition('ham2')(cell);
    expect(cell.number[2]).toBe(0);
    expect(cell.mass[1]).toBe(1e7);
  });
});
