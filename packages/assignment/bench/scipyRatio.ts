/**
 * Prints how long linearSumAssignment takes against scipy on the same matrices, the two taking turns. From the
 * repository's root:
 *
 *   npm run script -- packages/assignment/bench/scipyRatio.ts [sizes ...]
 *
 * A size is n or rowsxcolumns, e.g. 300 200x1000. Without python3 and scipy it prints this package's times alone.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createAssignmentWorkspace, linearSumAssignment, type AssignmentWorkspace } from '@pct/assignment';
import { COST_TYPES, makeCosts } from './costs.js';

interface Timed {
  seconds: number;
  cost: number;
}

interface Job {
  rows: number;
  columns: number;
  data: Float64Array;
  repeats: number;
}

/** Each solver gets this many turns per matrix; the least time counts. */
const TURNS = 3;

const folder = mkdtempSync(join(tmpdir(), 'scipy-ratio-'));
const python = spawn('python3', [join(import.meta.dirname, 'scipy_peer.py')], {
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

async function runScipy({ rows, columns, data, repeats }: Job): Promise<Timed> {
  const file = join(folder, 'cost.f64');
  writeFileSync(file, data);
  python.stdin.write(`${JSON.stringify({ file, rows, columns, repeats })}\n`);
  const timed = await answer<Timed>();
  if (timed === undefined) throw new Error('scipy_peer.py ended early');
  return timed;
}

function runHere({ rows, columns, data, repeats }: Job, workspace?: AssignmentWorkspace): Timed {
  let seconds = Infinity;
  let cost = 0;
  for (let k = 0; k < repeats; k++) {
    const start = performance.now();
    cost = linearSumAssignment({ rows, columns, data }, { workspace }).cost;
    seconds = Math.min(seconds, (performance.now() - start) / 1e3);
  }
  return { seconds, cost };
}

async function compare(label: string, job: Job, withPeer: boolean): Promise<void> {
  const workspace = createAssignmentWorkspace(job.rows, job.columns);
  let here = Infinity;
  let reused = Infinity;
  let scipy = Infinity;
  for (let turn = 0; turn < TURNS; turn++) {
    const own = runHere(job);
    here = Math.min(here, own.seconds);
    reused = Math.min(reused, runHere(job, workspace).seconds);
    if (!withPeer) continue;
    const other = await runScipy(job);
    scipy = Math.min(scipy, other.seconds);
    if (Math.abs(own.cost - other.cost) > 1e-9 * Math.abs(other.cost)) {
      throw new Error(`${label}: cost ${own.cost} here, ${other.cost} with scipy`);
    }
  }
  const cells = [here * 1e3, reused * 1e3, ...(withPeer ? [scipy * 1e3, here / scipy, reused / scipy] : [])];
  console.log(`${label}${cells.map((value) => value.toPrecision(3).padStart(12)).join('')}`);
}

try {
  const versions = await answer<Record<string, string>>();
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, node ${process.versions.node}`);
  console.log(versions === undefined ? 'no python3 with scipy here: no ratios' : JSON.stringify(versions));
  console.log(
    `${''.padEnd(24)}    here, ms  workspace${versions === undefined ? '' : '   scipy, ms  here/scipy wrksp/scipy'}`,
  );
  const sizes = process.argv.slice(2);
  for (const size of sizes.length > 0 ? sizes : ['16', '100', '500', '1000', '2000', '300x1000']) {
    const [rows = 0, columns = rows] = size.split('x').map(Number);
    const repeats = Math.max(2, Math.min(2000, Math.round(1e6 / (rows * columns))));
    for (const [index, type] of COST_TYPES.entries()) {
      const job = { rows, columns, data: makeCosts(type, rows, columns, 1 + index), repeats };
      await compare(`${`${rows}x${columns}`.padEnd(11)} ${type.padEnd(12)}`, job, versions !== undefined);
    }
  }
} finally {
  python.kill();
  rmSync(folder, { recursive: true });
}
