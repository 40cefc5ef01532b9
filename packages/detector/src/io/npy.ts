import { FileFormatError } from '@pct/core';
import type { Literal, NpyPrefix } from '@pct/core/npy';
import { joinBytes, npyHeaderText, npyPrefix, parseLiteral } from '@pct/core/npy';

import type { ColumnOptions } from './gateColumns.js';
import { planColumns } from './gateColumns.js';
import { HitBuilder } from './hitBuilder.js';
import type { NpyField } from './npyHeader.js';
import { layoutOf } from './npyHeader.js';

const advice =
  'save a structured array with one named number per column: np.save(path, df.to_records(index=False))';

/** A header longer than this is not one of hits. */
const maxHeaderBytes = 1 << 20;

/** Reads one number of a record. */
type ReadNumber = (view: DataView, at: number, littleEndian: boolean) => number;

const readers = new Map<string, ReadNumber>([
  ['f4', (view, at, little) => view.getFloat32(at, little)],
  ['f8', (view, at, little) => view.getFloat64(at, little)],
  ['i1', (view, at) => view.getInt8(at)],
  ['i2', (view, at, little) => view.getInt16(at, little)],
  ['i4', (view, at, little) => view.getInt32(at, little)],
  // Exact up to 2^53, far more than the ids may be.
  [
    'i8',
    (view, at, little) =>
      view.getInt32(at + (little ? 4 : 0), little) * 2 ** 32 + view.getUint32(at + (little ? 0 : 4), little),
  ],
  ['u1', (view, at) => view.getUint8(at)],
  ['b1', (view, at) => view.getUint8(at)],
  ['u2', (view, at, little) => view.getUint16(at, little)],
  ['u4', (view, at, little) => view.getUint32(at, little)],
  [
    'u8',
    (view, at, little) =>
      view.getUint32(at + (little ? 4 : 0), little) * 2 ** 32 + view.getUint32(at + (little ? 0 : 4), little),
  ],
]);

/** A column that is read: where it stands in a record, how it is read, and the slot that it fills. */
interface ReadColumn {
  readonly slot: number;
  readonly offset: number;
  readonly little: boolean;
  readonly read: ReadNumber;
}

interface NpyHeader {
  readonly fields: readonly NpyField[];
  readonly itemSize: number;
  readonly records: number;
}

/**
 * Reads hits from a one-dimensional structured NumPy array as it comes in.
 *
 * @param size - bytes to expect, if known; bounds the memory that a broken header can ask for
 * @throws {@link FileFormatError} where the array is none, has no usable columns, or is cut off
 * @see NumPy Enhancement Proposal 1, A Simple File Format for NumPy Arrays
 */
export async function readNpy(
  chunks: AsyncIterable<Uint8Array>,
  size: number | undefined,
  file: string,
  options: ColumnOptions,
): Promise<HitBuilder> {
  let rest: Uint8Array = new Uint8Array(0);
  let body: NpyBody | undefined;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : joinBytes([rest, chunk]);
    if (body === undefined) {
      const header = findHeader(rest, file);
      if (header === undefined || header.end > rest.length) {
        // Later chunks are joined to it, which must not change the caller's.
        rest = rest.slice();
        continue;
      }
      body = startBody(parseHeader(rest, header, file), size, file, options);
      rest = rest.subarray(header.end);
    }
    rest = rest.slice(body.readRecords(rest));
  }
  if (body === undefined) {
    throw new FileFormatError(
      { file },
      rest.length === 0 ? 'the file is empty' : 'the NumPy header is cut off',
    );
  }
  return body.finish();
}

type HeaderPlace = Extract<NpyPrefix, { readonly kind: 'header' }>;

/** Where the header is, or undefined if more bytes are needed to tell. */
function findHeader(bytes: Uint8Array, file: string): HeaderPlace | undefined {
  const prefix = npyPrefix(bytes);
  switch (prefix.kind) {
    case 'unmarked':
      throw new FileFormatError({ file }, "not a NumPy array: the file does not start with '\\x93NUMPY'");
    case 'version':
      throw new FileFormatError(
        { file },
        `version ${prefix.version} of NumPy's format is unknown: expected 1, 2 or 3`,
      );
    case 'short':
      return undefined;
    case 'header':
      if (prefix.end > maxHeaderBytes)
        throw new FileFormatError({ file }, `a NumPy header of ${prefix.end} bytes`);
      return prefix;
  }
}

