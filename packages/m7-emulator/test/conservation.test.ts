import { createM7, createResult, species, totalOf, type M7Options } from '@climate/m7-emulator/m7';
import { createRng } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentsByMode, componentStarts } from '../src/m7/modes.js';
import { randomBlock } from './blocks.js';

const models: readonly M7Options[] = [
  { variant: 'ham2', organicNucleation: 'kinetic' },
  { variant: 'ham2', water: 'zdanovskii', organicNucleation: 'activation' },
  { variant: 'ham2', water: 'zdanovskii', nucleation: 'kulmala', likeFortran: true },
  { variant: 'classic' },
  { variant: 'classic', nucleation: 'kulmala' },
  { variant: 'classic', water: 'kappa', nucleation: 'none', organicNucleation: 'activation' },
];

/** Random states per kind of state; M7_STATES=500000 in the environment for a long run. */
const states = Number(process.env['M7_STATES'] ?? 12_000);
const cells = 200;

describe.each([
  { name: 'plausible', spread: 2 },
  { name: 'wild', spread: 6 },
  { name: 'extreme', spread: 0, extreme: true },
])('$name states', (wildness) => {
  it('keep every species, stay finite and get nowhere negative', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(...models),
        fc.double({ min: 1, max: 5000, noNaN: true }),
        (seed, options, dt) => {
          const { state, meteorology } = randomBlock(createRng(seed >>> 0), cells, wildness);
          const result = createM7(options).step(state, meteorology, dt);
          for (const name of species) {
            const before = totalOf(state, name);
            const after = totalOf(result, name);
            for (let cell = 0; cell < cells; cell++) {
              const produced = name === 'SO4' ? (meteorology.h2so4Production as Float64Array)[cell]! * dt : 0;
              const expected = before[cell]! + produced;
              if (Math.abs(after[cell]! - expected) > 1e-12 * expected) {
                throw new Error(`${name} of cell ${cell}: ${expected} became ${after[cell]!}`);
              }
            }
          }
          const { wetRadius, dryRadius, density, h2so4, mass, number, water } = result;
          const never = options.likeFortran ? [] : [water];
          for (const rows of [h2so4, mass, number, wetRadius, dryRadius, density, ...never]) {
            const bad = rows.findIndex((value) => !(value >= 0 && value < Infinity));
            if (bad >= 0) throw new Error(`entry ${bad} of ${rows.length} is ${rows[bad]!}`);
          }
          expect(water.every(Number.isFinite)).toBe(true);
          expect(result.unresolved).toBe(0);
          expect(result.clamped).toBe(0);
        },
      ),
      { numRuns: Math.ceil(states / cells) },
    );
  });
});

describe('what a step can do', () => {
  it('moves insoluble particles and their mass only out, and CS only up', () => {
    const { state, meteorology } = randomBlock(createRng(7), 2000, { spread: 2 });
    for (const options of models) {
      const result = createM7(options).step(state, meteorology, 450);
      for (const [mode, sign] of [
        [3, 1],
        [4, -1],
        [5, -1],
        [6, -1],
      ] as const) {
        for (let cell = 0; cell < state.cells; cell++) {
          const at = mode * state.cells + cell;
          expect(sign * (result.number[at]! - state.number[at]!)).toBeGreaterThanOrEqual(0);
        }
        for (const component of componentsByMode.subarray(componentStarts[mode], componentStarts[mode + 1])) {
          const from = component * state.cells;
          const before = state.mass.subarray(from, from + state.cells);
          const after = result.mass.subarray(from, from + state.cells);
          expect(after.every((amount, cell) => sign * (amount - before[cell]!) >= 0)).toBe(true);
        }
      }
    }
  });

  it('does not depend on where the result goes', () => {
    const { state, meteorology } = randomBlock(createRng(8), 300, { spread: 3 });
    const model = createM7();
    const fresh = model.step(state, meteorology, 450);
    const inPlace = createResult(300);
    inPlace.h2so4.set(state.h2so4);
    inPlace.mass.set(state.mass);
    inPlace.number.set(state.number);
    expect(model.step(inPlace, meteorology, 450, { out: inPlace })).toBe(inPlace);
    expect(inPlace).toEqual(fresh);
  });

  it('leaves the state it was given', () => {
    const { state, meteorology } = randomBlock(createRng(9), 50, { spread: 3 });
    const copy = structuredClone(state);
    createM7().step(state, meteorology, 450);
    expect(state).toEqual(copy);
  });
});
