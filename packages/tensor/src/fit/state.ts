import { describeValue, InvalidArgumentError } from '@pct/core';
import { dtypeOf, isFloat } from '../graph/dtype.js';
import type { Precision } from '../graph/convertFloats.js';
import { convertElements } from '../graph/convertFloats.js';
import type { NdArray, TypedArray } from '../graph/types.js';
import { checkArray } from '../io/names.js';
import type { Optimizer, OptimizerState } from '../optim/optimizer.js';
import type { FloatArray, ParameterTree } from '../optim/parameters.js';
import type { FlatTree } from '../trace/tree.js';
import { flattenTree, isNdArray, unflattenTree } from '../trace/tree.js';
import type { ValidationRecord } from './types.js';

/** What a step changes beside arrays. */
interface Counters {
  readonly step: number;
  readonly optimizerStep: number;
  readonly loss: number | undefined;
  readonly epochSum: number;
  readonly epochs: number;
}

/** Where a training stands. Its value after a step depends on nothing but the steps before. */
export class FitState {
  /** Parameters, owned: optimisers overwrite them. */
  readonly parameters: FlatTree<NdArray>;
  readonly tree: ParameterTree;
  /** What steps hand on besides parameters, owned; undefined without. */
  readonly carried: FlatTree<NdArray> | undefined;
  optimizer: OptimizerState;
  step = 0;
  /** Of the last batch. */
  loss: number | undefined = undefined;
  /** Of losses times examples in the epoch that has begun. */
  epochSum = 0;
  epochLosses: number[] = [];
  validations: ValidationRecord[] = [];
  best: ValidationRecord | undefined = undefined;
  /** Elements of the best parameters, if they are kept. */
  bestParameters: readonly FloatArray[] | undefined = undefined;
  /** Elements of the state with the best parameters, if they are kept. */
  bestCarried: readonly TypedArray[] | undefined = undefined;
  private previous:
    | {
        readonly parameters: readonly FloatArray[];
        readonly carried: readonly TypedArray[];
        readonly slots: Readonly<Record<string, readonly FloatArray[]>>;
        counters: Counters;
      }
    | undefined = undefined;

  /**
   * @param params - tree of finite floating point arrays, copied
   * @param carried - tree of arrays, finite where they are floating point, copied; undefined for none
   * @param precision - type in which floating point numbers are kept; undefined for their own
   * @throws {@link InvalidArgumentError} or {@link ShapeError} with the path of what is none
   */
  constructor(params: unknown, optimizer: Optimizer, carried?: unknown, precision?: Precision) {
    this.parameters = ownCopy('params', params, true, precision);
    this.carried = carried === undefined ? undefined : ownCopy('state', carried, false, precision);
    this.tree = unflattenTree(this.parameters.structure, this.parameters.leaves);
    this.optimizer = optimizer.init(this.tree);
  }

  /** What programs are given before the batch: the parameters, then the state if there is one. */
  get given(): readonly unknown[] {
    const { carried } = this;
    return carried === undefined
      ? [this.tree]
      : [this.tree, unflattenTree(carried.structure, carried.leaves)];
  }

  /** Elements of the state, in the order of its tree. */
  get carriedElements(): readonly TypedArray[] {
    return this.carried?.leaves.map(({ data }) => data) ?? [];
  }

  /** Elements of the parameters, in the order of the tree. */
  get elements(): readonly FloatArray[] {
    return this.parameters.leaves.map(({ data }) => data as FloatArray);
  }

  /** Whether the last step is validated already. */
  get validated(): boolean {
    return this.validations.at(-1)?.step === this.step;
  }

  /** Validations since the best one. */
  get stale(): number {
    const { best } = this;
    return best === undefined ? 0 : this.validations.filter(({ step }) => step > best.step).length;
  }

  /** First number of the parameters or the state that is not finite, in words; undefined if all are. */
  notFinite(): string | undefined {
    for (const flat of [this.parameters, this.carried])
      for (const [i, { data }] of flat?.leaves.entries() ?? []) {
        const at = findNotFinite(data);
        if (at >= 0) return `element ${at} of ${flat!.paths[i]} is ${data[at]}`;
      }
    return undefined;
  }

  /** Tree like the parameters with copies of other elements. */
  treeOf(elements: readonly FloatArray[]): unknown {
    return withElements(this.parameters, elements);
  }

