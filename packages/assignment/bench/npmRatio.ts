/**
 * Prints how long other solvers on npm take, divided by the time of linearSumAssignment, the two taking turns. They
 * are no dependencies: install them anywhere, and name the folder. From the repository's root:
 *
 *   npm install --prefix /tmp/peers linear-sum-assignment munkres
 *   npm run script -- packages/assignment/bench/npmRatio.ts /tmp/peers [sizes ...]
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { linearSumAssignment } from '@pct/assignment';
import { COST_TYPES, makeCosts } from './costs.js';

interface Peers {
  'linear-sum-assignment': {
    linearSumAssignment: (cost: unknown, options: { maximaze: boolean }) => unknown;
  };
  munkres: { munkres: (cost: number[][]) => unknown };
  'ml-matrix': { Matrix: new (cost: number[][]) => unknown };
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('name the folder that the peers are installed in');
const require = createRequire(join(resolve(folder), 'index.js'));
const load = async <N extends keyof Peers>(name: N): Promise<Peers[N]> =>
  (await import(pathToFileURL(require.resolve(name)).href)) as Peers[N];
const [other, { munkres }, { Matrix }] = await Promise.all([
  load('linear-sum-assignment'),
  load('munkres'),
  load('ml-matrix'),
]);

/** Least time of a few runs, ms. */
function least(runs: number, solve: () => unknown): number {
  let best = Infinity;
  for (let k = 0; k < runs; k++) {
    const start = performance.now();
    solve();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

console.log(`${''.padEnd(24)}    here, ms  linear-sum-assignment/here  munkres/here`);
const sizes = process.argv.slice(3).map(Number);
for (const size of sizes.length > 0 ? sizes : [16, 100, 500]) {
  for (const type of COST_TYPES) {
    // Neither knows forbidden pairs: a large cost instead.
    const data = makeCosts(type, size, size, 1).map((c) => (c === Infinity ? 1e3 : c));
    const nested = Array.from({ length: size }, (_, i) => [...data.subarray(i * size, (i + 1) * size)]);
    const matrix = new Matrix(nested);
    const runs = Math.max(2, Math.min(300, Math.round(1e5 / size ** 2)));
    const here = least(10 * runs, () => linearSumAssignment({ rows: size, columns: size, data }));
    const first = least(runs, () => other.linearSumAssignment(matrix, { maximaze: false }));
    const second = least(runs, () => munkres(nested));
    console.log(
      `${`${size}x${size}`.padEnd(11)} ${type.padEnd(12)}${here.toPrecision(3).padStart(12)}` +
        `${(first / here).toFixed(1).padStart(28)}${(second / here).toFixed(1).padStart(14)}`,
    );
  }
}
