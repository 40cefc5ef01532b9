/**
 * Prints how long GrowingCholesky takes against ml-matrix and scipy on the same matrices, taking turns; medians
 * and least times. From the repository's root:
 *
 *   npm run script -- packages/core/bench/linalgRatios.ts [sizes ...]
 *
 * What is not installed (python3 with scipy, ml-matrix) is left out.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cholesky, GrowingCholesky, type DenseMatrix } from '@pct/core';

interface MlMatrix {
  Matrix: { from1DArray(rows: number, columns: number, data: Float64Array): unknown };
  CholeskyDecomposition: new (matrix: unknown) => unknown;
}

const TURNS = 5;

/** Runs a task some times; gives the seconds of each run. */
type Contender = (repeats: number) => number[] | Promise<number[]>;

function timed(run: () => unknown): Contender {
  return (repeats) =>
    Array.from({ length: repeats }, () => {
      const start = performance.now();
      run();
      return (performance.now() - start) / 1e3;
    });
}

function exponentialCovariance(n: number): DenseMatrix {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) data[i * n + j] = Math.exp(-Math.abs(i - j) / 50) + (i === j ? 0.1 : 0);
  }
  return { rows: n, columns: n, data };
}

function loadMlMatrix(): MlMatrix | undefined {
  try {
    // A dependency of the package next door, not of this one.
    const manifest = join(import.meta.dirname, '../../assignment/package.json');
    return createRequire(manifest)('ml-matrix') as MlMatrix;
  } catch {
    return undefined;
  }
}

const python = spawn('python3', [join(import.meta.dirname, 'linalg_peer.py')], {
  stdio: ['pipe', 'pipe', 'ignore'],
});
// Without python the answers below simply end.
python.on('error', () => undefined);
python.stdin.on('error', () => undefined);
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();

async function answer<T>(): Promise<T | undefined> {
  const { value, done } = await answers.next();
  return done === true ? undefined : (JSON.parse(value) as T);
}

function scipy(task: string, n: number): Contender {
  return async (repeats) => {
    python.stdin.write(`${JSON.stringify({ task, n, repeats })}\n`);
    const seconds = await answer<number[]>();
    if (seconds === undefined) throw new Error('linalg_peer.py ended early');
    return seconds;
  };
}

async function compare(title: string, repeats: number, contenders: Map<string, Contender>): Promise<void> {
  const times = new Map<string, number[]>();
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [name, contender] of contenders) {
      const seconds = await contender(repeats);
      // The first turn warms up.
      times.set(name, turn === 0 ? [] : [...times.get(name)!, ...seconds]);
    }
  }
  console.log(`\n${title}`.padEnd(45) + 'median, ms   least, ms   median / first   least / first');
  let first: [number, number] | undefined;
  for (const [name, seconds] of times) {
    seconds.sort((a, b) => a - b);
    const median = seconds[seconds.length >> 1]! * 1e3;
    const least = seconds[0]! * 1e3;
    first ??= [median, least];
    const cells = [
      median.toFixed(3),
      least.toFixed(3),
      (median / first[0]).toFixed(2),
      (least / first[1]).toFixed(2),
    ];
    console.log(
      `  ${name.padEnd(42)}${cells[0]!.padStart(10)}${cells[1]!.padStart(12)}${cells[2]!.padStart(16)}${cells[3]!.padStart(16)}`,
    );
  }
}

try {
  const versions = await answer<Record<string, string>>();
  const mlMatrix = loadMlMatrix();
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, node ${process.versions.node}`);
  console.log(versions === undefined ? 'no python3 with scipy here' : JSON.stringify(versions));
  if (mlMatrix === undefined) console.log('no ml-matrix here');
  const sizes = process.argv.slice(2).map(Number);
  for (const n of sizes.length > 0 ? sizes : [1000, 2000]) {
    const matrix = exponentialCovariance(n);
    const factors = new Map<string, Contender>();
    for (const kernels of ['auto', 'plain'] as const) {
      const factor = new GrowingCholesky({ capacity: n, kernels });
      factors.set(
        `factor, ${factor.kernels} kernels`,
        timed(() => factor.factor(matrix)),
      );
    }
    if (mlMatrix !== undefined && n <= 1000) {
      const { Matrix, CholeskyDecomposition } = mlMatrix;
      const other = Matrix.from1DArray(n, n, matrix.data);
      factors.set(
        'CholeskyDecomposition of ml-matrix',
        timed(() => new CholeskyDecomposition(other)),
      );
    }
    if (versions !== undefined) factors.set('scipy.linalg.cholesky', scipy('cholesky', n));
    await compare(`Cholesky factor, n = ${n}`, n <= 1000 ? 3 : 1, factors);

    const steps = new Map<string, Contender>();
    const ones = new Float64Array(n).fill(0.01);
    for (const kernels of ['auto', 'plain'] as const) {
      const factor = cholesky(matrix, { capacity: n + 1, kernels });
      const out = new Float64Array(n);
      const append = (): void => {
        factor.append(ones, 2);
        factor.truncate(n);
      };
      steps.set(`append, ${factor.kernels} kernels`, timed(append));
      steps.set(
        `solveLower, ${factor.kernels} kernels`,
        timed(() => factor.solveLower(ones, out)),
      );
      steps.set(
        `solveUpper, ${factor.kernels} kernels`,
        timed(() => factor.solveUpper(ones, out)),
      );
      const deleting = (): void => {
        factor.delete(0);
        factor.append(factor.row(n - 2).fill(0), 1);
      };
      steps.set(`delete(0) and append, ${factor.kernels} kernels`, timed(deleting));
    }
    if (versions !== undefined) {
      for (const task of ['solve_triangular', 'solve_triangular unchecked']) {
        steps.set(`scipy.linalg.${task}`, scipy(task, n));
      }
    }
    await compare(`One row, n = ${n}`, 20, steps);
  }
} finally {
  python.kill();
}
