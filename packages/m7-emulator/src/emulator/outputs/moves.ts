import {
  conservedSpecies,
  massGroups,
  type OutputName,
  outputIndex,
  outputNames,
} from '../../data/columns.js';

/** Something that passes from one output to another; `to` is undefined for particles that are lost by coagulation. */
export interface Move {
  readonly from: number;
  readonly to: number | undefined;
}

/**
 * Where mass can go in M7: gas to every soluble mode, soluble particles to larger ones, and insoluble ones that get a
 * coat, or meet a soluble particle, to the mode of that size or a larger one.
 */
const targets: Readonly<Record<string, readonly string[]>> = {
  h2so4: ['NS', 'KS', 'AS', 'CS'],
  NS: ['KS', 'AS', 'CS'],
  KS: ['AS', 'CS'],
  AS: ['CS'],
  CS: [],
  KI: ['KS', 'AS', 'CS'],
  AI: ['AS', 'CS'],
  CI: ['CS'],
};

/** Moves of mass, species by species. */
export const massMoves: readonly Move[] = conservedSpecies.flatMap((species) =>
  massGroups[species].flatMap((from) => {
    const name = outputNames[from]!;
    return targets[name === 'h2so4' ? name : name.slice(-2)]!.flatMap((mode) => {
      const to = outputNames.indexOf(`${species}_${mode}` as OutputName);
      return to < 0 ? [] : [{ from, to }];
    });
  }),
);

const number = (mode: string): number => outputIndex(`n_${mode}` as OutputName);

/** Moves of particles: to the next mode, one for one, or lost by coagulation. */
export const numberMoves: readonly Move[] = (
  [
    ['NS', 'KS'],
    ['KS', 'AS'],
    ['AS', 'CS'],
    ['KI', 'KS'],
    ['AI', 'AS'],
    ['CI', 'CS'],
  ] as const
).flatMap(([from, to]) => [
  { from: number(from), to: number(to) },
  { from: number(from), to: undefined },
]);
