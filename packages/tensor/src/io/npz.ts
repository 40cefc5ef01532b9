import { FileFormatError, InvalidArgumentError } from '@pct/core';
import type { NdArray } from '../graph/types.js';
import { nameArrays, type ArrayTree } from './names.js';
import { decodeNpy, encodeNpy } from './npy.js';
import { readZip, writeZip } from './zip.js';

/**
 * Writes arrays as the bytes of a `.npz` file, uncompressed, as `numpy.savez` does.
 *
 * @param tree - arrays by name, or nested: `{ layers: [{ weight }] }` is written as `layers.0.weight`
 * @returns the file
 * @throws {@link InvalidArgumentError} if something is no array, or the file would pass 4 GB
 * @throws {@link ShapeError} if an array does not have as many elements as its shape says
 */
export function encodeNpz(tree: ArrayTree): Uint8Array {
  const entries = nameArrays('encodeNpz', tree).map(
    ([name, array]) => ({ name: `${name}.npy`, bytes: encodeNpy(array) }) as const,
  );
  const total = entries.reduce((sum, { bytes }) => sum + bytes.length + 1024, 0);
  if (total >= 2 ** 32) {
    throw new InvalidArgumentError(
      `encodeNpz: a file must be below 4 GB, got ${total} bytes; write encodeSafetensors or several files`,
    );
  }
  return writeZip(entries);
}

/**
 * Reads the bytes of a `.npz` file, also compressed ones (`numpy.savez_compressed`).
 *
 * @param bytes - the file; not kept
 * @param options - `file`: its name for error messages (default `'npz file'`)
 * @returns arrays by name
 * @throws {@link FileFormatError} if the archive or an array in it is damaged, or a name occurs twice
 */
export async function decodeNpz(
  bytes: Uint8Array,
  { file = 'npz file' }: { readonly file?: string | undefined } = {},
): Promise<Record<string, NdArray>> {
  const arrays = new Map<string, NdArray>();
  for (const entry of await readZip(bytes, file)) {
    const name = entry.name.replace(/\.npy$/, '');
    if (arrays.has(name)) throw new FileFormatError({ file }, `"${name}" occurs twice`);
    arrays.set(name, decodeNpy(entry.bytes, { file: `${file}, "${name}"` }));
  }
  return Object.fromEntries(arrays);
}
