/**
 * Prints how purity and efficiency depend on the widest kink that tracks may have, in training and when they are used.
 *
 *   npm run script -- docs/tracking-rl/reach.ts [--seeds 3] [--iterations 20] [--tiny]
 */
import { parseArgs } from 'node:util';
import { evaluateFrames } from '@pct/detector';
import { PolicyRunner, rlTracker, trainPolicy } from '@pct/tracking-rl';
import { mixedFrames } from '../gnn-dfl/frames.js';
import { meanStd } from '../gnn-dfl/runs.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    iterations: { type: 'string', default: '20' },
    /** Smallest sizes, for a test of the script. */
    tiny: { type: 'boolean', default: false },
  },
});
const density = values.tiny ? 8 : 100;
const training = await mixedFrames('training', values.tiny ? 3 : 60, [density]);
const validation = await mixedFrames('validation', values.tiny ? 3 : 12, [density]);
const limits = [4, 5, 6, 8, Infinity];

console.log(`| limit in training | ${limits.map((limit) => `used with ${limit}`).join(' | ')} |`);
console.log(`|${' --- |'.repeat(1 + limits.length)}`);
for (const maxKink of [5, 10, Infinity]) {
  const purity = limits.map((): number[] => []);
  const efficiency = limits.map((): number[] => []);
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    const { policy, parameters } = await trainPolicy(training, {
      iterations: Number(values.iterations),
      environment: { maxKink },
      ...{ seed, threads: 1 },
    });
    await using runner = new PolicyRunner(policy, { threads: 1 });
    for (const [k, limit] of limits.entries()) {
      const tracker = rlTracker(runner.evaluate(parameters), { maxKink: limit });
      const { average } = await evaluateFrames(tracker, validation);
      purity[k]!.push(100 * average.purity.mean);
      efficiency[k]!.push(100 * average.efficiency.mean);
    }
  }
  const cells = limits.map((_, k) => `${meanStd(purity[k]!, 1)} / ${meanStd(efficiency[k]!, 1)}`);
  console.log(`| ${maxKink} | ${cells.join(' | ')} |`);
}
