/**
 * Tests the networks that `train.ts` has finished in a folder, and writes the tables and the plot of docs/gnn-dfl.md.
 *
 *   npm run script -- docs/gnn-dfl/table.ts [--runs gnn-runs] [--frames 20] [--densities 50,100,150] [--tiny] [--print]
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@pct/core/node';
import { evaluateFrames } from '@pct/detector';
import { gnnTracker } from '@pct/gnn-dfl';
import { writeComparison } from '../tables.js';
import { densities, phantomsMm, testFrames } from './frames.js';
import { plotOf } from './plot.js';
import { publishedCells, publishedPurity } from './published.js';
import { byConfig, describeRuns, finishedRuns, machine, meanStd } from './runs.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: 'gnn-runs' },
    /** Test frames per cell. */
    frames: { type: 'string', default: '20' },
    /** Primaries per frame, with commas between them. */
    densities: { type: 'string', default: densities.join() },
    /** Frames of a few primaries, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    /** Print the tables instead of writing files. */
    print: { type: 'boolean', default: false },
  },
});
const frameCount = Number(values.frames);
const chosen = values.densities.split(',').map(Number);
const runs = await finishedRuns(values.runs);
const groups = byConfig(runs);

const rows: string[] = [];
let largestError = 0;
for (const density of chosen) {
  const samples = [];
  for (const phantomMm of phantomsMm)
    samples.push(await testFrames(phantomMm, values.tiny ? density / 10 : density, frameCount));
  for (const [config, found] of groups) {
    const cells = samples.map(() => ({ purity: [] as number[], efficiency: [] as number[] }));
    for (const { model, settings } of found) {
      await using tracker = gnnTracker(model, { threads: 1 });
      for (const [p, sample] of samples.entries()) {
        const { average } = await evaluateFrames(tracker, sample);
        cells[p]!.purity.push(100 * average.purity.mean);
        cells[p]!.efficiency.push(100 * average.efficiency.mean);
        largestError = Math.max(largestError, 100 * average.purity.standardError);
      }
      process.stderr.write(`${density} primaries: ${config.name} seed ${settings.seed}\n`);
    }
    const texts = cells.map(({ purity, efficiency }) => `${meanStd(purity, 1)} / ${meanStd(efficiency, 1)}`);
    rows.push(`| ${density} | ${config.title} | ${found.length} | ${texts.join(' | ')} |`);
    const published = publishedCells[config.name]![densities.findIndex((one) => one === density)];
    if (published !== undefined) rows.push(`| ${density} | _published_ | 5 | ${published.join(' | ')} |`);
  }
}

/** Mean validation purity of a configuration's runs after some steps, in percent. */
const validated = (config: string, step: number): string => {
  const found = runs
    .filter((run) => run.config.name === config)
    .flatMap(({ log }) => log.filter((line) => line.step === step && line.validation !== undefined))
    .map(({ validation }) => 100 * validation!.purity);
  return found.length === 0 ? '' : meanStd(found, 1);
};
const steps = [25, 50, 100, 200, 500, 1000].filter((step) =>
  groups.some(([{ name }]) => validated(name, step) !== ''),
);
const early = groups.flatMap(([{ name, title }]) => [
  `| ${title} | ${steps.map((step) => validated(name, step)).join(' | ')} |`,
  ...(publishedPurity[name] && steps.some((step) => publishedPurity[name]![step])
    ? [`| _published_ | ${steps.map((step) => publishedPurity[name]![step]?.toFixed(1) ?? '').join(' | ')} |`]
    : []),
]);

const text = [
  `Made by \`docs/gnn-dfl/table.ts --frames ${frameCount}\` at ${machine()}. Trained were: ${describeRuns(runs)}`,
  '',
  `Purity / efficiency in percent on ${frameCount} test frames per cell, mean±standard deviation over seeds (no deviation of`,
  `one seed). The standard error over frames is ${largestError.toFixed(1)} points of purity in the worst cell; all networks see`,
  'the same frames. In italics what was published for GATE data.',
  '',
  '| primaries per frame | configuration | seeds | 100 mm | 150 mm | 200 mm |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows,
  '',
  'Purity on validation frames in percent, by training step. A published step takes 32 frames.',
  '',
  `| configuration | ${steps.join(' | ')} |`,
  `| --- |${' --- |'.repeat(steps.length)}`,
  ...early,
].join('\n');
if (values.print) process.stdout.write(`${text}\n`);
else {
  await writeComparison('gnn-dfl.md', text);
  await writeFileAtomic(fileURLToPath(new URL('training.svg', import.meta.url)), plotOf(groups));
}
