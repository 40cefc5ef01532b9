import { InvalidArgumentError } from '@pct/core';

/** Formats of hit files. Parquet is read only. */
export type HitFormat = 'csv' | 'csv.gz' | 'npy' | 'npz' | 'parquet';

/** All of {@link HitFormat}. */
export const hitFormats: readonly HitFormat[] = ['csv', 'csv.gz', 'npy', 'npz', 'parquet'];

/**
 * Format that the name of a file tells.
 *
 * @throws {@link InvalidArgumentError} if its extension is unknown
 */
export function formatOf(path: string, caller: string): HitFormat {
  const name = path.toLowerCase();
  const format = hitFormats.find((candidate) => name.endsWith(`.${candidate}`));
  if (format !== undefined) return format;
  const advice = /\.(pkl|pickle)$/.test(name)
    ? '; a pickle can only be opened by Python, convert it with df.to_parquet(path)'
    : name.endsWith('.root')
      ? '; convert the Hits tree with uproot and df.to_parquet(path)'
      : '; or pass the format';
  throw new InvalidArgumentError(
    `${caller}: the file name must end with one of ${hitFormats.map((known) => `.${known}`).join(', ')}, got ${path}${advice}`,
  );
}
