import type { Progress } from '@pct/core';
import { FileFormatError, trackProgress } from '@pct/core';
import type { Compressors, DecodedArray } from 'hyparquet';

import type { ColumnOptions } from './gateColumns.js';
import { planColumns } from './gateColumns.js';
import { HitBuilder } from './hitBuilder.js';
import type { ByteSource } from './source.js';

/** How Parquet files are unpacked; part of the options of `decodeHits`. */
export interface ParquetOptions {
  /**
   * Decompressors for codecs besides Snappy, such as the export of the package `hyparquet-compressors`.
   * @defaultValue none: files that are uncompressed or packed by Snappy, as pandas writes them, are read
   */
  readonly compressors?: Compressors | undefined;
}

interface ProgressOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Reads hits from an Apache Parquet file, one row group at a time.
 *
 * @throws {@link FileFormatError} where the file is broken or cut off, or holds no usable columns
 */
export async function readParquet(
  source: ByteSource,
  file: string,
  options: ColumnOptions & ParquetOptions & ProgressOptions,
): Promise<HitBuilder> {
  const { compressors, signal, onProgress } = options;
  const { parquetMetadataAsync, parquetScan } = await import('hyparquet');
  const byteLength = await source.length();
  const buffer = {
    byteLength,
    slice: async (start: number, end = byteLength) => {
      const bytes = await source.slice(start, end);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    },
  };
  if (byteLength < 12)
    throw new FileFormatError({ file }, 'the file is too short for Parquet: it is empty or cut off');

  const metadata = await decoded(file, () => parquetMetadataAsync(buffer, { geoparquet: false }));
  const names = await decoded(file, () => topLevelNames(metadata.schema));
  const plan = planColumns(names, file, undefined, options);
  const columns = names.flatMap((name, k) => (plan.slots[k]! >= 0 ? [{ name, slot: plan.slots[k]! }] : []));
  const total = Number(metadata.num_rows);
  if (!Number.isSafeInteger(total) || total < 0) {
    throw new FileFormatError({ file }, `not a readable Parquet file (${total} rows)`);
  }
  const builder = new HitBuilder(plan, file, 1);
  const progress = trackProgress(total, onProgress);
  const scanned = { file: buffer, metadata, columns: columns.map(({ name }) => name), geoparquet: false };
  const scan = await decoded(file, () =>
    parquetScan(compressors === undefined ? scanned : { ...scanned, compressors }),
  );
  for (const range of scan.ranges) {
    const values: DecodedArray[] = [];
    for (const { name } of columns) {
      values.push(await decoded(file, () => scan.readColumn({ column: name, ...range }), name));
    }
    for (let row = 0; row < range.rowEnd - range.rowStart; row++) {
      for (let k = 0; k < columns.length; k++) {
        builder.put(columns[k]!.slot, numberOf(values[k]![row], builder, columns[k]!.name));
      }
      builder.endRow();
    }
    progress.report(builder.count);
    signal?.throwIfAborted();
  }
  if (builder.count !== total) {
    throw new FileFormatError({ file }, `expected ${total} rows, got ${builder.count}`);
  }
  return builder;
}

/** Names of the columns: the children of the schema's root, which may have children of their own. */
function topLevelNames(schema: readonly { name?: unknown; num_children?: number }[]): string[] {
  const names: string[] = [];
  const endOf = (index: number): number => {
    let next = index + 1;
    for (let k = 0; k < (schema[index]?.num_children ?? 0); k++) next = endOf(next);
    return next;
  };
  for (let index = 1; index < schema.length; index = endOf(index)) {
    const { name } = schema[index]!;
    if (typeof name !== 'string') throw new TypeError('a column without name');
    names.push(name);
  }
  return names;
}

function numberOf(value: unknown, builder: HitBuilder, column: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (value === null || value === undefined) throw builder.error(column, 'the value is missing (null)');
  const got = typeof value === 'object' ? value.constructor.name : typeof value;
  throw builder.error(column, `expected a column of numbers, got a ${got}`);
}

/** Runs a step of the decoder, and names the file where that fails. */
async function decoded<T>(file: string, step: () => T | Promise<T>, column?: string): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const advice = /compression codec/.test(detail)
      ? "; write it with df.to_parquet(path, compression='snappy'), or pass compressors"
      : '';
    throw new FileFormatError({ file, column }, `not a readable Parquet file (${detail})${advice}`, {
      cause: error,
    });
  }
}
