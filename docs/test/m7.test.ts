import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '../../.config/runScript.js';

let folder: string;

describe('the data of M7 emulators', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'm7-data-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are compared with the published ones, and means of logarithms agree', async () => {
    const { code, stdout } = await runScript('docs/m7/statistics.ts', ['--tiny']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\| `SO4_AS` \| 19\.\d\d \| 18\.95 \| 0\.\d\d \| yes \|/);
    expect(stdout).toContain('Of the 17 outputs with one sign, none of 1500 rows has the other.');
    // Deviations of changes hang on the rarest cells, and are no measure of so few.
    expect(stdout.match(/^\| `\w+` \|.*\| yes \|/gm)).toHaveLength(32);
    expect(stdout).not.toContain('NaN');
  });

  it('are written to files, and compared from there', async () => {
    const sizes = ['--train', '300', '--validation', '20', '--test', '0'];
    const { code, stdout } = await runScript('docs/m7/generate.ts', [folder, ...sizes, '--threads', '0']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^train: 300 pairs in \d+\.\d s, \d+\.\d s of CPU time\n {2}regimes \{"lowerStratosphere":\d\d/,
    );
    expect((await readdir(folder)).sort()).toEqual([
      'X_train.npy',
      'X_val.npy',
      'train.json',
      'train.parquet',
      'val.json',
      'val.parquet',
      'y_train.npy',
      'y_val.npy',
    ]);
    const files = ['X_train.npy', 'y_train.npy'].map((name) => join(folder, name));
    const again = await runScript('docs/m7/statistics.ts', ['--files', ...files]);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('| `n_CI` |');
  });
});
