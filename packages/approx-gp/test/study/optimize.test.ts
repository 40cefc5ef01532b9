import {
  createStudy,
  float,
  TrialPruned,
  type ObjectiveValue,
  type TaskOutcome,
  type TaskTrial,
} from '@hpo/approx-gp';
import type { Task } from '@pct/core';
import { threadExecutor } from '@pct/core/node';
import { describe, expect, it } from 'vitest';
import { lineSpace } from '../support.js';

const plane = { x: float(-3, 3), y: float(-3, 3) };

// Worker threads of the tests run JavaScript only.
const { href } = new URL('children/parabola.js', import.meta.url);
const { parabola } = (await import(/* @vite-ignore */ href)) as {
  parabola: Task<TaskTrial<typeof plane>, ObjectiveValue | TaskOutcome>;
};

describe('the loop', () => {
  it('runs trials, tells about them and reports progress', async () => {
    const study = createStudy({ space: lineSpace });
    const told: number[] = [];
    const progress: number[] = [];
    const returned = await study.optimize(async ({ params: { x } }) => x, {
      trials: 6,
      onTrial: ({ number }) => told.push(number),
      onProgress: ({ done }) => progress.push(done),
    });
    expect(returned).toBe(study);
    expect(told).toEqual([0, 1, 2, 3, 4, 5]);
    expect(progress.at(-1)).toBe(6);
    await study.optimize(() => 1, { trials: 0 });
    expect(study.trials.length).toBe(6);
  });

  it('runs as many at once as wished', async () => {
    const study = createStudy({ space: lineSpace });
    let running = 0;
    let most = 0;
    await study.optimize(
      async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        return running--;
      },
      { trials: 12, concurrency: 3 },
    );
    expect(most).toBe(3);
    expect(study.trials.filter(({ state }) => state === 'complete').length).toBe(12);
  });

  it('stops when told to, and when the time is up', async () => {
    const study = createStudy({ space: lineSpace });
    await study.optimize(() => 1, {
      onTrial: ({ number }) => {
        if (number === 4) study.stop();
      },
    });
    expect(study.trials.length).toBe(5);
    await study.optimize(() => 1, { timeoutMs: 0 });
    expect(study.trials.length).toBe(5);
  });

  it('goes on after errors, but not after too many in a row', async () => {
    const study = createStudy({ space: lineSpace });
    await study.optimize(
      ({ number }) => {
        if (number % 2 === 1) throw new RangeError('odd');
        return number;
      },
      { trials: 8, maxErrors: 2 },
    );
    expect(study.trials.filter(({ state }) => state === 'fail').length).toBe(4);
    expect(study.trials[1]!.systemAttributes['fail_reason']).toBe('RangeError: odd');
    const mistaken = study.optimize(() => undefined as never, { trials: 100, maxErrors: 3 });
    await expect(mistaken).rejects.toThrow('values must be a number');
    expect(study.trials.length).toBe(11);
  });

  it('rejects when it is aborted, and then goes on with the same trial', async () => {
    const study = createStudy({ space: lineSpace, seed: 2 });
    const controller = new AbortController();
    let late: ((value: number) => void) | undefined;
    const seen: AbortSignal[] = [];
    const stopped = study.optimize(
      async (trial) => {
        seen.push(trial.signal);
        if (trial.number < 2) return trial.params.x;
        setTimeout(() => controller.abort(new Error('enough')), 1);
        return new Promise<number>((resolve) => (late = resolve));
      },
      { trials: 5, signal: controller.signal },
    );
    await expect(stopped).rejects.toThrow('enough');
    expect(seen[2]!.aborted).toBe(true);
    late!(99);
    await Promise.resolve();
    expect(study.trials[2]!.state).toBe('running');
    await study.optimize(({ params: { x } }) => x, { trials: 3 });
    const whole = createStudy({ space: lineSpace, seed: 2 });
    await whole.optimize(({ params: { x } }) => x, { trials: 5 });
    expect(study.trials.map(({ value }) => value)).toEqual(whole.trials.map(({ value }) => value));
    await expect(study.optimize(() => 1, { signal: controller.signal })).rejects.toThrow('enough');
  });

  it('lets an abandoned trial say no more', async () => {
    const study = createStudy({ space: lineSpace });
    const controller = new AbortController();
    const trial = study.ask(controller.signal);
    controller.abort();
    trial.report(0, 1);
    trial.setUserAttribute('late', true);
    expect(study.trials[0]).toMatchObject({ userAttributes: {} });
    expect(study.trials[0]!.intermediates.size).toBe(0);
  });

  it('refuses options that are none', async () => {
    const study = createStudy({ space: lineSpace });
    await expect(study.optimize(() => 1, { trials: 1.5 })).rejects.toThrow('trials must be an integer');
    await expect(study.optimize(() => 1, { concurrency: 0 })).rejects.toThrow('concurrency must be');
    await expect(study.optimize(() => 1, { timeoutMs: NaN })).rejects.toThrow('timeoutMs must be');
    await expect(study.optimize(3 as never)).rejects.toThrow('objective must be a function or a task');
  });
});

describe('objectives that are tasks', () => {
  const outcome = async (executor?: ReturnType<typeof threadExecutor>) => {
    const study = createStudy({ space: plane, seed: 1 });
    await study.optimize(parabola, { trials: 24, ...(executor && { executor }) });
    return study.trials;
  };

  it('give in worker threads what they give here', async () => {
    const executor = threadExecutor({ threads: 2 });
    try {
      const threads = await outcome(executor);
      const here = await outcome();
      expect(threads.map(({ state, values }) => [state, values])).toEqual(
        here.map(({ state, values }) => [state, values]),
      );
      expect(new Set(threads.map(({ state }) => state))).toEqual(new Set(['complete', 'fail', 'pruned']));
      expect(threads[2]!.systemAttributes['fail_reason']).toBe('RangeError: two is bad');
      expect(threads[0]).toMatchObject({ constraints: [-1], userAttributes: { thread: true } });
      const together = createStudy({ space: plane, seed: 1 });
      await together.optimize(parabola, { trials: 24, executor, concurrency: 4 });
      expect(together.trials.length).toBe(24);
      const functions = together.optimize(() => 1, { executor });
      await expect(functions).rejects.toThrow('with an executor the objective must be a task');
    } finally {
      await executor.close();
    }
  });

  it('are not blamed for an executor that is closed', async () => {
    const executor = threadExecutor({ threads: 1 });
    await executor.close();
    const study = createStudy({ space: plane });
    await expect(study.optimize(parabola, { trials: 3, executor })).rejects.toThrow('closed');
    expect(study.trials.map(({ state }) => state)).toEqual(['running']);
  });
});

describe('pruned trials', () => {
  it('are no errors', async () => {
    const study = createStudy({ space: lineSpace });
    await study.optimize(
      () => {
        throw new TrialPruned();
      },
      { trials: 12, maxErrors: 1 },
    );
    expect(study.trials.every(({ state }) => state === 'pruned')).toBe(true);
  });
});
