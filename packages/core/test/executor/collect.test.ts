import { collect, defineTask } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

async function* results(indices: readonly number[]): AsyncGenerator<{ index: number; output: number }> {
  for (const index of indices) yield await Promise.resolve({ index, output: index * 10 });
}

describe('collect', () => {
  it('puts outputs in the order of their inputs, whatever order they come in', async () => {
    const order = fc.nat(20).chain((n) => {
      const indices = Array.from({ length: n }, (_, i) => i);
      return fc.shuffledSubarray(indices, { minLength: n });
    });
    await fc.assert(
      fc.asyncProperty(order, async (indices) => {
        expect(await collect(results(indices))).toEqual(indices.map((_, i) => i * 10));
      }),
    );
  });

  it('notices lost and repeated outputs', async () => {
    await expect(collect(results([0, 2]))).rejects.toThrow('one output for each of 3 inputs, got 2 outputs');
    await expect(collect(results([0, 1, 1]))).rejects.toThrow(
      'one output for each of 2 inputs, got 3 outputs',
    );
  });
});

describe('defineTask', () => {
  it('returns a frozen copy', () => {
    const given = { module: import.meta.url, name: 'half', run: (x: number) => x / 2 };
    const task = defineTask(given);
    expect(task).toEqual(given);
    expect(task).not.toBe(given);
    expect(Object.isFrozen(task)).toBe(true);
  });

  it('names what is wrong', () => {
    expect(() => defineTask({ module: './task.js', name: 'half', run: () => 0 })).toThrow(
      'defineTask: task.module must be a URL such as import.meta.url, got "./task.js"',
    );
  });
});
