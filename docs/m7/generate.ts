/**
 * Writes a data set of M7 pairs: X_train.npy, y_train.npy, train.parquet and train.json, and so for the other parts.
 *
 *   npm run script -- docs/m7/generate.ts FOLDER [--train 1000000] [--validation 100000] [--test 100000]
 *     [--seed 0] [--threads N] [--formats npy,parquet] [--dtype float64]
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { splits } from '@climate/m7-emulator/data';
import { writeDataSet, type WriteDataSetOptions } from '@climate/m7-emulator/node';
import { inlineExecutor } from '@pct/core';
import { threadExecutor } from '@pct/core/node';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    train: { type: 'string', default: '1000000' },
    validation: { type: 'string', default: '100000' },
    test: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '0' },
    /** 0 works in this thread: as TypeScript sources need, which worker threads do not load. */
    threads: { type: 'string', default: String(availableParallelism()) },
    formats: { type: 'string', default: 'npy,parquet' },
    dtype: { type: 'string', default: 'float64' },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('name the folder to write to');

const threads = Number(values.threads);
const executor = threads === 0 ? inlineExecutor() : threadExecutor({ threads });
try {
  for (const split of splits) {
    const rows = Number(values[split]);
    if (rows === 0) continue;
    const started = performance.now();
    const cpu = process.cpuUsage();
    const { regimes, edges } = await writeDataSet(folder, {
      rows,
      split,
      seed: Number(values.seed),
      executor,
      formats: values.formats.split(',') as NonNullable<WriteDataSetOptions['formats']>,
      dtype: values.dtype as NonNullable<WriteDataSetOptions['dtype']>,
      onProgress: ({ done, total }) => process.stderr.write(`\r${split}: ${done} of ${total} pairs`),
    });
    const { user, system } = process.cpuUsage(cpu);
    process.stderr.write('\n');
    console.log(
      `${split}: ${rows} pairs in ${((performance.now() - started) / 1000).toFixed(1)} s, ` +
        `${((user + system) / 1e6).toFixed(1)} s of CPU time`,
    );
    console.log(`  regimes ${JSON.stringify(regimes)}\n  edge cases ${JSON.stringify(edges)}`);
  }
} finally {
  await executor.close();
}
