import { inlineExecutor } from '@pct/core';
import type { Progress } from '@pct/core';
import { threadExecutor } from '@pct/core/node';
import { simulate } from '@pct/detector';
import { expect, it } from 'vitest';

// More than one share of work for an executor.
const options = { phantomMm: 200, primaries: 4500, seed: 8, firstEvent: 3 };

it('an executor changes nothing but where the work is done', async () => {
  const seen: Progress[] = [];
  const executor = inlineExecutor();
  const shared = await simulate({ ...options, executor, onProgress: (progress) => seen.push(progress) });
  const { phantomExit, ...hits } = await simulate(options);
  expect(shared).toMatchObject(hits);
  expect(shared.phantomExit.count).toBe(phantomExit.count);
  expect(shared.phantomExit.meanEnergyMeV).toBeCloseTo(phantomExit.meanEnergyMeV, 9);
  expect(seen.at(-1)).toMatchObject({ done: 4500, total: 4500 });
});

it('an executor stops when aborted', async () => {
  const executor = inlineExecutor();
  const run = simulate({ ...options, executor, signal: AbortSignal.abort(new Error('enough')) });
  await expect(run).rejects.toThrow('enough');
});

it.runIf(process.env['TEST_BUILT'])(
  'threads give the same hits (against built files only: worker threads of Node 20 do not load TypeScript)',
  async () => {
    const executor = threadExecutor({ threads: 2 });
    try {
      expect(await simulate({ ...options, executor })).toEqual(
        await simulate({ ...options, executor: inlineExecutor() }),
      );
    } finally {
      await executor.close();
    }
  },
);
