/**
 * Prints how long reading and framing hits takes, against pandas reading the same files in the same run.
 * From the root of a clone:
 *
 *   npm run script -- packages/detector/bench/readRatio.ts [rows]
 *
 * Without python3 and pandas it prints this package's times alone.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { frames } from '@pct/detector';
import type { Hits } from '@pct/detector';
import { readHits, writeHits } from '@pct/detector/node';
import { sampleHits } from './sampleHits.js';

interface Peer {
  file: string;
  seconds: number;
}

const rows = Number(process.argv[2] ?? 1_000_000);
const repeats = 3;

/** Pandas' times, or undefined if there is no pandas here. It adds files of its own to the list. */
function runPeer(files: readonly string[]): { versions: string; results: Peer[] } | undefined {
  const run = spawnSync('python3', [join(import.meta.dirname, 'pandas_peer.py'), String(repeats), ...files], {
    encoding: 'utf8',
  });
  if (run.status !== 0) return undefined;
  const [versions, ...results] = run.stdout.trim().split('\n');
  return { versions: versions!, results: results.map((line) => JSON.parse(line) as Peer) };
}

async function seconds(work: () => unknown): Promise<number> {
  let least = Infinity;
  for (let k = 0; k < repeats; k++) {
    const start = performance.now();
    await work();
    least = Math.min(least, (performance.now() - start) / 1e3);
  }
  return least;
}

const folder = mkdtempSync(join(tmpdir(), 'read-ratio-'));
try {
  const hits: Hits = sampleHits(rows);
  const written = ['hits.csv', 'hits.npy', 'hits.npz'].map((name) => join(folder, name));
  for (const file of written) {
    const time = await seconds(() => writeHits(file, hits));
    console.log(`write ${file.slice(folder.length + 1).padEnd(14)} ${time.toFixed(2)} s`);
  }
  const peer = runPeer(written);
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, node ${process.versions.node}`);
  console.log(peer === undefined ? 'python3 with pandas not found: no ratios' : `peer ${peer.versions}`);
  for (const { file, seconds: theirs } of peer?.results ??
    written.map((name) => ({ file: name, seconds: NaN }))) {
    const ours = await seconds(async () => {
      if ((await readHits(file)).count !== rows) throw new Error(`${file}: another number of rows`);
    });
    const megabytes = statSync(file).size / 1e6;
    console.log(
      `read  ${file.slice(folder.length + 1).padEnd(14)} ${ours.toFixed(2)} s  ${(rows / ours / 1e6).toFixed(2)} M rows/s` +
        `  ${(megabytes / ours).toFixed(0)} MB/s  pandas ${theirs.toFixed(2)} s  ratio ${(ours / theirs).toFixed(2)}`,
    );
  }
  console.log(
    `frames               ${(await seconds(() => frames(hits, { primariesPerFrame: 100 }))).toFixed(2)} s`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
