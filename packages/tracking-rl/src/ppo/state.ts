import { FileFormatError, InvalidArgumentError } from '@pct/core';
import {
  arraysToTree,
  decodeSafetensors,
  encodeSafetensors,
  mapTree,
  type NdArray,
  type OptimizerState,
} from '@pct/tensor';
import type { PolicyParameters } from '../policy/types.js';

type Parameters = PolicyParameters<NdArray>;

/** All that changes during a training; records are plain data. */
export interface TrainingState<R> {
  parameters: Parameters;
  optimizer: OptimizerState;
  /** One per iteration that was done. */
  records: R[];
  /** The parameters that did best in a validation, and the iteration. */
  best: { readonly parameters: Parameters; readonly iteration: number; readonly score: number } | undefined;
}

const FORMAT = 'pct.tracking-rl.training.1';

/** State before the first iteration. */
export function newState<R>(parameters: Parameters, optimizer: OptimizerState): TrainingState<R> {
  return { parameters: copyOf(parameters), optimizer, records: [], best: undefined };
}

/** The same arrays, owned by the caller. */
export function copyOf(parameters: Parameters): Parameters {
  return mapTree(parameters, ({ data, shape }: NdArray): NdArray => ({
    data: data.slice(),
    shape: [...shape],
  }));
}

/**
 * A state as bytes of a safetensors file.
 *
 * @param settings - all options that matter to the numbers, as text
 */
export function encodeState(state: TrainingState<unknown>, settings: string): Uint8Array {
  const { parameters, optimizer, records, best } = state;
  const slots = Object.fromEntries(
    Object.entries(optimizer.slots).map(([name, arrays]) => [
      name,
      arrays.map((data): NdArray => ({ data, shape: [data.length] })),
    ]),
  );
  return encodeSafetensors(
    { parameters, slots, ...(best && { best: best.parameters }) },
    {
      metadata: {
        format: FORMAT,
        settings,
        step: String(optimizer.step),
        records: JSON.stringify(records),
        ...(best && { best: JSON.stringify([best.iteration, best.score]) }),
      },
    },
  );
}

/**
 * Reads what {@link encodeState} wrote.
 *
 * @param name - of the training function, for messages
 * @param start - state of the same training before its first iteration
 * @throws FileFormatError if the bytes are no such file; InvalidArgumentError if they are of another training
 */
export function decodeState<R>(
  name: string,
  bytes: Uint8Array,
  settings: string,
  start: TrainingState<R>,
): TrainingState<R> {
  const where = { file: 'checkpoint' };
  const { arrays, metadata } = decodeSafetensors(bytes, where);
  if (metadata['format'] !== FORMAT)
    throw new FileFormatError(
      where,
      `the metadata must have format "${FORMAT}", got ${metadata['format'] ?? 'none'}`,
    );
  if (metadata['settings'] !== settings)
    throw new InvalidArgumentError(
      `${name}: the checkpoint is of a training with other options:\n  ${metadata['settings'] ?? 'none'}\nnow:\n  ${settings}`,
    );
  const read = (prefix: string): Parameters => {
    const part = Object.entries(arrays)
      .filter(([path]) => path.startsWith(`${prefix}.`))
      .map(([path, array]) => [path.slice(prefix.length + 1), array] as const);
    return arraysToTree(Object.fromEntries(part), start.parameters as never);
  };
  const slotOf = (path: string): Float32Array => {
    const array = arrays[`slots.${path}`];
    if (array === undefined) throw new FileFormatError(where, `slots.${path} is missing`);
    return array.data as Float32Array;
  };
  const best = metadata['best'];
  const [iteration, score] = parse(best ?? '[0, 0]') as [number, number];
  return {
    parameters: read('parameters'),
    optimizer: {
      step: Number(metadata['step']),
      slots: Object.fromEntries(
        Object.entries(start.optimizer.slots).map(([slot, list]) => [
          slot,
          list.map((_, k) => slotOf(`${slot}.${k}`)),
        ]),
      ),
    },
    records: parse(metadata['records'] ?? '[]') as R[],
    best: best === undefined ? undefined : { parameters: read('best'), iteration, score },
  };
}

/** JSON has no NaN: it became null. */
function parse(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => (value === null ? NaN : value));
}
