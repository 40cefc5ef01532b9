import { readFileSync } from 'node:fs';
import {
  componentIndex,
  type Component,
  createState,
  type Meteorology,
  modes,
} from '@climate/m7-emulator/m7';
import type { Rng } from '@pct/core';

/** Text of a file of test/fixtures. */
export function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
}

/** Rows of a CSV file of numbers, by column. */
export function table(name: string): Record<string, number>[] {
  const [header, ...lines] = fixture(name).trim().split(/\r?\n/);
  const names = header!.split(',').map((title) => title.trim());
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((value, column) => [names[column]!, Number(value)])),
  );
}

/** Largest of |a − b| / |b|. */
export function relative(a: number, b: number): number {
  return a === b ? 0 : Math.abs(a - b) / Math.abs(b);
}

const medianCm = [1e-7, 1.4e-6, 7e-6, 3e-5, 3.5e-6, 1.7e-5, 3.5e-5];
const logSigma = [1.59, 1.59, 1.59, 2, 1.59, 1.59, 2].map(Math.log);
const members: readonly (readonly [Component, number][])[] = [
  [['SO4_NS', 1]],
  [
    ['SO4_KS', 0.7],
    ['BC_KS', 0.1],
    ['OC_KS', 0.2],
  ],
  [
    ['SO4_AS', 0.5],
    ['BC_AS', 0.05],
    ['OC_AS', 0.2],
    ['SS_AS', 0.15],
    ['DU_AS', 0.1],
  ],
  [
    ['SO4_CS', 0.1],
    ['BC_CS', 0.01],
    ['OC_CS', 0.04],
    ['SS_CS', 0.5],
    ['DU_CS', 0.35],
  ],
  [
    ['BC_KI', 0.3],
    ['OC_KI', 0.7],
  ],
  [['DU_AI', 1]],
  [['DU_CI', 1]],
];
const densities = { SO4: 1.841, BC: 2, OC: 2, SS: 2.165, DU: 2.65 };

/** How wild the states of {@link randomBlock} are. */
export interface Wildness {
  /** Standard deviation of ln number around about 100 cm⁻³. */
  readonly spread: number;
  /** Whether masses and numbers are independent of each other, and span everything. */
  readonly extreme?: boolean;
}

/** A block of random cells with their air: every mode may be empty, and every species missing. */
export function randomBlock(rng: Rng, cells: number, { spread, extreme = false }: Wildness) {
  const state = createState(cells);
  const between = (low: number, high: number): number => rng.uniform(low, high);
  const anything = (): number => (between(0, 1) < 0.3 ? 0 : 10 ** between(-30, 18));
  const field = (value: () => number): Float64Array => Float64Array.from({ length: cells }, value);
  for (let cell = 0; cell < cells; cell++) {
    state.h2so4[cell] = between(0, 1) < 0.2 ? 0 : 10 ** between(2, 9);
    for (const [mode] of modes.entries()) {
      if (!extreme && between(0, 1) < 0.15) continue;
      const count = extreme ? anything() : Math.exp(Math.log(100) + spread * between(-2, 2));
      state.number[mode * cells + cell] = count;
      const radius = medianCm[mode]! * Math.exp(between(-0.6, 0.6));
      const volume = (4 / 3) * Math.PI * radius ** 3 * Math.exp(4.5 * logSigma[mode]! ** 2) * count;
      for (const [name, share] of members[mode]!) {
        if (between(0, 1) < 0.1) continue;
        const species = name.slice(0, -3) as keyof typeof densities;
        const grams = volume * share * densities[species];
        const amount = species === 'SO4' ? (grams / 98.0734) * 6.02214e23 : grams * 1e12;
        state.mass[componentIndex(name) * cells + cell] = extreme ? anything() : amount;
      }
    }
  }
  const meteorology: Meteorology = {
    pressure: field(() => 10 ** between(extreme ? -2 : 3.3, extreme ? 6 : 5.01)),
    temperature: field(() => between(extreme ? 20 : 190, extreme ? 600 : 310)),
    relativeHumidity: field(() => (between(0, 1) < 0.1 ? rng.integer(0, 2) : between(0, 1))),
    h2so4Production: field(() => 10 ** between(-2, extreme ? 12 : 6)),
    cloudCover: field(() => (between(0, 1) < 0.6 ? rng.integer(0, 2) : between(0, 1))),
    forestFraction: field(() => between(0, 1)),
    boundaryLayer: field(() => rng.integer(0, 2)),
  };
  return { state, meteorology };
}
