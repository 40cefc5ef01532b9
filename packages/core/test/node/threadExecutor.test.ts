import { collect, inlineExecutor, type Executor, type Task } from '@pct/core';
import { threadExecutor } from '@pct/core/node';
import { afterEach, describe, expect, it } from 'vitest';
import { testExecutor } from '../executor/conformance.js';
import {
  busy,
  doubled,
  exits,
  loaded,
  renamed,
  returnsFunction,
  square,
  waitFor,
} from '../fixtures/tasks.mjs';

testExecutor('threadExecutor', () => threadExecutor({ threads: 2 }));

describe('threadExecutor', () => {
  const open: Executor[] = [];
  afterEach(() => Promise.all(open.splice(0).map((executor) => executor.close())));
  function threads(count: number, execArgv?: string[]): Executor {
    const executor = threadExecutor({ threads: count, execArgv });
    open.push(executor);
    return executor;
  }

  it('gives the same outputs as inlineExecutor, whatever the number of threads', async () => {
    const inputs = Array.from({ length: 30 }, (_, i) => i / 7);
    const expected = await collect(inlineExecutor().map(square, inputs));
    for (const count of [1, 2, 3])
      expect(await collect(threads(count).map(square, inputs))).toEqual(expected);
  });

  it('yields outputs as they are finished', async () => {
    // The first task waits until the output of the second has arrived here.
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const order: number[] = [];
    for await (const { index, output } of threads(2).map(waitFor, [gate, new Int32Array([1])])) {
      order.push(index);
      expect(output).toBe('open');
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
    }
    expect(order).toEqual([1, 0]);
  });

  it('hands arrays over where the task says so, and copies otherwise', async () => {
    const executor = threads(1);
    const given = new Float64Array([1, 2, 3]);
    const [output] = await collect(executor.map(doubled, [given]));
    expect(output).toEqual(new Float64Array([2, 4, 6]));
    expect(given.byteLength).toBe(0);
    const shared = new Float64Array(new SharedArrayBuffer(16)).fill(3);
    expect(await collect(executor.map(doubled, [shared]))).toEqual([new Float64Array([6, 6])]);
    expect(shared.byteLength).toBe(16);
    const copied = new Float64Array([1, 2, 3]);
    await collect(executor.map({ ...doubled, transferInput: undefined }, [copied]));
    expect(copied).toEqual(new Float64Array([1, 2, 3]));
  });

  it('stops a thread in the middle of a task on abort', async () => {
    const executor = threads(1);
    const signal = AbortSignal.timeout(200);
    // The task alone would outlast the test's time limit.
    await expect(collect(executor.map(busy, [600_000], { signal }))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(await collect(executor.map(square, [3]))).toEqual([9]);
  });

  it('shares its threads between maps, and an abort of one does not touch the others', async () => {
    const executor = threads(2);
    const abortSome = Array.from({ length: 8 }, async (_, round) => {
      const signal = AbortSignal.timeout(20 + 30 * round);
      const inputs = Array.from({ length: 5000 }, () => 1);
      await expect(collect(executor.map(busy, inputs, { signal }))).rejects.toMatchObject({
        name: 'TimeoutError',
      });
    });
    const inputs = Array.from({ length: 100 }, (_, i) => i);
    expect(await collect(executor.map(square, inputs))).toEqual(inputs.map((x) => x * x));
    await Promise.all(abortSome);
    expect(await collect(executor.map(square, inputs))).toEqual(inputs.map((x) => x * x));
  });

  it('stops threads when the iteration is left early', async () => {
    const executor = threads(2);
    for await (const { index } of executor.map(busy, [0, 600_000])) {
      expect(index).toBe(0);
      break;
    }
    expect(await collect(executor.map(square, [3, 4, 5]))).toEqual([9, 16, 25]);
  });

  it('works with the tasks of a module whose bundler renamed the export', async () => {
    const task: Task<number, number> = renamed;
    expect(task.name).toBe('originalName');
    expect(await collect(threads(1).map(task, [1, 2]))).toEqual([2, 3]);
  });

  it('says why a task cannot be loaded', async () => {
    const executor = threads(1);
    const run = (task: Partial<typeof square>) => collect(executor.map({ ...square, ...task }, [1]));
    await expect(run({ name: 'cube' })).rejects.toThrow(
      /must export the task cube, got exports busy, delayed/,
    );
    await expect(run({ module: 'file:///missing/tasks.js' })).rejects.toThrow(
      "cannot load the task's module file:///missing/tasks.js: Cannot find module",
    );
    await expect(run({ module: 'file:///missing/tasks.ts' })).rejects.toThrow(
      "worker threads run JavaScript: give the compiled file, or a loader by threadExecutor({ execArgv: ['--import', './loader.mjs'] }), where loader.mjs says import { register } from 'tsx/esm/api'; register();",
    );
  });

  it('says that inputs or outputs cannot be copied, and works on', async () => {
    const executor = threads(1);
    await expect(collect(executor.map(square, [(() => 1) as unknown as number]))).rejects.toThrow(
      /input 0 failed: DataCloneError/,
    );
    await expect(collect(executor.map(returnsFunction, [0]))).rejects.toThrow('structured clone cannot copy');
    expect(await collect(executor.map(square, [3]))).toEqual([9]);
  });

  it('needs to know where a task stands, which scripts that are no modules cannot tell', async () => {
    const lost = { ...square, module: undefined as unknown as string };
    expect(await collect(inlineExecutor().map(lost, [3]))).toEqual([9]);
    expect(() => threads(1).map(lost, [3])).toThrow('without import.meta.url: build it as a module');
  });

  it('does not wait for a thread that ended itself', async () => {
    const executor = threads(1);
    await expect(collect(executor.map(exits, [0]))).rejects.toMatchObject({
      cause: { code: 'ERR_THREAD_ENDED' },
    });
    expect(await collect(executor.map(square, [3]))).toEqual([9]);
  });

  it('starts its threads with the options given', async () => {
    const executor = threads(1, ['--import', 'data:text/javascript,globalThis.loaded="yes"']);
    expect(await collect(executor.map(loaded, [0]))).toEqual(['yes']);
  });

  it('does not wait for threads that cannot start', async () => {
    await expect(collect(threads(1, ['--import', 'file:///missing.mjs']).map(square, [1]))).rejects.toThrow(
      'missing.mjs',
    );
    await expect(collect(threads(1, ['--no-such-option']).map(square, [1]))).rejects.toThrow(
      '--no-such-option',
    );
  });

  it('rejects a bad number of threads', () => {
    expect(() => threadExecutor({ threads: 0 })).toThrow(
      'threadExecutor: threads must be an integer of at least 1, got 0',
    );
    expect(() => threadExecutor({ threads: 1.5 })).toThrow('got 1.5');
  });
});
