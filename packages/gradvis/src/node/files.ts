import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { InvalidArgumentError } from '@pct/core';
import { writeFileAtomic } from '@pct/core/node';
import { decodeResult, encodeResult } from '../files/resultFile.js';
import type { Result } from '../results/types.js';
import { svgToPng } from './svgToPng.js';

/**
 * Writes a result to a file; the path holds either the old content or the new, whatever happens.
 *
 * @param path - ends in `.npz` by custom
 * @param result - any result
 * @throws {@link InvalidArgumentError} if the result is none · Node's error if the file cannot be written
 */
export async function writeResult(path: string | URL, result: Result): Promise<void> {
  await writeFileAtomic(path, encodeResult(result));
}

/**
 * Reads a result from a file of {@link writeResult}.
 *
 * @param path - the file
 * @throws {@link FileFormatError} if the file is damaged or of another kind · Node's error if it cannot be read
 */
export async function readResult(path: string | URL): Promise<Result> {
  return decodeResult(await readFile(path), { file: String(path) });
}

/** Options of {@link writeFigure}. */
export interface WriteFigureOptions {
  /** Width of a PNG in pixels. @defaultValue twice that of the figure, for print */
  readonly width?: number | undefined;
}

/**
 * Writes a figure to a file, whole or not at all.
 *
 * @param path - ends in `.svg`, or in `.png` to have it drawn
 * @param svg - from one of the figures
 * @param options - {@link WriteFigureOptions}
 * @throws {@link InvalidArgumentError} for other extensions; {@link MissingDependencyError} if a PNG is wanted and
 *   `@resvg/resvg-wasm` or `dejavu-fonts-ttf` is not installed
 */
export async function writeFigure(
  path: string | URL,
  svg: string,
  options: WriteFigureOptions = {},
): Promise<void> {
  const extension = extname(path instanceof URL ? path.pathname : path).toLowerCase();
  if (extension === '.svg') return writeFileAtomic(path, svg);
  if (extension !== '.png')
    throw new InvalidArgumentError(`writeFigure: path must end in .svg or .png, got ${String(path)}`);
  const own = Number(/<svg[^>]* width="([\d.]+)"/.exec(svg)?.[1]);
  const width = options.width ?? (Number.isFinite(own) ? 2 * own : undefined);
  await writeFileAtomic(path, await svgToPng(svg, { width }));
}
