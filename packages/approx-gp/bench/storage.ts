/**
 * How long a study waits for its storage: medians of ask, report and tell of 300 trials of random points.
 *
 *   npm run script -- packages/approx-gp/bench/storage.ts [--redis redis://localhost:6379]
 */
import { createStudy, float, memoryStorage, randomSampler, type Storage } from '@hpo/approx-gp';
import { journalFile, redisStorage } from '@hpo/approx-gp/node';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { redis: { type: 'string' } } });
const TRIALS = 300;

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}

function measure(name: string, storage: Storage): void {
  const times: Record<'ask' | 'report' | 'tell', number[]> = { ask: [], report: [], tell: [] };
  const study = createStudy({ space: { x: float(0, 1) }, sampler: randomSampler(), storage });
  const timed = <T>(what: keyof typeof times, work: () => T): T => {
    const start = performance.now();
    const result = work();
    times[what].push(performance.now() - start);
    return result;
  };
  for (let i = 0; i < TRIALS; i++) {
    const trial = timed('ask', () => study.ask());
    timed('report', () => trial.report(0, 1));
    timed('tell', () => study.tell(trial, trial.params.x));
  }
  const cells = Object.values(times).map((list) => median(list).toFixed(2));
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}

const folder = await mkdtemp(join(tmpdir(), 'approx-gp-storage-'));
console.log('| ms | ask | report | tell |\n| --- | ---: | ---: | ---: |');
measure('memory', memoryStorage());
measure('journal file', journalFile(join(folder, 'flushed.log')));
measure('journal file, `flush: false`', journalFile(join(folder, 'fast.log'), { flush: false }));
if (values.redis !== undefined) {
  using storage = redisStorage(values.redis, { prefix: `bench-${process.pid}` });
  measure('Redis', storage);
}
await rm(folder, { recursive: true });
