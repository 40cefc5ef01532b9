import { createRng, InvalidArgumentError, trackProgress } from '@pct/core';
import { evaluateFrames, type Frame } from '@pct/detector';
import { blendRewards } from '../reward/blend.js';
import { RewardScaler } from '../reward/RewardScaler.js';
import { episodeSettings } from '../environment/settings.js';
import { FrameEnvironment } from '../environment/trackingEnvironment.js';
import { checkPolicyParameters } from '../policy/policyModel.js';
import { PolicyRunner } from '../policy/PolicyRunner.js';
import { simplePolicy } from '../policy/simplePolicy.js';
import { rlTracker } from '../tracker/rlTracker.js';
import { explainedVariance, generalizedAdvantages } from './advantages.js';
import { trainingData } from './batches.js';
import { collect, type Collected } from './collect.js';
import { trainingSettings } from './settings.js';
import { copyOf, decodeState, encodeState, newState, type TrainingState } from './state.js';
import type { IterationRecord, TrainPolicyOptions, TrainPolicyResult } from './types.js';
import { Updater } from './update.js';

const NAME = 'trainPolicy';

/**
 * Trains a policy by proximal policy optimisation (PPO) on the rewards of `trackingEnvironment`; the truth of the
 * frames is not looked at, but for the validation.
 *
 * Each iteration draws frames, runs an episode in each with the exploring policy, estimates advantages along tracks, and
 * takes passes over minibatches of joint actions. All agents share the policy. A critic that sees its own agent alone makes
 * this IPPO, a centralised one MAPPO: see the options of the policy.
 *
 * @param frames - frames to train on; at least one
 * @param options - {@link TrainPolicyOptions}
 * @throws InvalidArgumentError if an option is out of range, there are no frames or a checkpoint is of another training;
 * NumericalError that names frame and agent if a reward is not finite, or if the loss is not, after the last good state was
 * handed to `checkpoint`
 * @example
 * ```ts
 * const model = await trainPolicy(frames, { iterations: 100, assignment: { margin: { kind: 'totalCost', alpha: 0.1 } } });
 * await writeFile('policy.safetensors', encodePolicy(model));
 * ```
 * @see Kortus, Keidel, Gauger and Kieseler 2025, arXiv:2501.05113; Schulman et al. 2017, arXiv:1707.06347; Yu et al. 2022,
 * arXiv:2103.01955 (MAPPO)
 */
