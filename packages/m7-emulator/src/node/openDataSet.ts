import { checkOneOf, FileFormatError } from '@pct/core';
import { type Split, splits } from '../data/settings.js';
import { openPairs, type OpenPairsOptions, type PairReader } from './openPairs.js';
import { type DataSetInfo, readSideFile } from './sideFile.js';
import { pathsOf } from './writeDataSet.js';

/** Options of {@link openDataSet}. */
export interface OpenDataSetOptions extends OpenPairsOptions {
  /** @defaultValue `'train'` */
  readonly split?: Split | undefined;
}

/** A {@link PairReader}, with what the side file says. */
export interface DataSetReader extends PairReader {
  /** Undefined for folders without one, such as the published data set unpacked. */
  readonly info: DataSetInfo | undefined;
}

/**
 * Opens one part of a data set: `X_train.npy` and `y_train.npy` in a folder (`val`, `test` for the other parts), with
 * their side file if there is one.
 *
 * @param folder - of `writeDataSet`, or of the published data set
 * @param options - {@link OpenDataSetOptions}
 * @throws what `openPairs` throws · {@link FileFormatError} for a side file with other columns, another order of them,
 *   or another number of rows
 * @example
 * ```ts
 * await using train = await openDataSet('pairs', { split: 'train' });
 * console.log(train.rows, train.info?.settings.seed);
 * ```
 */
export async function openDataSet(
  folder: string | URL,
  { split = 'train', ...options }: OpenDataSetOptions = {},
): Promise<DataSetReader> {
  checkOneOf('openDataSet', 'split', split, splits);
  const { x, y, side } = pathsOf(folder, split);
  const info = await readSideFile(side);
  const reader = await openPairs(x, y, options);
  if (info !== undefined && info.rows !== reader.rows) {
    await reader.close();
    throw new FileFormatError(
      { file: x },
      `expected ${info.rows} rows as ${side} says, got ${reader.rows}; write the data set again`,
    );
  }
  return { ...reader, info };
}
