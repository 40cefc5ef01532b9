import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '../../.config/runScript.js';

let folder: string;
const inside = (name: string): string => join(folder, name);
const run = (script: string, ...options: string[]) =>
  runScript(`docs/approx-gp/${script}.ts`, ['--tiny', '--print', ...options]);

describe('the studies of @hpo/approx-gp', { timeout: 240_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'approx-gp-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('simulates workers, and takes finished runs from its file', async () => {
    const options = ['--functions', 'branin,levy5', '--strategies', 'believer,localMaxima', '--out'];
    const first = await run('parallel', ...options, inside('parallel.jsonl'));
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/\| \(one worker: time, in trials\) \| 1 \| \d+ \| \d+ \|/);
    expect(first.stdout).toMatch(/\| believer \| 4 \| \d+\.\d \| \d+\.\d \|/);
    expect(first.stderr.match(/after \d+/g)!.length).toBe(6);
    const again = await run('parallel', ...options, inside('parallel.jsonl'));
    expect(again.stderr).not.toContain('after');
    expect(again.stdout).toBe(first.stdout);
    const unknown = await run('parallel', '--strategies', 'luck', '--out', inside('none.jsonl'));
    expect(unknown.stderr).toContain('must be some of localMaxima, believer');
  });

  it('tunes networks in studies that go on where they were', async () => {
    const options = ['--out', inside('tuning')];
    const first = await run('tuning', ...options, '--trials', '2');
    expect(first.code).toBe(0);
    const both = await run('tuning', ...options, '--trials', '3');
    expect(both.stderr.match(/trial \d/g)).toEqual(new Array(4).fill('trial 2'));
    expect(both.stdout).toMatch(/\| lenet \| `gpSampler` \| \d+\.\d \|/);
    expect(both.stdout).toMatch(/\| emulator \| `randomSampler` \| -?\d+\.\d+ \|/);
    expect(await readFile(inside('tuning/lenet-gpSampler-1.log'), 'utf8')).toContain('intermediate_value');
  });

  it('compares pruners', async () => {
    const { code, stdout } = await run('pruning');
    expect(code).toBe(0);
    expect(stdout.match(/\| `\w+Sampler` \| `\w+Pruner` \| \d+\.\d\d \(.*\) \| \d+ \|/g)!.length).toBe(12);
  });

  it('trains emulators of the other table', async () => {
    const { code } = await runScript('docs/approx-gp/emulatorTable.ts', [
      '--tiny',
      '--out',
      inside('emulators.jsonl'),
    ]);
    expect(code).toBe(0);
    const lines = (await readFile(inside('emulators.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as [string, unknown])[0])).toEqual(['0', '1', '2']);
  });

  it('trains networks of the table', async () => {
    const { code, stdout } = await run('tables', '--out', inside('table.jsonl'));
    expect(code).toBe(0);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { wrong: number[]; test: number });
    expect(rows.length).toBe(3);
    for (const { wrong, test } of rows) {
      expect(wrong.length).toBe(2);
      for (const count of [...wrong, test])
        expect(Number.isInteger(count) && count >= 0 && count <= 64).toBe(true);
    }
  });
});
