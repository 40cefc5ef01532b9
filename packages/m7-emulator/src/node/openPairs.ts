/// <reference lib="esnext.disposable" preserve="true" />
import { checkInteger, FileFormatError, type Progress, throwIfAborted, trackProgress } from '@pct/core';
import { fileURLToPath } from 'node:url';
import { findDisorder } from '../data/findDisorder.js';
import { inputCount, inputNames, outputCount, outputNames } from '../data/columns.js';
import type { Pairs } from '../data/pairStatistics.js';
import { type ExpectedColumns, openNpyRows } from './npyRows.js';

/** Options of {@link openPairs}. */
export interface OpenPairsOptions {
  /**
   * Whether to look at the first rows for signs of another order of columns, or of inputs and outputs that do not
   * belong together. For files on purpose unlike M7's, such as shuffled ones.
   * @defaultValue `true`
   */
  readonly checkOrder?: boolean | undefined;
}

/** Which rows to read. */
export interface ReadRowsOptions {
  /**
   * First row.
   * @defaultValue `0`
   */
  readonly firstRow?: number | undefined;
  /**
   * How many rows.
   * @defaultValue all from `firstRow` on
   */
  readonly rows?: number | undefined;
  /** Stops the reading. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of rows that are read. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Two open files of pairs. Arrays have the type that the file has, float32 or float64. */
export interface PairReader extends AsyncDisposable {
  /** Rows in the files. */
  readonly rows: number;
  /** Reads rows at once. 60 numbers per row: 5.7 million rows of float64 are 2.7 GB. */
  readonly read: (options?: ReadRowsOptions) => Promise<Pairs>;
  /** Reads rows in parts, to be iterated once; 16384 rows each unless `chunkRows` says otherwise. */
  readonly chunks: (
    options?: ReadRowsOptions & { readonly chunkRows?: number | undefined },
  ) => AsyncIterable<Pairs>;
  readonly close: () => Promise<void>;
}

const inputs: ExpectedColumns = {
  count: inputCount,
  names: inputNames,
  what: 'X',
  remedy: (columns) =>
    columns === 34
      ? '; 34 columns are those of the older data set: leave out its sea salt with np.delete(X, [21, 22], axis=1)'
      : columns === outputCount
        ? '; 28 columns are those of y: give the X file first'
        : '',
};
const outputs: ExpectedColumns = {
  count: outputCount,
  names: outputNames,
  what: 'y',
  remedy: (columns) =>
    columns === 30
      ? '; 30 columns are those of the older data set: leave out its sea salt with np.delete(y, [13, 14], axis=1)'
      : '',
};

/** Rows that are looked at before anything else. */
const sampleRows = 1000;
const defaultChunk = 1 << 14;

/**
 * Opens the files of pairs of the published data set (doi:10.5281/zenodo.6583397), or others of that layout: `X` with
 * 32 columns, `y` with 28, rows of `inputNames` and `outputNames`.
 *
 * Nothing but the first rows is read at once, so the 5.7 million rows can be gone through in parts.
 *
 * @param xFile - `.npy`, such as `X_train.npy`
 * @param yFile - `.npy`, such as `y_train.npy`
 * @param options - {@link OpenPairsOptions}
 * @throws {@link FileFormatError} for files that are no such arrays, of different lengths, or in which columns seem to
 *   stand in another order; it names the file, what was expected and what is there
 * @example
 * ```ts
 * await using pairs = await openPairs('X_train.npy', 'y_train.npy');
 * for await (const { inputs, outputs } of pairs.chunks()) train(inputs, outputs);
 * ```
 */
export async function openPairs(
  xFile: string | URL,
  yFile: string | URL,
  { checkOrder = true }: OpenPairsOptions = {},
): Promise<PairReader> {
  const paths = { x: pathOf(xFile), y: pathOf(yFile) };
  const x = await openNpyRows(paths.x, inputs);
  try {
    const y = await openNpyRows(paths.y, outputs);
    try {
      if (x.rows !== y.rows) {
        throw new FileFormatError(
          { file: paths.y },
          `expected ${x.rows} rows as in ${paths.x}, got ${y.rows}; take X and y of the same part`,
        );
      }
      const reader = readerOf(x, y);
      if (checkOrder) {
        const disorder = findDisorder(await reader.read({ rows: Math.min(sampleRows, x.rows) }));
        if (disorder !== undefined) {
          throw new FileFormatError(
            { file: paths.x },
            `expected the columns of inputNames and outputNames in order, and y of the same rows (${paths.y}), but ${disorder}; put columns in order, or read as they are with checkOrder: false`,
          );
        }
      }
      return reader;
    } catch (error) {
      await y.close();
      throw error;
    }
  } catch (error) {
    await x.close();
    throw error;
  }
}

type NpyFile = Awaited<ReturnType<typeof openNpyRows>>;

function readerOf(x: NpyFile, y: NpyFile): PairReader {
  const part = async (from: number, to: number): Promise<Pairs> => ({
    rows: to - from,
    inputs: await x.read(from, to),
    outputs: await y.read(from, to),
  });
  const range = (
    name: string,
    { firstRow = 0, rows = x.rows - firstRow }: ReadRowsOptions,
  ): [number, number] => {
    checkInteger(name, 'firstRow', firstRow, { min: 0, max: x.rows - 1 });
    checkInteger(name, 'rows', rows, { min: 1, max: x.rows - firstRow });
    return [firstRow, firstRow + rows];
  };
  const close = async (): Promise<void> => {
    await x.close();
    await y.close();
  };
  return {
    rows: x.rows,
    async read(options = {}) {
      const [from, to] = range('PairReader.read', options);
      throwIfAborted(options.signal);
      const pairs = await part(from, to);
      trackProgress(to - from, options.onProgress).finish();
      return pairs;
    },
    chunks({ chunkRows = defaultChunk, ...options } = {}) {
      const [from, to] = range('PairReader.chunks', options);
      checkInteger('PairReader.chunks', 'chunkRows', chunkRows, { min: 1 });
      return (async function* () {
        const progress = trackProgress(to - from, options.onProgress);
        for (let at = from; at < to; at += chunkRows) {
          throwIfAborted(options.signal);
          const pairs = await part(at, Math.min(at + chunkRows, to));
          progress.advance(pairs.rows);
          yield pairs;
        }
      })();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Reads pairs from the two files at once; see {@link openPairs}, which reads in parts.
 *
 * @throws what `openPairs` throws · {@link InvalidArgumentError} for rows that are not in the files
 * @example
 * ```ts
 * const { rows, inputs, outputs } = await readPairs('X_test.npy', 'y_test.npy', { rows: 100_000 });
 * ```
 */
export async function readPairs(
  xFile: string | URL,
  yFile: string | URL,
  { checkOrder, ...options }: OpenPairsOptions & ReadRowsOptions = {},
): Promise<Pairs> {
  const reader = await openPairs(xFile, yFile, { checkOrder });
  try {
    return await reader.read(options);
  } finally {
    await reader.close();
  }
}

function pathOf(file: string | URL): string {
  return typeof file === 'string' ? file : fileURLToPath(file);
}
