import { collect, TaskError, type Executor, type Progress } from '@pct/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busy, delayed, echo, failing, square, throwsText } from '../fixtures/tasks.mjs';

/** What every executor must do; each implementation runs these tests. */
export function testExecutor(name: string, create: () => Executor): void {
  describe(`${name}, as every executor`, () => {
    let executor: Executor;
    beforeAll(() => {
      executor = create();
    });
    afterAll(() => executor.close());

    it('gives one output per input, by index', async () => {
      const inputs = Array.from({ length: 50 }, (_, i) => i);
      expect(await collect(executor.map(square, inputs))).toEqual(inputs.map((x) => x * x));
    });

    it('takes any iterable, also an empty one', async () => {
      expect(await collect(executor.map(square, new Set([2, 3])))).toEqual([4, 9]);
      expect(await collect(executor.map(square, []))).toEqual([]);
    });

    it('tells the task the index of its input', async () => {
      expect(await collect(executor.map(delayed, [20, 0, 10], { concurrency: 3 }))).toEqual([0, 1, 2]);
    });

    it('carries typed arrays, maps and special numbers unchanged', async () => {
      const values = [new Float64Array([1, NaN, -0]), new Map([['a', 1n]]), [undefined, Infinity], 'text'];
      expect(await collect(executor.map(echo, values))).toEqual(values);
    });

    it('takes inputs no sooner than twice the concurrency ahead, and closes their iterator', async () => {
      let taken = 0;
      let closed = false;
      function* inputs(): Generator<number> {
        try {
          for (;;) yield taken++;
        } finally {
          closed = true;
        }
      }
      let seen = 0;
      for await (const { index, output } of executor.map(square, inputs(), { concurrency: 2 })) {
        seen++;
        expect(output).toBe(index * index);
        expect(taken).toBeLessThanOrEqual(seen + 4);
        if (seen === 10) break;
      }
      expect(closed).toBe(true);
    });

    it('reports progress up to the end', async () => {
      const reports: Progress[] = [];
      const onProgress = (progress: Progress) => reports.push(progress);
      await collect(executor.map(square, [1, 2, 3], { onProgress }));
      const counts = reports.map(({ done }) => done);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
      expect(reports.at(-1)).toMatchObject({ done: 3, total: 3, remainingMs: 0 });
    });

    it('rejects with index, message and cause when a task throws', async () => {
      const error: unknown = await collect(executor.map(failing, [1, 2, -3, 4])).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(TaskError);
      expect(error).toMatchObject({
        code: 'ERR_TASK',
        task: 'failing',
        index: 2,
        message: 'failing: input 2 failed: RangeError: negative: -3',
        cause: {
          name: 'RangeError',
          message: 'negative: -3',
          code: 'ERR_NEGATIVE',
          cause: { name: 'TypeError' },
        },
      });
      expect((error as TaskError).cause).toBeInstanceOf(Error);
      expect(((error as TaskError).cause as Error).stack).toContain('tasks.mjs');
    });

    it('passes on thrown values that are no errors', async () => {
      await expect(collect(executor.map(throwsText, [0]))).rejects.toMatchObject({
        index: 0,
        cause: 'just text',
      });
    });

    it('throws what the inputs throw', async () => {
      function* inputs(): Generator<number> {
        yield 1;
        throw new SyntaxError('broken inputs');
      }
      await expect(collect(executor.map(square, inputs()))).rejects.toThrow(new SyntaxError('broken inputs'));
    });

    it('stops on abort with the reason of the signal, and works on', async () => {
      const controller = new AbortController();
      const reason = new Error('enough');
      let seen = 0;
      const aborted = (async () => {
        const inputs = Array.from({ length: 10_000 }, () => 5);
        for await (const { output } of executor.map(busy, inputs, { signal: controller.signal })) {
          expect(output).toBe(5);
          if (++seen === 3) controller.abort(reason);
        }
      })();
      await expect(aborted).rejects.toBe(reason);
      expect(seen).toBe(3);
      expect(await collect(executor.map(square, [7]))).toEqual([49]);
    });

    it('does not start when the signal is aborted already', async () => {
      let taken = 0;
      function* inputs(): Generator<number> {
        yield taken++;
      }
      const signal = AbortSignal.abort(new Error('before'));
      await expect(collect(executor.map(square, inputs(), { signal }))).rejects.toThrow('before');
      expect(taken).toBe(0);
    });

    it('lets timers run between tasks, so that a timeout stops it', async () => {
      const inputs = Array.from({ length: 10_000 }, () => 2);
      const signal = AbortSignal.timeout(30);
      await expect(collect(executor.map(busy, inputs, { signal }))).rejects.toMatchObject({
        name: 'TimeoutError',
      });
    });

    it('runs several maps at once', async () => {
      const [a, b] = await Promise.all([
        collect(executor.map(square, [1, 2, 3])),
        collect(executor.map(failing, [4, 5, 6])),
      ]);
      expect([a, b]).toEqual([
        [1, 4, 9],
        [4, 5, 6],
      ]);
    });

    it('names bad arguments at once', () => {
      const call = (task: unknown, inputs: unknown, options?: object) => () =>
        executor.map(task as typeof square, inputs as number[], options);
      expect(call(square, 3)).toThrow(`${name}.map: inputs must be an iterable such as an array, got 3`);
      expect(call(square, undefined)).toThrow('got undefined');
      expect(call(square, [], { concurrency: 0 })).toThrow(
        'concurrency must be an integer of at least 1, got 0',
      );
      expect(call(square, [], { total: NaN })).toThrow('total must be an integer of at least 0, got NaN');
      expect(call({ ...square, module: 'tasks' }, [])).toThrow(
        'task.module must be a URL such as import.meta.url',
      );
      expect(call({ ...square, name: '' }, [])).toThrow('task.name must be the name of the export');
      expect(call({ ...square, run: 1 }, [])).toThrow('task.run must be a function, got 1');
    });

    it('stops work when closed, and refuses more', async () => {
      const closing = create();
      const iterator = closing.map(busy, [1, 1, 1, 1, 1, 1])[Symbol.asyncIterator]();
      await iterator.next();
      await closing.close();
      await expect(iterator.next()).rejects.toMatchObject({ code: 'ERR_EXECUTOR_CLOSED' });
      expect(() => closing.map(square, [1])).toThrow(`${name}: the executor is closed; make a new one`);
      await closing[Symbol.asyncDispose]();
    });
  });
}
