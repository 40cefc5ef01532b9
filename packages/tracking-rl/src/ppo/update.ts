import { NumericalError, throwIfAborted, type Rng } from '@pct/core';
import {
  adam,
  clipByGlobalNormInPlace,
  compile,
  shapesOf,
  valueAndGrad,
  type CompileOptions,
  type NdArray,
  type Optimizer,
  type OptimizerState,
} from '@pct/tensor';
import type { PolicyParameters, TrackingPolicy } from '../policy/types.js';
import { drawMinibatches, minibatch, type TrainingData } from './batches.js';
import {
  coefficientSpecs,
  ppoLoss,
  safetySpecs,
  targetSpecs,
  type Coefficients,
  type LossParts,
} from './loss.js';
import type { TrainingSettings } from './settings.js';

/** Parameters and what the optimiser remembers. */
export interface Learner {
  readonly parameters: PolicyParameters<NdArray>;
  readonly optimizer: OptimizerState;
}

/** What an update returns: the new learner, and means over its minibatches. */
export interface UpdateResult extends Learner, LossParts<number> {
  /** Before gradients were limited. */
  readonly gradientNorm: number;
}

/** What a call of {@link Updater.update} may use. */
export interface UpdateOptions {
  /** Of the minibatches. */
  readonly rng: Rng;
  readonly learningRate: number;
  readonly signal?: AbortSignal | undefined;
}

/** Largest number of float32 that is a limit of nothing. */
const NO_LIMIT = 3e38;
/** As in OpenAI's baselines; larger than the default, 1e-8. */
const ADAM_EPSILON = 1e-5;

/** The loss of a policy with its gradient, compiled: improves parameters by passes over the steps of an iteration. */
export class Updater implements AsyncDisposable {
  private readonly program: Awaited<ReturnType<typeof compileLoss>>;
  private readonly settings: TrainingSettings;
  private readonly optimizer: Optimizer;
  private learningRate = 0;

  private constructor(program: Awaited<ReturnType<typeof compileLoss>>, settings: TrainingSettings) {
    this.program = program;
    this.settings = settings;
    this.optimizer = adam({ learningRate: () => this.learningRate, epsilon: ADAM_EPSILON });
  }

  /** @param engine - what `compile` is to run it with */
  static async create(
    policy: TrackingPolicy,
    settings: TrainingSettings,
    engine: CompileOptions,
  ): Promise<Updater> {
    return new Updater(await compileLoss(policy, settings, engine), settings);
  }

  /** What the optimiser remembers before its first update. */
  start(parameters: PolicyParameters<NdArray>): OptimizerState {
    return this.optimizer.init(parameters);
  }

  /**
   * One iteration.
   *
   * @param learner - not changed
   * @throws NumericalError if the loss or a gradient is not finite
   */
  async update(
    learner: Learner,
    data: TrainingData,
    { rng, learningRate, signal }: UpdateOptions,
  ): Promise<UpdateResult> {
    const { epochs, minibatches, targetKl, maxGradientNorm } = this.settings;
    const coefficients = this.coefficients(data);
    let { parameters, optimizer } = learner;
    const sums = { ...NO_PARTS, gradientNorm: 0 };
    let count = 0;
    this.learningRate = learningRate;
    for (let epoch = 0, divergence = 0; epoch < epochs && divergence <= targetKl; epoch++) {
      const batches = drawMinibatches(data.samples.length, minibatches, rng);
      divergence = 0;
      for (const chosen of batches) {
        throwIfAborted(signal);
        const { sample, targets, safety } = minibatch(data, chosen);
        const [loss, gradient, parts] = await this.program.run(
          parameters,
          data.frames,
          sample,
          targets,
          coefficients,
          safety,
        );
        if (!Number.isFinite(loss.data[0]))
          throw new NumericalError(
            `trainPolicy: the loss is ${loss.data[0]} in the frames ${framesOf(data)}; lower the learning rate`,
          );
        sums.gradientNorm += clipByGlobalNormInPlace(gradient, maxGradientNorm);
        for (const key of Object.keys(NO_PARTS) as (keyof LossParts)[]) sums[key] += parts[key].data[0]!;
        divergence += parts.approximateKl.data[0]! / batches.length;
        [parameters, optimizer] = this.optimizer.update(gradient, optimizer, parameters);
        count++;
      }
    }
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] /= count;
    return { parameters, optimizer, ...sums };
  }

  private coefficients({ advantages: { returns } }: TrainingData): Coefficients<NdArray> {
    const { clip, valueClip, valueWeight, entropyWeight, assignmentWeight } = this.settings;
    const scalar = (value: number): NdArray => ({ data: Float32Array.of(value), shape: [] });
    return {
      clip: scalar(clip),
      valueClip: scalar(valueClip === Infinity ? NO_LIMIT : valueClip * standardDeviation(returns)),
      value: scalar(valueWeight),
      entropy: scalar(entropyWeight),
      assignment: scalar(assignmentWeight),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.program.dispose();
  }
}

const NO_PARTS: LossParts<number> = {
  ...{ policyLoss: 0, valueLoss: 0, entropy: 0, assignmentLoss: 0, approximateKl: 0, clipFraction: 0 },
};

function compileLoss(policy: TrackingPolicy, { safety }: TrainingSettings, engine: CompileOptions) {
  return compile(
    valueAndGrad(ppoLoss(policy, safety), { auxiliary: true }),
    [
      shapesOf(policy.initialize(0)),
      policy.frameSpecs,
      policy.sampleSpecs,
      targetSpecs,
      coefficientSpecs,
      safetySpecs,
    ],
    engine,
  );
}

const framesOf = ({ episodes: { statics } }: TrainingData): string =>
  statics.map(({ frame }) => frame.index).join(', ');

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
