/**
 * The tables and plots of docs/m7-emulator.md: trains what is not in FOLDER yet, scores it on test rows, and writes the page.
 *
 *   npm run script -- docs/m7-emulator/study.ts [--variants baseline,process*3 ...] [--seeds 1] [--rows 300000]
 *     [--test 200000] [--steps 20000] [--batch 512] [--hidden 128,128] [--rate 0.003] [--out m7-runs] [--tiny] [--print]
 *
 * `NAME*3` trains three seeds of a variant. The paper's variants keep the paper's optimiser (batches of 256, 1e-3) and
 * see as many rows as ours: 100 epochs of 22 000 steps would take hours.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeComparison } from '../tables.js';
import { errorPlot, scatterPlot } from './plots.js';
import { pairsOnce, predictionsOf, type Run, runOf, type Sizes } from './runs.js';
import { outputTable, scoreTable } from './scores.js';
import { variantNamed, variants } from './variants.js';

const { values } = parseArgs({
  options: {
    variants: { type: 'string', default: variants.map(({ name }) => name).join(',') },
    seeds: { type: 'string', default: '1' },
    rows: { type: 'string', default: '300000' },
    test: { type: 'string', default: '200000' },
    steps: { type: 'string', default: '20000' },
    batch: { type: 'string', default: '512' },
    hidden: { type: 'string', default: '128,128' },
    rate: { type: 'string', default: '0.003' },
    out: { type: 'string', default: 'm7-runs' },
    /** Smallest sizes, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    /** Print the tables and leave the plots in the folder, in place of writing the page. */
    print: { type: 'boolean', default: false },
  },
});
const sizes: Sizes = values.tiny
  ? {
      ...{ rows: 600, validationRows: 100, testRows: 200, steps: 12, batchSize: 64 },
      ...{ hidden: [8, 8], learningRate: 1e-3 },
    }
  : {
      rows: Number(values.rows),
      validationRows: Math.ceil(Number(values.rows) / 15),
      testRows: Number(values.test),
      steps: Number(values.steps),
      batchSize: Number(values.batch),
      hidden: values.hidden.split(',').map(Number),
      learningRate: Number(values.rate),
    };

let last = 0;
const report = (text: string): void => {
  if (Date.now() - last < 5000) return;
  last = Date.now();
  process.stderr.write(`${text}\n`);
};

const groups: (readonly Run[])[] = [];
for (const entry of values.variants.split(',')) {
  const [name, seeds = values.seeds] = entry.split('*');
  const runs: Run[] = [];
  for (let seed = 1; seed <= Number(seeds); seed++) {
    runs.push(await runOf(variantNamed(name!), seed, sizes, values.out, report));
  }
  groups.push(runs);
}

const best = groups
  .map(([first]) => first!)
  .reduce((one, other) => (other.record.metrics.meanLogR2 > one.record.metrics.meanLogR2 ? other : one));
const test = await pairsOnce('test', sizes.testRows);
const predicted = await predictionsOf(best.model, test);
const folder = values.print ? values.out : fileURLToPath(new URL('.', import.meta.url));
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'scatter.svg'), scatterPlot(test, predicted));
await writeFile(join(folder, 'regimes.svg'), errorPlot(groups));
const table = `${scoreTable(groups)}\n\nBy output (R² of changes / of their logarithms, mean of the seeds):\n\n${outputTable(groups)}`;
if (values.print) process.stdout.write(`${table}\n`);
else await writeComparison('m7-emulator.md', table);
