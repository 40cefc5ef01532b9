/**
 * Prints the regret of samplers on test functions: median and quartiles over seeds after some numbers of evaluations,
 * and seconds of overhead per run. From the repository's root:
 *
 *   npm run script -- packages/approx-gp/bench/quality.ts [function ...] [--seeds 5] [--evaluations 200]
 */
import { parseArgs } from 'node:util';
import {
  ackley,
  branin,
  hartmann6,
  levy,
  michalewicz,
  rastrigin,
  rosenbrock,
  styblinskiTang,
  type TestFunction,
} from '../src/benchmarks/testFunctions.js';
import { randomSampler } from '../src/samplers/randomSampler.js';
import { gpSampler } from '../src/samplers/gp/gpSampler.js';
import { paperSettings } from '../src/samplers/gp/options.js';
import { tpeSampler } from '../src/samplers/tpe/tpeSampler.js';
import type { Sampler } from '../src/samplers/types.js';
import { regrets } from '../test/helpers/simulate.js';

const FUNCTIONS: Record<string, () => TestFunction> = {
  levy5: () => levy(5),
  hartmann6,
  branin,
  ackley5: () => ackley(5),
  rosenbrock4: () => rosenbrock(4),
  rastrigin5: () => rastrigin(5),
  michalewicz5: () => michalewicz(5),
  styblinskiTang5: () => styblinskiTang(5),
};

const SAMPLERS: Record<string, () => Sampler> = {
  gp: () => gpSampler(),
  ensemble: () => gpSampler({ ensemble: 4 }),
  adaptive: () => gpSampler({ refit: { kind: 'adaptive' } }),
  never: () => gpSampler({ refit: { kind: 'never' } }),
  thompson: () => gpSampler({ acquisition: 'thompson' }),
  expectedImprovement: () => gpSampler({ acquisition: 'expectedImprovement' }),
  paper: () => gpSampler(paperSettings()),
  tpe: () => tpeSampler(),
  random: () => randomSampler(),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    evaluations: { type: 'string', default: '200' },
    samplers: { type: 'string', default: Object.keys(SAMPLERS).join(',') },
  },
});
const seeds = Number(values.seeds);
const evaluations = Number(values.evaluations);
const checkpoints = [25, 50, 100, 150, 200, 300, 500, 1000].filter((count) => count <= evaluations);

function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - low);
}

for (const name of positionals.length > 0 ? positionals : ['levy5', 'hartmann6']) {
  const target = FUNCTIONS[name]!();
  console.log(`\n${name}: median regret (quartiles) over ${seeds} seeds`);
  for (const samplerName of values.samplers.split(',')) {
    const start = performance.now();
    const runs = Array.from({ length: seeds }, (_, seed) =>
      regrets(SAMPLERS[samplerName]!(), target, evaluations, seed),
    );
    const seconds = (performance.now() - start) / 1e3 / seeds;
    const cells = checkpoints.map((count) => {
      const sorted = runs.map((run) => run[count - 1]!).sort((a, b) => a - b);
      const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share).toPrecision(2));
      return `${count}: ${middle} (${low}, ${high})`;
    });
    console.log(`${samplerName.padEnd(20)} ${cells.join('  ')}  ${seconds.toFixed(1)} s`);
  }
}
