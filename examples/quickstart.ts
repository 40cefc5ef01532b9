/**
 * Protons from simulation to scored tracks: simulates readout frames behind three thicknesses of water, writes
 * the hits as CSV and reads them back, reconstructs them with two trackers, scores both and draws an event.
 * With --hits it does the same on a file of yours.
 */
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PctError } from '@pct/core';
import { writeFileAtomic } from '@pct/core/node';
import {
  assignmentTracker,
  digitalTrackingCalorimeter,
  evaluateFrames,
  frames,
  renderEvent,
  simulate,
  trackFollower,
} from '@pct/detector';
import type { Frame, Tracker } from '@pct/detector';
import { readHits, writeHits } from '@pct/detector/node';
import { SingleBar } from 'cli-progress';

const usage = `Simulates, reconstructs and scores proton tracks in a digital tracking calorimeter.

  npm run quickstart -- [options]

  --hits FILE       reconstruct the hits of FILE (.csv, .csv.gz, .npy, .npz, .parquet) instead of simulating
  --primaries N     protons per readout frame                          (default 100)
  --frames N        frames per phantom, or at most so many of FILE     (default 10; all of FILE)
  --seed N          seed of the simulation                             (default 1)
  --output FOLDER   where hits and event displays go                   (default quickstart-output)
  --help            this text`;

const phantomsMm = [100, 150, 200];

const trackers: readonly (readonly [string, Tracker])[] = [
  ['track follower', trackFollower()],
  ['assignment', assignmentTracker()],
];

interface Sample {
  readonly name: string;
  readonly frames: readonly Frame[];
}

interface Row {
  readonly sample: string;
  readonly tracker: string;
  readonly frames: number;
  readonly purity: number;
  readonly efficiency: number;
  readonly rejection: number;
  readonly msPerFrame: number;
}

function integerOption(name: string, text: string, smallest: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < smallest) {
    throw new Error(`--${name} must be an integer of at least ${smallest}, got ${text}`);
  }
  return value;
}

function options() {
  const { values } = parseArgs({
    options: {
      hits: { type: 'string' },
      primaries: { type: 'string', default: '100' },
      frames: { type: 'string' },
      seed: { type: 'string', default: '1' },
      output: { type: 'string', default: 'quickstart-output' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    help: values.help,
    hits: values.hits,
    primaries: integerOption('primaries', values.primaries, 1),
    frames: values.frames === undefined ? undefined : integerOption('frames', values.frames, 1),
    seed: integerOption('seed', values.seed, 0),
    output: resolve(values.output),
  };
}

/** A bar that is drawn in a terminal; in a log each part is a line. */
function progressBar(): {
  start(label: string): void;
  update(done: number, total: number): void;
  stop(): void;
} {
  const bar = new SingleBar({
    format: '{label} {bar} {percentage}%',
    hideCursor: true,
    clearOnComplete: true,
  });
  const terminal = process.stderr.isTTY;
  return {
    start(label) {
      if (terminal) bar.start(1, 0, { label: label.padEnd(44) });
      else process.stdout.write(`${label}\n`);
    },
    update(done, total) {
      if (!terminal) return;
      bar.setTotal(total);
      bar.update(done);
    },
    stop() {
      if (terminal) bar.stop();
    },
  };
}

const bar = progressBar();

async function simulateSample(phantomMm: number, frameCount: number): Promise<Sample> {
  const { primaries, seed, output } = settings;
  bar.start(`simulating protons behind ${phantomMm} mm of water`);
  const onProgress = ({ done, total }: { done: number; total: number }): void => bar.update(done, total);
  // About one proton in eight leaves no hit behind the thickest phantom.
  const total = Math.ceil(frameCount * primaries * 1.25) + 20;
  const simulated = await simulate({ phantomMm, primaries: total, seed: seed + phantomMm, onProgress });
  bar.stop();
  const file = join(output, `hits-${phantomMm}mm.csv`);
  await writeHits(file, simulated);
  const hits = await readHits(file);
  return {
    name: `${phantomMm} mm water`,
    frames: frames(hits, { primariesPerFrame: primaries }).slice(0, frameCount),
  };
}

async function readSample(file: string, frameCount: number | undefined): Promise<Sample> {
  bar.start(`reading ${basename(file)}`);
  const hits = await readHits(file, {
    onProgress: ({ done, total }) => bar.update(done, total ?? done),
  });
  bar.stop();
  const all = frames(hits, { primariesPerFrame: settings.primaries, keepPartial: true });
  if (all.length === 0) throw new Error(`${file} holds no hits`);
  return { name: basename(file), frames: all.slice(0, frameCount) };
}

async function score(sample: Sample): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, tracker] of trackers) {
    bar.start(`${sample.name}: ${name}`);
    // The first frame is done once unseen: it pays for compiling the code.
    await tracker.reconstruct(sample.frames[0]!);
    let milliseconds = 0;
    const timed: Tracker = {
      async reconstruct(frame) {
        const start = performance.now();
        const tracks = await tracker.reconstruct(frame);
        milliseconds += performance.now() - start;
        return tracks;
      },
    };
    const { average } = await evaluateFrames(timed, sample.frames, {
      onProgress: ({ done, total }) => bar.update(done, total ?? done),
    });
    bar.stop();
    rows.push({
      sample: sample.name,
      tracker: name,
      frames: sample.frames.length,
      purity: average.purity.mean,
      efficiency: average.efficiency.mean,
      rejection: average.rejectionRate.mean,
      msPerFrame: milliseconds / sample.frames.length,
    });
  }
  return rows;
}

