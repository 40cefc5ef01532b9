import { createM7, stepBlock } from '@climate/m7-emulator/m7';
import { createRng, type Executor, inlineExecutor } from '@pct/core';
import { threadExecutor } from '@pct/core/node';
import { expect, it } from 'vitest';
import { randomBlock } from './blocks.js';

const options = { variant: 'classic', nucleation: 'none' } as const;
const blocks = [1, 2, 3].map((seed) => ({
  ...randomBlock(createRng(seed), 40 * seed, { spread: 2 }),
  options,
  dt: 300,
}));

async function expectSteps(executor: Executor): Promise<void> {
  let seen = 0;
  try {
    for await (const { index, output } of executor.map(stepBlock, blocks)) {
      const { state, meteorology } = blocks[index]!;
      expect(output).toEqual(createM7(options).step(state, meteorology, 300));
      seen++;
    }
  } finally {
    await executor.close();
  }
  expect(seen).toBe(3);
}

it('stepBlock on an executor does what step does', () => expectSteps(inlineExecutor()));

it.runIf(process.env['TEST_BUILT'])(
  'stepBlock on threads does so too (against built files only: worker threads of Node 20 do not load TypeScript)',
  () => expectSteps(threadExecutor({ threads: 2 })),
);
