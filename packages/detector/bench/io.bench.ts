import { decodeHits, encodeHits, frames } from '@pct/detector';
import { bench, describe } from 'vitest';
import { sampleHits } from './sampleHits.js';

const rows = 200_000;
const hits = sampleHits(rows);
const options = { time: 1000, warmupTime: 0, warmupIterations: 1, iterations: 3 };

describe(`${rows} hits`, async () => {
  for (const format of ['csv', 'npy', 'npz'] as const) {
    const bytes = await encodeHits(hits, { format });
    bench(
      `decodeHits, ${format}`,
      async () => {
        // Using the result keeps the work from being optimised away.
        if ((await decodeHits(bytes, { format })).count !== rows)
          throw new Error(`${format}: rows are missing`);
      },
      options,
    );
    bench(
      `encodeHits, ${format}`,
      async () => {
        if ((await encodeHits(hits, { format })).length === 0)
          throw new Error(`${format}: nothing is written`);
      },
      options,
    );
  }
  bench(
    'frames',
    () => {
      if (frames(hits, { primariesPerFrame: 100 }).length === 0) throw new Error('no frames');
    },
    options,
  );
});
