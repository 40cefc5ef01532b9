import { FileFormatError } from '@pct/core';
import { readFile } from 'node:fs/promises';
import { inputNames, outputNames, pairInputs, pairOutputs } from '../data/columns.js';
import type { RegimeName } from '../data/regime.js';
import type { EdgeName } from '../data/edges.js';
import type { ResolvedSettings } from '../data/settings.js';

/** What the side file of a data set says: how its pairs came about, so that anyone can make them again. */
export interface DataSetInfo {
  readonly format: 'm7-pairs';
  /** Version of the layout of this file. */
  readonly version: 1;
  readonly rows: number;
  readonly firstRow: number;
  /** Type of the numbers in the `.npy` files. */
  readonly dtype: 'float64' | 'float32';
  /** The seed, the part and all other settings of `generatePairs`. */
  readonly settings: ResolvedSettings;
  /** Names and units of the columns, in order. */
  readonly inputs: readonly { readonly name: string; readonly unit: string }[];
  readonly outputs: readonly { readonly name: string; readonly unit: string }[];
  /** Rows of each regime. */
  readonly regimes: Readonly<Record<RegimeName, number>>;
  /** Rows of each edge case. */
  readonly edges: Readonly<Record<EdgeName, number>>;
  /** Rows whose step left the range of float64. */
  readonly unresolved: number;
  /** Names of the files beside this one. */
  readonly files: readonly string[];
}

/** Names and units of the columns, as side files hold them. */
export const columnLists = {
  inputs: pairInputs.map(({ name, unit }) => ({ name, unit })),
  outputs: pairOutputs.map(({ name, unit }) => ({ name, unit })),
};

/**
 * Reads a side file.
 *
 * @returns undefined where there is none
 * @throws {@link FileFormatError} if it is none, of another version, or names columns in another order
 */
export async function readSideFile(file: string): Promise<DataSetInfo | undefined> {
  let text;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  let info;
  try {
    info = JSON.parse(text) as Partial<DataSetInfo> | null;
  } catch (cause) {
    throw new FileFormatError({ file }, 'expected JSON, got other text; write the data set again', { cause });
  }
  if (info?.format !== 'm7-pairs' || info.version !== 1) {
    throw new FileFormatError(
      { file },
      `expected format "m7-pairs" of version 1, got ${JSON.stringify(info?.format)} of version ${JSON.stringify(info?.version)}; write the data set again`,
    );
  }
  checkNames(file, 'inputs', info.inputs, inputNames);
  checkNames(file, 'outputs', info.outputs, outputNames);
  return info as DataSetInfo;
}

function checkNames(file: string, list: string, found: unknown, expected: readonly string[]): void {
  const names = Array.isArray(found) ? found.map((one: { name?: unknown } | null) => String(one?.name)) : [];
  if (names.length !== expected.length) {
    throw new FileFormatError(
      { file },
      `expected ${expected.length} ${list}, got ${names.length}; take a data set of this layout`,
    );
  }
  const at = expected.findIndex((name, column) => names[column] !== name);
  if (at >= 0) {
    throw new FileFormatError(
      { file, column: names[at]! },
      `expected ${expected[at]!} as number ${at} of ${list}, got ${names[at]!}; put the columns in the order of ${list === 'inputs' ? 'inputNames' : 'outputNames'}`,
    );
  }
}
