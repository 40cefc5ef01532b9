/**
 * Prints the parts of one episode on one core. From the repository's root:
 *
 *   npm run script -- packages/tracking-rl/bench/environment.ts [rounds]
 *
 * Computing time is that of the process, so other programs on the machine count only by the caches they take; the least
 * of all rounds is printed.
 */
import { cpus } from 'node:os';
import { createRng } from '@pct/core';
import { simulateFrames } from '@pct/detector';
import {
  actor,
  assignJointAction,
  assignmentBlocks,
  attentionPolicy,
  frameStatics,
  independentAction,
  rlTracker,
  rollout,
  simplePolicy,
  trackingEnvironment,
  type Evaluate,
} from '@pct/tracking-rl';

const [rounds = 30] = process.argv.slice(2).map(Number);
const [frame] = await simulateFrames({ phantomMm: 100, frames: 1, primariesPerFrame: 100, seed: 1 });
const environment = trackingEnvironment([frame!]);

/** Minus the kink angle, as simple as a policy can be. */
const straight: Evaluate = ({ cosine }) => ({
  logits: Float64Array.from(cosine, (value) => -Math.acos(Math.min(1, value))),
});
const episode = await rollout(environment, actor(straight));
const { decisions, statics, actions, starts } = episode;
const steps = starts.at(-1)!;
const pairs = decisions.reduce((sum, decision) => sum + decision.pairs, 0);
const logits = await Promise.all(
  decisions.map(async (decision) => (await straight(decision, statics)).logits),
);
const tracker = rlTracker(straight);
const networks = [simplePolicy(), attentionPolicy()].map(
  (policy) => [policy.name, rlTracker({ policy, parameters: policy.initialize(1) }, { threads: 1 })] as const,
);
const rng = createRng(1);

const least = new Map<string, { cpu: number; wall: number }>();
async function part(name: string, run: () => unknown): Promise<void> {
  const before = process.cpuUsage();
  const start = performance.now();
  await run();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  const known = least.get(name) ?? { cpu: Infinity, wall: Infinity };
  least.set(name, {
    cpu: Math.min(known.cpu, (user + system) / 1000),
    wall: Math.min(known.wall, wall),
  });
}

const play = (): void => {
  environment.reset();
  for (const action of actions) environment.step(action);
};
for (let round = 0; round < rounds; round++) {
  await part('graph and features of the frame', () => frameStatics(frame!));
  await part('environment alone: reset and all steps', play);
  await part('assignment problems', () =>
    decisions.forEach((decision) => assignmentBlocks(decision, statics)),
  );
  await part('safety layer, best joint action', () =>
    decisions.forEach((decision, d) => assignJointAction(decision, statics, logits[d]!)),
  );
  await part('safety layer, perturb-and-MAP', () =>
    decisions.forEach((decision, d) => assignJointAction(decision, statics, logits[d]!, { rng })),
  );
  await part('without constraint, random', () =>
    decisions.forEach((decision, d) => independentAction(decision, statics, logits[d]!, { rng })),
  );
  await part('reconstruction by the straightest tracks', () => tracker.reconstruct(frame!));
  for (const [name, network] of networks)
    await part(`reconstruction by the ${name} policy`, () => network.reconstruct(frame!));
}
for (const [, network] of networks) await network.dispose();

console.log(`${cpus()[0]?.model.trim() ?? 'unknown processor'}, node ${process.versions.node}, one core`);
console.log(
  `${frame!.count} hits, ${decisions.length} joint actions, ${steps} agent steps, ${pairs} pairs\n`,
);
console.log('| part | computing time, ms | wall time, ms | agent steps per second |\n|---|--:|--:|--:|');
for (const [name, { cpu, wall }] of least)
  console.log(
    `| ${name} | ${cpu.toFixed(2)} | ${wall.toFixed(2)} | ${Math.round((1000 * steps) / cpu).toLocaleString('en')} |`,
  );
