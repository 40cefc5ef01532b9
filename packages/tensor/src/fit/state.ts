import { describeValue, InvalidArgumentError } from '@pct/core';
import { dtypeOf, isFloat } from '../graph/dtype.js';
import type { NdArray } from '../graph/types.js';
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
  private previous:
    | {
        readonly parameters: readonly FloatArray[];
        readonly slots: Readonly<Record<string, readonly FloatArray[]>>;
        counters: Counters;
      }
    | undefined = undefined;

  /**
   * @param params - tree of finite floating point arrays, copied
   * @throws {@link InvalidArgumentError} or {@link ShapeError} with the path of what is none
   */
  constructor(params: unknown, optimizer: Optimizer) {
    const flat = flattenTree('fit', 'params', params, isNdArray, 'an array { data, shape }');
    if (flat.leaves.length === 0)
      throw new InvalidArgumentError('fit: params must have at least one array, got none');
    const leaves = flat.leaves.map((leaf, i): NdArray => {
      const path = flat.paths[i]!;
      checkArray('fit', path, leaf);
      if (!isFloat(dtypeOf(leaf.data)!))
        throw new InvalidArgumentError(
          `fit: ${path} must be a floating point array, got ${describeValue(leaf.data)}`,
        );
      const wrong = findNotFinite(leaf.data);
      if (wrong >= 0)
        throw new InvalidArgumentError(
          `fit: ${path} must be finite, but element ${wrong} is ${leaf.data[wrong]}`,
        );
      return { data: leaf.data.slice(), shape: [...leaf.shape] };
    });
    this.parameters = { ...flat, leaves };
    this.tree = unflattenTree(flat.structure, leaves);
    this.optimizer = optimizer.init(this.tree);
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

  /** First parameter that is not finite, in words; undefined if all are. */
  notFinite(): string | undefined {
    for (const [i, { data }] of this.parameters.leaves.entries()) {
      const at = findNotFinite(data);
      if (at >= 0) return `element ${at} of ${this.parameters.paths[i]} is ${data[at]}`;
    }
    return undefined;
  }

  /** Tree like the parameters with copies of other elements. */
  treeOf(elements: readonly FloatArray[]): unknown {
    const leaves = this.parameters.leaves.map(({ shape }, i) => ({
      data: elements[i]!.slice(),
      shape: [...shape],
    }));
    return unflattenTree(this.parameters.structure, leaves);
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
      this.previous = { parameters, slots: Object.fromEntries(slots), counters };
      return;
    }
    previous.counters = counters;
    this.elements.forEach((array, i) => previous.parameters[i]!.set(array));
    for (const [name, arrays] of Object.entries(this.optimizer.slots))
      arrays.forEach((array, i) => previous.slots[name]![i]!.set(array));
  }

  /** Goes back to what was remembered last, if anything; no step may follow. */
  goBack(): void {
    const { previous } = this;
    if (previous === undefined) return;
    const { step, optimizerStep, loss, epochSum, epochs } = previous.counters;
    this.elements.forEach((array, i) => array.set(previous.parameters[i]!));
    this.optimizer = { step: optimizerStep, slots: previous.slots };
    this.step = step;
    this.loss = loss;
    this.epochSum = epochSum;
    this.epochLosses.length = epochs;
    this.previous = undefined;
  }
}

function findNotFinite(data: NdArray['data']): number {
  // Zero times NaN or infinity is NaN, so one sum tells whether all elements are finite.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! * 0;
  return sum === 0 ? -1 : data.findIndex((value) => !Number.isFinite(value));
}
