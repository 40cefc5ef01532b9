import { InvalidArgumentError } from '@pct/core';
import { openRunLog } from '@pct/tracking-rl/node';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../log/readEvents.js';

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'run-log-')), 'new', 'run');
});
afterEach(() => rm(join(directory, '../..'), { recursive: true }));

const eventFiles = async (): Promise<string[]> =>
  (await readdir(directory)).filter((name) => name.startsWith('events.out.tfevents.')).sort();

describe('openRunLog', () => {
  it('writes entries in the order of the calls, waited for or not', async () => {
    let time = 1_700_000_000_000;
    const log = await openRunLog(directory, { now: () => (time += 500) });
    void log.write(0, { loss: 1 });
    void log.write(1, { loss: 0.5, kl: 0.25 });
    await log.write(2, { loss: 0.125 });
    await log.close();
    const lines = (await readFile(join(directory, 'log.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { step: 0, wallTime: 1_700_000_001, loss: 1 },
      { step: 1, wallTime: 1_700_000_001.5, loss: 0.5, kl: 0.25 },
      { step: 2, wallTime: 1_700_000_002, loss: 0.125 },
    ]);
    const [name, ...others] = await eventFiles();
    expect(others).toEqual([]);
    expect(name).toMatch(/^events\.out\.tfevents\.1700000000\./);
    const [header, ...events] = readEvents(await readFile(join(directory, name!)));
    expect(header!.fileVersion).toBe('brain.Event:2');
    expect(events.map(({ step, scalars }) => [step, scalars])).toEqual([
      [0, { loss: 1 }],
      [1, { loss: 0.5, kl: 0.25 }],
      [2, { loss: 0.125 }],
    ]);
  });

  it('goes on with the lines of an earlier run, and starts a new event file in the same second', async () => {
    for (const step of [0, 1]) {
      await using log = await openRunLog(directory, { now: () => 5000 });
      await log.write(step, { loss: step });
    }
    expect((await readFile(join(directory, 'log.jsonl'), 'utf8')).split('\n')).toHaveLength(3);
    const files = await eventFiles();
    expect(files).toHaveLength(2);
    const steps = await Promise.all(
      files.map(async (name) => readEvents(await readFile(join(directory, name)))[1]!.step),
    );
    expect(steps).toEqual([0, 1]);
  });

  it('writes only what is asked for', async () => {
    const log = await openRunLog(directory, { tensorBoard: false });
    await log.write(0, { loss: 1 });
    await log.close();
    expect(await readdir(directory)).toEqual(['log.jsonl']);
  });

  it('refuses bad entries, goes on after them, and ends when closed', async () => {
    const log = await openRunLog(directory);
    await expect(log.write(-1, {})).rejects.toThrow(InvalidArgumentError);
    await log.write(3, { loss: 2 });
    await log.close();
    await log.close();
    await expect(log.write(4, {})).rejects.toThrow('the log is closed');
    expect(await readFile(join(directory, 'log.jsonl'), 'utf8')).toMatch(/^\{"step":3,.*\}\n$/);
  });
});
