/**
 * Prints, on Levy's function of 5 variables: what a trial costs at several sizes, with slopes in log-log; the cumulative
 * factorisation time of appending lazily against factoring anew at each trial (the same blocked kernels); the overhead of a
 * whole study; and what questions to Optuna's samplers cost. All of it is time of the processor, so that other programs do
 * not count. From the repository's root:
 *
 *   npm run script -- packages/approx-gp/bench/speed.ts [--parts trial,factor,study,optuna] [--python /path/to/python]
 *     [--optuna-sizes 100,200,500]
 *
 * The interpreter needs optuna 5 and torch; without it that part is left out.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRng, GrowingCholesky } from '@pct/core';
import { levy } from '../src/benchmarks/testFunctions.js';
import { LazyGaussianProcess } from '../src/gp/LazyGaussianProcess.js';
import { gpSampler } from '../src/samplers/gp/gpSampler.js';
import { encodedSpace, Simulation } from '../test/helpers/simulate.js';

const D = 5;
const SIZES = [100, 500, 1000, 2000, 4000];
const { values: given } = parseArgs({
  options: {
    parts: { type: 'string', default: 'trial,factor,study,optuna' },
    python: { type: 'string' },
    'optuna-sizes': { type: 'string', default: '100,200,500' },
  },
});
const parts = given.parts.split(',');
const target = levy(D);
const valueAt = (x: ArrayLike<number>): number =>
  target.evaluate(
    Float64Array.from(x, (u, j) => target.lower[j]! + u * (target.upper[j]! - target.lower[j]!)),
  );

function milliseconds(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e3;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** Times of what follows at each size; slope between the last two sizes that are there. */
function printRow(name: string, sizes: readonly number[], times: readonly number[]): void {
  const last = times.length - 1;
  const slope = Math.log(times[last]! / times[last - 1]!) / Math.log(sizes[last]! / sizes[last - 1]!);
  const cells = times.map((time) => time.toPrecision(3).padStart(9)).join('');
  console.log(`${name.padEnd(28)}${cells}   slope ${slope.toFixed(2)}`);
}

function benchTrial(): void {
  console.log(`milliseconds at n =          ${SIZES.map((n) => String(n).padStart(9)).join('')}`);
  const rows = {
    append: [] as number[],
    predict: [] as number[],
    ask: [] as number[],
    fresh: [] as number[],
  };
  for (const n of SIZES) {
    const rng = createRng(n);
    const points = rng.fillUniform(new Float64Array((n + 8) * D));
    const gp = new LazyGaussianProcess(D, { capacity: n + 16, additiveShare: 0.5 });
    const targets = Float64Array.from({ length: n }, (_, i) => valueAt(points.subarray(i * D, (i + 1) * D)));
    rows.fresh.push(milliseconds(() => gp.appendBlock(points.subarray(0, n * D), targets)));
    const extra = Array.from({ length: 8 }, (_, k) => points.subarray((n + k) * D, (n + k + 1) * D));
    rows.append.push(median(extra.map((x) => milliseconds(() => gp.append(x, valueAt(x))))));
    const gradients = { mean: new Float64Array(D), variance: new Float64Array(D) };
    rows.predict.push(median(extra.map((x) => milliseconds(() => gp.predict(x, gradients)))));
    const simulation = new Simulation(
      // Hyper-parameters are learnt at the first question only.
      gpSampler({ maxRows: 10_000, refit: { kind: 'constant', lag: 1e6 } }),
      encodedSpace(new Array<number>(D).fill(0)),
      n,
    );
    for (let i = 0; i < n; i++) {
      simulation.add(points.slice(i * D, (i + 1) * D), 'complete', [targets[i]!]);
    }
    const asks = Array.from({ length: 6 }, () => {
      let number = 0;
      const time = milliseconds(() => (number = simulation.ask()));
      simulation.tell(number, 'complete', [valueAt(simulation.trials[number]!.point)]);
      return time;
    });
    // The first question makes the model.
    rows.ask.push(median(asks.slice(1)));
  }
  printRow('append', SIZES, rows.append);
  printRow('predict with gradients', SIZES, rows.predict);
  printRow('ask, no refit', SIZES, rows.ask);
  printRow('factor anew', SIZES, rows.fresh);
}

/** Cumulative seconds of n factorisations, from 1 row to n, and of n appends. */
function benchFactor(): void {
  console.log('\ncumulative seconds of the factorisation alone');
  for (const n of [100, 1000]) {
    const rng = createRng(1);
    const points = rng.fillUniform(new Float64Array(n * D));
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let squared = 0;
        for (let k = 0; k < D; k++) squared += (points[i * D + k]! - points[j * D + k]!) ** 2;
        const a = Math.sqrt(5 * squared) / 0.8;
        matrix[i * n + j] = (1 + a + (a * a) / 3) * Math.exp(-a) + (i === j ? 1e-6 : 0);
      }
    }
    const lead = (size: number): Float64Array[] =>
      Array.from({ length: size }, (_, i) => matrix.subarray(i * n, i * n + size));
    const factor = new GrowingCholesky({ capacity: n });
    const full = milliseconds(() => {
      for (let size = 1; size <= n; size++) factor.factor(lead(size));
    });
    const lazy = milliseconds(() => {
      const growing = new GrowingCholesky({ capacity: n });
      for (let i = 0; i < n; i++) growing.append(matrix.subarray(i * n, i * n + i), matrix[i * n + i]!);
    });
    console.log(
      `n = ${n}: anew ${(full / 1e3).toPrecision(3)} s, lazy ${(lazy / 1e3).toPrecision(3)} s, ratio ${(full / lazy).toFixed(0)}`,
    );
  }
}

function benchStudy(): void {
  const simulation = new Simulation(gpSampler(), encodedSpace(new Array<number>(D).fill(0)), 1);
  let total = 0;
  let best = Infinity;
  console.log('\nseconds of overhead of a study so far');
  for (let i = 1; i <= 1000; i++) {
    let number = 0;
    total += milliseconds(() => (number = simulation.ask()));
    const value = valueAt(simulation.trials[number]!.point);
    best = Math.min(best, value);
    simulation.tell(number, 'complete', [value]);
    if ([100, 200, 500, 1000].includes(i)) {
      console.log(`${i} trials: ${(total / 1e3).toFixed(1)} s, best ${best.toPrecision(3)}`);
    }
  }
}

function benchOptuna(python: string): void {
  console.log("\nmilliseconds of a question to Optuna's samplers, refit included");
  const script = fileURLToPath(new URL('peers/optuna_speed.py', import.meta.url));
  for (const [sampler, sizes] of [
    ['tpe', SIZES.join()],
    ['gp', given['optuna-sizes']],
  ] as const) {
    const { stdout, status, stderr } = spawnSync(python, [script, sampler, sizes], {
      encoding: 'utf8',
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
    });
    if (status !== 0) throw new Error(`${python} failed; it needs optuna and torch. ${stderr}`);
    for (const line of stdout.trim().split('\n')) {
      const { optuna, n, seconds } = JSON.parse(line) as { optuna: string; n: number; seconds: number };
      console.log(`Optuna ${optuna} ${sampler}, n = ${n}: ${(1e3 * seconds).toPrecision(3)} ms`);
    }
  }
}

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}\n`);
if (parts.includes('trial')) benchTrial();
if (parts.includes('factor')) benchFactor();
if (parts.includes('study')) benchStudy();
if (parts.includes('optuna') && given.python !== undefined) benchOptuna(given.python);
