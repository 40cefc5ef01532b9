import { checkOneOf, InvalidArgumentError } from '@pct/core';
import { npyHeader } from '@pct/core/npy';
import { writeFileAtomic } from '@pct/core/node';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputCount, outputCount } from '../data/columns.js';
import { type EdgeName, edgeNames } from '../data/edges.js';
import { generatePairs, type GeneratePairsOptions } from '../data/generatePairs.js';
import type { PairChunk } from '../data/pairChunk.js';
import { type RegimeName, regimeNames } from '../data/regime.js';
import { resolveSettings, type Split } from '../data/settings.js';
import { ParquetRows } from './parquetRows.js';
import { columnLists, type DataSetInfo } from './sideFile.js';
import { type GrowingFile, writeTogether } from './writeTogether.js';

/** Options of {@link writeDataSet}. */
export interface WriteDataSetOptions extends GeneratePairsOptions {
  /**
   * Which files: `X_train.npy` and `y_train.npy`, `train.parquet`, or all of them.
   * @defaultValue `['npy', 'parquet']`
   */
  readonly formats?: readonly ('npy' | 'parquet')[] | undefined;
  /**
   * Numbers of the `.npy` files. In float32 the mass of a species is kept to 1e-7 only, not to 1e-15.
   * @defaultValue `'float64'`
   */
  readonly dtype?: 'float64' | 'float32' | undefined;
}

/** Name of a part in the names of files: as the published data set has it. */
const fileNames: Readonly<Record<Split, string>> = { train: 'train', validation: 'val', test: 'test' };

/** Paths of the files of one part of a data set. */
export function pathsOf(
  folder: string | URL,
  split: Split,
): Readonly<Record<'x' | 'y' | 'parquet' | 'side', string>> {
  const base = typeof folder === 'string' ? folder : fileURLToPath(folder);
  const name = fileNames[split];
  return {
    x: join(base, `X_${name}.npy`),
    y: join(base, `y_${name}.npy`),
    parquet: join(base, `${name}.parquet`),
    side: join(base, `${name}.json`),
  };
}

/**
 * Generates pairs and writes them to files as they come: NumPy arrays in the layout of the published data set, Parquet
 * with named columns, and a side file with the seed and all settings.
 *
 * Each file appears whole or not at all, the side file last, so that a folder with a side file has all the others.
 *
 * @param folder - made if it is not there; files of the same part are replaced
 * @param options - {@link WriteDataSetOptions}, with those of `generatePairs`
 * @returns what the side file says
 * @throws what `generatePairs` throws · the signal's reason · Node's error if a file cannot be written
 * @example
 * ```ts
 * await using executor = threadExecutor();
 * await writeDataSet('pairs', { rows: 1_000_000, split: 'train', executor });
 * await writeDataSet('pairs', { rows: 100_000, split: 'validation', executor });
 * ```
 */
export async function writeDataSet(folder: string | URL, options: WriteDataSetOptions): Promise<DataSetInfo> {
  const { rows, firstRow = 0, formats = ['npy', 'parquet'], dtype = 'float64', signal } = options;
  checkOneOf('writeDataSet', 'dtype', dtype, ['float64', 'float32']);
  if (formats.length === 0)
    throw new InvalidArgumentError('writeDataSet: formats must name npy, parquet or both');
  for (const format of formats) checkOneOf('writeDataSet', 'a name in formats', format, ['npy', 'parquet']);
  const settings = resolveSettings('writeDataSet', options);
  const chunks = generatePairs(options);
  const paths = pathsOf(folder, settings.split);

  const files: GrowingFile<PairChunk>[] = [];
  if (formats.includes('npy')) {
    const descr = dtype === 'float64' ? "'<f8'" : "'<f4'";
    const bytesOf = (numbers: Float64Array): Uint8Array => {
      const stored = dtype === 'float64' ? numbers : Float32Array.from(numbers);
      return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    };
    files.push(
      { path: paths.x, start: npyHeader(descr, [rows, inputCount]), piece: ({ inputs }) => bytesOf(inputs) },
      {
        path: paths.y,
        start: npyHeader(descr, [rows, outputCount]),
        piece: ({ outputs }) => bytesOf(outputs),
      },
    );
  }
  if (formats.includes('parquet')) {
    const table = new ParquetRows({ settings: JSON.stringify(settings) });
    files.push({ path: paths.parquet, piece: (chunk) => table.add(chunk), end: () => table.finish() });
  }

  await mkdir(folder, { recursive: true });
  // An old one must not stand beside new files, should this be stopped half way.
  await rm(paths.side, { force: true });
  const tally = createTally();
  await writeTogether(files, counted(chunks, tally), signal);
  const info: DataSetInfo = {
    format: 'm7-pairs',
    version: 1,
    rows,
    firstRow,
    dtype,
    settings,
    ...columnLists,
    ...tally,
    files: files.map(({ path }) => basename(path)),
  };
  await writeFileAtomic(paths.side, `${JSON.stringify(info, undefined, 2)}\n`);
  return info;
}

/** What is counted while chunks go by. */
interface Tally {
  readonly regimes: Record<RegimeName, number>;
  readonly edges: Record<EdgeName, number>;
  unresolved: number;
}

function createTally(): Tally {
  const zeros = (names: readonly string[]): object => Object.fromEntries(names.map((name) => [name, 0]));
  return {
    regimes: zeros(regimeNames) as Tally['regimes'],
    edges: zeros(edgeNames) as Tally['edges'],
    unresolved: 0,
  };
}

async function* counted(chunks: AsyncIterable<PairChunk>, tally: Tally): AsyncGenerator<PairChunk> {
  for await (const chunk of chunks) {
    for (const regime of chunk.regimes) tally.regimes[regimeNames[regime]!]++;
    for (const edge of chunk.edges) tally.edges[edgeNames[edge]!]++;
    tally.unresolved += chunk.unresolved;
    yield chunk;
  }
}
