import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { InvalidArgumentError } from '@pct/core';
import { writeFileAtomic } from '@pct/core/node';

import type { Hits } from '../hits.js';
import type { EncodeHitsOptions } from '../io/encodeHits.js';
import { encodedChunks } from '../io/encodeHits.js';
import { formatOf } from '../io/formats.js';

/** Options of {@link writeHits}. */
export interface WriteHitsOptions extends Omit<EncodeHitsOptions, 'format'> {
  /** @defaultValue told by the extension of the file */
  readonly format?: EncodeHitsOptions['format'] | undefined;
}

/**
 * Writes hits to a file as GATE names the columns: `.csv`, `.csv.gz`, `.npy` or `.npz`.
 *
 * The file appears whole or not at all: an error, an abort or a crash leaves what was there before.
 * `readHits` reads back exactly the same hits.
 *
 * @param path - the file; its folder must exist
 * @throws {@link InvalidArgumentError} if the folder does not exist, the extension is unknown or stands for a format
 *   that is read only (`.parquet`), or the hits are not what {@link Hits} promises
 */
export async function writeHits(
  path: string | URL,
  hits: Hits,
  options: WriteHitsOptions = {},
): Promise<void> {
  const file = typeof path === 'string' ? path : fileURLToPath(path);
  const format = options.format ?? (formatOf(file, 'writeHits') as EncodeHitsOptions['format']);
  const chunks = encodedChunks(hits, { ...options, format }, 'writeHits');
  const folder = dirname(file);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new InvalidArgumentError(
      `writeHits: cannot write ${file}: there is no folder ${folder}; create it first`,
    );
  }
  await writeFileAtomic(file, chunks, { signal: options.signal });
}
