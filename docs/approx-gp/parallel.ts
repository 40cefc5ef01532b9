/**
 * The table and the plot of docs/approx-gp.md on many workers: how much sooner 4, 16 and 20 asynchronous workers reach a
 * target than one does, by what pending trials mean to the sampler. The clock is simulated, see workers.ts.
 *
 *   npm run script -- docs/approx-gp/parallel.ts [--functions branin,...] [--strategies believer,...] [--seeds 5]
 *     [--out parallel.jsonl] [--tiny] [--print]
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  ackley,
  branin,
  createStudy,
  float,
  gpSampler,
  hartmann6,
  levy,
  michalewicz,
  type GpSamplerOptions,
  type Space,
  type TestFunction,
} from '@hpo/approx-gp';
import { writeFileAtomic } from '@pct/core/node';
import { rememberIn } from '../gnn-dfl/remember.js';
import { quantile } from '../quantile.js';
import { writeComparison } from '../tables.js';
import { linePlot } from './linePlot.js';
import { DURATION_SPREAD, simulateWorkers, type WorkerOutcome } from './workers.js';

/** A function, and how near to its least value is near enough. */
interface Goal {
  readonly target: TestFunction;
  readonly regret: number;
}

const goals: Readonly<Record<string, Goal>> = {
  branin: { target: branin(), regret: 1e-3 },
  // Near enough is also its second best minimum, where any search may end: 0.12 above the best one.
  hartmann6: { target: hartmann6(), regret: 0.15 },
  levy5: { target: levy(5), regret: 0.5 },
  ackley5: { target: ackley(5), regret: 2 },
  michalewicz5: { target: michalewicz(5), regret: 0.3 },
};

const strategies: Readonly<Record<string, { readonly title: string; readonly options: GpSamplerOptions }>> = {
  localMaxima: { title: 'local maxima (Ram et al.)', options: { pending: 'localMaxima' } },
  believer: { title: 'believer', options: { pending: 'believer' } },
  liarMin: { title: 'constant liar, the least', options: { pending: 'liarMin' } },
  localPenalty: { title: 'local penalty', options: { pending: 'localPenalty' } },
  thompson: { title: 'Thompson', options: { pending: 'none', acquisition: 'thompson' } },
  pendingImprovement: {
    title: 'improvement on pending (qLogEI)',
    options: { pending: 'pendingImprovement' },
  },
};

const { values } = parseArgs({
  options: {
    functions: { type: 'string', default: Object.keys(goals).join() },
    strategies: { type: 'string', default: Object.keys(strategies).join() },
    seeds: { type: 'string' },
    /** Finished runs, one per line. */
    out: { type: 'string', default: 'parallel.jsonl' },
    /** Smallest sizes, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    /** Print the table instead of writing files. */
    print: { type: 'boolean', default: false },
  },
});
const chosenGoals = values.functions.split(',').map((name) => [name, named(goals, name)] as const);
const chosen = values.strategies.split(',').map((name) => [name, named(strategies, name)] as const);
const seeds = Number(values.seeds ?? (values.tiny ? 1 : 5));
/** Nearly anything is near enough in a test. */
const ease = values.tiny ? 1e5 : 1;
const counts = values.tiny ? [4] : [4, 16, 20];
const most = values.tiny ? 12 : 240;

function named<T>(all: Readonly<Record<string, T>>, name: string): T {
  const found = all[name];
  if (found === undefined) throw new Error(`must be some of ${Object.keys(all).join(', ')}, got ${name}`);
  return found;
}

function spaceOf({ lower, upper }: TestFunction): Space {
  return Object.fromEntries(lower.map((low, j) => [`x${j}`, float(low, upper[j]!)]));
}

const remember = await rememberIn(values.out);

/** Times to the target by function, strategy, workers and seed. */
const found = new Map<string, number>();

