/**
 * Prints how long a training step, a Hessian product and a matrix product take here and in PyTorch, the two taking
 * turns. From the repository's root:
 *
 *   npm run script -- packages/tensor/bench/pytorchRatio.ts
 *
 * The environment variable PYTHON names the Python to use (python3 if it is not set). Without torch there it prints
 * the times here alone.
 */
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { labelOf, prepare, TASKS, type Task } from './programs.js';

interface Timed {
  milliseconds: number;
  value: number;
}

/** Each side gets this many turns per program; the least time counts. */
const TURNS = 3;

/** An optimised BLAS passes this many times over; the reference one stays below. */
const SLOW_GIGAFLOPS = 15;

interface Versions {
  python: string;
  torch: string;
  gigaflops: number;
}

/** A PyTorch in its own process with a fixed number of threads. */
class Peer {
  readonly #python;
  readonly #answers;

  constructor(threads: number) {
    const count = String(threads);
    this.#python = spawn(process.env['PYTHON'] ?? 'python3', [join(import.meta.dirname, 'pytorch_peer.py')], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count },
    });
    // Without python the answers simply end.
    this.#python.on('error', () => undefined);
    this.#python.stdin.on('error', () => undefined);
    this.#answers = createInterface({ input: this.#python.stdout })[Symbol.asyncIterator]();
  }

  async answer<T>(): Promise<T | undefined> {
    const { value, done } = await this.#answers.next();
    return done === true ? undefined : (JSON.parse(value) as T);
  }

  async run(task: Task, repeats: number): Promise<Timed> {
    this.#python.stdin.write(`${JSON.stringify({ ...task, repeats })}\n`);
    const timed = await this.answer<Timed>();
    if (timed === undefined) throw new Error('pytorch_peer.py ended early');
    return timed;
  }

  end(): void {
    this.#python.kill();
  }
}

async function compare(task: Task, peer: Peer | undefined): Promise<void> {
  const repeats = task.size > 1000 ? 10 : 300;
  const program = await prepare(task);
  let value = await program.run();
  let here = Infinity;
  let there = Infinity;
  for (let turn = 0; turn < TURNS; turn++) {
    for (let k = 0; k < repeats; k++) {
      const start = performance.now();
      value = await program.run();
      here = Math.min(here, performance.now() - start);
    }
    if (peer === undefined) continue;
    const other = await peer.run(task, repeats);
    there = Math.min(there, other.milliseconds);
    // The numbers are sums of many terms in float32.
    if (Math.abs(other.value - value) > 1e-3 * Math.max(1e-3, Math.abs(other.value))) {
      throw new Error(`${labelOf(task)}: ${value} here, ${other.value} in PyTorch`);
    }
  }
  await program.dispose();
  const cells = peer === undefined ? [here] : [here, there, here / there];
  console.log(`${labelOf(task).padEnd(44)}${cells.map((cell) => cell.toFixed(2).padStart(12)).join('')}`);
}

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, node ${process.versions.node}`);
for (const threads of [1, 2]) {
  const peer = new Peer(threads);
  try {
    const versions = await peer.answer<Versions>();
    console.log(versions === undefined ? 'no python with torch here: no ratios' : JSON.stringify(versions));
    if (versions !== undefined && versions.gigaflops < SLOW_GIGAFLOPS) {
      console.log(
        'This PyTorch runs on an unoptimised BLAS: the ratios say nothing. Install OpenBLAS or MKL.',
      );
    }
    const columns = versions === undefined ? '' : ' PyTorch, ms   here/there';
    console.log(`${''.padEnd(44)}    here, ms${columns}`);
    for (const task of TASKS.filter((entry) => entry.threads === threads)) {
      await compare(task, versions === undefined ? undefined : peer);
    }
  } finally {
    peer.end();
  }
}
