import { checkOneOf, InvalidArgumentError, trackProgress, yieldToEventLoop } from '@pct/core';
import type { Progress } from '@pct/core';
import { npyHeader, piped } from '@pct/core/npy';

import { checkHits } from '../checkHits.js';
import type { Hits } from '../hits.js';
import type { HitFormat } from './formats.js';
import { hitFormats } from './formats.js';
import type { GateVersion } from './gateColumns.js';
import { idsFromLayers } from './layerIds.js';
import { collect } from './source.js';
import { zipOf } from './zip.js';

/** Options of {@link encodeHits}. */
export interface EncodeHitsOptions {
  readonly format: Exclude<HitFormat, 'parquet'>;
  /**
   * Version of GATE whose layer columns are written: `level1ID` and `level2ID` of 9.2, `level1ID` and `baseID` of 9.1.
   * @defaultValue `'9.2'`
   */
  readonly gateVersion?: GateVersion | undefined;
  /**
   * Deflate the array in an `.npz` file, as `np.savez_compressed` does.
   * @defaultValue true
   */
  readonly compress?: boolean | undefined;
  /** Stops the writing; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called a few times per second with the hits that are written. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Columns of a file in the order that they are written. */
interface Table {
  readonly names: readonly string[];
  readonly columns: readonly (Int32Array | Float64Array)[];
  readonly rows: number;
}

/**
 * Writes hits as the bytes of a file, as GATE names the columns.
 *
 * `decodeHits` reads back exactly the same hits. Text holds the shortest decimals that do so.
 *
 * @param hits - any number of hits, in any order
 * @param options - {@link EncodeHitsOptions}; `format` is needed
 * @throws {@link InvalidArgumentError} if the format is unknown or cannot be written (Parquet), or the hits are
 *   not what {@link Hits} promises
 */
export async function encodeHits(hits: Hits, options: EncodeHitsOptions): Promise<Uint8Array> {
  return collect(encodedChunks(hits, options, 'encodeHits'));
}

/** The bytes of {@link encodeHits} as they are made; checks its arguments at the call. */
export function encodedChunks(
  hits: Hits,
  options: EncodeHitsOptions,
  caller: string,
): AsyncGenerator<Uint8Array> {
  const { format, gateVersion = '9.2', compress = true, signal } = options;
  checkOneOf(caller, 'format', format, hitFormats);
  if ((format as HitFormat) === 'parquet') {
    throw new InvalidArgumentError(
      `${caller}: Parquet files are read, not written; choose csv, csv.gz, npy or npz`,
    );
  }
  checkOneOf(caller, 'gateVersion', gateVersion, ['9.1', '9.2']);
  checkHits(hits, caller);
  const table = tableOf(hits, gateVersion);
  const progress = trackProgress(table.rows, options.onProgress);
  const parts = paced(format.startsWith('csv') ? csvParts(table) : npyParts(table), signal, (rows) =>
    progress.report(rows),
  );
  if (format === 'npz') return zipOf('arr_0.npy', parts, compress);
  return format === 'csv.gz' ? piped(parts, new CompressionStream('gzip')) : parts;
}

function tableOf(hits: Hits, version: GateVersion): Table {
  const { eventID, trackID, parentID, posX, posY, posZ, edep } = hits;
  const ids = idsFromLayers(hits.layer, version);
  return {
    names: ['eventID', 'trackID', 'parentID', 'posX', 'posY', 'posZ', 'edep', ...ids.names],
    columns: [eventID, trackID, parentID, posX, posY, posZ, edep, ...ids.columns],
    rows: hits.count,
  };
}

/** A part of a file, and the rows that are written with it. */
interface Part {
  readonly bytes: Uint8Array;
  readonly rowsDone: number;
}

async function* paced(
  parts: Iterable<Part>,
  signal: AbortSignal | undefined,
  report: (done: number) => void,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  for (const { bytes, rowsDone } of parts) {
    yield bytes;
    report(rowsDone);
    // A turn of the event loop lets an abort through.
    await yieldToEventLoop();
    signal?.throwIfAborted();
  }
}

function* csvParts({ names, columns, rows }: Table): Generator<Part> {
  const encoder = new TextEncoder();
  yield { bytes: encoder.encode(`${names.join(',')}\n`), rowsDone: 0 };
  const step = 16_384;
  for (let start = 0; start < rows; start += step) {
    const end = Math.min(rows, start + step);
    let text = '';
    for (let row = start; row < end; row++) {
      for (let k = 0; k < columns.length; k++) text += (k === 0 ? '' : ',') + decimalOf(columns[k]![row]!);
      text += '\n';
    }
    yield { bytes: encoder.encode(text), rowsDone: end };
  }
}

/** The shortest decimal that reads back as the same number; `String` drops the sign of -0. */
function decimalOf(value: number): string {
  return value === 0 && 1 / value < 0 ? '-0' : String(value);
}

/** A structured array in version 1.0 of NumPy's format. */
function* npyParts({ names, columns, rows }: Table): Generator<Part> {
  const types = columns.map((column) => (column instanceof Float64Array ? '<f8' : '<i4'));
  const descr = names.map((name, k) => `('${name}', '${types[k]}')`).join(', ');
  yield { bytes: npyHeader(`[${descr}]`, [rows]), rowsDone: 0 };

  const itemSize = columns.reduce((sum, column) => sum + column.BYTES_PER_ELEMENT, 0);
  const step = 32_768;
  for (let from = 0; from < rows; from += step) {
    const end = Math.min(rows, from + step);
    const bytes = new Uint8Array((end - from) * itemSize);
    const view = new DataView(bytes.buffer);
    let offset = 0;
    for (const column of columns) {
      const real = column instanceof Float64Array;
      for (let row = from, at = offset; row < end; row++, at += itemSize) {
        if (real) view.setFloat64(at, column[row]!, true);
        else view.setInt32(at, column[row]!, true);
      }
      offset += column.BYTES_PER_ELEMENT;
    }
    yield { bytes, rowsDone: end };
  }
}
