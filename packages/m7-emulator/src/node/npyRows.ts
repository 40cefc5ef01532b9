import { FileFormatError } from '@pct/core';
import { npyHeaderText, npyPrefix, parseLiteral } from '@pct/core/npy';
import { open, type FileHandle } from 'node:fs/promises';

/** Numbers of a file, as it holds them. */
export type Numbers = Float64Array | Float32Array;

/** A two-dimensional array in a `.npy` file, read in parts. */
export interface NpyRows {
  readonly rows: number;
  /** Reads rows `from` to `to` (exclusive), [to − from, columns]. */
  readonly read: (from: number, to: number) => Promise<Numbers>;
  readonly close: () => Promise<void>;
}

const arrayTypes = { '<f8': Float64Array, '<f4': Float32Array } as const;

/** What the file must hold. */
export interface ExpectedColumns {
  readonly count: number;
  /** Names of the columns, for messages. */
  readonly names: readonly string[];
  /** Which array it is, for messages: `X` or `y`. */
  readonly what: string;
  /** Told when the number of columns is another one. */
  readonly remedy: (count: number) => string;
}

/** Bytes to read at once. */
const partBytes = 1 << 26;

/**
 * Opens a `.npy` file of float32 or float64 rows.
 *
 * @throws {@link FileFormatError} unless it is a little-endian C-ordered array [row, count], whole and with rows
 */
export async function openNpyRows(file: string, expected: ExpectedColumns): Promise<NpyRows> {
  const handle = await open(file, 'r');
  try {
    const { rows, type, start } = await readHeader(handle, file, expected);
    const rowBytes = expected.count * type.BYTES_PER_ELEMENT;
    const { size } = await handle.stat();
    const wanted = start + rows * rowBytes;
    if (size !== wanted) {
      throw new FileFormatError(
        { file },
        `expected ${wanted} bytes for ${rows} rows, got ${size}; copy or unpack it again`,
      );
    }
    return {
      rows,
      async read(from, to) {
        const values = new type((to - from) * expected.count);
        const bytes = new Uint8Array(values.buffer);
        await fill(handle, file, bytes, start + from * rowBytes);
        checkValues(file, values, from, expected);
        return values;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readHeader(
  handle: FileHandle,
  file: string,
  expected: ExpectedColumns,
): Promise<{ rows: number; type: (typeof arrayTypes)[keyof typeof arrayTypes]; start: number }> {
  const refuse = (message: string): FileFormatError => new FileFormatError({ file }, message);
  const prefix = npyPrefix(await readUpTo(handle, 12, 0));
  if (prefix.kind !== 'header') {
    throw refuse(
      prefix.kind === 'version'
        ? `expected version 1, 2 or 3 of .npy, got ${prefix.version}; save it again with np.save`
        : 'expected a .npy file, got something else; save the array with np.save',
    );
  }
  const text = npyHeaderText(await readUpTo(handle, prefix.end, 0), prefix);
  let header;
  try {
    header = parseLiteral(text);
  } catch (cause) {
    throw new FileFormatError({ file }, 'expected a header of NumPy, got unreadable text', { cause });
  }
  if (!(header instanceof Map)) throw refuse('expected a header of NumPy, got no dictionary');
  const descr = header.get('descr');
  const shape = header.get('shape');
  if (descr !== '<f8' && descr !== '<f4') {
    throw refuse(
      `expected float32 or float64, little endian ('<f4', '<f8'), got ${JSON.stringify(descr)}; convert it with astype`,
    );
  }
  if (header.get('fortran_order') !== false) {
    throw refuse(
      'expected rows one after another (C order), got columns (Fortran order); save np.ascontiguousarray of it',
    );
  }
  const [rows, columns] = Array.isArray(shape) ? (shape as unknown[]) : [];
  if (!Array.isArray(shape) || shape.length !== 2 || typeof rows !== 'number' || columns !== expected.count) {
    const found = Array.isArray(shape) ? `(${shape.map(String).join(', ')})` : 'none';
    const remedy = typeof columns === 'number' ? expected.remedy(columns) : '';
    throw refuse(`expected ${expected.what} of shape (rows, ${expected.count}), got ${found}${remedy}`);
  }
  if (!(rows > 0)) throw refuse(`expected at least one row, got ${rows}`);
  return { rows, type: arrayTypes[descr], start: prefix.end };
}

async function readUpTo(handle: FileHandle, length: number, position: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}

async function fill(handle: FileHandle, file: string, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const length = Math.min(partBytes, bytes.length - at);
    const { bytesRead } = await handle.read(bytes, at, length, position + at);
    if (bytesRead === 0) throw new FileFormatError({ file }, 'the file became shorter while it was read');
    at += bytesRead;
  }
}

function checkValues(
  file: string,
  values: Numbers,
  firstRow: number,
  { count, names }: ExpectedColumns,
): void {
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (value - value === 0) continue;
    throw new FileFormatError(
      { file, row: firstRow + Math.floor(at / count) + 1, column: names[at % count]! },
      `expected finite numbers, got ${value}; drop the row`,
    );
  }
}