function table(rows: readonly Row[]): string {
  const percent = (value: number): string => (100 * value).toFixed(1);
  const cells = [
    ['sample', 'tracker', 'frames', 'purity %', 'efficiency %', 'rejection %', 'ms/frame'],
    ...rows.map((row) => [
      row.sample,
      row.tracker,
      String(row.frames),
      percent(row.purity),
      percent(row.efficiency),
      percent(row.rejection),
      row.msPerFrame.toFixed(1),
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, k) => (k < 2 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join('  ');
  return [
    line(cells[0]!),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...cells.slice(1).map(line),
  ].join('\n');
}

/** Draws the first frame of a sample as reconstructed by the assignment tracker. */
async function draw(sample: Sample): Promise<string[]> {
  const frame = sample.frames[0]!;
  const tracks = await assignmentTracker().reconstruct(frame);
  const title = `${sample.name}, frame ${frame.index}`;
  const geometry = digitalTrackingCalorimeter();
  const page = join(settings.output, 'event.html');
  const figure = join(settings.output, 'event.svg');
  await writeFileAtomic(page, renderEvent(frame, { format: 'html', tracks, title, geometry }));
  await writeFileAtomic(figure, renderEvent(frame, { format: 'svg', tracks, title }));
  return [page, figure];
}

async function main(): Promise<void> {
  await mkdir(settings.output, { recursive: true });
  const samples: Sample[] = [];
  if (settings.hits === undefined) {
    for (const phantomMm of phantomsMm) samples.push(await simulateSample(phantomMm, settings.frames ?? 10));
  } else {
    samples.push(await readSample(settings.hits, settings.frames));
  }
  const rows: Row[] = [];
  for (const sample of samples) rows.push(...(await score(sample)));
  process.stdout.write(`\n${settings.primaries} protons per frame\n\n${table(rows)}\n\n`);
  const [page, figure] = await draw(samples[0]!);
  process.stdout.write(`event display: ${page}\nfigure:        ${figure}\n`);
}

let settings: ReturnType<typeof options>;
try {
  settings = options();
  if (settings.help) process.stdout.write(`${usage}\n`);
  else await main();
} catch (error) {
  // What a user can put right is one line; anything else is a bug and shows its stack.
  const known =
    error instanceof PctError ||
    (error instanceof Error &&
      /^--|holds no hits|ERR_PARSE/.test(`${error.message}${(error as { code?: string }).code ?? ''}`));
  if (!known) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}
