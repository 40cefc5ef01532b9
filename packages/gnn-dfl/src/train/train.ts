import {
  checkInteger,
  checkPositive,
  collect,
  createRng,
  InvalidArgumentError,
  inlineExecutor,
  trackProgress,
  type Rng,
} from '@pct/core';
import type { Frame } from '@pct/detector';
import { flattenParameters, rmsprop, unflattenParameters } from '@pct/tensor';
import { interactionNetwork } from '../model/interactionNetwork.js';
import { checkParameters } from '../model/trackingModel.js';
import { makeEstimator, type EstimatorChoice } from './estimators.js';
import { frameGradient, type GradientSettings } from './frameGradient.js';
import { frameLoss } from './loss.js';
import { copyOf, decodeState, encodeState, keepBest, newState } from './state.js';
import type { TrainOptions, TrainResult } from './types.js';
import { validate } from './validate.js';

/** The published estimator with the middle one of its λ. */
const PUBLISHED: EstimatorChoice = { name: 'blackbox', lambda: 50, divideByLambda: false, clip: true };

/**
 * Trains a network to track.
 *
 * Each step draws frames, takes the mean of their losses (batch norm sees one frame at a time), and moves the
 * parameters by RMSprop. Same options and frames, same numbers, on any executor.
 *
 * @param frames - frames with truth to train on; at least one
 * @param options - {@link TrainOptions}
 * @throws InvalidArgumentError if an option is out of range, there are no frames or a checkpoint is of another training;
 * NumericalError or TaskError if a loss is not finite, after the last good state was handed to `checkpoint`
 * @example
 * ```ts
 * const model = await train(frames, { steps: 500, validation: { frames: others }, executor: threadExecutor() });
 * await writeFile('model.safetensors', encodeModel(model));
 * ```
 * @see Kortus, Keidel and Gauger 2024, arXiv:2407.13420
 */
export async function train(frames: readonly Frame[], options: TrainOptions = {}): Promise<TrainResult> {
  const { steps = 1000, batchSize = 32, learningRate = 1e-3, seed = 0 } = options;
  const { validation, executor = inlineExecutor(), signal, onProgress, checkpoint, resume } = options;
  checkInteger('train', 'steps', steps, { min: 1 });
  checkInteger('train', 'batchSize', batchSize, { min: 1 });
  checkPositive('train', 'learningRate', learningRate);
  const validateEvery = validation?.every ?? 100;
  const saveEvery = checkpoint?.every ?? 20;
  checkInteger('train', 'validation.every', validateEvery, { min: 1 });
  checkInteger('train', 'checkpoint.every', saveEvery, { min: 1 });
  for (const [name, list] of Object.entries({
    frames,
    'validation.frames': validation?.frames ?? [frames[0]],
  }))
    if (list.length === 0 || list[0] === undefined)
      throw new InvalidArgumentError(`train: ${name} must hold at least one frame, got none`);
  signal?.throwIfAborted();

  const settings = gradientSettings(options);
  const network = interactionNetwork(settings.network);
  const root = createRng(seed);
  const initial = options.initial ?? network.initialize(root.split(0));
  checkParameters('train', network, initial);
  const optimizer = rmsprop({ learningRate });
  const numbers = JSON.stringify({ ...settings, batchSize, learningRate, seed, frames: frames.length });
  const start = newState(initial, optimizer);
  const state = resume === undefined ? start : decodeState(resume, numbers, start);
  const draws = root.split(1);

  const begun = Math.min(state.optimizer.step, steps);
  // Steps before a resumption took no time of this call, from which the remaining time is estimated.
  const progress = trackProgress(
    steps - begun,
    onProgress &&
      ((report) =>
        onProgress({
          ...report,
          done: begun + report.done,
          total: steps,
          loss: state.losses.at(-1) ?? NaN,
          validation: state.validations.at(-1),
        })),
  );
  let saved = state.optimizer.step;
  const save = async (): Promise<void> => {
    saved = state.optimizer.step;
    await checkpoint?.save(encodeState(state, numbers));
  };
  try {
    // A training that was stopped while it validated has this still to do.
    await validateIfDue();
    while (state.optimizer.step < steps) {
      signal?.throwIfAborted();
      await takeStep();
      await validateIfDue();
      progress.report(state.optimizer.step - begun);
      if (state.optimizer.step % saveEvery === 0) await save();
    }
  } finally {
    if (saved !== state.optimizer.step) await save();
  }
  progress.finish();

  return {
    network,
    parameters: copyOf(state.best?.parameters ?? state.parameters),
    lastParameters: copyOf(state.parameters),
    losses: Float64Array.from(state.losses),
    validations: state.validations,
    best: state.best?.record,
    checkpoint: () => encodeState(state, numbers),
  };

  async function takeStep(): Promise<void> {
    const { step } = state.optimizer;
    const parameters = flattenParameters(state.parameters);
    const inputs = drawBatch(draws.split(step), frames, batchSize).map((frame, k) => ({
      settings,
      parameters,
      frame,
      frames: batchSize,
      draw: step * batchSize + k,
    }));
    // Outputs in the order of the inputs: the sum does not depend on which thread was first.
    const outputs = await collect(executor.map(frameGradient, inputs, { signal }));
    const sum = new Float64Array(parameters.length);
    let total = 0;
    for (const { loss, gradient } of outputs) {
      total += loss;
      for (let k = 0; k < sum.length; k++) sum[k]! += gradient[k]!;
    }
    const [updated, optimized] = optimizer.update(
      unflattenParameters(sum, state.parameters) as never,
      state.optimizer,
      state.parameters as never,
    );
    state.parameters = updated;
    state.optimizer = optimized;
    state.losses.push(total);
  }

  async function validateIfDue(): Promise<void> {
    const { step } = state.optimizer;
    const due = step > 0 && (step % validateEvery === 0 || step >= steps);
    if (validation === undefined || !due || state.validations.at(-1)?.step === step) return;
    const { evaluation = {} } = validation;
    const parameters = flattenParameters(state.parameters);
    const asked = { network: settings.network, parameters, evaluation };
    keepBest(state, { step, ...(await validate(validation.frames, asked, executor, signal)) });
  }
}

/** Checked settings of the gradients. */
function gradientSettings(options: TrainOptions): GradientSettings {
  const { mode = 'predict-and-track', margin } = options;
  const estimator = options.estimator ?? (mode === 'predict-and-track' ? PUBLISHED : undefined);
  const settings: GradientSettings = { network: options.network ?? {}, mode, estimator, margin };
  // Bad options are reported here, not by a worker thread.
  frameLoss(interactionNetwork(settings.network), {
    mode,
    estimator: estimator && makeEstimator(estimator),
    margin,
  });
  return settings;
}

function drawBatch(rng: Rng, frames: readonly Frame[], count: number): Frame[] {
  return Array.from({ length: count }, () => frames[rng.integer(0, frames.length)]!);
}
