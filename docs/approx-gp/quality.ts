/**
 * Runs samplers on eight functions, and writes the tables and the plot of docs/approx-gp.md. Runs go to a file of JSON lines
 * as they end; what is there already is not run again, so that it can be stopped and continued at any time.
 *
 *   npm run script -- docs/approx-gp/quality.ts [--seeds 20] [--first 1] [--evaluations 150] [--samplers name,...]
 *     [--targets name,...] [--python /path/to/python] [--file quality.jsonl] [--tiny] [--print] [--report]
 *
 * With --variants, `gpSampler` with one thing otherwise at a time, with seeds of their own:
 *
 *   npm run script -- docs/approx-gp/quality.ts --variants --seeds 8 --first 1001
 *     --targets 'Levy 5,Hartmann 6,Styblinski-Tang 5'
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@pct/core/node';
import { writeComparison } from '../tables.js';
import { plotOf } from './plot.js';
import { goalsOf, NAMES, tableOf } from './report.js';
import { FUNCTIONS, readRuns, runMissing, VARIANTS } from './runs.js';

const { values } = parseArgs({
  options: {
    /** Seeds, and the first of them. */
    seeds: { type: 'string', default: '20' },
    first: { type: 'string', default: '1' },
    evaluations: { type: 'string', default: '150' },
    /** Names with commas between them. */
    samplers: { type: 'string' },
    targets: { type: 'string', default: Object.keys(FUNCTIONS).join() },
    /** Interpreter that has optuna and torch; Optuna's samplers are left out without it. */
    python: { type: 'string' },
    /** JSON lines of runs; of the script's folder by default, none with --tiny. */
    file: { type: 'string' },
    /** Smallest sizes, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    /** Print instead of writing tables and plot. */
    print: { type: 'boolean', default: false },
    /** Settings of gpSampler instead of samplers. */
    variants: { type: 'boolean', default: false },
    /** Only report the runs that the file has. */
    report: { type: 'boolean', default: false },
  },
});
const names = values.variants ? Object.keys(VARIANTS) : NAMES;
const own = fileURLToPath(new URL(values.variants ? 'variants.jsonl' : 'quality.jsonl', import.meta.url));
const file = values.file ?? (values.tiny ? undefined : own);
const evaluations = values.tiny ? 14 : Number(values.evaluations);
const first = Number(values.first);
const runs = values.report
  ? await readRuns(file)
  : await runMissing({
      targets: values.targets.split(','),
      samplers: values.samplers?.split(',') ?? names,
      seeds: Array.from({ length: values.tiny ? 2 : Number(values.seeds) }, (_, k) => first + k),
      evaluations,
      python: values.python,
      file,
      onRun: ({ target, sampler, seed, steps }) =>
        process.stderr.write(`${target}, ${sampler}, seed ${seed}: ${steps.at(-1)?.[1]}\n`),
    });
const counts = values.tiny ? [evaluations] : values.variants ? [150] : [50, 100, 150];
const text = [
  'Made by `docs/approx-gp/quality.ts`. Median regret (quartiles) over seeds; the least median of each function is in bold.',
  ...counts.flatMap((count) => [`After ${count} evaluations:`, tableOf(runs, count, names)]),
].join('\n\n');
if (values.variants) {
  if (values.print) process.stdout.write(`${text}\n`);
  else await writeComparison('approx-gp.md', text, 'variants');
} else if (values.print) process.stdout.write(`${text}\n\n${goalsOf(runs)}\n\n${plotOf(runs)}`);
else {
  await writeComparison('approx-gp.md', text, 'quality');
  await writeComparison('approx-gp.md', goalsOf(runs), 'goals');
  await writeFileAtomic(fileURLToPath(new URL('quality.svg', import.meta.url)), plotOf(runs));
}
