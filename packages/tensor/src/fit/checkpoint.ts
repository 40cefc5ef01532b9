import { FileFormatError, InvalidArgumentError, PctError } from '@pct/core';
import type { NdArray, TypedArray } from '../graph/types.js';
import type { ArrayTree } from '../io/names.js';
import { arraysToTree } from '../io/names.js';
import { decodeSafetensors, encodeSafetensors } from '../io/safetensors.js';
import type { FloatArray } from '../optim/parameters.js';
import type { FlatTree } from '../trace/tree.js';
import { isNdArray, leavesLike, unflattenTree } from '../trace/tree.js';
import type { FitPlan } from './plan.js';
import type { FitState } from './state.js';

const FORMAT = 'pct-fit';
const VERSION = '1';

/** Counters as the metadata has them. */
interface Counters {
  readonly step: number;
  readonly optimizerStep: number;
  /** Index of the best validation, -1 for none. */
  readonly best: number;
}

/**
 * State of a training as the bytes of one safetensors file: arrays `parameters.*`, `state.*`,
 * `best.*`, `bestState.*`, `optimizer.<slot>.*`, `history.*`; counters and settings in the metadata.
 */
export function encodeCheckpoint(state: FitState, { settings }: FitPlan): Uint8Array {
  const { bestParameters, bestCarried, carriedElements, carried, validations } = state;
  const counters: Counters = {
    step: state.step,
    optimizerStep: state.optimizer.step,
    best: state.best === undefined ? -1 : validations.indexOf(state.best),
  };
  const rows = validations.flatMap(({ step, value }) => [step, value]);
  const history = {
    epochLosses: vector(state.epochLosses),
    validations: { data: Float64Array.from(rows), shape: [validations.length, 2] },
    // The loss is finite wherever there is one.
    running: vector([state.epochSum, state.loss ?? NaN]),
  };
  const tree = {
    parameters: state.tree as ArrayTree,
    optimizer: slotTrees(state),
    history,
    ...(bestParameters && { best: state.treeOf(bestParameters) as ArrayTree }),
    ...(carried && { state: state.carriedOf(carriedElements) as ArrayTree }),
    ...(carried && bestCarried && { bestState: state.carriedOf(bestCarried) as ArrayTree }),
  };
  const metadata = {
    format: FORMAT,
    version: VERSION,
    counters: JSON.stringify(counters),
    settings: JSON.stringify(settings),
  };
  return encodeSafetensors(tree, { metadata });
}

/**
 * Puts a checkpoint into the state of a training that has just begun.
 *
 * @throws {@link FileFormatError} if the bytes are not a whole checkpoint
 * @throws {@link InvalidArgumentError} if it belongs to other parameters, data, optimiser or options
 */
