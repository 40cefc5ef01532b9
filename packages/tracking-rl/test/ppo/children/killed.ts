/** Trains with a checkpoint in a file, and waits to be killed after the second one. */
import { writeFileAtomic } from '@pct/core/node';
import { simplePolicy, trainPolicy } from '@pct/tracking-rl';
import { smallFrames } from '../../policy/decisions.js';

let saves = 0;
await trainPolicy(await smallFrames(3, 1, 10), {
  ...{ policy: simplePolicy({ hidden: 8 }), iterations: 4, epochs: 2, minibatches: 2, seed: 1, threads: 1 },
  checkpoint: {
    every: 1,
    async save(bytes) {
      await writeFileAtomic(process.argv[2]!, bytes);
      if (++saves < 2) return;
      process.stdout.write('saved\n');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    },
  },
});
