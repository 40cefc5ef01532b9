/**
 * Surface files as tomgoldstein/loss-landscape has them: `xcoordinates`, `ycoordinates`, one dataset per quantity
 * (`train_loss`, `train_acc`, `min_eig`, `max_eig` and others), and `dir_file`.
 *
 * That code declares the grid as [len x, len y], but fills it from a mesh whose order is [y][x]: its files are right
 * in the order of their numbers, and wrong in their shape unless the grid is square. Here files are read by the
 * order of their numbers, whatever their shape, and written with the shape [len y, len x], which plots right there
 * and is resumed right.
 *
 * @see https://github.com/tomgoldstein/loss-landscape
 */
import { FileFormatError, InvalidArgumentError } from '@pct/core';
import type { File } from 'h5wasm';
import { problemOf } from '../results/checkResult.js';
import { provenanceOf } from '../results/provenance.js';
import type { Axis, Provenance, Surface } from '../results/types.js';
import { jsonAttribute, numbersOf, readHdf5, textOf, writeHdf5 } from './withFile.js';

/** Entries that were not computed; of the smallest eigenvalue it is 1 there. */
const unfilled = (quantity: string): number => (quantity === 'min_eig' ? 1 : -1);

/** Options of {@link surfacesToHdf5}. */
export interface SurfacesToHdf5Options {
  /** What `dir_file` says: path of the file of the directions. @defaultValue none */
  readonly directionFile?: string | undefined;
}

/** What a surface file holds. */
export interface SurfacesFromHdf5 {
  /** One surface per quantity on the grid, such as `train_loss`. */
  readonly surfaces: Readonly<Record<string, Surface>>;
  /** Path of the file of the directions, where it is told. */
  readonly directionFile: string | undefined;
}

/** Options of the functions that read. */
export interface FromHdf5Options {
  /** Name of the file, for messages. @defaultValue `'HDF5 file'` */
  readonly file?: string | undefined;
}

/**
 * Writes surfaces on one grid as a file that tomgoldstein/loss-landscape plots and resumes.
 *
 * Entries that were not computed become −1 (1 in `min_eig`). That code takes every loss of at most 0 as not computed
 * when it resumes. Axis names, cosines and provenance go into the attribute `gradvis`.
 *
 * @param surfaces - by quantity: `train_loss`, `train_acc`, `test_loss`, `min_eig`, `max_eig` or any name; one or
 *   two axes, the same for all
 * @param options - {@link SurfacesToHdf5Options}
 * @throws {@link InvalidArgumentError} if there is none, the grids differ, or a computed value is the one that
 *   stands for not computed; {@link MissingDependencyError} if h5wasm is not installed
 * @example
 * ```ts
 * await writeFile('surface.h5', await surfacesToHdf5({ train_loss: surface }));
 * ```
 */
export async function surfacesToHdf5(
  surfaces: Readonly<Record<string, Surface>>,
  options: SurfacesToHdf5Options = {},
): Promise<Uint8Array> {
  const entries = Object.entries(surfaces);
  const first = checkSurfaces(entries);
  const { axes, cosines, provenance } = first;
  const shape = axes.map(({ coordinates }) => coordinates.length).reverse();
  const about = {
    axes: axes.map(({ name, variance }) => ({ name, variance })),
    cosines: [...cosines],
    provenance,
  };
  return writeHdf5('surfacesToHdf5', (file) => {
    if (options.directionFile !== undefined)
      file.create_dataset({ name: 'dir_file', data: options.directionFile });
    axes.forEach(({ coordinates }, i) => {
      file.create_dataset({ name: `${'xy'[i]!}coordinates`, data: coordinates });
    });
    for (const [name, { values, status }] of entries) {
      const data = values.map((value, at) => (status[at] === 1 ? value : unfilled(name)));
      file.create_dataset({ name, data, shape });
    }
    file.create_attribute('gradvis', JSON.stringify(about));
  });
}