export function restoreCheckpoint(bytes: Uint8Array, state: FitState, plan: FitPlan): void {
  if (!(bytes instanceof Uint8Array))
    throw new InvalidArgumentError('fit: resume must be the bytes of a checkpoint, a Uint8Array');
  const { arrays, metadata } = decodeSafetensors(bytes, { file: 'checkpoint' });
  if (metadata.format !== FORMAT || metadata.version !== VERSION)
    fail(`must have format ${FORMAT} ${VERSION}, got ${metadata.format} ${metadata.version}`);
  compareSettings(parse<Record<string, string>>(metadata.settings), plan.settings);
  const counters = parse<Counters>(metadata.counters);
  for (const name of ['step', 'optimizerStep', 'best'] as const)
    if (!Number.isSafeInteger(counters[name]) || counters[name] < (name === 'best' ? -1 : 0))
      fail(`its counter ${name} is ${counters[name]}`);

  const history = readHistory(arrays);
  const like: Record<string, ArrayTree> = {
    parameters: state.tree as ArrayTree,
    optimizer: slotTrees(state),
    history,
  };
  const keepsBest = counters.best >= 0 && plan.validation?.keepBest === true;
  if (keepsBest) like.best = state.tree as ArrayTree;
  const { carried } = state;
  const carriedTree = state.carriedOf(state.carriedElements) as ArrayTree;
  if (carried !== undefined) like.state = carriedTree;
  if (carried !== undefined && keepsBest) like.bestState = carriedTree;
  let tree: Record<string, ArrayTree>;
  try {
    tree = arraysToTree<Record<string, ArrayTree>>(arrays, like);
  } catch (cause) {
    if (!(cause instanceof PctError)) throw cause;
    throw new InvalidArgumentError(
      `fit: the checkpoint belongs to other parameters, another state or another optimiser: ${cause.message}`,
      { cause },
    );
  }
  const { epochLosses, validations, running } = history;
  const records = Array.from({ length: validations.shape[0]! }, (_, i) => ({
    step: validations.data[2 * i]!,
    value: validations.data[2 * i + 1]!,
  }));
  if (epochLosses.data.length !== Math.floor(counters.step / plan.batchesPerEpoch))
    fail(`it has ${epochLosses.data.length} losses of epochs after ${counters.step} steps`);
  if (counters.best >= records.length) fail(`its best validation ${counters.best} is missing`);
  const parametersOf = (part: ArrayTree | undefined): FloatArray[] =>
    elementsOf(part, state.parameters) as FloatArray[];
  const restored = parametersOf(tree.parameters);
  state.elements.forEach((array, i) => array.set(restored[i]!));
  if (carried !== undefined) {
    const arraysOfState = elementsOf(tree.state, carried);
    state.carriedElements.forEach((array, i) => array.set(arraysOfState[i]!));
  }
  const wrong = state.notFinite();
  if (wrong !== undefined) fail(`its numbers must be finite, but ${wrong}`);
  const slots = Object.keys(state.optimizer.slots).map((slot) => {
    const slotTree = (tree.optimizer as Record<string, ArrayTree>)[slot];
    return [slot, parametersOf(slotTree)] as const;
  });
  state.optimizer = { step: counters.optimizerStep, slots: Object.fromEntries(slots) };
  state.step = counters.step;
  state.epochSum = running.data[0]!;
  state.loss = counters.step === 0 ? undefined : running.data[1];
  state.epochLosses = Array.from(epochLosses.data);
  state.validations = records;
  state.best = records[counters.best];
  state.bestParameters = keepsBest ? parametersOf(tree.best) : undefined;
  state.bestCarried = carried && keepsBest ? elementsOf(tree.bestState, carried) : undefined;
}

function compareSettings(was: Readonly<Record<string, string>>, is: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(is))
    if (was[name] !== value)
      throw new InvalidArgumentError(
        `fit: the checkpoint was made with ${name} ${was[name]}, got ${value}; resume with the same data and options`,
      );
}

/** Trees like the parameters, one for each slot of the optimiser. */
function slotTrees({ optimizer, parameters }: FitState): Record<string, ArrayTree> {
  const trees = Object.entries(optimizer.slots).map(([slot, arrays]) => {
    const leaves = arrays.map((data, i): NdArray => ({ data, shape: parameters.leaves[i]!.shape }));
    return [slot, unflattenTree(parameters.structure, leaves)] as const;
  });
  return Object.fromEntries(trees);
}

/** Arrays of the history, whose lengths differ from checkpoint to checkpoint. */
function readHistory(
  arrays: Readonly<Record<string, NdArray>>,
): Record<'epochLosses' | 'validations' | 'running', NdArray> {
  const read = (name: string, isShape: (shape: readonly number[]) => boolean): NdArray => {
    const found = arrays[`history.${name}`];
    if (found === undefined || !(found.data instanceof Float64Array) || !isShape(found.shape))
      return fail(`history.${name} is missing or malformed`);
    return found;
  };
  return {
    epochLosses: read('epochLosses', ({ length }) => length === 1),
    validations: read('validations', (shape) => shape.length === 2 && shape[1] === 2),
    running: read('running', (shape) => shape.length === 1 && shape[0] === 2),
  };
}

function elementsOf(tree: ArrayTree | undefined, { structure }: FlatTree<NdArray>): TypedArray[] {
  return leavesLike('fit', 'checkpoint', tree, structure, isNdArray, 'an array').map(({ data }) => data);
}

function vector(values: readonly number[]): NdArray {
  return { data: Float64Array.from(values), shape: [values.length] };
}

function parse<T>(json: string | undefined): T {
  let value: unknown;
  try {
    value = JSON.parse(json ?? '');
  } catch (cause) {
    return fail('its metadata is not JSON', cause);
  }
  if (typeof value !== 'object' || value === null) return fail('its metadata must be JSON objects');
  return value as T;
}

function fail(message: string, cause?: unknown): never {
  throw new FileFormatError({ file: 'checkpoint' }, `${message}; not a checkpoint of fit?`, { cause });
}
