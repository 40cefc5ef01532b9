/**
 * Prints what a loss, a gradient, a Hessian product, a surface and a spectral density of LeNet-5 on digits take here and in
 * PyTorch, and how well two worker threads do. From the repository's root:
 *
 *   npm run script -- packages/gradvis/bench/curvature.ts [images] [rounds]
 *
 * The environment variable PYTHON names the Python to use (python3 if it is not set); without PyTorch its columns are left out.
 * PyTorch differentiates the gradient once more, as PyHessian and GradVis do. All sides have one thread, but for the last table.
 * The least of all rounds counts. Computing time does not depend on other programs on the machine but for caches; wall time does.
 * A surface is extrapolated from a line of 51 points, and a density of 10 runs of 80 steps from 2 runs of 20.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { flattenParameters } from '@pct/tensor';
import { digits, parameters } from './lenet.js';

interface Timed {
  readonly cpu: number;
  readonly wall: number;
}

interface Report {
  readonly name: string;
  readonly loss: Timed;
  readonly gradient: Timed;
  readonly product: Timed;
  readonly line: Timed;
  readonly density: Timed;
  /** Loss, length of the gradient, length of a product, to compare. */
  readonly values: readonly number[];
  readonly peak: number;
}

/** Seconds of what one and two worker threads took. */
interface Threads {
  readonly surface: readonly Timed[];
  readonly density: readonly Timed[];
}

const [images = 200, rounds = 5] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'gradvis-bench-'));
const { pixels, labels } = digits(images);
writeFileSync(join(folder, 'pixels.f64'), pixels);
writeFileSync(join(folder, 'labels.i32'), labels);
writeFileSync(join(folder, 'parameters.f64'), flattenParameters(parameters()));

/** The last line of what a program prints, as JSON; undefined if it fails. */
async function answerOf<T>(command: string, args: readonly string[]): Promise<T | undefined> {
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], env });
  const code = new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', resolve);
  });
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) last = line;
  return (await code) === 0 ? (JSON.parse(last) as T) : undefined;
}

const peers = join(import.meta.dirname, 'peers');
const own = (...args: string[]): readonly string[] => [
  ...process.execArgv,
  join(peers, 'ownPeer.ts'),
  ...args,
];
const python = process.env['PYTHON'] ?? 'python3';
const load = (): string => loadavg()[0]!.toFixed(1);
const start = load();
const reports: Report[] = [];
for (const precision of ['float32', 'float64']) {
  const mine = await answerOf<Report>(
    process.execPath,
    own('one', precision, String(images), String(rounds)),
  );
  if (mine === undefined) throw new Error('the process for this package failed');
  reports.push(mine);
  const script = [join(peers, 'torch_peer.py'), folder, precision, String(rounds)];
  const theirs = await answerOf<Report>(python, script);
  if (theirs !== undefined) reports.push(theirs);
}
const threads = await answerOf<Threads>(process.execPath, own('threads', 'float32', String(images), '1'));
rmSync(folder, { recursive: true });

console.log(`${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} processors`);
console.log(`LeNet-5, 44426 parameters, ${images} images; load at the start ${start}, at the end ${load()}`);
console.log('Computing time in ms (wall time in brackets):\n');
const cell = ({ cpu, wall }: Timed, factor = 1): string =>
  `${(cpu * factor).toFixed(factor > 1 ? 0 : 1)} (${(wall * factor).toFixed(factor > 1 ? 0 : 1)})`;
const row = (name: string, of: (report: Report) => string): string =>
  `| ${name} | ${reports.map(of).join(' | ')} |`;
console.log(row('', ({ name }) => name));
console.log(`|---|${reports.map(() => '--:').join('|')}|`);
console.log(row('loss', ({ loss }) => cell(loss)));
console.log(row('gradient', ({ gradient }) => cell(gradient)));
console.log(row('Hessian product', ({ product }) => cell(product)));
console.log(row('surface 51 x 51, extrapolated', ({ line }) => cell(line, 51)));
console.log(row('density 10 x 80, extrapolated', ({ density }) => cell(density, 20)));
console.log(row('peak of the process, MiB', ({ peak }) => peak.toFixed(0)));
console.log(row('loss, gradient, product', ({ values }) => values.map((x) => x.toPrecision(7)).join(', ')));
if (threads === undefined) throw new Error('the process with threads failed');
console.log('\nWorker threads, float32, time for 204 points of a surface and 4 runs of 10 steps:\n');
console.log('| | 1 thread | 2 threads | speed-up by wall time | by computing time |\n|---|--:|--:|--:|--:|');
for (const [name, [single, double]] of Object.entries(threads) as [string, readonly Timed[]][])
  console.log(
    `| ${name} | ${cell(single!)} | ${cell(double!)} | ${(single!.wall / double!.wall).toFixed(2)} | ` +
      `${((2 * single!.cpu) / double!.cpu).toFixed(2)} |`,
  );
