import { bench, describe } from 'vitest';
import { labelOf, prepare, TASKS } from './programs.js';

describe('onnxruntime-node', async () => {
  for (const task of TASKS) {
    const program = await prepare(task);
    const expected = await program.run();
    bench(
      labelOf(task),
      async () => {
        // Using the result keeps the work from being optimised away.
        if ((await program.run()) !== expected) throw new Error(`${labelOf(task)}: another result`);
      },
      { time: 500, warmupTime: 100, warmupIterations: 3, iterations: 5 },
    );
  }
});
