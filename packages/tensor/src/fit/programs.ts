import { InvalidArgumentError, ShapeError } from '@pct/core';
import { describeType } from '../graph/describe.js';
import type { NdArray } from '../graph/types.js';
import type { Compiled, CompileOptions } from '../runtime/compile.js';
import { compile } from '../runtime/compile.js';
import { keepNames } from '../trace/names.js';
import { Tensor } from '../trace/Tensor.js';
import { valueAndGrad } from '../transforms/grad.js';

/** Function of parameters and batch with everything about trees forgotten. */
export type AnyLoss = (...args: readonly never[]) => unknown;

/** What one batch gives. */
export interface StepOutcome {
  readonly loss: number;
  /** Tree like the parameters, owned by the caller. */
  readonly gradients: unknown;
  readonly auxiliary: unknown;
}

/** The compiled programs of a training. */
export interface FitPrograms {
  step(parameters: unknown, batch: readonly unknown[]): Promise<StepOutcome>;
  metric(parameters: unknown, batch: readonly unknown[]): Promise<number>;
  dispose(): Promise<void>;
}

/**
 * Compiles the loss with its gradient, and what is validated if anything is.
 *
 * @param specs - of the parameters, then of the batch
 * @param metric - `'loss'` for the loss itself, undefined for no validation
 */
export async function compilePrograms(
  loss: AnyLoss,
  metric: AnyLoss | 'loss' | undefined,
  specs: readonly unknown[],
  options: CompileOptions,
): Promise<FitPrograms> {
  const both = keepNames((...args: readonly never[]) => lossAndMore(loss(...args)), loss);
  const step = await build(valueAndGrad(both as never, { auxiliary: true }), specs, options);
  let measure: Program | undefined;
  try {
    if (metric !== undefined) measure = await build(single(metric, loss), specs, options);
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
  return {
    async step(parameters, batch) {
      const [value, gradients, more] = (await step.run(...feed(parameters, batch))) as [
        NdArray,
        unknown,
        unknown,
      ];
      const [auxiliary] = more as readonly unknown[];
      return { loss: value.data[0]!, gradients, auxiliary };
    },
    async metric(parameters, batch) {
      const value = (await measure!.run(...feed(parameters, batch))) as NdArray;
      return value.data[0]!;
    },
    async dispose() {
      await step.dispose();
      await measure?.dispose();
    },
  };
}

type Program = Compiled<readonly unknown[], unknown>;

function build(fn: unknown, specs: readonly unknown[], options: CompileOptions): Promise<Program> {
  return compile<readonly unknown[], unknown>(fn as never, specs, options);
}

/** Arguments of a run, which checks them. */
function feed(parameters: unknown, batch: readonly unknown[]): object[] {
  return [parameters, ...batch] as object[];
}

/** The loss, and a list that holds the rest if there is any. */
function lossAndMore(result: unknown): readonly [unknown, readonly unknown[]] {
  if (!Array.isArray(result)) return [result, []];
  if (result.length !== 2)
    throw new InvalidArgumentError(
      `fit: the loss must return a tensor or [loss, auxiliary], got a list of length ${result.length}`,
    );
  const [loss, auxiliary] = result as [unknown, unknown];
  return [loss, [auxiliary]];
}

function single(metric: AnyLoss | 'loss', loss: AnyLoss): AnyLoss {
  if (metric === 'loss') return keepNames((...args: readonly never[]) => lossAndMore(loss(...args))[0], loss);
  return keepNames((...args: readonly never[]) => {
    const value = metric(...args);
    if (!(value instanceof Tensor))
      throw new InvalidArgumentError('fit: validation.metric must return a tensor with one number');
    return value;
  }, metric);
}
