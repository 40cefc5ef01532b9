import { createM7, createResult, type M7Options, parseReference, stepBlock } from '@climate/m7-emulator/m7';
import { createRng } from '@pct/core';
import { threadExecutor } from '@pct/core/node';
import { readFileSync } from 'node:fs';
import { afterAll, bench, describe } from 'vitest';
import { mixedBlock } from './mixedBlock.js';

/** A latitude circle of the model grid: 192 longitudes and 31 levels. */
const cells = 192 * 31;
const text = readFileSync(new URL('../test/fixtures/ref_ham_w1_o1.csv', import.meta.url), 'utf8');
const block = mixedBlock(parseReference(text, 'ref_ham_w1_o1.csv'), cells, createRng(1));

const models: readonly M7Options[] = [
  { variant: 'ham2', water: 'kappa', organicNucleation: 'activation' },
  { variant: 'ham2', water: 'zdanovskii' },
  { variant: 'classic' },
];
const named = (options: M7Options): string => Object.values(options).join(', ');

describe(`one step of ${cells} mixed cells, one thread (ms / ${cells / 1000} = µs per cell)`, () => {
  for (const options of models) {
    const model = createM7(options);
    const out = createResult(cells);
    bench(named(options), () => void model.step(block.state, block.meteorology, 450, { out }), {
      time: 2000,
      warmupIterations: 20,
    });
  }
});

describe('one step of 16 such blocks on an executor', () => {
  const options = models[0]!;
  const blocks = Array.from({ length: 16 }, () => ({ ...block, options, dt: 450 }));
  for (const threads of [1, 2]) {
    const executor = threadExecutor({ threads });
    afterAll(() => executor.close());
    bench(
      `${threads} thread${threads > 1 ? 's' : ''}`,
      async () => {
        for await (const { output } of executor.map(stepBlock, blocks)) {
          if (output.unresolved > 0) throw new Error('a cell left the range of float64');
        }
      },
      { time: 3000, warmupIterations: 3 },
    );
  }
});
