import { createStudy, categorical, float, randomSampler } from '@hpo/approx-gp';
import { journalFile } from '@hpo/approx-gp/node';
import { createRng } from '@pct/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../helpers/bundle.js';

const folder = mkdtempSync(join(tmpdir(), 'approx-gp-processes-'));
let program = '';
beforeAll(async () => {
  program = await bundle(new URL('children/worker.ts', import.meta.url), folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const start = (file: string, trials: number, pause: number): ChildProcess =>
  spawn(process.execPath, [program, file, String(trials), String(pause)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

const space = { x: float(-1, 1), c: categorical(['a', 'b']) };
const read = (file: string) =>
  createStudy({ space, storage: journalFile(file), sampler: randomSampler() }).trials.map(
    ({ number, state, params, values, intermediates, userAttributes }) => ({
      number,
      state,
      params,
      values,
      intermediates: [...intermediates],
      userAttributes,
    }),
  );

describe('a process that is killed', () => {
  it('goes on as if nothing had happened, wherever it was killed', async () => {
    const whole = join(folder, 'whole.log');
    const child = start(whole, 14, 0);
    expect(await once(child, 'exit')).toEqual([0, null]);

    const killed = join(folder, 'killed.log');
    const rng = createRng('kills');
    let kills = 0;
    for (;;) {
      const victim = start(killed, 14, 15);
      const exit = once(victim, 'exit');
      // A few reports later, at any moment of the next one.
      const moment = { reports: rng.integer(2, 14), delay: rng.integer(0, 12) };
      let reports = 0;
      victim.stdout!.on('data', (dots: Buffer) => {
        reports += dots.length;
        if (reports >= moment.reports) setTimeout(() => victim.kill('SIGKILL'), moment.delay);
      });
      const [code] = (await exit) as [number | null];
      if (code === 0) break;
      kills++;
      // A kill in the middle of a write would leave this.
      if (kills % 2 === 0) appendFileSync(killed, '{"op_code":6,"worker_id":"x","trial_id":');
      expect(kills).toBeLessThan(30);
    }
    expect(kills).toBeGreaterThan(0);
    const trials = read(killed);
    expect(trials).toEqual(read(whole));
    expect(trials.length).toBe(14);
    for (const line of readFileSync(killed, 'utf8').trimEnd().split('\n')) JSON.parse(line);
  }, 60_000);
});

describe('several processes', () => {
  it('share a study: every trial is run once, by one of them', async () => {
    const file = join(folder, 'shared.log');
    const children = [0, 1, 2].map(() => start(file, 30, 3));
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number));
    expect(codes).toEqual([0, 0, 0]);
    const trials = read(file);
    expect(trials.map(({ number }) => number)).toEqual(trials.map((_, index) => index));
    // Trials that the others had begun when the last one was done are finished too.
    expect(trials.length).toBeGreaterThanOrEqual(30);
    expect(trials.length).toBeLessThanOrEqual(32);
    expect(trials.every(({ state }) => state === 'complete')).toBe(true);
    expect(trials.every(({ intermediates }) => intermediates.length === 3)).toBe(true);
    const ends = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{"op_code":6'));
    expect(ends.length).toBe(trials.length);
    const workers = new Set(ends.map((line) => (JSON.parse(line) as { worker_id: string }).worker_id));
    expect(workers.size).toBe(3);
  }, 60_000);

  it('go on when one of them is killed, with the trial that it had', async () => {
    const file = join(folder, 'bereaved.log');
    // Stays in the middle of a trial until the others have begun.
    const victim = start(file, 24, 60_000);
    const exit = once(victim, 'exit');
    await once(victim.stdout!, 'data');
    const others = [0, 1].map(() => start(file, 24, 60));
    const exits = others.map((child) => once(child, 'exit'));
    others[0]!.stdout!.once('data', () => victim.kill('SIGKILL'));
    expect(await Promise.all([exit, ...exits])).toEqual([
      [null, 'SIGKILL'],
      [0, null],
      [0, null],
    ]);
    const trials = read(file);
    expect(trials.map(({ number }) => number)).toEqual(trials.map((_, index) => index));
    expect(trials.length).toBeGreaterThanOrEqual(24);
    expect(trials.every(({ state }) => state === 'complete')).toBe(true);
    const records = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const claims = records.filter(
      ({ op_code, system_attr }) => op_code === 9 && 'approx-gp:worker' in (system_attr as object),
    );
    // Taken over once, told once.
    expect(claims.length).toBe(1);
    expect(records.filter(({ op_code }) => op_code === 6).length).toBe(trials.length);
    expect(existsSync(`${file}.lock`)).toBe(false);
  }, 60_000);
});
