/**
 * Prints how long a second solve takes that starts from the duals of the first, after the gradient step of a
 * blackbox backward pass has raised some of the matched costs: cold, warm, and from float32 costs. From the
 * repository's root:
 *
 *   npm run script -- packages/assignment/bench/warmRatio.ts [sizes ...]
 */
import { cpus } from 'node:os';
import { createAssignmentWorkspace, linearSumAssignment } from '@pct/assignment';
import { createRng } from '@pct/core';
import { COST_TYPES, makeCosts } from './costs.js';

/** Share of the rows whose matched pair becomes dearer, and by how much. */
const CHANGED = 0.02;
const STEP = 0.08;

/** Least of several runs, in ms. */
function least(runs: number, solve: () => void): number {
  let best = Infinity;
  for (let k = 0; k < runs; k++) {
    const start = performance.now();
    solve();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, node ${process.versions.node}; ms`);
console.log(`${''.padEnd(24)}        cold        warm  warm/cold cold, float32`);
const sizes = process.argv.slice(2).map(Number);
for (const size of sizes.length > 0 ? sizes : [100, 500, 1000]) {
  for (const type of COST_TYPES) {
    const data = makeCosts(type, size, size, 1);
    const workspace = createAssignmentWorkspace(size, size);
    const first = linearSumAssignment({ rows: size, columns: size, data });
    const rng = createRng(2);
    first.rowToColumn.forEach((j, i) => {
      if (rng.uniform() < CHANGED) data[i * size + j] = data[i * size + j]! + STEP;
    });
    const cost = { rows: size, columns: size, data };
    const single = { ...cost, data: Float32Array.from(data) };
    const expected = linearSumAssignment(cost).cost;
    const runs = Math.max(5, Math.min(300, Math.round(1e7 / size ** 2)));
    const cold = least(runs, () => linearSumAssignment(cost, { workspace }));
    const warm = least(runs, () => {
      const found = linearSumAssignment(cost, { workspace, startDuals: first });
      if (Math.abs(found.cost - expected) > 1e-9 * expected) throw new Error(`${type}: another cost`);
    });
    const narrow = least(runs, () => linearSumAssignment(single, { workspace }));
    const cells = [cold, warm, warm / cold, narrow].map((value) => value.toPrecision(3).padStart(12));
    console.log(`${`${size}x${size}`.padEnd(11)} ${type.padEnd(12)}${cells.join('')}`);
  }
}
