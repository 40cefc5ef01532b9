import { throwIfAborted } from '@pct/core';
import { checkPrecision } from '../graph/convertFloats.js';
import { shapesOf } from '../trace/spec.js';
import type { TensorsOf } from '../trace/trace.js';
import type { Tensor } from '../trace/Tensor.js';
import type { TreeOf } from '../trace/tree.js';
import { restoreCheckpoint } from './checkpoint.js';
import { planFit } from './plan.js';
import type { AnyLoss } from './programs.js';
import { compilePrograms } from './programs.js';
import { FitState } from './state.js';
import { train } from './train.js';
import type { BatchSource, FitOptions, FitResult } from './types.js';

/**
 * Trains parameters on examples with mini-batches: θ ← optimizer(θ, ∇ loss(θ, batch)).
 *
 * What a training is after a step depends only on the parameters, the data, the options and the number of the
 * step: not on when it was interrupted, aborted or saved. A training that is resumed from a checkpoint on the
 * same engine continues to the last bit as if nothing had happened, if the engine itself gives the same bits
 * every time, as the interpreter and onnxruntime on one thread do.
 *
 * The order of the examples in an epoch comes from the seed and the number of the epoch. Batches have the named
 * size `batch`, so the last one of an epoch may be smaller, and the program still is compiled only once.
 *
 * @param loss - mean over the batch of what is to be small, one floating point number, from the parameters and
 *   the arrays of a batch; or `[loss, auxiliary]` with any tree of tensors that goes to `onProgress`. With the
 *   option `state` it gets the state after the parameters and returns `[loss, state]` or `[loss, state, auxiliary]`
 * @param params - where to begin: tree of finite float32 or float64 arrays; not changed
 * @param data - list with one entry per further argument of the loss: an array or a tree of arrays, each
 *   [example, ...]; only read, but to be left alone until the training ends. Or a {@link BatchSource}
 * @param options - {@link FitOptions}
 * @returns {@link FitResult}, also when stopped early
 * @throws {@link InvalidArgumentError} or {@link ShapeError} for parameters, data or options that do not fit, by
 *   their path; {@link FileFormatError} if `resume` is not a checkpoint
 * @throws {@link DivergedError}, a {@link NumericalError} with the last good parameters, if a loss, gradient,
 *   parameter or validation becomes NaN or infinite
 * @throws the signal's reason if aborted; once the training has begun, after saving a checkpoint
 * @example
 * ```ts
 * const { parameters } = await fit(
 *   (p, x, y) => mean(square(sub(mlp(p, x), y))),
 *   mlpParameters([2, 32, 1], createRng(1)),
 *   [inputs, targets], // [n, 2] and [n, 1]
 *   { optimizer: adam({ learningRate: 1e-3 }), batchSize: 32, epochs: 20, seed: 1 },
 * );
 * ```
 * @example A batch normalisation with its running statistics
 * ```ts
 * const { parameters, state } = await fit(
 *   (p, running, x, y) => {
 *     const [normal, next] = batchNormTraining(p.norm, running, dense(p.first, x));
 *     return [mean(crossEntropy(dense(p.last, relu(normal)), y)), next];
 *   },
 *   params,
 *   [inputs, labels],
 *   { state: batchNormState(16), optimizer: adam({ learningRate: 1e-3 }), batchSize: 32, epochs: 20 },
 * );
 * ```
 */
export async function fit<P, const D extends readonly unknown[], S, X = undefined>(
  loss: (
    params: TreeOf<P, Tensor>,
    state: TreeOf<S, Tensor>,
    ...batch: TensorsOf<D>
  ) => readonly [loss: Tensor, state: TreeOf<NoInfer<S>, Tensor>, auxiliary?: X],
  params: P,
  data: D | BatchSource<D>,
  options: NoInfer<FitOptions<P, D, X, S>> & { readonly state: S },
): Promise<FitResult<P, S>>;
export async function fit<P, const D extends readonly unknown[], X = undefined>(
  loss: (params: TreeOf<P, Tensor>, ...batch: TensorsOf<D>) => Tensor | readonly [loss: Tensor, auxiliary: X],
  params: P,
  data: D | BatchSource<D>,
  options: NoInfer<FitOptions<P, D, X>>,
): Promise<FitResult<P>>;
export async function fit<P, const D extends readonly unknown[], S, X>(
  loss: AnyLoss,
  params: P,
  data: D | BatchSource<D>,
  options: FitOptions<P, D, X, S>,
): Promise<FitResult<P, S>> {
  const { signal, runtime, threads, precision, resume } = options;
  throwIfAborted(signal);
  checkPrecision('fit', precision);
  const anyOptions = options as unknown as FitOptions<unknown, readonly unknown[]>;
  const plan = await planFit(data, anyOptions);
  const state = new FitState(params, plan.optimizer, options.state, precision);
  if (resume !== undefined) restoreCheckpoint(resume, state, plan);
  throwIfAborted(signal);
  // As declared: the precision is for the compiler.
  const given = options.state === undefined ? [params] : [params, options.state];
  const specs = [...given.map(shapesOf), ...plan.examples.specs];
  const metric = plan.validation?.metric;
  const compileOptions = { runtime, threads, precision, signal };
  const programs = await compilePrograms(loss, metric, specs, given.length > 1, compileOptions);
  try {
    return (await train(plan, state, programs, anyOptions)) as FitResult<P, S>;
  } finally {
    await programs.dispose();
  }
}
