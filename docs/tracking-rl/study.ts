/**
 * Trains all policies of docs/tracking-rl.md that are not trained yet, tests them, and writes the tables and the plot of the
 * page. A training that was stopped goes on where its last checkpoint is.
 *
 *   npm run script -- docs/tracking-rl/study.ts [--configs single,...] [--seeds 3] [--iterations 60] [--frames 60]
 *     [--test-frames 20] [--out rl-runs] [--tiny] [--print]
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@pct/core/node';
import { assignmentTracker, trackFollower, type Tracker } from '@pct/detector';
import { PolicyRunner, rlTracker } from '@pct/tracking-rl';
import { densities, phantomsMm, testFrames } from '../gnn-dfl/frames.js';
import { machine, meanStd } from '../gnn-dfl/runs.js';
import { writeComparison } from '../tables.js';
import { configs, configsNamed } from './configs.js';
import {
  meanDisagreement,
  meanOf,
  measure,
  SharedHits,
  type FrameNumbers,
  type Measured,
} from './measure.js';
import { minusSquaredKinks } from './minusSquaredKinks.js';
import { plotOf } from './plot.js';
import { finishedRun, type Run, type RunSettings } from './runs.js';

const { values } = parseArgs({
  options: {
    configs: { type: 'string', default: configs.map(({ name }) => name).join() },
    /** Trainings of each configuration. */
    seeds: { type: 'string' },
    iterations: { type: 'string' },
    /** Frames to train on. */
    frames: { type: 'string' },
    /** Test frames per cell. */
    'test-frames': { type: 'string' },
    out: { type: 'string', default: 'rl-runs' },
    /** Smallest sizes, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    /** Print the tables instead of writing files. */
    print: { type: 'boolean', default: false },
  },
});
const defaults = values.tiny
  ? { seeds: 2, iterations: 2, frames: 3, validation: 3, every: 1, testFrames: 2 }
  : { seeds: 3, iterations: 60, frames: 60, validation: 12, every: 5, testFrames: 20 };
const seeds = Number(values.seeds ?? defaults.seeds);
const frameCount = Number(values['test-frames'] ?? defaults.testFrames);
const settings: RunSettings = {
  iterations: Number(values.iterations ?? defaults.iterations),
  frames: Number(values.frames ?? defaults.frames),
  validation: defaults.validation,
  every: defaults.every,
  tiny: values.tiny,
};
const chosen = configsNamed(values.configs);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stop.abort(new Error(`stopped by ${signal}; start it again to go on`)));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

// Seed by seed, so that a study that is cut short has all configurations.
const runs: Run[] = [];
for (let seed = 1; seed <= seeds; seed++)
  for (const config of chosen)
    runs.push(await finishedRun(values.out, config, seed, settings, { signal: stop.signal, say }));
const groups = chosen.map((config) => [config, runs.filter((run) => run.config === config)] as const);

/** What needs no training. The second shows what the rules of the environment do alone: each track goes as straight as it can. */
const untrained: readonly (readonly [title: string, tracker: Tracker])[] = [
  ['track follower', trackFollower()],
  ['safety layer, costs θ²/2σ²', rlTracker(minusSquaredKinks)],
  ['assignment tracker', assignmentTracker()],
];

/** One row of a table: the mean of each run in each cell. */
const cellText = (
  measured: readonly (readonly Measured[])[],
  key: keyof FrameNumbers,
  digits: number,
  scale = 1,
): string =>
  measured
    .map((ofRuns) => {
      const means = ofRuns.map(({ numbers }) => scale * meanOf(numbers, key));
      return means.some(Number.isNaN) ? '' : meanStd(means, digits);
    })
    .join(' | ');

const tables = { quality: [] as string[], behaviour: [] as string[] };
for (const density of densities) {
  const samples = [];
  for (const phantomMm of phantomsMm)
    samples.push(await testFrames(phantomMm, values.tiny ? density / 10 : density, frameCount));
  for (const [title, tracker] of untrained) {
    const measured: Measured[][] = [];
    for (const sample of samples) measured.push([await measure(tracker, sample)]);
    addRows(density, title, '', samples, measured);
  }
  for (const [config, found] of groups) {
    const measured: Measured[][] = samples.map(() => []);
    for (const { model, seed } of found) {
      await using runner = new PolicyRunner(model.policy, { threads: 1 });
      const shared = new SharedHits();
      const evaluate = shared.counting(runner.evaluate(model.parameters));
      const tracker = rlTracker(evaluate, { constraint: config.constraint });
      for (const [p, sample] of samples.entries()) measured[p]!.push(await measure(tracker, sample, shared));
      say(`${density} primaries: ${config.name} seed ${seed}`);
    }
    addRows(density, config.title, String(found.length), samples, measured);
  }
}

function addRows(
  density: number,
  title: string,
  runsText: string,
  samples: Parameters<typeof meanDisagreement>[0][],
  measured: readonly (readonly Measured[])[],
): void {
  const head = `| ${density} | ${title} | ${runsText} |`;
  const [purity, efficiency, rejection] = (['purity', 'efficiency', 'rejection'] as const).map((key) =>
    cellText(measured, key, 1, 100).split(' | '),
  );
  const cells = purity!.map((text, p) => `${text} / ${efficiency![p]} / ${rejection![p]}`);
  tables.quality.push(`${head} ${cells.join(' | ')} |`);
  const disagreements = samples.map((sample, p) => meanDisagreement(sample, measured[p]!));
  const disagreeing = disagreements.map((value) => (Number.isNaN(value) ? '' : value.toFixed(2)));
  tables.behaviour.push(
    `${head} ${cellText(measured, 'scattering', 0)} | ${cellText(measured, 'shared', 1, 100)} | ${disagreeing.join(' | ')} |`,
  );
}

const { iterations, frames, validation } = settings;
const text = [
  `Made by \`docs/tracking-rl/study.ts --seeds ${seeds} --iterations ${iterations} --frames ${frames} --test-frames ${frameCount}\``,
  `at ${machine()}.`,
  '',
  `Purity / efficiency / rejection rate in percent on ${frameCount} test frames per cell, mean±standard deviation over seeds.`,
  `Trained were ${iterations} iterations of one frame out of ${frames}; the parameters of best purity on ${validation} other`,
  'frames were taken. The supervised policy took twice as many steps.',
  '',
  '| primaries per frame | policy | seeds | 100 mm | 150 mm | 200 mm |',
  '| --- | --- | --- | --- | --- | --- |',
  ...tables.quality,
  '',
  'Scattering: mean of √Σθ² over the kinks of a track, mrad. Taken twice: share of the hits that several agents would take if',
  'each chose by itself, in percent. Disagreement between seeds: min-max normalised.',
  '',
  '| primaries per frame | policy | seeds | scattering, 100 mm | 150 mm | 200 mm | taken twice, 100 mm | 150 mm | 200 mm | disagreement, 100 mm | 150 mm | 200 mm |',
  `|${' --- |'.repeat(12)}`,
  ...tables.behaviour,
].join('\n');
if (values.print) process.stdout.write(`${text}\n`);
else {
  await writeComparison('tracking-rl.md', text);
  const curves = groups.filter(
    ([config, found]) => config.trainedAs === undefined && found.some(({ records }) => records.length > 0),
  );
  await writeFileAtomic(fileURLToPath(new URL('training.svg', import.meta.url)), plotOf(curves));
}
