/**
 * Looks around the networks that come with the packages, and between two minima of a network with batch normalisation.
 * Writes figures of docs/gradvis.md and prints its tables. What is computed is kept, so that the script goes on where it
 * was stopped.
 *
 *   npm run script -- docs/gradvis/study.ts [--only tracker,emulator,policy,residual] [--points 21] [--seed 1]
 *     [--out docs/gradvis] [--results gradvis-runs] [--tiny]
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Progress } from '@pct/core';
import { writeFileAtomic } from '@pct/core/node';
import {
  contourFigure,
  joinStatistics,
  linePath,
  pathFigure,
  pathProfile,
  randomDirections,
  sampleSurface,
  withBatchNorm,
  type DescribedObjective,
  type Surface,
} from '@viz/gradvis';
import { fileJournal } from '@viz/gradvis/node';
import { residualModel, trainResidual } from './residualNetwork.js';
import { shippedNetworks } from './shippedNetworks.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'tracker,emulator,policy,residual' },
    /** Points of each axis. */
    points: { type: 'string', default: '21' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'docs/gradvis' },
    /** Folder of what is kept. */
    results: { type: 'string', default: 'gradvis-runs' },
    /** Little data, and planes of 3 × 3 points. */
    tiny: { type: 'boolean', default: false },
  },
});
const { tiny, out, results } = values;
const points = tiny ? 3 : Number(values.points);
const seed = Number(values.seed);
await mkdir(out, { recursive: true });
await mkdir(results, { recursive: true });

function onProgress({ done, total, remainingMs }: Progress): void {
  const left = remainingMs === undefined ? '' : `, ${(remainingMs / 1000).toFixed(0)} s left`;
  process.stderr.write(`\r${done} of ${total}${left}   `);
}

const number = (value: number): string => String(Number(value.toPrecision(3)));

/** Lowest loss of a plane, and its place. */
function lowest({ axes, values: losses }: Surface): string {
  const at = losses.reduce((best, loss, i) => (loss < losses[best]! ? i : best), 0);
  const [x, y] = axes.map(({ coordinates }) => coordinates) as [Float64Array, Float64Array];
  const place = [x[at % x.length]!, y[Math.floor(at / x.length)]!].map(number).join(', ');
  return `${number(losses[at]!)} at (${place})`;
}

/** The plane of two random filter-normalised directions around some weights; one row of the table. */
async function planeAround(
  name: string,
  objective: DescribedObjective,
  at: Float64Array,
  reach = 1,
): Promise<string> {
  const axes = randomDirections(objective, at, 2, { rng: seed }).map((axis) => ({
    ...axis,
    range: [-reach, reach] as const,
    points,
  }));
  await using journal = fileJournal(join(results, `${name}-${points}.journal`));
  const plane = await sampleSurface(objective, at, axes, { journal, onProgress, keepVectors: false });
  const title = `Around the weights: ${name}`;
  await writeFileAtomic(join(out, `plane-${name}.svg`), contourFigure(plane, { title, equalAspect: true }));
  const centre = plane.values[(plane.values.length - 1) / 2]!;
  const finite = plane.values.filter(Number.isFinite);
  const highest = finite.reduce((a, b) => Math.max(a, b));
  const row = [objective.label, objective.size, number(centre), lowest(plane), number(highest)];
  return `| ${row.join(' | ')} |`;
}

const chosen = values.only.split(',');
const rows: string[] = [];
for (const name of ['tracker', 'emulator', 'policy'] as const) {
  if (!chosen.includes(name)) continue;
  const { objective, parameters } = await shippedNetworks[name](tiny);
  // Farther away the loss of the emulator grows by orders of magnitude, which would hide the rest.
  rows.push(await planeAround(name, objective, parameters, name === 'emulator' ? 0.5 : 1));
  await objective[Symbol.asyncDispose]();
}

const paths: string[] = [];
if (chosen.includes('residual')) {
  const [epochs, trained, measured] = tiny ? [1, 200, 50] : [4, 9000, 1000];
  const one = await trainResidual(1, epochs, trained);
  const other = await trainResidual(2, epochs, trained);
  await using model = await residualModel(measured);
  const along = { points: tiny ? 3 : 21, onProgress, keepVectors: false };
  const line = linePath(one.parameters, other.parameters);
  const joined = linePath(
    joinStatistics(one.parameters, one.statistics),
    joinStatistics(other.parameters, other.statistics),
  );
  const fixed = withBatchNorm(model, { mode: 'fixed', statistics: one.statistics });
  const profiles = [
    await pathProfile(fixed, line, along),
    await pathProfile(withBatchNorm(model, { mode: 'interpolated' }), joined, along),
    await pathProfile(withBatchNorm(model, { mode: 'recomputed' }), line, along),
  ];
  for (const { values: losses, barrier, provenance } of profiles) {
    const row = [
      provenance.batchNorm,
      ...[losses[0]!, losses.at(-1)!, Math.max(...losses), barrier].map(number),
    ];
    paths.push(`| ${row.join(' | ')} |`);
  }
  const names = profiles.map(({ provenance }) => provenance.batchNorm!);
  const title = 'A line between two minima, by what batch normalisation uses';
  await writeFileAtomic(join(out, 'batch-norm.svg'), pathFigure(profiles, { title, names, scale: 'log' }));
  const recomputed = withBatchNorm(model, { mode: 'recomputed' });
  rows.push(await planeAround('residual', recomputed, one.parameters));
}

process.stdout.write(
  [
    '| network and data | parameters | loss at the weights | lowest | highest |',
    `|${' --- |'.repeat(5)}`,
    ...rows,
    '',
    '| statistics | loss at one end | at the other | highest | barrier |',
    `|${' --- |'.repeat(5)}`,
    ...paths,
    '',
  ].join('\n'),
);
