/**
 * Prints how reward and purity go on with training, beside those of the truth: parameters after all iterations, without
 * choice by validation.
 *
 *   npm run script -- docs/tracking-rl/rewards.ts [--seeds 3] [--test-frames 5] [--tiny]
 */
import { parseArgs } from 'node:util';
import { edgeLabels, evaluateFrames, type Frame } from '@pct/detector';
import {
  actor,
  PolicyRunner,
  rlTracker,
  rollout,
  trackingEnvironment,
  trainPolicy,
  type Evaluate,
} from '@pct/tracking-rl';
import { mixedFrames, phantomsMm, testFrames } from '../gnn-dfl/frames.js';
import { meanStd } from '../gnn-dfl/runs.js';
import { minusSquaredKinks } from './minusSquaredKinks.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    /** Frames of 100 primaries behind each phantom. */
    'test-frames': { type: 'string', default: '5' },
    /** Smallest sizes, for a test of the script. */
    tiny: { type: 'boolean', default: false },
  },
});
const density = values.tiny ? 8 : 100;
const seeds = Number(values.seeds);
const training = await mixedFrames('training', values.tiny ? 3 : 60, [density]);
const frames: Frame[] = [];
for (const phantomMm of phantomsMm)
  frames.push(...(await testFrames(phantomMm, density, Number(values['test-frames']))));

/** True segments where there are some, and else the straightest. */
const truth: Evaluate = async (decision, statics) => {
  const labels = statics.map(({ graph, frame }) => edgeLabels(graph, frame));
  const { logits } = await minusSquaredKinks(decision, statics);
  for (let i = 0; i < decision.agents; i++)
    for (let p = decision.offsets[i]!; p < decision.offsets[i + 1]!; p++)
      if (labels[decision.environment[i]!]![decision.edge[p]!] === 1) (logits as Float64Array)[p] = 1e4;
  return { logits };
};

/** Mean reward of an agent's step, in the environment of the training, and purity of the tracker, percent. */
async function scoresOf(policy: Evaluate): Promise<[reward: number, purity: number]> {
  const { individual } = await rollout(trackingEnvironment(frames), actor(policy));
  const { average } = await evaluateFrames(rlTracker(policy), frames);
  return [individual.reduce((sum, reward) => sum + reward, 0) / individual.length, 100 * average.purity.mean];
}

console.log('| policy | mean reward | purity, % |\n| --- | --- | --- |');
const row = (name: string, scores: readonly (readonly [number, number])[]): void =>
  console.log(
    `| ${name} | ${meanStd(
      scores.map(([reward]) => reward),
      2,
    )} | ${meanStd(
      scores.map(([, purity]) => purity),
      1,
    )} |`,
  );
row('truth', [await scoresOf(truth)]);
row('−θ²/2σ² of the next kink', [await scoresOf(minusSquaredKinks)]);
for (const iterations of values.tiny ? [1, 2] : [10, 20, 60, 120]) {
  const scores: [number, number][] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const { policy, parameters } = await trainPolicy(training, { iterations, seed, threads: 1 });
    await using runner = new PolicyRunner(policy, { threads: 1 });
    scores.push(await scoresOf(runner.evaluate(parameters)));
  }
  row(`${iterations} iterations`, scores);
}
