import type { Rng } from '@pct/core';
import { checkInteger, describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import { allocate, dtypeOf } from '../graph/dtype.js';
import type { NdArray } from '../graph/types.js';
import { checkArray } from '../io/names.js';
import { TensorSpec } from '../trace/spec.js';
import type { FlatTree } from '../trace/tree.js';
import { flattenTree, isNdArray, leavesLike, unflattenTree } from '../trace/tree.js';
import type { BatchSource } from './types.js';

/** Examples, checked, whatever they come from. */
export interface Examples {
  readonly size: number;
  /** Type of each argument of the loss after the parameters: a tree of specs with the first axis `batch`. */
  readonly specs: readonly unknown[];
  /** Types in words, such as `data[0]: float32[batch, 34]`. */
  readonly types: readonly string[];
  /** Arrays of some examples, valid until the next call. */
  take(indices: Int32Array): Promise<readonly unknown[]>;
}

/**
 * Checks data and makes it ready to be taken in batches.
 *
 * @param path - name of the data in messages
 * @throws {@link InvalidArgumentError} or {@link ShapeError} with the path of what is not such data
 */
export async function openExamples(path: string, data: unknown): Promise<Examples> {
  if (isBatchSource(data)) return openSource(path, data);
  if (!Array.isArray(data))
    throw new InvalidArgumentError(
      `fit: ${path} must be a list with one entry per argument of the loss after the parameters, or a batch source { size, batch }, got ${describeValue(data)}`,
    );
  const flat = flattenData(path, data);
  const size = flat.leaves[0]!.shape[0]!;
  flat.leaves.forEach(({ shape }, i) => {
    if (shape[0] !== size)
      throw new ShapeError(
        `fit: ${flat.paths[i]} must have ${size} examples on its first axis like ${flat.paths[0]}, got ${shape[0]}`,
      );
  });
  if (size === 0) throw new ShapeError(`fit: ${flat.paths[0]} must have at least one example, got none`);
  // Only the sizes of full and of last batches occur.
  const buffers = new Map<number, readonly NdArray[]>();
  const take = (indices: Int32Array): Promise<readonly unknown[]> => {
    const count = indices.length;
    const into = buffers.get(count) ?? flat.leaves.map((leaf) => emptyLike(leaf, count));
    buffers.set(count, into);
    flat.leaves.forEach((leaf, i) => copyRows(leaf, indices, into[i]!));
    return Promise.resolve(unflattenTree(flat.structure, into) as readonly unknown[]);
  };
  return { size, ...describe(flat), take };
}

/**
 * Which examples a batch has.
 *
 * @param rng - of the whole training; its child of the epoch fixes the order, so no state has to be kept
 */
export class BatchOrder {
  private readonly size: number;
  private readonly batchSize: number;
  private readonly rng: Rng | undefined;
  private epoch = -1;
  private order: Int32Array;

  constructor(size: number, batchSize: number, rng: Rng | undefined) {
    this.size = size;
    this.batchSize = batchSize;
    this.rng = rng;
    this.order = Int32Array.from({ length: size }, (_, i) => i);
  }

  /** Indices of the examples, to be read only until the next call; [batch]. */
  indices(epoch: number, batch: number): Int32Array {
    if (this.rng !== undefined && epoch !== this.epoch) {
      this.order = this.rng.split(epoch).permutation(this.size);
      this.epoch = epoch;
    }
    return this.order.subarray(batch * this.batchSize, (batch + 1) * this.batchSize);
  }
}

function isBatchSource(value: unknown): value is BatchSource<readonly unknown[]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return typeof (value as { batch?: unknown }).batch === 'function';
}

async function openSource(path: string, source: BatchSource<readonly unknown[]>): Promise<Examples> {
  const size = checkInteger('fit', `${path}.size`, source.size, { min: 1, max: 0x7fff_ffff });
  const read = async (indices: Int32Array): Promise<unknown> => await source.batch(indices.slice());
  const first = await read(Int32Array.of(0));
  if (!Array.isArray(first))
    throw new InvalidArgumentError(
      `fit: ${path}.batch must return a list with one entry per argument of the loss after the parameters, got ${describeValue(first)}`,
    );
  const flat = flattenData(path, first);
  checkCount(path, flat.leaves, flat.paths, 1);
  const take = async (indices: Int32Array): Promise<readonly unknown[]> => {
    const batch = await read(indices);
    const leaves = leavesLike('fit', path, batch, flat.structure, isNdArray, 'an array { data, shape }');
    checkCount(path, leaves, flat.paths, indices.length);
    return batch as readonly unknown[];
  };
  return { size, ...describe(flat), take };
}

function checkCount(path: string, leaves: readonly NdArray[], paths: readonly string[], count: number): void {
  leaves.forEach(({ shape }, i) => {
    if (shape[0] !== count)
      throw new ShapeError(
        `fit: ${path}.batch must return ${count} examples for ${count} indices, but ${paths[i]} has shape [${shape.join(', ')}]`,
      );
  });
}

function flattenData(path: string, data: readonly unknown[]): FlatTree<NdArray> {
  const flat = flattenTree('fit', path, data, isNdArray, 'an array { data, shape }');
  if (flat.leaves.length === 0)
    throw new InvalidArgumentError(`fit: ${path} must have at least one array, got none`);
  flat.leaves.forEach((leaf, i) => {
    checkArray('fit', flat.paths[i]!, leaf);
    if (leaf.shape.length === 0)
      throw new ShapeError(`fit: ${flat.paths[i]} must have the examples on its first axis, got shape []`);
  });
  return flat;
}

function describe(flat: FlatTree<NdArray>): Pick<Examples, 'specs' | 'types'> {
  const specs = flat.leaves.map(
    ({ data, shape }) => new TensorSpec(dtypeOf(data)!, ['batch', ...shape.slice(1)]),
  );
  // Validation data is compared with training data, so paths begin after the name.
  const start = flat.paths[0]!.indexOf('[');
  const types = specs.map((spec, i) => `${flat.paths[i]!.slice(start)}: ${spec.toString()}`);
  return { specs: unflattenTree(flat.structure, specs) as readonly unknown[], types };
}

function emptyLike({ data, shape }: NdArray, count: number): NdArray {
  const row = data.length / shape[0]!;
  return { data: allocate(dtypeOf(data)!, count * row), shape: [count, ...shape.slice(1)] };
}

function copyRows(from: NdArray, indices: Int32Array, to: NdArray): void {
  const row = from.data.length / from.shape[0]!;
  const [source, target] = [from.data, to.data];
  if (row === 1) for (let i = 0; i < indices.length; i++) target[i] = source[indices[i]!]!;
  else
    for (let i = 0; i < indices.length; i++) {
      const start = indices[i]! * row;
      target.set(source.subarray(start, start + row), i * row);
    }
}
