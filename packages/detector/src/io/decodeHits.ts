import type { Progress } from '@pct/core';
import { checkOneOf, InvalidArgumentError, trackProgress } from '@pct/core';

import type { Hits } from '../hits.js';
import type { ConsistencyOptions } from './consistency.js';
import { checkConsistency } from './consistency.js';
import { readCsv } from './csv.js';
import type { HitFormat } from './formats.js';
import { hitFormats } from './formats.js';
import type { ColumnOptions } from './gateColumns.js';
import type { HitBuilder } from './hitBuilder.js';
import { readNpy } from './npy.js';
import type { ParquetOptions } from './parquet.js';
import { readParquet } from './parquet.js';
import type { ByteSource, HitSource } from './source.js';
import { byteSource, gunzipped } from './source.js';
import { openZipMember } from './zip.js';

/** Options of {@link decodeHits}. */
export interface DecodeHitsOptions extends ColumnOptions, ConsistencyOptions, ParquetOptions {
  readonly format: HitFormat;
  /**
   * Name of the file, for messages.
   * @defaultValue `'hits.csv'` and so on, by the format
   */
  readonly fileName?: string | undefined;
  /**
   * Which array of an `.npz` file to read.
   * @defaultValue `'arr_0'`, as `np.savez(path, array)` names it
   */
  readonly member?: string | undefined;
  /** Stops the reading; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called a few times per second with the bytes that are read, for Parquet with the rows. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Reads hits of GATE from the bytes of a file.
 *
 * Needed are the columns `posX`, `posY`, `posZ` (mm), `edep` (MeV), `eventID`, `trackID`, `parentID`, and for
 * the layer either `level1ID` and `level2ID` or `volumeID[2]` and `volumeID[3]` (GATE 9.2), `baseID` and
 * `level1ID` (GATE 9.1), or `layer`. The other columns of GATE's hits and an index column of pandas are
 * skipped. A file with a header and no rows holds no hits, which is no error.
 *
 * CSV and NumPy files are read as they come in, compressed ones too: memory is that of the hits.
 *
 * @param source - bytes of the file: all of them, a `Blob` or `File`, or chunks as they come in. Chunks of a
 *   stream may be kept until they are read, so that their maker must not reuse them
 * @param options - {@link DecodeHitsOptions}; `format` is needed
 * @returns one entry per row, in the order of the file. Hits of one particle in one layer are not merged:
 *   see `preprocess` and `frames`
 * @throws {@link FileFormatError} naming file, row and column where the file is broken or contradicts itself:
 *   missing, repeated or unknown columns, a row with too few or many fields, a value that is no finite number,
 *   a negative energy, an id that is no 32-bit integer, copies of a hit, two parents of one particle ·
 *   {@link InvalidArgumentError} if the format is unknown
 * @example
 * ```ts
 * const hits = await decodeHits(await response.blob(), { format: 'npz', fileName: 'water_100.npz' });
 * ```
 * @see Kortus, Keidel and Gauger 2025, TMLR, whose code reads the layer from these columns
 */
export async function decodeHits(source: HitSource, options: DecodeHitsOptions): Promise<Hits> {
  const isSource =
    source instanceof Uint8Array ||
    source instanceof Blob ||
    typeof (source as Partial<AsyncIterable<Uint8Array>> | null)?.[Symbol.asyncIterator] === 'function';
  if (!isSource) {
    throw new InvalidArgumentError(
      'decodeHits: source must be a Uint8Array, a Blob, or an async iterable of chunks',
    );
  }
  return decodeFrom(byteSource(source), options, 'decodeHits');
}

/** {@link decodeHits} from any source of bytes. */
export async function decodeFrom(
  source: ByteSource,
  options: DecodeHitsOptions,
  caller: string,
): Promise<Hits> {
  checkOneOf(caller, 'format', options.format, hitFormats);
  checkChoices(options, caller);
  options.signal?.throwIfAborted();
  const file = options.fileName ?? `hits.${options.format}`;
  const builder = await readFormat(source, file, options);
  const hits = builder.finish();
  checkConsistency(hits, builder, options);
  return hits;
}

function checkChoices(
  { gateVersion, extraColumns, duplicates, parentConflicts }: DecodeHitsOptions,
  caller: string,
): void {
  checkOneOf(caller, 'gateVersion', gateVersion ?? '9.2', ['9.1', '9.2']);
  checkOneOf(caller, 'extraColumns', extraColumns ?? 'error', ['error', 'ignore']);
  checkOneOf(caller, 'duplicates', duplicates ?? 'error', ['error', 'keep']);
  checkOneOf(caller, 'parentConflicts', parentConflicts ?? 'error', ['error', 'keep']);
}

async function readFormat(source: ByteSource, file: string, options: DecodeHitsOptions): Promise<HitBuilder> {
  const { format, member = 'arr_0' } = options;
  if (format === 'parquet') {
    return readParquet(source, file, options);
  }
  if (format === 'npz') {
    const opened = await openZipMember(source, `${member}.npy`, file);
    return readNpy(watched(opened.chunks(), opened.size, options), opened.size, file, options);
  }
  const chunks = watched(source.chunks(), source.size, options);
  if (format === 'npy') return readNpy(chunks, source.size, file, options);
  return readCsv(gunzipped(chunks, file), file, options);
}

/** Passes chunks on, and reports and stops as the options ask. */
async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  total: number | undefined,
  { signal, onProgress }: DecodeHitsOptions,
): AsyncGenerator<Uint8Array> {
  const progress = trackProgress(total ?? Infinity, onProgress);
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    yield chunk;
    progress.advance(chunk.length);
  }
  signal?.throwIfAborted();
  progress.finish();
}
