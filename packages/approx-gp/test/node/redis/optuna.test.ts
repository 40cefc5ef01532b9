import {
  categorical,
  createStudy,
  float,
  int,
  randomSampler,
  when,
  type Study,
  type Space,
} from '@hpo/approx-gp';
import { redisStorage } from '@hpo/approx-gp/node';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanUp, succeeds, servers, start, startServer } from './servers.js';

const python = process.env['PYTHON'] ?? 'python3';
const missing = [
  ...(succeeds(python, '-c', 'import redis, optuna; assert int(optuna.__version__.split(".")[0]) >= 4')
    ? []
    : [`optuna 4 or later and redis in ${python}`]),
  ...(servers.length > 1 ? [] : ['redis-server']),
];

interface Described {
  readonly number: number;
  readonly state: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly values: readonly number[] | null;
}

const mixed = {
  lr: float(1e-5, 1e-1, { log: true }),
  layers: int(1, 8, { log: true }),
  width: int(16, 64, { step: 16 }),
  dropout: float(0, 0.5, { step: 0.1 }),
  optimizer: categorical(['adam', 'sgd', null]),
  momentum: when('optimizer', 'sgd', float(0, 0.99)),
};

const describeTrials = <S extends Space>({ trials }: Study<S>): Described[] =>
  trials.map(({ number, state, params, values }) => ({
    number,
    state,
    params,
    values: values === undefined ? null : [...values],
  }));
const pick = (trials: readonly Described[]): Described[] =>
  trials.map(({ number, state, params, values }) => ({ number, state, params, values }));

/** Runs the script that prints the study, goes on with it and prints it again. */
async function continueThere(url: string): Promise<{ before: Described[]; after: Described[] }> {
  const script = fileURLToPath(new URL('../../fixtures/optuna/continue_journal.py', import.meta.url));
  const child = start(python, [script, url]);
  let text = '';
  child.stdout!.on('data', (chunk: Buffer) => (text += chunk.toString()));
  expect(await once(child, 'exit')).toEqual([0, null]);
  const { before, after } = JSON.parse(text) as Record<'before' | 'after', { trials: Described[] }>;
  return { before: pick(before.trials), after: pick(after.trials) };
}

const what = missing.length === 0 ? 'with Optuna itself' : `with Optuna itself (lacks ${missing.join(', ')})`;
describe.skipIf(missing.length > 0)(what, () => {
  afterAll(cleanUp);

  it('a study from here opens there, goes on there and comes back', async () => {
    const { url } = await startServer(servers[1]![1]);
    using storage = redisStorage(url);
    const study = createStudy({ name: 'mixed', space: mixed, direction: 'maximize', storage });
    await study.optimize(
      (trial) => {
        trial.report(0, 0.5);
        return trial.number === 3 ? NaN : trial.params.lr;
      },
      { trials: 8 },
    );
    const ours = describeTrials(study);
    const { before, after } = await continueThere(url);
    expect(before).toEqual(ours);
    expect(after.length).toBe(12);
    expect(describeTrials(study)).toEqual(after);
    await study.optimize(({ params: { lr } }) => lr, { trials: 2 });
    expect(study.trials.length).toBe(14);
  }, 60_000);

  it('both work on a study at once, and no trial is run twice', async () => {
    const { url } = await startServer(servers[1]![1]);
    using storage = redisStorage(url);
    const study = createStudy({ name: 'mixed', space: mixed, storage, sampler: randomSampler() });
    const there = continueThere(url);
    let own = 0;
    let done = false;
    void there.finally(() => (done = true)).catch(() => {});
    await study.optimize(
      async ({ params: { lr } }) => {
        own++;
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (done) study.stop();
        return lr;
      },
      { trials: 20_000 },
    );
    const { before, after } = await there;
    const trials = describeTrials(study);
    expect(trials.length).toBe(own + 4);
    expect(trials.map(({ number }) => number)).toEqual(trials.map((_, number) => number));
    expect(trials.every(({ state, values }) => state === 'complete' && values?.length === 1)).toBe(true);
    // There they see the same trials under the same numbers; the last one may have been running.
    expect(trials.slice(0, after.length - 1)).toEqual(after.slice(0, -1));
    expect(after.length).toBeGreaterThanOrEqual(before.length + 4);
  }, 60_000);
});
