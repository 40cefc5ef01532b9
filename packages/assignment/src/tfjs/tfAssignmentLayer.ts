import { describeValue, InvalidArgumentError } from '@pct/core';
import { reshape, type Tensor } from '@pct/tensor';
import { tfFunction, type TfModule, type TfTensor } from '@pct/tensor/tfjs';
import { assignmentLayer } from '../layers/assignmentLayer.js';
import type { AssignmentLayerOptions, Estimator, TracedEstimator } from '../layers/types.js';

const NAME = 'tfAssignmentLayer';
const INPUTS = ['mask', 'truth', 'examples', 'seed'];

/** Options of {@link tfAssignmentLayer}: those of `assignmentLayer` that are no tensors. */
export interface TfAssignmentLayerOptions extends Pick<
  AssignmentLayerOptions,
  'unmatchedCost' | 'solver' | 'maximize'
> {
  /**
   * As that of `assignmentLayer`, or a function that makes one from a seed, `(seed) => perturbed({ seed })`: then
   * every call takes a `seed`.
   *
   * @defaultValue `blackbox({ lambda: 20 })`
   */
  readonly estimator?: Estimator | TracedEstimator | ((seed: Tensor) => Estimator) | undefined;
  /**
   * As that of `assignmentLayer`; for a pairwise one every call takes `truth`.
   *
   * @defaultValue `undefined`: none
   */
  readonly margin?: { readonly kind: 'pairwise' | 'totalCost'; readonly alpha: number } | undefined;
}

/** What a call of the layer takes besides costs; tensors of tfjs, which stay the caller's. */
export interface TfAssignmentInputs {
  /** Pairs that may be matched, bool `[b, n, m]` or `[n, m]`. */
  readonly mask?: TfTensor | undefined;
  /** True pairs, bool or float32 `[b, n, m]` or `[n, m]`, for a pairwise margin. */
  readonly truth?: TfTensor | undefined;
  /** Index by which each problem's noise is keyed, int32 `[b]`. */
  readonly examples?: TfTensor | undefined;
  /** Seed of the noise, int32 with one element. */
  readonly seed?: TfTensor | undefined;
}

/**
 * {@link assignmentLayer} for tensors of tfjs: runs at once, and `tf.grad`, `tf.variableGrads` and optimisers go
 * through it.
 *
 * Problems are solved in float64 outside of tfjs, from float32 costs; the layer waits for the device.
 *
 * @param tf - the module of tfjs that the tensors belong to
 * @param options - {@link TfAssignmentLayerOptions}
 * @returns function of costs, float32 `[n, m]` or `[b, n, m]`, and {@link TfAssignmentInputs}; its result, of the type
 * of the costs, is the caller's to dispose
 * @throws {@link InvalidArgumentError} as `assignmentLayer`, when the returned function is called; also for a missing
 * or unknown input
 * @example
 * ```ts
 * const layer = tfAssignmentLayer(tf, { estimator: blackbox({ lambda: 5 }) });
 * const gradient = tf.grad((c: tf.Tensor) => tf.sum(tf.mul(layer(c), weights)))(costs);
 * ```
 */
export function tfAssignmentLayer(
  tf: TfModule,
  options: TfAssignmentLayerOptions = {},
): (cost: TfTensor, inputs?: TfAssignmentInputs) => TfTensor {
  const { estimator, margin, unmatchedCost, solver, maximize } = options;
  const needed = [
    ...(typeof estimator === 'function' ? (['seed'] as const) : []),
    ...(margin?.kind === 'pairwise' ? (['truth'] as const) : []),
  ];
  const layer = (cost: Tensor, { mask, truth, examples, seed }: Record<string, Tensor>): Tensor =>
    assignmentLayer(cost, {
      mask,
      examples,
      unmatchedCost,
      solver,
      maximize,
      estimator: typeof estimator === 'function' ? estimator(reshape(seed!, [])) : estimator,
      margin:
        margin?.kind === 'pairwise'
          ? { kind: 'pairwise', alpha: margin.alpha, truth: truth! }
          : (margin as { kind: 'totalCost'; alpha: number } | undefined),
    });
  const run = tfFunction(tf, layer);
  return (cost, inputs = {}) => {
    const given = Object.entries(inputs).filter(([, tensor]) => tensor !== undefined);
    const unknown = given.find(([name]) => !INPUTS.includes(name));
    if (unknown !== undefined) {
      throw new InvalidArgumentError(
        `${NAME}: inputs are ${INPUTS.join(', ')}, got ${describeValue(unknown[0])}`,
      );
    }
    const missing = needed.find((name) => inputs[name] === undefined);
    if (missing !== undefined) {
      throw new InvalidArgumentError(
        `${NAME}: ${missing} must be given with every call, as ` +
          (missing === 'seed' ? 'the estimator is a function of it' : 'the margin is pairwise'),
      );
    }
    return run(cost, Object.fromEntries(given));
  };
}
