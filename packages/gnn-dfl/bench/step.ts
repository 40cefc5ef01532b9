/**
 * Prints how long one training step (loss and gradient) on one frame takes here and in PyTorch, and the memory of both.
 * From the repository's root:
 *
 *   npm run script -- packages/gnn-dfl/bench/step.ts [rounds] [threads]
 *
 * The environment variable PYTHON names the Python to use (python3 if it is not set); without PyTorch its rows are left
 * out. The sides take turns, each in a process of its own; loss and gradient here must be those of PyTorch in float64.
 * The least of all rounds counts, because other programs on the machine come and go; computing time does not depend on them but for caches.
 */
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Peer } from './peers/Peer.js';
import { benchFrame, writeProblem } from './problem.js';

interface Timed {
  readonly cpu: number;
  readonly wall: number;
}

interface Step extends Timed {
  readonly loss: number;
  readonly values: readonly number[];
  readonly peak: number;
}

/** How far numbers here may be from PyTorch's in float64: another winner of a maximum changes the gradient a little. */
const TOLERANCE = 1e-2;

const [rounds = 10, threads = 1] = process.argv.slice(2).map(Number);
const folder = join(import.meta.dirname, 'peers');
const problem = writeProblem(await benchFrame());
const own = new Peer(
  process.execPath,
  [...process.execArgv, join(folder, 'ownPeer.ts'), String(threads)],
  threads,
);
const python = process.env['PYTHON'] ?? 'python3';
const torch = new Peer(python, [join(folder, 'pytorch_peer.py'), problem], threads);
const steps: Record<'own' | 'torch', Step[]> = { own: [], torch: [] };
const graphs: Timed[] = [];
let exact: Step | undefined;
try {
  const greeting = await own.answer<{ name: string; segments: number; edges: number }>();
  const other = await torch.answer<{ name: string }>();
  console.log(`${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} threads`);
  console.log(greeting!.name);
  console.log(other?.name ?? 'PyTorch: not there, left out');
  console.log(`${greeting!.segments} segments, ${greeting!.edges} edges\n`);
  for (let round = 0; round < rounds; round++) {
    graphs.push(await own.ask<Timed>('graph'));
    for (let k = 0; k < 3; k++) steps.own.push(await own.ask<Step>('step'));
    if (other !== undefined) steps.torch.push(await torch.ask<Step>('step'));
  }
  if (other !== undefined) exact = await torch.ask<Step>('exact');
} finally {
  own.end();
  torch.end();
  rmSync(problem, { recursive: true });
}

const least = (list: readonly Timed[], key: keyof Timed): number => Math.min(...list.map((one) => one[key]));
const row = (name: string, list: readonly Timed[], peak = ''): string =>
  `| ${name} | ${least(list, 'cpu').toFixed(0)} | ${least(list, 'wall').toFixed(0)} | ${peak} |`;
const peakOf = (list: readonly Step[]): string => list.at(-1)!.peak.toFixed(0);

console.log('| | computing time, ms | wall time, ms | peak of the process, MiB |\n|---|--:|--:|--:|');
console.log(row('graph and arrays of the frame', graphs));
console.log(row('step', steps.own, peakOf(steps.own)));
if (exact !== undefined) {
  console.log(row('step in PyTorch', steps.torch, peakOf(steps.torch)));
  const ratio = (key: keyof Timed): string => (least(steps.torch, key) / least(steps.own, key)).toFixed(1);
  console.log(`| PyTorch / here | ${ratio('cpu')} | ${ratio('wall')} | |`);
  const numbers = ({ loss, values }: Step): number[] => [loss, ...values];
  const right = numbers(exact);
  const apart = ([step]: readonly Step[]): number =>
    Math.max(...numbers(step!).map((value, k) => Math.abs(value / right[k]! - 1)));
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  console.log(
    '\nLargest difference of the loss and of norms of the gradient from those of PyTorch in float64: ' +
      `${percent(apart(steps.own))} here, ${percent(apart(steps.torch))} in PyTorch in float32.`,
  );
  if (!(apart(steps.own) <= TOLERANCE)) throw new Error('the numbers here are not those of PyTorch');
}