export async function trainPolicy(
  frames: readonly Frame[],
  options: TrainPolicyOptions = {},
): Promise<TrainPolicyResult> {
  const { policy = simplePolicy(), environment = {}, validation, signal, onProgress, checkpoint } = options;
  const { runtime, threads } = options;
  const settings = trainingSettings(options);
  const { iterations, seed, constraint, framesPerIteration, validateEvery, saveEvery } = settings;
  for (const [name, list] of Object.entries({ frames, 'validation.frames': validation?.frames ?? frames }))
    if (list.length === 0)
      throw new InvalidArgumentError(`${NAME}: ${name} must hold at least one, got none`);
  signal?.throwIfAborted();

  const environmentOptions = { ...environment, sharedHits: constraint === 'none' };
  const episode = episodeSettings(NAME, environmentOptions);
  const root = createRng(seed);
  const initial = options.initial ?? policy.initialize(root.split('initial'));
  checkPolicyParameters(NAME, policy, initial);
  const numbers = JSON.stringify({
    ...{
      policy: policy.architecture,
      environment,
      ...settings,
      validateEvery: undefined,
      saveEvery: undefined,
    },
    frames: frames.length,
  });
  await using updater = await Updater.create(policy, settings, { runtime, threads });
  await using runner = new PolicyRunner(policy, { runtime, threads });
  const start = newState<IterationRecord>(initial, updater.start(initial));
  const state = options.resume === undefined ? start : decodeState(NAME, options.resume, numbers, start);

  const begun = state.records.length;
  // Iterations before a resumption took no time of this call, from which the remaining time is estimated.
  const progress = trackProgress(
    iterations - begun,
    onProgress &&
      ((report) =>
        onProgress({
          ...{ ...report, done: begun + report.done, total: iterations },
          record: state.records.at(-1)!,
        })),
  );
  let saved = begun;
  const save = async (): Promise<void> => {
    saved = state.records.length;
    await checkpoint?.save(encodeState(state, numbers));
  };
  try {
    while (state.records.length < iterations) {
      signal?.throwIfAborted();
      await iterate();
      progress.report(state.records.length - begun);
      if (state.records.length % saveEvery === 0) await save();
    }
  } finally {
    if (saved !== state.records.length) await save();
  }
  progress.finish();
  return {
    policy,
    parameters: copyOf(state.best?.parameters ?? state.parameters),
    lastParameters: copyOf(state.parameters),
    records: [...state.records],
    checkpoint: () => encodeState(state, numbers),
  };

  async function iterate(): Promise<void> {
    const done = state.records.length;
    const rng = root.split('iterations').split(done);
    const drawn = Array.from({ length: framesPerIteration }, () => frames[rng.integer(0, frames.length)]!);
    const episodes = await collect(
      new FrameEnvironment(drawn, environmentOptions, episode),
      runner.evaluate(state.parameters),
      { constrained: constraint === 'assignment', rng: rng.split('noise'), signal },
    );
    const advantages = generalizedAdvantages(rewardsOf(episodes), episodes.values, episodes.next, settings);
    const share = settings.finalLearningRate + (1 - settings.finalLearningRate) * (1 - done / iterations);
    const learningRate = settings.learningRate * share;
    const { parameters, optimizer, ...measured } = await updater.update(
      state,
      trainingData(policy, episodes, advantages),
      { rng: rng.split('minibatches'), learningRate, signal },
    );
    const iteration = done + 1;
    const due = validation !== undefined && (iteration % validateEvery === 0 || iteration === iterations);
    const validated = due ? await validate(parameters) : undefined;
    // All at once, so that a state is never that of half an iteration.
    Object.assign(state, { parameters, optimizer });
    state.records.push({
      ...{ iteration, ...describe(episodes), ...measured, learningRate },
      explainedVariance: explainedVariance(episodes.values, advantages.returns),
      ...(validated && { validation: validated }),
    });
    // A policy without any accepted track, whose purity is NaN, is worse than any other.
    const score = validated === undefined || Number.isNaN(validated.purity) ? -1 : validated.purity;
    if (due && (state.best === undefined || score > state.best.score))
      state.best = { parameters: copyOf(parameters), iteration, score };
  }

  function rewardsOf({ rewards, individual, groups, teams }: Collected): Float64Array {
    if (!settings.standardizeRewards) return rewards;
    const scaler = new RewardScaler(Math.max(...groups) + 1);
    return blendRewards(scaler.update(individual, groups).apply(individual, groups), teams, environment);
  }

  async function validate(
    parameters: TrainingState<unknown>['parameters'],
  ): Promise<NonNullable<IterationRecord['validation']>> {
    const { firstSegment, geometry, maxAngleCalorimeter, maxAngleTracker } = environment;
    const { beamEnergyMeV, firstWidth, kinkWidth } = environment;
    const tracker = rlTracker(runner.evaluate(parameters), {
      ...{ constraint, firstSegment, geometry, maxAngleCalorimeter, maxAngleTracker },
      ...{ beamEnergyMeV, firstWidth, kinkWidth },
    });
    const { average } = await evaluateFrames(tracker, validation!.frames, validation!.evaluation);
    return { purity: average.purity.mean, efficiency: average.efficiency.mean };
  }
}

/** What happened in episodes. */
function describe({
  individual,
  actions,
}: Collected): Pick<IterationRecord, 'steps' | 'reward' | 'unassigned'> {
  const steps = individual.length;
  const without = actions.reduce((sum, taken) => sum + taken.filter((pair) => pair < 0).length, 0);
  const reward = individual.reduce((sum, value) => sum + value, 0) / Math.max(1, steps);
  return { steps, reward, unassigned: without / Math.max(1, steps) };
}
