import { describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import { describeType } from '../graph/describe.js';
import type { NdArray } from '../graph/types.js';
import type { Compiled, CompileOptions } from '../runtime/compile.js';
import { compile } from '../runtime/compile.js';
import { keepNames } from '../trace/names.js';
import { Tensor } from '../trace/Tensor.js';
import { flattenTree, isTensor, leavesLike } from '../trace/tree.js';
import { valueAndGrad } from '../transforms/grad.js';

/** Function of parameters and batch with everything about trees forgotten. */
export type AnyLoss = (...args: readonly never[]) => unknown;

/** What one batch gives. */
export interface StepOutcome {
  readonly loss: number;
  /** Tree like the parameters; to be changed, but valid only until the next step. */
  readonly gradients: unknown;
  /** New arrays of the state, in its order; valid only until the next step. */
  readonly state: readonly NdArray[];
  /** Owned by the caller. */
  readonly auxiliary: unknown;
}

/** The compiled programs of a training. */
export interface FitPrograms {
  /** @param given - the parameters, then the state if there is one */
  step(given: readonly unknown[], batch: readonly unknown[]): Promise<StepOutcome>;
  /** @param given - as for a step */
  metric(given: readonly unknown[], batch: readonly unknown[]): Promise<number>;
  dispose(): Promise<void>;
}

/**
 * Compiles the loss with its gradient, and what is validated if anything is.
 *
 * @param specs - of the parameters, of the state if there is one, then of the batch
 * @param stateful - whether there is a state
 * @param metric - `'loss'` for the loss itself, undefined for no validation
 */
export async function compilePrograms(
  loss: AnyLoss,
  metric: AnyLoss | 'loss' | undefined,
  specs: readonly unknown[],
  stateful: boolean,
  options: CompileOptions,
): Promise<FitPrograms> {
  const both = keepNames((...args: readonly never[]) => {
    const { value, state, auxiliary } = takeApart(loss(...args), stateful ? args[1] : undefined);
    return [value, { state, auxiliary }];
  }, loss);
  const step = await build(valueAndGrad(both as never, { auxiliary: true }), specs, options);
  let measure: Program | undefined;
  try {
    if (metric !== undefined) measure = await build(single(metric, loss, stateful), specs, options);
    const type = measure?.graph.outputs[0]?.type;
    if (type !== undefined && type.shape.length > 0)
      throw new ShapeError(
        `fit: validation.metric must return one number, got ${describeType(type)}; reduce it with mean`,
      );
  } catch (error) {
    await step.dispose();
    await measure?.dispose();
    throw error;
  }
  // What goes to onProgress has to be new every time; the rest is read before the next step.
  const hasAuxiliary = step.graph.outputNames.some((name) => name.startsWith('output[2].auxiliary'));
  const outputs = hasAuxiliary ? undefined : step.allocateOutputs();
  return {
    async step(given, batch) {
      const args = feed(given, batch);
      const results = outputs === undefined ? await step.run(...args) : await step.runInto(outputs, ...args);
      const [value, gradients, more] = results as [NdArray, unknown, More<NdArray>];
      return { loss: value.data[0]!, gradients, state: more.state, auxiliary: more.auxiliary[0] };
    },
    async metric(given, batch) {
      const value = (await measure!.run(...feed(given, batch))) as NdArray;
      return value.data[0]!;
    },
    async dispose() {
      await step.dispose();
      await measure?.dispose();
    },
  };
}

/** What a loss returns besides its value: leaves of the new state, and a list of the auxiliary tree if any. */
interface More<Leaf> {
  readonly state: readonly Leaf[];
  readonly auxiliary: readonly unknown[];
}

type Program = Compiled<readonly unknown[], unknown>;

function build(fn: unknown, specs: readonly unknown[], options: CompileOptions): Promise<Program> {
  return compile<readonly unknown[], unknown>(fn as never, specs, options);
}

/** Arguments of a run, which checks them. */
function feed(given: readonly unknown[], batch: readonly unknown[]): object[] {
  return [...given, ...batch] as object[];
}

/** @param before - state that the loss was given, a tree of tensors; undefined for none */
function takeApart(result: unknown, before: unknown): More<Tensor> & { readonly value: unknown } {
  const parts: readonly unknown[] = Array.isArray(result) ? result : [result];
  const [value, ...more] = parts;
  if (before === undefined) {
    if (parts.length > 2 || parts.length === 0)
      throw new InvalidArgumentError(
        `fit: the loss must return a tensor or [loss, auxiliary], got a list of length ${parts.length}`,
      );
    return { value, state: [], auxiliary: more };
  }
  if (parts.length !== 2 && parts.length !== 3)
    throw new InvalidArgumentError(
      `fit: with a state the loss must return [loss, state] or [loss, state, auxiliary], got ${Array.isArray(result) ? `a list of length ${parts.length}` : describeValue(result)}`,
    );
  return { value, state: stateLike(before, more[0]), auxiliary: more.slice(1) };
}

/** Leaves of a new state, which has to be like the one before. */
function stateLike(before: unknown, after: unknown): Tensor[] {
  const { structure, leaves, paths } = flattenTree('fit', 'state', before, isTensor, 'a tensor');
  const name = 'fit: the state that the loss returns';
  const next = leavesLike(name, 'state', after, structure, isTensor, 'a tensor');
  leaves.forEach((leaf, i) => {
    if (describeType(leaf) !== describeType(next[i]!))
      throw new ShapeError(
        `${name}: ${paths[i]} must be ${describeType(leaf)} like the one it was given, got ${describeType(next[i]!)}`,
      );
  });
  return next;
}

function single(metric: AnyLoss | 'loss', loss: AnyLoss, stateful: boolean): AnyLoss {
  if (metric === 'loss')
    return keepNames(
      (...args: readonly never[]) => takeApart(loss(...args), stateful ? args[1] : undefined).value,
      loss,
    );
  return keepNames((...args: readonly never[]) => {
    const value = metric(...args);
    if (!(value instanceof Tensor))
      throw new InvalidArgumentError('fit: validation.metric must return a tensor with one number');
    return value;
  }, metric);
}
