import { generatePairs } from '@climate/m7-emulator/data';
import { type Executor, inlineExecutor } from '@pct/core';
import { threadExecutor } from '@pct/core/node';
import { afterAll, bench, describe } from 'vitest';

const rows = 1 << 13;

async function generate(executor: Executor): Promise<void> {
  let done = 0;
  for await (const chunk of generatePairs({ rows, chunkRows: 512, executor })) done += chunk.rows;
  if (done !== rows) throw new Error(`${done} of ${rows} pairs`);
}

describe(`${rows} pairs, each after 8 steps of spin-up (ms / ${rows / 1000} = µs per pair)`, () => {
  const executors = {
    'this thread': inlineExecutor(),
    '1 thread': threadExecutor({ threads: 1 }),
    '2 threads': threadExecutor({ threads: 2 }),
  };
  for (const [name, executor] of Object.entries(executors)) {
    afterAll(() => executor.close());
    bench(name, () => generate(executor), { time: 1000, iterations: 3, warmupTime: 0, warmupIterations: 1 });
  }
});
