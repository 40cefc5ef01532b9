import {
  checkInteger,
  checkPositive,
  createRng,
  InvalidArgumentError,
  NumericalError,
  trackProgress,
  type Progress,
} from '@pct/core';
import type { Frame } from '@pct/detector';
import {
  adam,
  clipByGlobalNorm,
  compile,
  gather,
  int32,
  mean,
  neg,
  shapesOf,
  valueAndGrad,
  type CompileOptions,
  type NdArray,
  type Tensor,
} from '@pct/tensor';
import { frameStatics } from '../environment/frameStatics.js';
import type { TrackingEnvironmentOptions } from '../environment/settings.js';
import { candidateLogProbabilities } from '../policy/candidates.js';
import { checkPolicyParameters, type PolicyModel } from '../policy/policyModel.js';
import { simplePolicy } from '../policy/simplePolicy.js';
import type { PolicyParameters, Sample, TrackingPolicy } from '../policy/types.js';
import type { CheckpointOptions } from '../ppo/types.js';
import { copyOf, decodeState, encodeState, newState } from '../ppo/state.js';
import { trueDecision } from './trueDecision.js';

/** Options of {@link trainSupervised}; those of `compile` choose the engine. */
export interface SupervisedOptions extends Omit<CompileOptions, 'precision' | 'signal'> {
  /** @defaultValue `simplePolicy()` */
  readonly policy?: TrackingPolicy | undefined;
  /** Steps, one frame each; >= 1. @defaultValue `200` */
  readonly steps?: number | undefined;
  /** Learning rate of Adam at the first step, > 0; it falls linearly to 0. @defaultValue `3e-3` */
  readonly learningRate?: number | undefined;
  /** Of initial parameters and the order of frames. @defaultValue `0` */
  readonly seed?: number | undefined;
  /** Parameters to start from. @defaultValue new ones from the seed */
  readonly initial?: PolicyParameters<NdArray> | undefined;
  /** The environment in which the policy is to act. @defaultValue `{}` */
  readonly environment?: Omit<TrackingEnvironmentOptions, 'parallel' | 'sharedHits' | 'seed'> | undefined;
  /** Stops before the next step; the promise rejects with its reason after a checkpoint is saved. */
  readonly signal?: AbortSignal | undefined;
  /** Receives reports: after the first step, then at most every 100 ms, and at the end. */
  readonly onProgress?: ((progress: Progress & { readonly loss: number }) => void) | undefined;
  /** Where and how often checkpoints go; one is also saved at the end and when it is stopped. @defaultValue none */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** A checkpoint to continue from, bit for bit, with the same options and frames. @defaultValue a new training */
  readonly resume?: Uint8Array | undefined;
}

/** What {@link trainSupervised} returns. */
export interface SupervisedResult extends PolicyModel {
  /** Cross-entropy of each step's frame before the step, nats per transition; [steps]. */
  readonly losses: Float64Array;
  /** All that is needed to go on, as bytes for `resume`. */
  readonly checkpoint: () => Uint8Array;
}

const NAME = 'trainSupervised';
/** Limit of the norm of gradients. */
const MAX_NORM = 0.5;

/**
 * Trains a policy to take the true transitions: cross-entropy −log π(true candidate) in the mean over the transitions of
 * one frame per step, tracks being where the truth leads them. The critic is not trained.
 *
 * @param frames - frames with truth; at least one
 * @param options - {@link SupervisedOptions}
 * @throws InvalidArgumentError if an option is out of range, there are no frames or a checkpoint is of another training;
 * NumericalError if a loss is not finite, after the last good state was handed to `checkpoint`
 * @example
 * ```ts
 * const model = await trainSupervised(frames, { steps: 300 });
 * await writeFile('policy.safetensors', encodePolicy(model));
 * ```
 * @see Kortus et al. 2023, doi:10.1109/TPAMI.2023.3305027, whose ablation this is
 */
export async function trainSupervised(
  frames: readonly Frame[],
  options: SupervisedOptions = {},
): Promise<SupervisedResult> {
  const { policy = simplePolicy(), steps = 200, learningRate = 3e-3, seed = 0, environment = {} } = options;
  const { signal, onProgress, checkpoint, resume, runtime, threads } = options;
  checkInteger(NAME, 'steps', steps, { min: 1 });
  checkPositive(NAME, 'learningRate', learningRate);
  const saveEvery = checkInteger(NAME, 'checkpoint.every', checkpoint?.every ?? 10, { min: 1 });
  if (frames.length === 0) throw new InvalidArgumentError(`${NAME}: frames must hold at least one, got none`);
  signal?.throwIfAborted();

  const root = createRng(seed);
  const initial = options.initial ?? policy.initialize(root.split('initial'));
  checkPolicyParameters(NAME, policy, initial);
  let done = 0;
  const optimizer = adam({ learningRate: () => learningRate * (1 - done / steps), epsilon: 1e-5 });
  const settings = JSON.stringify({
    ...{ policy: policy.architecture, steps, learningRate, seed, frames: frames.length, environment },
  });
  const start = newState<number>(initial, optimizer.init(initial));
  const state = resume === undefined ? start : decodeState(NAME, resume, settings, start);
  const order = root.split('frames');
  const progress = trackProgress(
    steps - state.records.length,
    onProgress && ((report) => onProgress({ ...report, loss: state.records.at(-1) ?? NaN })),
  );
  const begun = state.records.length;
  let saved = begun;
  const save = async (): Promise<void> => {
    saved = state.records.length;
    await checkpoint?.save(encodeState(state, settings));
  };
  const program = await compile(
    valueAndGrad(crossEntropyLoss(policy)),
    [shapesOf(initial), policy.frameSpecs, policy.sampleSpecs, int32('agents')],
    { runtime, threads },
  );
  try {
    while (state.records.length < steps) {
      signal?.throwIfAborted();
      done = state.records.length;
      const frame = frames[order.split(done).integer(0, frames.length)]!;
      state.records.push(await takeStep(frame));
      progress.report(state.records.length - begun);
      if (state.records.length % saveEvery === 0) await save();
    }
  } finally {
    await program.dispose();
    if (saved !== state.records.length) await save();
  }
  progress.finish();
  return {
    ...{ policy, parameters: copyOf(state.parameters), losses: Float64Array.from(state.records) },
    checkpoint: () => encodeState(state, settings),
  };

  async function takeStep(frame: Frame): Promise<number> {
    const statics = [frameStatics(frame, environment)];
    const { decision, actions } = trueDecision(statics, environment);
    if (decision.agents === 0) return 0;
    const [loss, gradient] = await program.run(
      state.parameters,
      policy.prepareFrames(statics),
      policy.prepare(statics, decision),
      { data: actions, shape: [actions.length] },
    );
    const value = loss.data[0]!;
    if (!Number.isFinite(value))
      throw new NumericalError(
        `${NAME}: the loss of frame ${frame.index} is ${value}; lower the learning rate`,
      );
    const clipped = clipByGlobalNorm(gradient as never, MAX_NORM);
    [state.parameters, state.optimizer] = optimizer.update(
      clipped,
      state.optimizer,
      state.parameters as never,
    );
    return value;
  }
}

/** Mean of −log π(true candidate). */
function crossEntropyLoss(policy: TrackingPolicy) {
  return (
    parameters: PolicyParameters,
    frames: Sample<Tensor>,
    sample: Sample<Tensor>,
    actions: Tensor,
  ): Tensor => {
    const { logits } = policy.score(parameters, policy.embed(parameters, frames), sample);
    return neg(mean(gather(candidateLogProbabilities(logits, sample['agent']!, actions.shape[0]!), actions)));
  };
}
