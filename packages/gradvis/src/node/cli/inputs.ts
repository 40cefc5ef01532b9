import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeValue, type Executor, type Objective } from '@pct/core';
import { threadExecutor } from '@pct/core/node';
import { decodeNpy } from '@pct/tensor';
import { openObjective, type ObjectiveSource } from '../../objective/source.js';
import { numberOption, textOption, UsageError, type CliCall, type CliOption } from './command.js';

/** Options of every command that evaluates an objective. */
export const OBJECTIVE_OPTIONS: Readonly<Record<string, CliOption>> = {
  name: {
    value: 'EXPORT',
    text: 'export of the module: a function that makes the objective (default objective)',
  },
  settings: { value: 'JSON', text: 'what that function is called with' },
  label: { value: 'TEXT', text: 'name of model and data, for captions' },
  out: { value: 'FILE.npz', text: 'where the result goes' },
  figure: { value: 'FILE.svg|png', text: 'where a figure of it goes' },
};

/** The option of commands that share work among threads. */
export const THREADS: Readonly<Record<string, CliOption>> = {
  threads: { value: 'N', text: 'worker threads (default: this thread)' },
};

/** The option of commands that look around a point. */
export const AT: Readonly<Record<string, CliOption>> = {
  at: {
    value: 'EXPORT|FILE.npy',
    text: "the point: an export of the module or a file (default: the objective's initial())",
  },
};

/** Where the objective of a command is. */
export function sourceOf(call: CliCall): ObjectiveSource {
  const settings = textOption(call, 'settings');
  let parsed: unknown;
  try {
    parsed = settings === undefined ? undefined : JSON.parse(settings);
  } catch (cause) {
    throw new UsageError(`--settings must be JSON, got ${describeValue(settings)}`, { cause });
  }
  return {
    module: pathToFileURL(resolve(call.files[0]!)).href,
    name: textOption(call, 'name') ?? 'objective',
    ...(parsed === undefined ? {} : { settings: parsed }),
    label: textOption(call, 'label'),
  };
}

/** Checks that a result goes anywhere. */
export function checkTarget(call: CliCall): void {
  if (
    call.values['out'] === undefined &&
    call.values['figure'] === undefined &&
    call.values['estimate'] !== true
  )
    throw new UsageError('give --out FILE.npz or --figure FILE.svg, or both');
}

/** The executor of a command; undefined for this thread. */
export function executorOf(call: CliCall): Executor | undefined {
  const threads = numberOption(call, 'threads');
  return threads === undefined ? undefined : threadExecutor({ threads });
}

/**
 * The point that an option names: an export of the module (a vector, or a function that returns one), or a `.npy` file.
 *
 * @throws {@link UsageError} if there is none
 */
export async function pointOf(call: CliCall, key: string, source: ObjectiveSource): Promise<Float64Array> {
  const wanted = textOption(call, key);
  if (wanted?.endsWith('.npy') === true) return (await arrayFile(wanted)).data;
  if (wanted !== undefined) return vectorOf(await exportOf(source, wanted), wanted);
  const objective = (await openObjective(source)) as Objective & { initial?: () => unknown };
  if (typeof objective.initial !== 'function')
    throw new UsageError(
      `--${key} is needed: the objective has no initial(); name an export of the module or a .npy file`,
    );
  return vectorOf(await objective.initial(), 'initial()');
}

/**
 * The checkpoints that an option names: an export of the module (a list of vectors, or a function that returns one), or a
 * `.npy` file [checkpoints, size].
 *
 * @throws {@link UsageError} if there are none
 */
export async function checkpointsOf(call: CliCall, source: ObjectiveSource): Promise<Float64Array[]> {
  const wanted = textOption(call, 'checkpoints') ?? 'checkpoints';
  if (!wanted.endsWith('.npy')) {
    const list = await exportOf(source, wanted);
    if (!Array.isArray(list))
      throw new UsageError(`${wanted} must be a list of vectors, got ${describeValue(list)}`);
    return list.map((one, k) => vectorOf(one, `${wanted}[${k}]`));
  }
  const { data, shape } = await arrayFile(wanted);
  const [count, size] = shape;
  if (shape.length !== 2)
    throw new UsageError(`${wanted} must be of shape [checkpoints, size], got [${shape.join(', ')}]`);
  return Array.from({ length: count! }, (_, k) => data.slice(k * size!, (k + 1) * size!));
}

async function arrayFile(path: string): Promise<{ data: Float64Array; shape: readonly number[] }> {
  const { data, shape } = decodeNpy(await readFile(path), { file: path });
  return { data: Float64Array.from(data), shape };
}

async function exportOf({ module, settings }: ObjectiveSource, name: string): Promise<unknown> {
  const exports = (await import(/* @vite-ignore */ module)) as Record<string, unknown>;
  if (!(name in exports))
    throw new UsageError(`the module has no export ${name}; it has ${Object.keys(exports).join(', ')}`);
  const found = exports[name];
  return typeof found === 'function' ? await (found as (given: unknown) => unknown)(settings) : found;
}

function vectorOf(value: unknown, name: string): Float64Array {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Float64Array.from(value as unknown as ArrayLike<number>);
  if (Array.isArray(value) && value.every((one) => typeof one === 'number')) return Float64Array.from(value);
  throw new UsageError(`${name} must be an array of numbers, got ${describeValue(value)}`);
}
