/**
 * Scores the trackers on simulated frames and writes the table, beside the published results, into docs/trackers.md.
 *
 *   npm run script -- docs/trackers/compare.ts [--frames 40] [--seed 1] [--print]
 */
import { parseArgs } from 'node:util';
import { assignmentTracker, evaluateFrames, simulateFrames, trackFollower } from '@pct/detector';
import type { FrameAverage, Tracker } from '@pct/detector';
import { writeComparison } from '../tables.js';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    /** Print the table instead of writing it. */
    print: { type: 'boolean', default: false },
  },
});
const frameCount = Number(values.frames);
const seed = Number(values.seed);

/** Largest kink of an accepted track in the evaluation of Kortus et al. 2023, rad. */
const maxKink = 0.271;
const phantomsMm = [100, 150, 200];
const densities = [50, 100, 150];

const trackers: readonly (readonly [string, Tracker])[] = [
  ['`trackFollower()`', trackFollower()],
  ['`trackFollower({ maxChildren: 2 })`', trackFollower({ maxChildren: 2 })],
  ['`assignmentTracker({ lookahead: 0 })`', assignmentTracker({ lookahead: 0 })],
  ['`assignmentTracker()`', assignmentTracker()],
];

/** Published purity/efficiency in percent, [densities][phantoms], on GATE data. */
const published: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  [
    'track follower, Kortus et al. 2023',
    [
      ['88.1/79.6', '90.2/82.8', '91.2/83.8'],
      ['83.0/74.6', '86.5/79.0', '87.4/80.3'],
      ['79.1/70.9', '83.3/75.7', '84.7/77.7'],
    ],
  ],
  [
    'reinforcement learning, Kortus et al. 2023',
    [
      ['92.5/81.5', '93.7/84.0', '94.4/85.4'],
      ['85.6/75.2', '88.8/79.0', '89.5/80.8'],
      ['80.5/70.8', '83.8/74.4', '85.3/76.9'],
    ],
  ],
  [
    'graph network, predict then track, Kortus et al. 2024',
    [
      ['94.9/83.8', '96.2/86.9', '96.4/88.7'],
      ['87.4/75.2', '91.9/82.4', '91.7/83.8'],
      ['77.5/65.0', '84.9/75.3', '87.2/79.6'],
    ],
  ],
];

const percent = ({ mean, standardError }: FrameAverage): string =>
  `${(100 * mean).toFixed(1)}±${(100 * standardError).toFixed(1)}`;

const rows: string[] = [];
for (const [d, density] of densities.entries()) {
  const samples = [];
  for (const [p, phantomMm] of phantomsMm.entries()) {
    samples.push(
      await simulateFrames({ phantomMm, frames: frameCount, primariesPerFrame: density, seed: seed + p }),
    );
  }
  for (const [name, tracker] of trackers) {
    const cells: string[] = [];
    for (const sample of samples) {
      const { average } = await evaluateFrames(tracker, sample, { maxKink });
      cells.push(`${percent(average.purity)} / ${percent(average.efficiency)}`);
    }
    rows.push(`| ${density} | ${name} | ${cells.join(' | ')} |`);
  }
  for (const [name, table] of published) rows.push(`| ${density} | _${name}_ | ${table[d]!.join(' | ')} |`);
}
const text = [
  `Made by \`docs/trackers/compare.ts --frames ${frameCount} --seed ${seed}\`: purity / efficiency in percent, mean and`,
  'standard error over frames. In italics what was published for GATE data.',
  '',
  '| primaries per frame | tracker | 100 mm | 150 mm | 200 mm |',
  '| --- | --- | --- | --- | --- |',
  ...rows,
].join('\n');

if (values.print) process.stdout.write(`${text}\n`);
else await writeComparison('trackers.md', text);
