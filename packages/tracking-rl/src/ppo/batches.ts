import type { Rng } from '@pct/core';
import type { NdArray } from '@pct/tensor';
import { joinSamples } from '../policy/samples.js';
import type { Sample, TrackingPolicy } from '../policy/types.js';
import { assignmentBlocks, blockArrays, joinBlocks, type AssignmentBlocks } from '../safety/blocks.js';
import type { Advantages } from './advantages.js';
import type { Collected } from './collect.js';
import type { SafetyArrays, Targets } from './loss.js';

/** What an update learns from, ready to be cut into minibatches. */
export interface TrainingData {
  readonly episodes: Collected;
  readonly advantages: Advantages;
  /** Arrays of the frames. */
  readonly frames: Sample;
  /** Arrays of each decision. */
  readonly samples: readonly Sample[];
  /** Assignment problems of each decision. */
  readonly blocks: readonly AssignmentBlocks[];
}

/** Prepares the arrays of episodes. */
export function trainingData(
  policy: TrackingPolicy,
  episodes: Collected,
  advantages: Advantages,
): TrainingData {
  const { statics, decisions } = episodes;
  return {
    episodes,
    advantages,
    frames: policy.prepareFrames(statics),
    samples: decisions.map((decision) => policy.prepare(statics, decision)),
    blocks: decisions.map((decision) => assignmentBlocks(decision, statics)),
  };
}

/** Some decisions of the data. */
export interface Minibatch {
  readonly sample: Sample;
  readonly targets: Targets<NdArray>;
  readonly safety: SafetyArrays<NdArray>;
}

/**
 * Cuts the decisions of an update into minibatches: joint actions stay whole, as the assignment and a centralised critic see
 * them at once.
 *
 * @param count - number of minibatches; fewer if there are fewer decisions
 * @param rng - of the order
 * @returns indices of decisions, in random order
 */
export function drawMinibatches(decisions: number, count: number, rng: Rng): Int32Array[] {
  const order = rng.permutation(decisions);
  const parts = Math.min(count, decisions);
  return Array.from({ length: parts }, (_, k) =>
    order.slice(Math.round((k * decisions) / parts), Math.round(((k + 1) * decisions) / parts)),
  );
}

/** The arrays of some decisions. */
export function minibatch(
  { episodes, advantages: { advantages, returns }, samples, blocks }: TrainingData,
  chosen: Int32Array,
): Minibatch {
  const { starts, logProbabilities, values } = episodes;
  let steps = 0;
  for (const d of chosen) steps += starts[d + 1]! - starts[d]!;
  const action = new Int32Array(steps);
  const column = (): Float32Array<ArrayBuffer> => new Float32Array(steps);
  const [acted, logProbability, advantage, target, value] = [
    column(),
    column(),
    column(),
    column(),
    column(),
  ];
  const pairs = [...chosen].reduce((sum, d) => sum + episodes.decisions[d]!.pairs, 0);
  const executed = new Float32Array(pairs);
  let at = 0;
  let pair = 0;
  for (const d of chosen) {
    const { offsets } = episodes.decisions[d]!;
    const taken = episodes.actions[d]!;
    for (let i = 0; i < taken.length; i++, at++) {
      const step = starts[d]! + i;
      acted[at] = taken[i]! < 0 ? 0 : 1;
      action[at] = pair + (taken[i]! < 0 ? offsets[i]! : taken[i]!);
      if (taken[i]! >= 0) executed[action[at]!] = 1;
      logProbability[at] = logProbabilities[step]!;
      advantage[at] = advantages[step]!;
      target[at] = returns[step]!;
      value[at] = values[step]!;
    }
    pair += episodes.decisions[d]!.pairs;
  }
  const vector = (data: Float32Array | Int32Array): NdArray => ({ data, shape: [steps] });
  return {
    sample: joinSamples([...chosen].map((d) => samples[d]!)),
    targets: {
      action: vector(action),
      acted: vector(acted),
      logProbability: vector(logProbability),
      advantage: vector(advantage),
      return: vector(target),
      value: vector(value),
    },
    safety: {
      blocks: blockArrays(joinBlocks([...chosen].map((d) => blocks[d]!))),
      executed: { data: executed, shape: [pairs] },
    },
  };
}
