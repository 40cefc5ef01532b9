import { describeValue, FileFormatError, InvalidArgumentError, MissingDependencyError } from '@pct/core';
import type { Dataset, File, Group } from 'h5wasm';

/** Where an HDF5 file may begin: at 0, or behind a block of the writer's own of this length. */
const STARTS = [0, 512, 1024, 2048];
const MARK = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

type Hdf5 = typeof import('h5wasm').h5wasm;
type Engine = Awaited<Hdf5['ready']>;

async function loadHdf5(functionName: string): Promise<{ hdf5: Hdf5; engine: Engine }> {
  try {
    const { h5wasm: hdf5 } = await import('h5wasm');
    return { hdf5, engine: await hdf5.ready };
  } catch (cause) {
    throw new MissingDependencyError(
      `${functionName}: h5wasm is not installed or does not load; run npm install h5wasm`,
      { cause },
    );
  }
}

let files = 0;

/**
 * Writes a file in memory.
 *
 * @param functionName - opens messages
 * @param fill - writes its contents
 * @returns its bytes
 * @throws {@link MissingDependencyError} if h5wasm is not installed
 */
export async function writeHdf5(functionName: string, fill: (file: File) => void): Promise<Uint8Array> {
  const { hdf5, engine } = await loadHdf5(functionName);
  const path = `/gradvis-${files++}.h5`;
  try {
    const file = new hdf5.File(path, 'w');
    try {
      fill(file);
    } finally {
      file.close();
    }
    return new Uint8Array(engine.FS.readFile(path));
  } finally {
    engine.FS.unlink(path);
  }
}

/**
 * Reads a file from memory.
 *
 * @param functionName - opens messages
 * @param bytes - the file
 * @param name - its name, for messages
 * @param read - takes what it needs
 * @throws {@link FileFormatError} if it is no HDF5 file or HDF5 cannot read it; {@link MissingDependencyError} if
 *   h5wasm is not installed
 */
export async function readHdf5<T>(
  functionName: string,
  bytes: Uint8Array,
  name: string,
  read: (file: File) => T,
): Promise<T> {
  if (!(bytes instanceof Uint8Array))
    throw new InvalidArgumentError(
      `${functionName}: bytes must be a Uint8Array, got ${describeValue(bytes)}`,
    );
  if (!STARTS.some((start) => MARK.every((byte, k) => bytes[start + k] === byte)))
    throw new FileFormatError({ file: name }, 'does not have the mark of an HDF5 file');
  const { hdf5, engine } = await loadHdf5(functionName);
  const path = `/gradvis-${files++}.h5`;
  engine.FS.writeFile(path, bytes);
  // Without it HDF5 prints its errors and goes on.
  engine.activate_throwing_error_handler();
  try {
    const file = new hdf5.File(path, 'r');
    try {
      return read(file);
    } finally {
      file.close();
    }
  } catch (cause) {
    if (cause instanceof FileFormatError) throw cause;
    throw new FileFormatError({ file: name }, 'HDF5 cannot read it; the file is damaged or cut off', {
      cause,
    });
  } finally {
    engine.deactivate_throwing_error_handler();
    engine.FS.unlink(path);
  }
}

/** Numbers of a dataset as float64, with its shape; undefined where there is no such dataset of numbers. */
export function numbersOf(
  group: Group,
  name: string,
): { readonly data: Float64Array; readonly shape: readonly number[] } | undefined {
  if (!group.keys().includes(name)) return undefined;
  const { value, shape } = group.get(name) as Dataset;
  if (typeof value === 'number') return { data: Float64Array.of(value), shape: shape ?? [] };
  if (typeof value === 'bigint') return { data: Float64Array.of(Number(value)), shape: shape ?? [] };
  if (!ArrayBuffer.isView(value)) return undefined;
  const numbers = value as unknown as ArrayLike<number | bigint>;
  return { data: Float64Array.from(numbers, Number), shape: shape ?? [] };
}

/** Text of a dataset of one string; undefined where there is none. */
export function textOf(group: Group, name: string): string | undefined {
  if (!group.keys().includes(name)) return undefined;
  const { value } = group.get(name) as Dataset;
  return typeof value === 'string' ? value : undefined;
}

/** JSON that an attribute of the file holds; undefined where there is none. */
export function jsonAttribute(file: File, name: string): unknown {
  const value = file.attrs[name]?.value;
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
