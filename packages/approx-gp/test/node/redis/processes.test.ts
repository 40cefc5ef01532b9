import { createStudy, categorical, float, randomSampler } from '@hpo/approx-gp';
import { redisStorage } from '@hpo/approx-gp/node';
import { createRng } from '@pct/core';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../helpers/bundle.js';
import { cleanUp, folder, servers, start, startServer, type RunningServer } from './servers.js';

let program = '';
beforeAll(async () => {
  program = await bundle(new URL('children/worker.ts', import.meta.url), folder());
  // The thread's file lies beside whatever the storage was bundled into.
  copyFileSync(
    new URL('../../../src/node/redisWorker.js', import.meta.url),
    join(folder(), 'redisWorker.js'),
  );
});
afterAll(cleanUp);

const space = { x: float(-1, 1), c: categorical(['a', 'b']) };

describe.each(servers)('processes that share a study on %s', (_name, command) => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer(command);
  });

  const work = (prefix: string, trials: string, pause: number): ChildProcess =>
    start(process.execPath, [program, server.url, prefix, trials, String(pause)]);
  const read = (prefix: string) => {
    using storage = redisStorage(server.url, { prefix });
    const { trials } = createStudy({ space, storage, sampler: randomSampler() });
    const records = storage.read(0).lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    return {
      records,
      trials: trials.map(({ number, state, params, values, intermediates, userAttributes }) => ({
        number,
        state,
        params,
        values,
        intermediates: [...intermediates],
        userAttributes,
      })),
    };
  };
  const killAfter = (victim: ChildProcess, reports: number, delay: number): void => {
    let seen = 0;
    victim.stdout!.on('data', (dots: Buffer) => {
      seen += dots.length;
      if (seen >= reports) setTimeout(() => victim.kill('SIGKILL'), delay);
    });
  };

  it('go on where another one was killed, as if nothing had happened', async () => {
    expect(await once(work('whole', '8', 0), 'exit')).toEqual([0, null]);
    const rng = createRng('kills');
    let kills = 0;
    for (;;) {
      const victim = work('killed', '8', 30);
      killAfter(victim, rng.integer(3, 8), rng.integer(0, 10));
      const [code] = (await once(victim, 'exit')) as [number | null];
      if (code === 0) break;
      expect(++kills).toBeLessThan(20);
    }
    expect(kills).toBeGreaterThan(0);
    const { trials } = read('killed');
    expect(trials.length).toBe(8);
    expect(trials).toEqual(read('whole').trials);
  }, 60_000);

  it('run every trial once, by one of them', async () => {
    const children = [0, 1].map(() => work('shared', '+40', 0));
    expect(await Promise.all(children.map((child) => once(child, 'exit')))).toEqual([
      [0, null],
      [0, null],
    ]);
    const { trials, records } = read('shared');
    expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: 80 }, (_, number) => number));
    expect(
      trials.every(({ state, intermediates }) => state === 'complete' && intermediates.length === 2),
    ).toBe(true);
    const ends = records.filter(({ op_code }) => op_code === 6);
    expect(ends.length).toBe(80);
    const workers = [...new Set(ends.map(({ worker_id }) => worker_id))];
    expect(workers.map((worker) => ends.filter(({ worker_id }) => worker_id === worker).length)).toEqual([
      40, 40,
    ]);
  }, 60_000);

  it('take over the trial of one that is killed', async () => {
    // Stays in the middle of a trial until the others have begun.
    const victim = work('bereaved', '12', 60_000);
    const exit = once(victim, 'exit');
    await once(victim.stdout!, 'data');
    const others = [0, 1].map(() => work('bereaved', '12', 100));
    const exits = others.map((child) => once(child, 'exit'));
    others[0]!.stdout!.once('data', () => victim.kill('SIGKILL'));
    expect(await Promise.all([exit, ...exits])).toEqual([
      [null, 'SIGKILL'],
      [0, null],
      [0, null],
    ]);
    const { trials, records } = read('bereaved');
    expect(trials.map(({ number }) => number)).toEqual(trials.map((_, number) => number));
    expect(trials.length).toBeGreaterThanOrEqual(12);
    expect(trials.every(({ state }) => state === 'complete')).toBe(true);
    const claims = records.filter(
      ({ op_code, system_attr }) => op_code === 9 && 'approx-gp:worker' in (system_attr as object),
    );
    // Taken over once, told once.
    expect(claims.length).toBe(1);
    expect(records.filter(({ op_code }) => op_code === 6).length).toBe(trials.length);
  }, 60_000);
});