async function measure(name: string, strategy: string, workers: number, seed: number): Promise<void> {
  const { target, regret } = named(goals, name);
  const key = `${name} ${ease * regret} ${strategy} ${workers} ${seed} ${most}`;
  const outcome = await remember(key, (): WorkerOutcome => {
    const sampler = gpSampler(named(strategies, strategy).options);
    const study = createStudy({ space: spaceOf(target), sampler, seed });
    const result = simulateWorkers(study, {
      ...{ workers, trials: most, seed },
      evaluate: ({ params }) => target.evaluate(Object.values(params) as number[]),
      isEnough: (value) => (value as number) - target.minimum <= ease * regret,
    });
    process.stderr.write(`${key}: ${result.time?.toFixed(1) ?? 'not'} after ${result.trials}\n`);
    return result;
  });
  found.set(`${name} ${strategy} ${workers} ${seed}`, outcome.time ?? Infinity);
}

/** Times of all seeds. */
function timesOf(name: string, strategy: string, workers: number): number[] {
  return Array.from({ length: seeds }, (_, k) => found.get(`${name} ${strategy} ${workers} ${k + 1}`)!);
}

// Seed by seed, so that a study that is cut short has all strategies; the most workers first.
for (let seed = 1; seed <= seeds; seed++) {
  for (const [name] of chosenGoals) {
    await measure(name, 'believer', 1, seed);
    for (const workers of [...counts].reverse()) {
      for (const [strategy] of chosen) await measure(name, strategy, workers, seed);
    }
  }
}

const median = (times: readonly number[]): number => quantile(times, 0.5);

/** What one worker needs: with nothing pending all strategies but Thompson's are the same. */
const alone = (name: string): number => median(timesOf(name, 'believer', 1));

const rows: string[] = [];
const curves = new Map<string, [number, number][]>();
for (const [strategy, { title }] of chosen) {
  for (const workers of counts) {
    const cells: string[] = [];
    for (const [name] of chosenGoals) {
      const times = timesOf(name, strategy, workers);
      const speedUp = alone(name) / median(times);
      const missed = times.filter((time) => time === Infinity).length;
      // Where most seeds missed the target there is no median time.
      const shown = median(times) === Infinity ? 'none' : speedUp.toFixed(1);
      cells.push(`${shown}${missed === 0 ? '' : ` (${missed} missed)`}`);
      const curve = curves.get(`${name} ${strategy}`) ?? [[1, 1]];
      curves.set(`${name} ${strategy}`, [...curve, [workers, speedUp]]);
    }
    rows.push(`| ${title} | ${workers} | ${cells.join(' | ')} |`);
  }
}

const titles = chosenGoals.map(([name, { regret }]) => `${name}, regret ${regret}`);
const text = [
  `Made by \`docs/approx-gp/parallel.ts --functions ${values.functions} --seeds ${seeds}\`: speed-up of the median time to the target over that of one worker,`,
  `durations log-normal with σ = ${DURATION_SPREAD}, at most ${most} trials. Missed: seeds that did not reach it with these.`,
  '',
  `| pending trials | workers | ${titles.join(' | ')} |`,
  `| --- |${' ---: |'.repeat(titles.length + 1)}`,
  `| (one worker: time, in trials) | 1 | ${chosenGoals.map(([name]) => alone(name).toFixed(0)).join(' | ')} |`,
  ...rows,
].join('\n');
if (values.print) process.stdout.write(`${text}\n`);
else {
  const plot = linePlot(
    'Speed-up of the time to a target by workers and strategy',
    chosen.map(([, { title }]) => title),
    chosenGoals.map(([name], k) => ({
      title: titles[k]!,
      x: { label: 'workers', ticks: [1, 4, 16, 20] },
      y: { label: 'speed-up', ticks: [0, 2, 4, 6, 8, 10, 12] },
      lines: chosen.map(([strategy], series) => ({ series, points: curves.get(`${name} ${strategy}`)! })),
    })),
  );
  await writeComparison('approx-gp.md', text, 'workers');
  await writeFileAtomic(fileURLToPath(new URL('parallel.svg', import.meta.url)), plot);
}
