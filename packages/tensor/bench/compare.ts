/**
 * Prints how long training steps, Hessian products and matrix products take here, in PyTorch and in tfjs, the sides
 * taking turns, and how long compiling takes. From the repository's root:
 *
 *   npm run script -- packages/tensor/bench/compare.ts [words that the rows must have]
 *
 * The environment variable PYTHON names the Python to use (python3 if it is not set). A peer that is not there is
 * left out. The sides must find the same numbers.
 */
import { spawnSync } from 'node:child_process';
import { arch, cpus, release, type } from 'node:os';
import { join } from 'node:path';
import { onnxruntimeNode } from '../src/index.js';
import type { CompileTimes } from './compileTimes.js';
import { Peer } from './peers/Peer.js';
import { prepare } from './programs/prepare.js';
import { labelOf, TASKS, type Task } from './programs/task.js';

/**
 * Turns of each side, and what one takes if a run does not take longer. Many short ones, because what else the
 * machine does comes and goes; the least time of a run counts.
 */
const TURNS = 20;
const TURN_MILLISECONDS = 60;

/** A side gets no further turn after this, but three. */
const MOST_MILLISECONDS = 6000;

/** One side of the comparison at one task. */
interface Side {
  least: number;
  spent: number;
  turns: number;
  values: readonly number[] | undefined;
}

type Turn = (task: Task) => Promise<{ milliseconds: number; values: readonly number[] } | undefined>;

async function giveTurn(side: Side, turn: Turn, task: Task): Promise<void> {
  if (side.turns >= 3 && side.spent > MOST_MILLISECONDS) return;
  const start = performance.now();
  const timed = await turn(task);
  side.spent += performance.now() - start;
  side.turns++;
  if (timed === undefined) return;
  side.least = Math.min(side.least, timed.milliseconds);
  side.values = timed.values;
}

/** The numbers are sums of many terms in float32. */
function checkValues(task: Task, [here, ...others]: readonly Side[]): void {
  const own = here!.values!;
  for (const { values } of others) {
    if (values === undefined) continue;
    const close = own.every((value, i) => Math.abs(value - values[i]!) <= 1e-3 * Math.abs(value) + 1e-6);
    if (!close) throw new Error(`${labelOf(task)}: ${own.join(', ')} here, ${values.join(', ')} in a peer`);
  }
}

/** One row: the times of all sides. */
async function compare(task: Task, peers: readonly (Peer | undefined)[]): Promise<string> {
  const program = await prepare(task);
  const values = await program.run();
  const here: Turn = async () => {
    let least = Infinity;
    const end = performance.now() + TURN_MILLISECONDS;
    while (least === Infinity || performance.now() < end) {
      const start = performance.now();
      await program.run();
      least = Math.min(least, performance.now() - start);
    }
    return { milliseconds: least, values };
  };
  const turns = [
    here,
    ...peers.map(
      (peer): Turn =>
        async () =>
          peer?.time(task, TURN_MILLISECONDS),
    ),
  ];
  const sides = turns.map((): Side => ({ least: Infinity, spent: 0, turns: 0, values: undefined }));
  for (let round = 0; round < TURNS; round++) {
    for (const [at, turn] of turns.entries()) await giveTurn(sides[at]!, turn, task);
  }
  await program.dispose();
  checkValues(task, sides);
  const [own, torch, tfjs] = sides.map(({ least }) => least) as [number, number, number];
  const cells = [
    ms(own),
    ms(torch),
    torch === Infinity ? '' : (own / torch).toFixed(2),
    peers[1] !== undefined && tfjs === Infinity ? 'cannot' : ms(tfjs),
    tfjs === Infinity ? '' : (tfjs / own).toFixed(1),
  ];
  return `| ${[labelOf(task), task.threads, ...cells].join(' | ')} |`;
}

function ms(time: number): string {
  return time === Infinity ? '' : time.toFixed(time < 10 ? 2 : 1);
}

/** Starts a peer; says in a line what it is or that it is not there, unless that has been said. */
async function start(name: string, peer: Peer, quiet = false): Promise<Peer | undefined> {
  const greeting = await peer.greeting();
  if (quiet) return greeting && peer;
  console.log(greeting === undefined ? `${name}: not there, left out` : greeting.name);
  if (greeting !== undefined && greeting.warning !== '') console.log(`${name} ${greeting.warning}`);
  return greeting && peer;
}

/** Median of compiling LeNet-5's training step in fresh processes. */
function printCompileTimes(): void {
  const file = join(import.meta.dirname, 'compileTimes.ts');
  const runs = Array.from({ length: 5 }, () => {
    const { stdout } = spawnSync(process.execPath, [...process.execArgv, file], { encoding: 'utf8' });
    return JSON.parse(stdout) as { cold: CompileTimes; warm: CompileTimes };
  });
  const median = (of: (run: (typeof runs)[number]) => number): string =>
    runs
      .map(of)
      .sort((a, b) => a - b)[2]!
      .toFixed(0);
  console.log(
    '\n| compiling LeNet-5, value and gradient, ms | trace | clean | session | all |\n|---|--:|--:|--:|--:|',
  );
  for (const [name, state] of [
    ['first program of the process', 'cold'],
    ['second program', 'warm'],
  ] as const) {
    const cells = [
      median((run) => run[state].trace),
      median((run) => run[state].clean),
      median((run) => run[state].session),
      median((run) => run[state].trace + run[state].clean + run[state].session),
    ];
    console.log(`| ${[name, ...cells].join(' | ')} |`);
  }
}

const words = process.argv.slice(2);
const { version } = await onnxruntimeNode();
console.log(`${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} threads`);
console.log(
  `${type()} ${release()} ${arch()}, Node.js ${process.versions.node}, onnxruntime-node ${version}`,
);
const folder = join(import.meta.dirname, 'peers');
const tfjs = await start(
  'tfjs',
  new Peer(process.execPath, [...process.execArgv, join(folder, 'tfjsPeer.ts')]),
);
const python = process.env['PYTHON'] ?? 'python3';
for (const threads of [1, 2]) {
  const count = String(threads);
  const peer = new Peer(python, [join(folder, 'pytorch_peer.py')], {
    OMP_NUM_THREADS: count,
    OPENBLAS_NUM_THREADS: count,
    MKL_NUM_THREADS: count,
  });
  const torch = await start('PyTorch', peer, threads > 1);
  if (threads === 1) {
    console.log('\n| task | threads | here, ms | PyTorch, ms | here/PyTorch | tfjs wasm, ms | tfjs/here |');
    console.log('|---|--:|--:|--:|--:|--:|--:|');
  }
  for (const task of TASKS) {
    if (task.threads !== threads || !words.every((word) => labelOf(task).includes(word))) continue;
    console.log(await compare(task, [torch, tfjs]));
  }
  peer.end();
}
tfjs?.end();
console.log(
  '\n"cannot": the wasm engine of tfjs has no gradient of conv2d with respect to the kernels. It has one thread in\n' +
    'Node.js whatever the row says.',
);
printCompileTimes();
