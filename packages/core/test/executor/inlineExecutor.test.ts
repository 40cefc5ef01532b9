import { collect, inlineExecutor } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { failing } from '../fixtures/tasks.mjs';
import { testExecutor } from './conformance.js';

testExecutor('inlineExecutor', inlineExecutor);

describe('inlineExecutor', () => {
  it('keeps the class of errors', async () => {
    const error: unknown = await collect(inlineExecutor().map(failing, [-1])).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as Error).cause).toBeInstanceOf(RangeError);
  });

  it('tells a running task that its result is no longer wanted', async () => {
    const controller = new AbortController();
    const run = (_input: number, { signal }: { signal: AbortSignal }) =>
      new Promise<string>((resolve) => {
        signal.addEventListener('abort', () => resolve(`told: ${signal.reason}`));
        setTimeout(() => controller.abort('stop'), 0);
      });
    let told: Promise<string> | undefined;
    const task = {
      module: import.meta.url,
      name: 'task',
      run: (input: number, context: { signal: AbortSignal }) => (told = run(input, context)),
    };
    await expect(collect(inlineExecutor().map(task, [1], { signal: controller.signal }))).rejects.toBe(
      'stop',
    );
    expect(await told).toBe('told: stop');
  });

  it('runs asynchronous tasks side by side when asked to', async () => {
    let running = 0;
    let most = 0;
    const task = {
      module: import.meta.url,
      name: 'task',
      run: async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
      },
    };
    const inputs = Array.from({ length: 12 }, (_, i) => i);
    await collect(inlineExecutor().map(task, inputs));
    expect(most).toBe(1);
    await collect(inlineExecutor().map(task, inputs, { concurrency: 4 }));
    expect(most).toBe(4);
  });
});
