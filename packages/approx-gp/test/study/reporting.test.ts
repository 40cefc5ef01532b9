import {
  createStudy,
  memoryStorage,
  randomSampler,
  type FloatParameter,
  type ObjectiveValue,
  type Pruner,
  type TaskOutcome,
  type TaskTrial,
} from '@hpo/approx-gp';
import type { Executor, Task } from '@pct/core';
import { threadExecutor } from '@pct/core/node';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../helpers/bundle.js';
import { lineSpace } from '../support.js';

type LineTask = Task<TaskTrial<{ x: FloatParameter }>, ObjectiveValue | TaskOutcome>;

const folder = mkdtempSync(join(tmpdir(), 'approx-gp-reporting-'));
let tasks: { descend: LineTask; blunder: LineTask };
let executor: Executor;
beforeAll(async () => {
  const file = await bundle(new URL('children/reporting.ts', import.meta.url), folder);
  tasks = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as typeof tasks;
  executor = threadExecutor({ threads: 2 });
});
afterAll(async () => {
  await executor.close();
  rmSync(folder, { recursive: true });
});

/** Prunes upper halves after three reports. */
const pruner: Pruner = {
  name: 'half',
  shouldPrune: ({ trial: { intermediates, point } }) => intermediates.length >= 3 && point[0]! > 0.5,
};
const studyOf = () =>
  createStudy({ space: lineSpace, seed: 4, sampler: randomSampler(), pruner, storage: memoryStorage() });

describe('tasks that report', () => {
  it('are heard and pruned in worker threads as here', async () => {
    const threads = await studyOf().optimize(tasks.descend, {
      trials: 10,
      concurrency: 2,
      executor,
      reports: true,
    });
    const here = await studyOf().optimize(tasks.descend, { trials: 10, reports: true });
    expect(threads.trials.map(({ state }) => state)).toEqual(here.trials.map(({ state }) => state));
    for (const [
      number,
      { params, state, intermediates, value, userAttributes },
    ] of threads.trials.entries()) {
      const { x } = params;
      expect(state).toBe(x > 0.5 ? 'pruned' : 'complete');
      const steps = Array.from({ length: x > 0.5 ? 3 : 6 }, (_, step) => [step, x + 1 / (step + 1)]);
      expect([...intermediates]).toEqual(steps);
      expect(value).toBe(x > 0.5 ? x + 1 / 3 : x);
      expect(userAttributes).toEqual(here.trials[number]!.userAttributes);
    }
    expect(new Set(here.trials.map(({ state }) => state)).size).toBe(2);
  });

  it('run without anybody listening', async () => {
    const study = await studyOf().optimize(tasks.descend, { trials: 3, executor });
    expect(study.trials.map(({ state, intermediates }) => [state, intermediates.size])).toEqual(
      new Array(3).fill(['complete', 0]),
    );
  });

  it('learn what is wrong with a report', async () => {
    const study = await studyOf().optimize(tasks.blunder, { trials: 2, executor, reports: true });
    for (const { state, systemAttributes } of study.trials) {
      expect(state).toBe('fail');
      expect(systemAttributes['fail_reason']).toContain('step must be an integer of at least 0, got -1');
    }
  });

  it('fall silent when nobody wants their results any more', async () => {
    const controller = new AbortController();
    const slow: Pruner = {
      name: 'stop',
      shouldPrune: ({ trial }) => {
        if (trial.intermediates.length === 2) controller.abort(new Error('enough'));
        return false;
      },
    };
    const stopped = createStudy({ space: lineSpace, pruner: slow, sampler: randomSampler() });
    const run = stopped.optimize(tasks.descend, { executor, reports: true, signal: controller.signal });
    await expect(run).rejects.toThrow('enough');
    expect(stopped.trials.map(({ state, intermediates }) => [state, intermediates.size])).toEqual([
      ['running', 2],
    ]);
  });
});
