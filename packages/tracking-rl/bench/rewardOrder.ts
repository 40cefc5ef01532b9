/**
 * Prints how rewards of some fixed policies compare with how well they track, for several least rewards: what a policy is
 * trained on should rise with purity. From the repository's root:
 *
 *   npm run script -- packages/tracking-rl/bench/rewardOrder.ts [frames]
 */
import { evaluate, simulateFrames } from '@pct/detector';
import { actor, rollout, trackingEnvironment, type Evaluate } from '@pct/tracking-rl';

const [count = 20] = process.argv.slice(2).map(Number);
const frames = await simulateFrames({ phantomMm: 100, frames: count, primariesPerFrame: 100, seed: 5 });

/** A policy that scores a candidate by its kink angle, rad. */
const byKink =
  (score: (angle: number) => number): Evaluate =>
  ({ cosine }) => ({ logits: cosine.map((c) => score(Math.acos(Math.min(1, c)))) });

/** True segments, and the straightest where there is none. */
const truth: Evaluate = ({ agents, environment, offsets, edge, cosine }, statics) => {
  const logits = cosine.map((c) => -1 - Math.acos(Math.min(1, c)));
  for (let i = 0; i < agents; i++) {
    const { frame, graph } = statics[environment[i]!]!;
    for (let p = offsets[i]!; p < offsets[i + 1]!; p++) {
      const [from, to] = [graph.sources[edge[p]!]!, graph.targets[edge[p]!]!];
      if (frame.eventID[from] === frame.eventID[to]) logits[p] = 0;
    }
  }
  return { logits };
};

const policies: readonly (readonly [string, Evaluate])[] = [
  ['−θ²', byKink((angle) => -(angle ** 2))],
  ['−θ', byKink((angle) => -angle)],
  ['−√θ', byKink((angle) => -Math.sqrt(angle))],
  ['truth', truth],
];
const limits = [-Infinity, -50, -20, -8];

console.log(`| score | purity, % | ${limits.map((limit) => `mean reward, ${limit}`).join(' | ')} |`);
console.log(`|---|${'--:|'.repeat(1 + limits.length)}`);
for (const [name, policy] of policies) {
  let purity = 0;
  const means: number[] = [];
  for (const leastReward of limits) {
    const environment = trackingEnvironment(frames, { leastReward });
    const { individual } = await rollout(environment, actor(policy));
    means.push(individual.reduce((sum, reward) => sum + reward, 0) / individual.length);
    purity = 0;
    environment.tracks(2).forEach((tracks, f) => (purity += evaluate(tracks, frames[f]!).purity / count));
  }
  console.log(
    `| ${name} | ${(100 * purity).toFixed(1)} | ${means.map((mean) => mean.toFixed(2)).join(' | ')} |`,
  );
}
