import { createM7 } from '../createM7.js';
import { valueIn } from '../meteorology.js';
import { species, speciesOfComponent } from '../modes.js';
import type { M7Options } from '../processes.js';
import { totalOf } from '../state.js';
import type { Quantity } from '../units.js';
import { outputColumns, outputOf, type Reference } from './parse.js';

/** How one output compares. */
export interface OutputDifference {
  /** Its column without `out_`. */
  readonly name: string;
  /** Largest relative difference, 0 to 2, of the values above the floor. */
  readonly relative: number;
  /** Cell of that difference, from 0; -1 if there is none. */
  readonly cell: number;
  /** Smaller differences count as none; see {@link noiseFloors}. */
  readonly floor: number;
}

/** How a reference compares with a model. */
export interface Comparison {
  readonly states: number;
  /** Inputs out of range, such as masses that rounding left below 0: the nearest allowed value stands for them. */
  readonly clamped: number;
  readonly outputs: readonly OutputDifference[];
  /** The largest of all outputs. */
  readonly relative: number;
  /** Name of the output with the largest difference. */
  readonly worst: string;
}

/**
 * Absolute differences that count as none, by output: what rounding leaves of a mode that is emptied. For masses
 * and the gas also 10⁻¹⁴ of what the cell has of that species in all modes before the step (sulfate with the gas
 * and what is produced): float64 cannot resolve less of a sum.
 */
export const noiseFloors = {
  h2so4: 1e-6,
  SO4: 1e-6,
  mass: 1e-15,
  number: 1e-13,
  wetRadius: 1e-18,
  dryRadius: 1e-18,
  density: 1e-12,
  water: 1e-30,
} as const;

const shareOfSpecies = 1e-14;

function absoluteFloor(place: number): number {
  const { field, name } = outputColumns[place]!;
  return field === 'mass' && name.startsWith('m_SO4') ? noiseFloors.SO4 : noiseFloors[field];
}

/** [species][cell] what float64 cannot resolve of the masses of a species. */
function massFloors({ state, meteorology }: Reference, dt: number): readonly Float64Array[] {
  return species.map((name) => {
    const total = totalOf(state, name);
    return total.map((amount, cell) => {
      const produced = name === 'SO4' ? valueIn(meteorology.h2so4Production, cell, 0) * dt : 0;
      return shareOfSpecies * (amount + produced);
    });
  });
}

/**
 * Steps the states of a reference and compares every output with what the other program gave.
 *
 * @param reference - from {@link parseReference}
 * @param options - the model; `likeFortran` is on and `onInvalid` is 'clamp' unless said otherwise
 * @param dt - length of the step, s
 */
export function compareReference(
  reference: Reference,
  options: M7Options,
  dt: Quantity<'s'> = 450,
): Comparison {
  const model = createM7({ likeFortran: true, onInvalid: 'clamp', ...options });
  const result = model.step(reference.state, reference.meteorology, dt);
  const ofSpecies = massFloors(reference, dt);
  const outputs = outputColumns.map(({ name, field, row }, place) => {
    const floor = absoluteFloor(place);
    const kind = field === 'mass' ? speciesOfComponent[row]! : field === 'h2so4' ? 0 : -1;
    const ours = outputOf(result, place);
    const theirs = reference.outputs.get(name)!;
    let relative = 0;
    let cell = -1;
    for (let index = 0; index < theirs.length; index++) {
      const difference = Math.abs(ours[index]! - theirs[index]!);
      if (difference <= Math.max(floor, ofSpecies[kind]?.[index] ?? 0)) continue;
      const largest = Math.max(Math.abs(ours[index]!), Math.abs(theirs[index]!));
      // What is not a number differs infinitely.
      const now = Number.isNaN(difference) ? Infinity : difference / largest;
      if (now > relative) {
        relative = now;
        cell = index;
      }
    }
    return { name, relative, cell, floor };
  });
  const worst = outputs.reduce((one, other) => (other.relative > one.relative ? other : one));
  const { cells: states, clamped } = result;
  return { states, clamped, outputs, relative: worst.relative, worst: worst.name };
}
