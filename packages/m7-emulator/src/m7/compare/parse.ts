import { FileFormatError } from '@pct/core';
import type { Meteorology } from '../meteorology.js';
import { componentCount, components, modeCount, modes } from '../modes.js';
import { createState, type M7Result, type M7State } from '../state.js';

/** States and what another program made of them in one step. */
export interface Reference {
  /** Name of the file. */
  readonly file: string;
  /** States before the step. */
  readonly state: M7State;
  readonly meteorology: Meteorology;
  /** Name of each output without `out_`, and its values, [cell]. */
  readonly outputs: ReadonlyMap<string, Float64Array>;
}

const massNames = components.map((name) => {
  const [kind, mode] = name.split('_');
  return `m_${kind!}_${mode!}`;
});

const meteorologyColumns = {
  pressure: 'in_p_Pa',
  temperature: 'in_T_K',
  relativeHumidity: 'in_rh',
  ionPairRate: 'in_ipr_cm3s',
  cloudCover: 'in_cloud',
  forestFraction: 'in_forest',
  h2so4Production: 'in_dh2so4_cm3s',
} as const satisfies { readonly [name in keyof Meteorology]?: string };

/** Names of the outputs in their order, and where they stand in a result. */
export const outputColumns: readonly {
  readonly name: string;
  readonly field: 'h2so4' | 'mass' | 'number' | 'wetRadius' | 'dryRadius' | 'density' | 'water';
  readonly row: number;
}[] = [
  { name: 'h2so4_cm3', field: 'h2so4', row: 0 },
  ...massNames.map((name, row) => ({ name, field: 'mass' as const, row })),
  ...modes.map((mode, row) => ({ name: `n_${mode}`, field: 'number' as const, row })),
  ...modes.map((mode, row) => ({ name: `rwet_${mode}_cm`, field: 'wetRadius' as const, row })),
  ...modes.slice(0, 4).map((mode, row) => ({ name: `rdry_${mode}_cm`, field: 'dryRadius' as const, row })),
  ...modes.map((mode, row) => ({ name: `rho_${mode}`, field: 'density' as const, row })),
  ...modes.map((mode, row) => ({ name: `ww_${mode}_kgm3`, field: 'water' as const, row })),
];

/**
 * Reads a table of states before and after one step of M7: a CSV file with a header, inputs in columns `in_…`,
 * outputs in columns `out_…`, in any order. Other columns, such as `regime`, are labels and are not read.
 *
 * @param text - content of the file
 * @param file - its name, for messages
 * @throws {@link FileFormatError} for a missing, unknown or repeated column, a row of another length, what is no
 *   number, and a table without rows
 */
export function parseReference(text: string, file: string): Reference {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const header = (lines[0] ?? '').split(',').map((name) => name.trim());
  const known = [
    ...Object.values(meteorologyColumns),
    'in_h2so4_cm3',
    ...massNames.map((name) => `in_${name}`),
    ...modes.map((mode) => `in_n_${mode}`),
    ...outputColumns.map(({ name }) => `out_${name}`),
  ];
  header.forEach((name, place) => {
    if (/^(in|out)_/.test(name) && !known.includes(name)) {
      throw new FileFormatError(
        { file, row: 1, column: name },
        `unknown column, expected ${known.join(',')}`,
      );
    }
    if (header.indexOf(name) !== place) throw new FileFormatError({ file, row: 1, column: name }, 'twice');
  });
  if (lines.length < 2) throw new FileFormatError({ file }, 'no rows below the header');
  const rows = lines.slice(1).map((line, index) => {
    const values = line.split(',');
    if (values.length !== header.length) {
      throw new FileFormatError(
        { file, row: index + 2 },
        `${values.length} values, but the header has ${header.length}`,
      );
    }
    return values;
  });

  const column = (name: string): Float64Array => {
    const place = header.indexOf(name);
    if (place < 0) throw new FileFormatError({ file, row: 1, column: name }, 'missing');
    return Float64Array.from(rows, (values, index) => {
      const cell = values[place]!.trim();
      const value = fortranNumber(cell);
      if (cell === '' || !Number.isFinite(value)) {
        throw new FileFormatError({ file, row: index + 2, column: name }, `not a finite number: ${cell}`);
      }
      return value;
    });
  };

  const cells = rows.length;
  const state = createState(cells);
  state.h2so4.set(column('in_h2so4_cm3'));
  for (let row = 0; row < componentCount; row++) state.mass.set(column(`in_${massNames[row]!}`), row * cells);
  for (let row = 0; row < modeCount; row++) state.number.set(column(`in_n_${modes[row]!}`), row * cells);
  const meteorology = Object.fromEntries(
    Object.entries(meteorologyColumns).map(([name, title]) => [name, column(title)]),
  ) as unknown as Meteorology;
  const outputs = new Map(outputColumns.map(({ name }) => [name, column(`out_${name}`)]));
  return { file, state, meteorology, outputs };
}

/** A number as Fortran prints it: D for E, and no letter at all before an exponent of three digits. */
function fortranNumber(text: string): number {
  return Number(text.replace(/[dD]/, 'e').replace(/^([+-]?[\d.]+)([+-]\d{3})$/, '$1e$2'));
}

/** One output of a result, [cell]; a view. */
export function outputOf(result: M7Result, place: number): Float64Array {
  const { field, row } = outputColumns[place]!;
  return result[field].subarray(row * result.cells, (row + 1) * result.cells);
}
