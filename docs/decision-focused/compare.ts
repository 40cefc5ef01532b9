/**
 * Trains a linear model of assignment costs with every loss and every estimator, and writes the table and the plot of
 * docs/decision-focused.md.
 *
 *   npm run script -- docs/decision-focused/compare.ts [--seeds 10] [--first 1]
 *     [--degrees 1,2,4,6] [--file results.jsonl] [--only name] [--tiny] [--print]
 *
 * What is already in the file is not computed again, so that a run can be stopped and continued at any time.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@pct/core/node';
import { chooseRuntime } from '@pct/tensor';
import { FULL, runStudy, TINY } from '../../packages/assignment/bench/decisionFocused/study.js';
import { writeComparison } from '../tables.js';
import { plotOf } from './plot.js';
import { choicesOf, summarize, tableOf } from './report.js';

const { values } = parseArgs({
  options: {
    /** Data sets per setting, and the first of them; to share the work among machines, each with an own file. */
    seeds: { type: 'string' },
    first: { type: 'string', default: '1' },
    /** Degrees with commas between them. */
    degrees: { type: 'string' },
    /** JSON lines of choices and results so far; of the script's folder by default, none with --tiny. */
    file: { type: 'string' },
    /** Only methods whose name has this text. */
    only: { type: 'string' },
    /** Smallest sizes, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    /** Print the table instead of writing files. */
    print: { type: 'boolean', default: false },
  },
});
const base = values.tiny ? TINY : FULL;
const sizes = {
  ...base,
  seeds: values.seeds === undefined ? base.seeds : Number(values.seeds),
  firstSeed: Number(values.first),
  degrees: values.degrees === undefined ? base.degrees : values.degrees.split(',').map(Number),
};
const own = fileURLToPath(new URL('results.jsonl', import.meta.url));
const { runtime } = await chooseRuntime('auto', { threads: 1 });
const lines = await runStudy({
  sizes,
  runtime,
  file: values.file ?? (values.tiny ? undefined : own),
  only: values.only,
  onCell: (text) => process.stderr.write(`${text}\n`),
});
const summary = summarize(lines);
const text = [
  'Made by `docs/decision-focused/compare.ts`: median (quartiles) of the normalised regret on test data over data sets,',
  'in percent. The smallest median of each column is in bold.',
  '',
  tableOf(summary),
  '',
  'What was chosen, by degree and noise: learning rate, and the number of the method.',
  '',
  choicesOf(lines),
].join('\n');
if (values.print) process.stdout.write(`${text}\n`);
else {
  await writeComparison('decision-focused.md', text);
  for (const noise of summary.noises)
    await writeFileAtomic(
      fileURLToPath(new URL(`noise-${noise}.svg`, import.meta.url)),
      plotOf(summary, noise),
    );
}
