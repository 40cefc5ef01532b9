import { createState, type M7State, type Meteorology, type Reference } from '@climate/m7-emulator/m7';
import type { Rng } from '@pct/core';

/**
 * Cells drawn from the states of a reference file and varied by 20 %: all regimes mixed, on shared memory.
 */
export function mixedBlock(
  { state: source, meteorology: air }: Reference,
  cells: number,
  rng: Rng,
): { state: M7State; meteorology: Meteorology } {
  const origin = Int32Array.from({ length: cells }, () => rng.integer(0, source.cells));
  const shared = (length: number): Float64Array => new Float64Array(new SharedArrayBuffer(8 * length));
  const spread = (rows: Float64Array): Float64Array => {
    const drawn = shared((rows.length / source.cells) * cells);
    for (let at = 0; at < drawn.length; at++) {
      const row = Math.floor(at / cells);
      drawn[at] = rows[row * source.cells + origin[at % cells]!]! * Math.exp(0.2 * rng.normal());
    }
    return drawn;
  };
  const { h2so4, mass, number } = source;
  const state = {
    ...createState(0),
    cells,
    h2so4: spread(h2so4),
    mass: spread(mass),
    number: spread(number),
  };
  const meteorology = Object.fromEntries(
    Object.entries(air).map(([name, values]) => {
      const drawn = shared(cells);
      drawn.forEach((_, cell) => (drawn[cell] = (values as Float64Array)[origin[cell]!]!));
      return [name, drawn];
    }),
  ) as unknown as Meteorology;
  return { state, meteorology };
}
