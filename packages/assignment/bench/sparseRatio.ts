/**
 * Prints time and memory of sparseAssignment, whether its result is proven, and, with python3 and scipy, the time of
 * scipy.sparse.csgraph.min_weight_full_bipartite_matching on the same costs. From the repository's root:
 *
 *   npm run script -- packages/assignment/bench/sparseRatio.ts [rows [pairs per row]]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificate, sparseAssignment } from '@pct/assignment';
import { makeSparseCosts, SPARSE_TYPES } from './sparseCosts.js';

const TURNS = 3;
const [size = 100_000, perRow = 10] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'sparse-ratio-'));
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, node ${process.versions.node}`);
console.log(`${size} x ${size}, ${perRow} pairs per row; the least of ${TURNS} runs each`);
try {
  for (const type of SPARSE_TYPES) {
    const cost = makeSparseCosts(type, size, perRow, 1);
    let least = Infinity;
    let assignment = sparseAssignment(cost);
    for (let turn = 0; turn < TURNS; turn++) {
      const start = performance.now();
      assignment = sparseAssignment(cost);
      least = Math.min(least, (performance.now() - start) / 1e3);
    }
    const { status } = certificate(cost, assignment);
    console.log(`${type.padEnd(8)} here ${least.toFixed(2)} s, ${status}, cost ${assignment.cost}`);
    writeFileSync(join(folder, 'offsets.i32'), cost.rowOffsets as Int32Array);
    writeFileSync(join(folder, 'indices.i32'), cost.columnIndices as Int32Array);
    writeFileSync(join(folder, 'values.f64'), cost.values as Float64Array);
    const peer = spawnSync(
      'python3',
      [join(import.meta.dirname, 'sparse_peer.py'), folder, String(size), String(TURNS)],
      {
        encoding: 'utf8',
      },
    );
    console.log(`         ${peer.status === 0 ? peer.stdout.trim() : 'no python3 with scipy here'}`);
  }
  const { rss, arrayBuffers } = process.memoryUsage();
  console.log(
    `memory: ${megabytes(rss)} MB in all, ${megabytes(arrayBuffers)} MB of it arrays not yet collected`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
