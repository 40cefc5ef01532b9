import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { InvalidArgumentError } from '@pct/core';

import type { Hits } from '../hits.js';
import type { DecodeHitsOptions } from '../io/decodeHits.js';
import { decodeFrom } from '../io/decodeHits.js';
import type { HitFormat } from '../io/formats.js';
import { formatOf } from '../io/formats.js';
import { fileSource } from './fileSource.js';

/** Options of {@link readHits}. */
export interface ReadHitsOptions extends Omit<DecodeHitsOptions, 'format' | 'fileName'> {
  /** @defaultValue told by the extension of the file */
  readonly format?: HitFormat | undefined;
}

/**
 * Reads the hits of a file that GATE or `writeHits` wrote: `.csv`, `.csv.gz`, `.npy`, `.npz` or `.parquet`.
 *
 * @param path - the file
 * @returns one entry per row, in the order of the file; columns and units as in `decodeHits`
 * @throws {@link FileFormatError} naming file, row and column where the file is broken or contradicts itself, see
 *   `decodeHits` · {@link InvalidArgumentError} if there is no such file or its extension is unknown
 * @example
 * ```ts
 * const hits = await readHits('water_100_10k.npz', { onProgress: ({ done }) => draw(done) });
 * ```
 */
export async function readHits(path: string | URL, options: ReadHitsOptions = {}): Promise<Hits> {
  const file = typeof path === 'string' ? path : fileURLToPath(path);
  const format = options.format ?? formatOf(file, 'readHits');
  const handle = await open(file).catch((error: unknown) => {
    throw new InvalidArgumentError(`readHits: cannot open ${file}: ${reasonOf(error)}`, { cause: error });
  });
  try {
    if ((await handle.stat()).isDirectory()) {
      throw new InvalidArgumentError(`readHits: ${file} is a folder, expected a file`);
    }
    return await decodeFrom(await fileSource(handle), { ...options, format, fileName: file }, 'readHits');
  } finally {
    await handle.close();
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' ? 'no such file' : error instanceof Error ? error.message : String(error);
}
