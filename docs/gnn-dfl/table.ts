/**
 * Tests the networks that `train.ts` has finished in a folder, and writes the tables and the plot of docs/gnn-dfl.md.
 *
 *   npm run script -- docs/gnn-dfl/table.ts [--runs gnn-runs] [--frames 20] [--densities 50,100,150] [--tiny] [--print]
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@pct/core/node';
import { evaluateFrames, type Frame } from '@pct/detector';
import { gnnTracker } from '@pct/gnn-dfl';
import { writeComparison } from '../tables.js';
import { publishedDensities } from './configs.js';
import { densities, manyDensities, phantomsMm, testFrames } from './frames.js';
import { plotOf } from './plot.js';
import { publishedCells, publishedPurity } from './published.js';
import { byConfig, describeRuns, finishedRuns, machine, meanStd, type Run } from './runs.js';

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
const studied = groups.filter(([{ densities }]) => densities === publishedDensities);

let largestError = 0;

/** Purity and efficiency of a configuration's runs on some samples, one text per sample. */
async function cellsOf(found: readonly Run[], samples: readonly (readonly Frame[])[]): Promise<string[]> {
  const cells = samples.map(() => ({ purity: [] as number[], efficiency: [] as number[] }));
  for (const { model } of found) {
    await using tracker = gnnTracker(model, { threads: 1 });
    for (const [s, sample] of samples.entries()) {
      const { average } = await evaluateFrames(tracker, sample);
      cells[s]!.purity.push(100 * average.purity.mean);
      cells[s]!.efficiency.push(100 * average.efficiency.mean);
      largestError = Math.max(largestError, 100 * average.purity.standardError);
    }
  }
  return cells.map(({ purity, efficiency }) => `${meanStd(purity, 1)} / ${meanStd(efficiency, 1)}`);
}

/** Rows of one density for some configurations. */
async function rowsOf(density: number, which: typeof groups): Promise<string[]> {
  const samples: Frame[][] = [];
  for (const phantomMm of phantomsMm)
    samples.push(await testFrames(phantomMm, values.tiny ? density / 10 : density, frameCount));
  const rows: string[] = [];
  for (const [config, found] of which) {
    const cells = await cellsOf(found, samples);
    rows.push(`| ${density} | ${config.title} | ${found.length} | ${cells.join(' | ')} |`);
    const published = publishedCells[config.name]?.[densities.findIndex((one) => one === density)];
    if (published !== undefined) rows.push(`| ${density} | _published_ | 5 | ${published.join(' | ')} |`);
    process.stderr.write(`${density} primaries: ${config.title}\n`);
  }
  return rows;
}

const rows: string[] = [];
for (const density of chosen) rows.push(...(await rowsOf(density, studied)));
const errorOfStudy = largestError;

// What the frames of one density teach about others, beside a network that has seen many.
const fromMany = groups.filter(([{ name }]) => name === 'ptt' || name === 'mixed');
const otherRows: string[] = [];
if (fromMany.some(([{ name }]) => name === 'mixed'))
  for (const density of manyDensities) otherRows.push(...(await rowsOf(density, fromMany)));

/** Mean validation purity of a configuration's runs after some steps, in percent. */
const validated = (config: string, step: number): string => {
  const found = runs
    .filter((run) => run.config.name === config)
    .flatMap(({ log }) => log.filter((line) => line.step === step && line.validation !== undefined))
    .map(({ validation }) => 100 * validation!.purity);
  return found.length === 0 ? '' : meanStd(found, 1);
};
const steps = [25, 50, 100, 200, 500, 1000].filter((step) =>
  studied.some(([{ name }]) => validated(name, step) !== ''),
);
const early = studied.flatMap(([{ name, title }]) => [
  `| ${title} | ${steps.map((step) => validated(name, step)).join(' | ')} |`,
  ...(publishedPurity[name] && steps.some((step) => publishedPurity[name]![step])
    ? [`| _published_ | ${steps.map((step) => publishedPurity[name]![step]?.toFixed(1) ?? '').join(' | ')} |`]
    : []),
]);

const text = [
  `Made by \`docs/gnn-dfl/table.ts --frames ${frameCount}\` at ${machine()}. Trained were: ${describeRuns(runs)}`,
  '',
  `Purity / efficiency in percent on ${frameCount} test frames per cell, mean±standard deviation over seeds (no deviation of`,
  `one seed). The standard error over frames is ${errorOfStudy.toFixed(1)} points of purity in the worst cell; all networks see`,
  'the same frames. In italics what was published for GATE data.',
  '',
  '| primaries per frame | configuration | seeds | 100 mm | 150 mm | 200 mm |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows,
  '',
  ...(otherRows.length === 0
    ? []
    : [
        'What a network that was trained on frames of 100 primaries makes of other frames, and one that was trained on many densities:',
        '',
        '| primaries per frame | configuration | seeds | 100 mm | 150 mm | 200 mm |',
        '| --- | --- | --- | --- | --- | --- |',
        ...otherRows,
        '',
      ]),
  'Purity on validation frames in percent, by training step. A published step takes 32 frames.',
  '',
  `| configuration | ${steps.join(' | ')} |`,
  `| --- |${' --- |'.repeat(steps.length)}`,
  ...early,
].join('\n');
if (values.print) process.stdout.write(`${text}\n`);
else {
  await writeComparison('gnn-dfl.md', text);
  await writeFileAtomic(fileURLToPath(new URL('training.svg', import.meta.url)), plotOf(studied));
}
