import { bench, describe } from 'vitest';
import { prepare } from './programs/prepare.js';
import { labelOf, TASKS } from './programs/task.js';

describe('onnxruntime-node', async () => {
  for (const task of TASKS) {
    const program = await prepare(task);
    const expected = await program.run();
    bench(
      `${labelOf(task)}, ${task.threads} thread${task.threads === 1 ? '' : 's'}`,
      async () => {
        const values = await program.run();
        // Using the result keeps the work from being optimised away. Only Adam moves on.
        if (task.what !== 'adam' && values[0] !== expected[0]) {
          throw new Error(`${labelOf(task)}: another result`);
        }
      },
      { time: 500, warmupTime: 100, warmupIterations: 3, iterations: 5 },
    );
  }
});