function checkSurfaces(entries: readonly (readonly [string, Surface])[]): Surface {
  const fail = (message: string): never => {
    throw new InvalidArgumentError(`surfacesToHdf5: ${message}`);
  };
  const first = entries[0]?.[1];
  if (first === undefined) return fail('needs at least one surface, such as { train_loss: surface }');
  for (const [name, surface] of entries) {
    const problem = problemOf(surface);
    if (problem !== undefined) fail(`${name}: ${problem}`);
    const { axes, values, status } = surface;
    if (axes.length > 2) fail(`${name} must have one or two axes, got ${axes.length}`);
    const same =
      axes.length === first.axes.length &&
      axes.every(({ coordinates }, i) => sameNumbers(coordinates, first.axes[i]!.coordinates));
    if (!same) fail(`${name} must be on the grid of ${entries[0]![0]}`);
    const taken = values.findIndex((value, at) => status[at] === 1 && value === unfilled(name));
    if (taken >= 0)
      fail(`${name} is ${values[taken]!} at entry ${taken}, which stands for "not computed" in these files`);
  }
  return first;
}

/**
 * Reads a surface file of tomgoldstein/loss-landscape or of {@link surfacesToHdf5}.
 *
 * @param bytes - the file; not kept
 * @param options - {@link FromHdf5Options}
 * @returns every dataset that has as many numbers as the grid; −1 (1 in `min_eig`) is taken as not computed
 * @throws {@link FileFormatError} if it is no such file; {@link MissingDependencyError} if h5wasm is not installed
 * @example
 * ```ts
 * const { surfaces } = await surfacesFromHdf5(await readFile('resnet56.h5'));
 * surfaces['train_loss'];
 * ```
 */
export async function surfacesFromHdf5(
  bytes: Uint8Array,
  options: FromHdf5Options = {},
): Promise<SurfacesFromHdf5> {
  const { file: name = 'HDF5 file' } = options;
  return readHdf5('surfacesFromHdf5', bytes, name, (file) => {
    const x = numbersOf(file, 'xcoordinates')?.data;
    const y = numbersOf(file, 'ycoordinates')?.data;
    if (x === undefined)
      throw new FileFormatError(
        { file: name },
        'has no xcoordinates; is it a surface file of loss-landscape?',
      );
    const { axes, cosines, provenance } = aboutOf(file, y === undefined ? [x] : [x, y]);
    const count = x.length * (y?.length ?? 1);
    const surfaces: Record<string, Surface> = {};
    for (const quantity of file.keys()) {
      const numbers = /^[xy]coordinates$/.test(quantity) ? undefined : numbersOf(file, quantity);
      if (numbers?.data.length !== count) continue;
      const missing = unfilled(quantity);
      const status = Uint8Array.from(numbers.data, (value) => (value === missing ? 0 : 1));
      const values = numbers.data.map((value) => (value === missing ? NaN : value));
      surfaces[quantity] = { kind: 'surface', axes, values, status, cosines, provenance };
    }
    return { surfaces, directionFile: textOf(file, 'dir_file') };
  });
}

/** Axes, cosines and provenance: those that the attribute tells, or what can be said without it. */
function aboutOf(
  file: File,
  coordinates: readonly Float64Array[],
): Omit<Surface, 'kind' | 'values' | 'status'> {
  const about = jsonAttribute(file, 'gradvis') as
    { axes: Omit<Axis, 'coordinates'>[]; cosines: number[]; provenance: Provenance } | undefined;
  const size = coordinates.length;
  const fits = about?.axes?.length === size && about.cosines?.length === size * size;
  return {
    axes: coordinates.map((numbers, i) => {
      const { name, variance } = (fits ? about.axes[i] : undefined) ?? { name: 'xy'[i]! };
      return { name, coordinates: numbers, ...(variance === undefined ? {} : { variance }) };
    }),
    cosines: fits
      ? Float64Array.from(about.cosines)
      : Float64Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 1 : NaN)),
    provenance: (fits ? about.provenance : undefined) ?? provenanceOf('surfacesFromHdf5', {}),
  };
}

function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
