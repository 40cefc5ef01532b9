/**
 * The table and the plot of docs/approx-gp.md on networks: tunes each by a Gaussian process and by random points, in studies
 * that are kept in FOLDER and go on where they were.
 *
 *   npm run script -- docs/approx-gp/tuning.ts [--tasks lenet,emulator] [--trials 40] [--seeds 20] [--out tuning-runs]
 *     [--tiny] [--print]
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gpSampler, randomSampler, type Direction, type Sampler, type StudyTrial } from '@hpo/approx-gp';
import { journalFile } from '@hpo/approx-gp/node';
import { writeFileAtomic } from '@pct/core/node';
import { quantile } from '../quantile.js';
import { writeComparison } from '../tables.js';
import { linePlot, type LinePanel } from './linePlot.js';
import { tuningTasks } from './tuningTasks.js';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: 'lenet,emulator' },
    trials: { type: 'string' },
    seeds: { type: 'string' },
    out: { type: 'string', default: 'tuning-runs' },
    /** Smallest sizes, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    /** Print the table instead of writing files. */
    print: { type: 'boolean', default: false },
  },
});
const trials = Number(values.trials ?? (values.tiny ? 4 : 40));
const seeds = Number(values.seeds ?? (values.tiny ? 1 : 20));
const samplers: readonly (readonly [name: string, make: () => Sampler])[] = [
  ['gpSampler', () => gpSampler({ startupTrials: Math.min(10, trials - 1) })],
  ['randomSampler', () => randomSampler()],
];
const marks = [10, 20, 30, 40, 60, 80, 100].filter((count) => count <= trials);

/** Best value after each trial; infinitely bad before the first one that is complete. */
function bestSoFar(run: readonly StudyTrial[], direction: Direction): number[] {
  const better = direction === 'maximize' ? Math.max : Math.min;
  let best = direction === 'maximize' ? -Infinity : Infinity;
  return run.map(({ value, state }) => (best = state === 'complete' ? better(best, value!) : best));
}

/** Median (quartiles) of some seeds; the numbers themselves if they are fewer than three. */
function quartiles(values: readonly number[], digits: number): string {
  const at = (share: number): string => quantile(values, share).toFixed(digits);
  return values.length < 3
    ? values.map((value) => value.toFixed(digits)).join(', ')
    : `${at(0.5)} (${at(0.25)}, ${at(0.75)})`;
}

const tasks = tuningTasks(values.tiny).filter(({ name }) => values.tasks.split(',').includes(name));
await mkdir(values.out, { recursive: true });
const rows: string[] = [];
const panels: LinePanel[] = [];
for (const task of tasks) {
  const { name, direction, axis } = task;
  const lines: LinePanel['lines'][number][] = [];
  for (const [series, [samplerName, make]] of samplers.entries()) {
    /** Best values after each trial, of each seed, and test values at the end. */
    const curves: number[][] = [];
    const tests: number[] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const file = join(values.out, `${name}-${samplerName}-${seed}.log`);
      const run = await task.run({
        ...{ sampler: make(), storage: journalFile(file), seed, trials },
        onTrial: ({ number, state, value }) =>
          void process.stderr.write(`${name} ${samplerName} ${seed}: trial ${number}: ${value ?? state}\n`),
      });
      const curve = bestSoFar(run, direction);
      const best = run.find(({ value, state }) => state === 'complete' && value === curve.at(-1));
      const test = best?.userAttributes['test'] as number | undefined;
      curves.push(curve);
      tests.push(test ?? NaN);
    }
    const after = (trial: number): number[] => curves.map((curve) => curve[trial - 1] ?? NaN);
    for (const share of seeds < 3 ? [0.5] : [0.5, 0.25, 0.75]) {
      const points = Array.from(
        { length: trials },
        (_, k) => [k + 1, quantile(after(k + 1), share)] as const,
      ).filter(([, value]) => Number.isFinite(value));
      lines.push({ series, points, opacity: share === 0.5 ? 1 : 0.35 });
    }
    const cells = [...marks.map(after), tests].map((column) => quartiles(column, task.digits));
    rows.push(`| ${name} | \`${samplerName}\` | ${cells.join(' | ')} |`);
  }
  panels.push({ title: name, x: { label: 'trials', ticks: [0, trials / 2, trials] }, y: axis, lines });
}

const text = [
  `Made by \`docs/approx-gp/tuning.ts --trials ${trials} --seeds ${seeds}\`: best value so far on validation data, and on test data`,
  'that of the same trial; medians (quartiles) of the seeds.',
  '',
  `| network | sampler | ${marks.map((mark) => `${mark} trials`).join(' | ')} | test |`,
  `| --- | --- |${' ---: |'.repeat(marks.length + 1)}`,
  ...rows,
].join('\n');
if (values.print) process.stdout.write(`${text}\n`);
else {
  await writeComparison('approx-gp.md', text, 'tuning');
  const plot = linePlot(
    'Best value so far by trial, of tuned networks: medians and quartiles',
    samplers.map(([name]) => name),
    panels,
  );
  await writeFileAtomic(fileURLToPath(new URL('tuning.svg', import.meta.url)), plot);
}