  /** Tree like the state with copies of other elements; undefined without a state. */
  carriedOf(elements: readonly TypedArray[]): unknown {
    return this.carried && withElements(this.carried, elements);
  }

  /** Keeps a copy of parameters and state as the best ones, in the same memory every time. */
  keepAsBest(): void {
    this.bestParameters ??= this.elements.map((array) => array.slice());
    this.bestCarried ??= this.carriedElements.map((array) => array.slice());
    this.bestParameters.forEach((array, i) => array.set(this.elements[i]!));
    this.bestCarried.forEach((array, i) => array.set(this.carriedElements[i]!));
  }

  /** Keeps a copy to go back to, in the same memory every time. */
  remember(): void {
    const counters: Counters = {
      step: this.step,
      optimizerStep: this.optimizer.step,
      loss: this.loss,
      epochSum: this.epochSum,
      epochs: this.epochLosses.length,
    };
    const { previous } = this;
    if (previous === undefined) {
      const slots = Object.entries(this.optimizer.slots).map(
        ([name, arrays]) => [name, arrays.map((array) => array.slice())] as const,
      );
      const parameters = this.elements.map((array) => array.slice());
      const carried = this.carriedElements.map((array) => array.slice());
      this.previous = { parameters, carried, slots: Object.fromEntries(slots), counters };
      return;
    }
    previous.counters = counters;
    this.elements.forEach((array, i) => previous.parameters[i]!.set(array));
    this.carriedElements.forEach((array, i) => previous.carried[i]!.set(array));
    for (const [name, arrays] of Object.entries(this.optimizer.slots))
      arrays.forEach((array, i) => previous.slots[name]![i]!.set(array));
  }

  /** Goes back to what was remembered last, if anything; no step may follow. */
  goBack(): void {
    const { previous } = this;
    if (previous === undefined) return;
    const { step, optimizerStep, loss, epochSum, epochs } = previous.counters;
    this.elements.forEach((array, i) => array.set(previous.parameters[i]!));
    this.carriedElements.forEach((array, i) => array.set(previous.carried[i]!));
    this.optimizer = { step: optimizerStep, slots: previous.slots };
    this.step = step;
    this.loss = loss;
    this.epochSum = epochSum;
    this.epochLosses.length = epochs;
    this.previous = undefined;
  }
}

/**
 * Checks the arrays of a tree and copies them.
 *
 * @param root - name of the tree in messages
 * @param isTrained - whether it must have arrays, and all of floating point numbers
 */
function ownCopy(
  root: string,
  tree: unknown,
  isTrained: boolean,
  precision: Precision | undefined,
): FlatTree<NdArray> {
  const flat = flattenTree('fit', root, tree, isNdArray, 'an array { data, shape }');
  if (flat.leaves.length === 0)
    throw new InvalidArgumentError(`fit: ${root} must have at least one array, got none`);
  const leaves = flat.leaves.map((leaf, i): NdArray => {
    const path = flat.paths[i]!;
    checkArray('fit', path, leaf);
    if (isTrained && !isFloat(dtypeOf(leaf.data)!))
      throw new InvalidArgumentError(
        `fit: ${path} must be a floating point array, got ${describeValue(leaf.data)}`,
      );
    const converted = precision === undefined ? leaf.data : convertElements(leaf.data, precision);
    const data = converted === leaf.data ? leaf.data.slice() : converted;
    const wrong = findNotFinite(data);
    if (wrong >= 0)
      throw new InvalidArgumentError(`fit: ${path} must be finite, but element ${wrong} is ${data[wrong]}`);
    return { data, shape: [...leaf.shape] };
  });
  return { ...flat, leaves };
}

function withElements(flat: FlatTree<NdArray>, elements: readonly TypedArray[]): unknown {
  const leaves = flat.leaves.map(({ shape }, i) => ({ data: elements[i]!.slice(), shape: [...shape] }));
  return unflattenTree(flat.structure, leaves);
}

function findNotFinite(data: NdArray['data']): number {
  // Zero times NaN or infinity is NaN, so one sum tells whether all elements are finite.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! * 0;
  return sum === 0 ? -1 : data.findIndex((value) => !Number.isFinite(value));
}
