/**
 * Prints how long one iteration of `trainPolicy` takes (an episode in a frame of 100 primaries, 8 passes of 4 minibatches),
 * with the default policy and with the attention policy. From the repository's root:
 *
 *   npm run script -- packages/tracking-rl/bench/iteration.ts [iterations] [threads]
 *
 * The least of all iterations after the first, which compiles, counts: other programs on the machine come and go.
 */
import { cpus } from 'node:os';
import { simulateFrames } from '@pct/detector';
import { attentionPolicy, simplePolicy, trainPolicy, type TrainPolicyOptions } from '@pct/tracking-rl';

const [iterations = 6, threads = 2] = process.argv.slice(2).map(Number);
const frames = await simulateFrames({ phantomMm: 100, frames: 1, primariesPerFrame: 100, seed: 1 });

/** Least times between two iterations, in wall and computing time, s. */
async function timesOf(
  options: TrainPolicyOptions,
  count: number,
): Promise<[wall: number, cpu: number, steps: number]> {
  const walls: number[] = [];
  const computing: number[] = [];
  let steps = 0;
  let [began, used] = [performance.now(), process.cpuUsage()];
  await trainPolicy(frames, {
    ...{ ...options, iterations: count, threads },
    onProgress({ record }) {
      const { user, system } = process.cpuUsage(used);
      walls.push((performance.now() - began) / 1000);
      computing.push((user + system) / 1e6);
      ({ steps } = record);
      [began, used] = [performance.now(), process.cpuUsage()];
    },
  });
  return [Math.min(...walls.slice(1)), Math.min(...computing.slice(1)), steps];
}

console.log(`${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${threads} threads of ${cpus().length}\n`);
console.log('| training | steps of agents | wall time, s | computing time, s |\n|---|--:|--:|--:|');
const variants: readonly (readonly [string, TrainPolicyOptions, number])[] = [
  ['simple policy, the default', {}, iterations],
  ['simple policy, gradient through the safety layer', { assignment: {} }, iterations],
  ['simple policy, without constraint', { policy: simplePolicy(), constraint: 'none' }, iterations],
  ['attention policy', { policy: attentionPolicy() }, 2],
  ['attention policy, one minibatch', { policy: attentionPolicy(), minibatches: 1 }, 2],
];
for (const [name, options, count] of variants) {
  const [wall, cpu, steps] = await timesOf(options, count);
  console.log(`| ${name} | ${steps} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} |`);
}
