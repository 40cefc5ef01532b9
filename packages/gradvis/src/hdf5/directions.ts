/** Direction files as tomgoldstein/loss-landscape has them: groups `xdirection` and `ydirection` of arrays `0`, `1`, … */
import { describeValue, FileFormatError, InvalidArgumentError, type ParameterBlock } from '@pct/core';
import type { File, Group } from 'h5wasm';
import type { FromHdf5Options } from './surfaces.js';
import { numbersOf, readHdf5, writeHdf5 } from './withFile.js';

const GROUPS = ['xdirection', 'ydirection'] as const;
const VARIANCES = 'explained_variance_ratio_';

/** Options of {@link directionsToHdf5}. */
export interface DirectionsToHdf5Options {
  /** Share of the variance of each principal component, [components], descending. @defaultValue none */
  readonly variances?: Float64Array | undefined;
}

/** What a direction file holds. */
export interface DirectionsFromHdf5 {
  /** One or two directions, [size] each. */
  readonly directions: readonly Float64Array[];
  /** Shapes of the arrays that make them up, in order. */
  readonly shapes: readonly (readonly number[])[];
  /** Share of the variance of each principal component, where it is told. */
  readonly variances: Float64Array | undefined;
}

/**
 * Writes directions as a file that tomgoldstein/loss-landscape loads.
 *
 * @param directions - one or two, [size] each
 * @param blocks - the arrays that make up a parameter vector, in order and without gaps
 * @param options - {@link DirectionsToHdf5Options}
 * @throws {@link InvalidArgumentError} if the blocks do not cover the directions; {@link MissingDependencyError} if
 *   h5wasm is not installed
 */
export async function directionsToHdf5(
  directions: readonly Float64Array[],
  blocks: readonly Pick<ParameterBlock, 'offset' | 'shape'>[],
  options: DirectionsToHdf5Options = {},
): Promise<Uint8Array> {
  const name = 'directionsToHdf5';
  if (directions.length < 1 || directions.length > 2)
    throw new InvalidArgumentError(`${name}: needs one or two directions, got ${directions.length}`);
  let size = 0;
  for (const { offset, shape } of blocks) {
    if (offset !== size)
      throw new InvalidArgumentError(
        `${name}: blocks must follow each other; one begins at ${offset}, not at ${size}`,
      );
    size += shape.reduce((product, length) => product * length, 1);
  }
  for (const direction of directions) {
    if (!(direction instanceof Float64Array) || direction.length !== size)
      throw new InvalidArgumentError(
        `${name}: every direction must be a Float64Array of length ${size}, as the blocks say, got ${describeValue(direction)}`,
      );
  }
  return writeHdf5(name, (file) => {
    directions.forEach((direction, i) => {
      const group = file.create_group(GROUPS[i]!);
      blocks.forEach(({ offset, shape }, k) => {
        const length = shape.reduce((product, one) => product * one, 1);
        const data = direction.slice(offset, offset + length);
        group.create_dataset({ name: String(k), data, shape: [...shape] });
      });
    });
    if (options.variances !== undefined) file.create_dataset({ name: VARIANCES, data: options.variances });
  });
}

/**
 * Reads a direction file of tomgoldstein/loss-landscape or of {@link directionsToHdf5}.
 *
 * @param bytes - the file; not kept
 * @param options - {@link FromHdf5Options}
 * @returns the directions with their arrays one after the other
 * @throws {@link FileFormatError} if it is no such file; {@link MissingDependencyError} if h5wasm is not installed
 */
export async function directionsFromHdf5(
  bytes: Uint8Array,
  options: FromHdf5Options = {},
): Promise<DirectionsFromHdf5> {
  const { file: name = 'HDF5 file' } = options;
  return readHdf5('directionsFromHdf5', bytes, name, (file) => {
    const found = GROUPS.filter((group) => file.keys().includes(group)).map((group) =>
      readList(file, group, name),
    );
    if (found.length === 0)
      throw new FileFormatError(
        { file: name },
        'has no xdirection; is it a direction file of loss-landscape?',
      );
    const shapes = found[0]!.map(({ shape }) => shape);
    return {
      directions: found.map((arrays) => {
        const direction = new Float64Array(arrays.reduce((sum, { data }) => sum + data.length, 0));
        let at = 0;
        for (const { data } of arrays) {
          direction.set(data, at);
          at += data.length;
        }
        return direction;
      }),
      shapes,
      variances: numbersOf(file, VARIANCES)?.data,
    };
  });
}

function readList(file: File, name: string, fileName: string): NonNullable<ReturnType<typeof numbersOf>>[] {
  const group = file.get(name) as Group;
  // HDF5 lists names in the order of text, where 10 comes before 2.
  return group.keys().map((_, k) => {
    const numbers = numbersOf(group, String(k));
    if (numbers === undefined)
      throw new FileFormatError({ file: fileName }, `${name} has no array of numbers named ${k}`);
    return numbers;
  });
}
