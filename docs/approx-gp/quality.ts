/**
 * Runs samplers on eight functions, and writes the tables and the plot of docs/approx-gp.md. Runs go to a file of JSON lines
 * as they end; what is there already is not run again, so that it can be stopped and continued at any time.
 *
 *   npm run script -- docs/approx-gp/quality.ts [--seeds 20] [--first 1] [--evaluations 150] [--samplers name,...]
 *     [--targets name,...] [--python /path/to/python] [--file quality.jsonl] [--tiny] [--print] [--report]
 *
 * With --networks, on tables of trained networks. With --variants, `gpSampler` with one thing otherwise at a time, with seeds
 * of their own:
 *
 *   npm run script -- docs/approx-gp/quality.ts --variants --seeds 8 --first 1001
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@pct/core/node';
import { writeComparison } from '../tables.js';
import { plotOf } from './plot.js';
import { goalsOf, NAMES, tableOf } from './report.js';
import { readRuns, runMissing, VARIANTS } from './runs.js';
import { FUNCTIONS, ROTATED, TABLES } from './targets.js';

const { values } = parseArgs({
  options: {
    /** Seeds, and the first of them. */
    seeds: { type: 'string', default: '20' },
    first: { type: 'string', default: '1' },
    evaluations: { type: 'string' },
    /** Names with commas between them. */
    samplers: { type: 'string' },
    targets: { type: 'string' },
    /** Interpreter that has optuna and torch; Optuna's samplers are left out without it. */
    python: { type: 'string' },
    /** JSON lines of runs; of the script's folder by default, none with --tiny. */
    file: { type: 'string' },
    /** Smallest sizes, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    /** Print instead of writing tables and plot. */
    print: { type: 'boolean', default: false },
    /** Tables instead of functions. */
    networks: { type: 'boolean', default: false },
    /** Settings of gpSampler instead of samplers. */
    variants: { type: 'boolean', default: false },
    /** Only report the runs that the file has. */
    report: { type: 'boolean', default: false },
  },
});
/** What is run, and where it goes. */
interface Plan {
  /** Of the file of runs, and of the block of the page. */
  readonly name: string;
  readonly samplers: readonly string[];
  readonly targets: readonly string[];
  readonly evaluations: number;
  /** Evaluations after which tables are made. */
  readonly counts: readonly number[];
  /** Where the axes of the plot end; none without a plot. */
  readonly leastRegret?: number;
}

/** Two functions that are sums over coordinates, and four that are not. */
const VARIANT_TARGETS = ['Levy 5', 'Michalewicz 5', 'Ackley 5', 'Hartmann 6', ...Object.keys(ROTATED)];
const functions = { targets: Object.keys(FUNCTIONS), evaluations: 150 };
const plan: Plan = values.variants
  ? {
      ...functions,
      targets: VARIANT_TARGETS,
      name: 'variants',
      samplers: Object.keys(VARIANTS),
      counts: [150],
    }
  : values.networks
    ? {
        ...{ name: 'networks', samplers: NAMES, targets: Object.keys(TABLES), evaluations: 60 },
        ...{ counts: [20, 40, 60], leastRegret: 1e-2 },
      }
    : { ...functions, name: 'quality', samplers: NAMES, counts: [50, 100, 150], leastRegret: 1e-6 };
const own = fileURLToPath(new URL(`${plan.name}.jsonl`, import.meta.url));
const file = values.file ?? (values.tiny ? undefined : own);
const evaluations = values.tiny ? 14 : Number(values.evaluations ?? plan.evaluations);
const first = Number(values.first);
const runs = values.report
  ? await readRuns(file)
  : await runMissing({
      targets: values.targets?.split(',') ?? plan.targets,
      samplers: values.samplers?.split(',') ?? plan.samplers,
      seeds: Array.from({ length: values.tiny ? 2 : Number(values.seeds) }, (_, k) => first + k),
      evaluations,
      python: values.python,
      file,
      onRun: ({ target, sampler, seed, steps }) =>
        process.stderr.write(`${target}, ${sampler}, seed ${seed}: ${steps.at(-1)?.[1]}\n`),
    });
const counts = values.tiny ? [evaluations] : plan.counts;
const text = [
  'Made by `docs/approx-gp/quality.ts`. Median regret (quartiles) over seeds; the least median of each column is in bold.',
  ...counts.flatMap((count) => [
    `After ${count} evaluations:`,
    tableOf(runs, plan.targets, count, plan.samplers),
  ]),
].join('\n\n');
const plot = plan.leastRegret === undefined ? '' : plotOf(runs, plan.targets, plan.leastRegret);
const goals = plan.name === 'quality' ? goalsOf(runs) : '';
if (values.print) process.stdout.write([text, goals, plot].join('\n\n'));
else {
  await writeComparison('approx-gp.md', text, plan.name);
  if (goals !== '') await writeComparison('approx-gp.md', goals, 'goals');
  if (plot !== '') await writeFileAtomic(fileURLToPath(new URL(`${plan.name}.svg`, import.meta.url)), plot);
}
