import { FileFormatError, InvalidArgumentError } from '@pct/core';
import {
  arraysToTree,
  decodeSafetensors,
  encodeSafetensors,
  mapTree,
  type NdArray,
  type Optimizer,
  type OptimizerState,
} from '@pct/tensor';
import type { InteractionParameters } from '../model/lineNetwork.js';
import type { TrainValidationRecord } from './types.js';

type Parameters = InteractionParameters<NdArray>;

/** All that changes during a training. */
export interface TrainState {
  parameters: Parameters;
  optimizer: OptimizerState;
  losses: number[];
  validations: TrainValidationRecord[];
  best: { readonly parameters: Parameters; readonly record: TrainValidationRecord } | undefined;
}

const FORMAT = 'pct.gnn-dfl.training.1';

/** State before the first step. */
export function newState(parameters: Parameters, optimizer: Optimizer): TrainState {
  const copy = copyOf(parameters);
  return {
    parameters: copy,
    optimizer: optimizer.init(copy as never),
    losses: [],
    validations: [],
    best: undefined,
  };
}

/**
 * Adds a validation of the present parameters, and keeps these if they are the best. A model without any accepted track,
 * whose purity is NaN, is worse than any other.
 */
export function keepBest(state: TrainState, record: TrainValidationRecord): void {
  const rank = ({ purity }: TrainValidationRecord): number => (Number.isNaN(purity) ? -1 : purity);
  state.validations.push(record);
  if (state.best === undefined || rank(record) > rank(state.best.record))
    state.best = { parameters: copyOf(state.parameters), record };
}

/** The same arrays, owned by the caller. */
export function copyOf(parameters: Parameters): Parameters {
  const copy = ({ data, shape }: NdArray): NdArray => ({ data: data.slice(), shape: [...shape] });
  return mapTree(parameters, (leaf) => copy(leaf));
}

/**
 * A state as bytes of a safetensors file.
 *
 * @param settings - all options that matter to the numbers, as text
 */
export function encodeState(state: TrainState, settings: string): Uint8Array {
  const { parameters, optimizer, losses, validations, best } = state;
  const vector = (data: Float32Array | Float64Array): NdArray => ({ data, shape: [data.length] });
  const slots = Object.fromEntries(
    Object.entries(optimizer.slots).map(([name, arrays]) => [name, arrays.map(vector)]),
  );
  const arrays = {
    parameters,
    slots,
    losses: vector(Float64Array.from(losses)),
    ...(best && { best: best.parameters }),
  };
  return encodeSafetensors(arrays as never, {
    metadata: {
      format: FORMAT,
      settings,
      step: String(optimizer.step),
      validations: JSON.stringify(validations),
      ...(best && { best: JSON.stringify(best.record) }),
    },
  });
}

/**
 * Reads what {@link encodeState} wrote.
 *
 * @param start - state of the same training before its first step
 * @throws FileFormatError if the bytes are no such file; InvalidArgumentError if they are of another training
 */
export function decodeState(bytes: Uint8Array, settings: string, start: TrainState): TrainState {
  const { arrays, metadata } = decodeSafetensors(bytes, { file: 'checkpoint' });
  if (metadata['format'] !== FORMAT)
    throw new FileFormatError(
      { file: 'checkpoint' },
      `the metadata must have format "${FORMAT}", got ${metadata['format'] ?? 'none'}`,
    );
  if (metadata['settings'] !== settings)
    throw new InvalidArgumentError(
      `train: the checkpoint is of a training with other options:\n  ${metadata['settings'] ?? 'none'}\nnow:\n  ${settings}`,
    );
  const { losses, ...rest } = arrays;
  const part = (prefix: string): Record<string, NdArray> =>
    Object.fromEntries(
      Object.entries(rest)
        .filter(([name]) => name.startsWith(`${prefix}.`))
        .map(([name, array]) => [name.slice(prefix.length + 1), array]),
    );
  const read = (prefix: string): Parameters => arraysToTree(part(prefix), start.parameters as never);
  const slots = part('slots');
  const slotOf = (name: string): NdArray['data'] => {
    const array = slots[name];
    if (array !== undefined) return array.data;
    throw new FileFormatError({ file: 'checkpoint' }, `slots.${name} is missing`);
  };
  const best = metadata['best'];
  return {
    parameters: read('parameters'),
    optimizer: {
      step: Number(metadata['step']),
      slots: Object.fromEntries(
        Object.entries(start.optimizer.slots).map(([name, list]) => [
          name,
          list.map((_, k) => slotOf(`${name}.${k}`) as Float32Array),
        ]),
      ),
    },
    losses: [...(losses?.data ?? [])],
    validations: parseRecords(metadata['validations'] ?? '[]') as TrainValidationRecord[],
    best:
      best === undefined
        ? undefined
        : { parameters: read('best'), record: parseRecords(best) as TrainValidationRecord },
  };
}

/** JSON has no NaN: it became null. */
function parseRecords(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => (value === null ? NaN : value));
}