function parseHeader(bytes: Uint8Array, place: HeaderPlace, file: string): NpyHeader {
  const text = npyHeaderText(bytes, place);
  let descr: Literal | undefined;
  let shape: Literal | undefined;
  let layout;
  try {
    const header = parseLiteral(text);
    if (!(header instanceof Map)) throw new SyntaxError('not a dictionary');
    descr = header.get('descr');
    shape = header.get('shape');
    if (Array.isArray(descr)) layout = layoutOf(descr);
  } catch (error) {
    // A header of thousands of brackets overflows the stack.
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw new FileFormatError({ file }, `the NumPy header is broken: ${error.message}`, { cause: error });
  }
  if (layout === undefined) {
    const type = typeof descr === 'string' ? descr : 'an unknown type';
    const what = type.includes('O') ? 'an array of Python objects' : `a plain array of ${type}`;
    throw new FileFormatError({ file }, `${what}; ${advice}`);
  }
  const object = layout.fields.find((field) => field.type.includes('O'));
  if (object !== undefined) {
    throw new FileFormatError(
      { file, column: object.name },
      `holds Python objects, which only Python can read; turn the column into numbers or drop it, and ${advice}`,
    );
  }
  const [records] = Array.isArray(shape) ? shape : [];
  if (!Array.isArray(shape) || shape.length !== 1 || typeof records !== 'number' || records < 0) {
    throw new FileFormatError(
      { file },
      `expected a one-dimensional array, got shape ${JSON.stringify(shape)}`,
    );
  }
  return { ...layout, records };
}

function startBody(
  header: NpyHeader,
  size: number | undefined,
  file: string,
  options: ColumnOptions,
): NpyBody {
  const names = header.fields.map((field) => field.name);
  const plan = planColumns(names, file, undefined, options);
  const columns = header.fields.flatMap((field, k): ReadColumn[] => {
    const slot = plan.slots[k]!;
    if (slot < 0) return [];
    const read = readers.get(field.type.slice(1));
    if (read === undefined) {
      throw new FileFormatError(
        { file, column: field.name },
        `the dtype ${field.type} is not read; expected one of f4, f8, i1 … i8, u1 … u8 and b1`,
      );
    }
    return [{ slot, offset: field.offset, little: !field.type.startsWith('>'), read }];
  });
  // One more than needed, so that the last record does not make the columns grow.
  const expected =
    Math.min(header.records, size === undefined ? 4096 : Math.ceil(size / header.itemSize)) + 1;
  return new NpyBody(header, columns, new HitBuilder(plan, file, 1, expected));
}

class NpyBody {
  private readonly header: NpyHeader;
  private readonly columns: readonly ReadColumn[];
  private readonly builder: HitBuilder;

  constructor(header: NpyHeader, columns: readonly ReadColumn[], builder: HitBuilder) {
    this.header = header;
    this.columns = columns;
    this.builder = builder;
  }

  /** Reads all whole records and returns where the rest begins. */
  readRecords(bytes: Uint8Array): number {
    const { builder, columns } = this;
    const { itemSize, records } = this.header;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    for (; at + itemSize <= bytes.length && builder.count < records; at += itemSize) {
      for (let k = 0; k < columns.length; k++) {
        const { slot, offset, little, read } = columns[k]!;
        builder.put(slot, read(view, at + offset, little));
      }
      builder.endRow();
    }
    if (builder.count === records && at < bytes.length) {
      throw new FileFormatError({ file: builder.file }, `more bytes than its ${records} records need`);
    }
    return at;
  }

  finish(): HitBuilder {
    const { builder } = this;
    const { records } = this.header;
    if (builder.count < records) {
      throw new FileFormatError(
        { file: builder.file, row: builder.count + 1 },
        `the file is cut off: expected ${records} records, got ${builder.count}`,
      );
    }
    return builder;
  }
}
