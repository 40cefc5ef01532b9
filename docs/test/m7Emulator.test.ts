import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '../../.config/runScript.js';

let folder: string;
const study = (...rest: string[]) =>
  runScript('docs/m7-emulator/study.ts', ['--tiny', '--print', '--seeds', '1', '--out', folder, ...rest]);

describe('the study of emulators', { timeout: 240_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'm7-emulator-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('trains every variant, writes tables and plots, and takes finished runs from their files', async () => {
    const first = await study();
    expect(first.stderr).not.toContain('Error');
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/\| baseline \| 1 \| -?[\d.]+ \| -?[\d.]+ to -?[\d.]+ \| 0\.771 \|/);
    for (const exact of ['projection', 'transfer', 'process']) {
      const row = first.stdout.split('\n').find((line) => line.startsWith(`| ${exact} `))!;
      expect(row.split(' | ').at(-2)).toBe('0.00 %');
      for (const violation of row.split(' | ').slice(8, 12)) expect(Number(violation)).toBeLessThan(1e-9);
    }
    for (const plot of ['scatter.svg', 'regimes.svg']) {
      expect(await readFile(join(folder, plot), 'utf8')).toContain('</svg>');
    }
    const again = await study('--variants', 'transfer,completion');
    expect(again.stderr).not.toContain('step');
    expect(again.stdout).toContain('| transfer |');
  });

  it('rolls a model out beside M7, and makes weights for the package', async () => {
    expect((await study('--variants', 'transfer')).code).toBe(0);
    const run = join(folder, 'transfer-1');
    const out = await runScript('docs/m7-emulator/rollout.ts', [
      ...[`${run}.safetensors`, '--cells', '8', '--hours', '1', '--print'],
    ]);
    expect(out.stdout).toMatch(/\| M7 \| \d\.\de-1\d \| 0\.0e\+0 \| 0\.0 % \|/);
    expect(out.stdout).toMatch(/\| emulator \| \d\.\de-1\d \| [\d.]+e[+-]\d+ \|/);
    const code = await runScript('docs/m7-emulator/publishWeights.ts', [run, '--print']);
    expect(code.stdout).toContain('export const pretrainedBase64 =');
  });

  it('sets accuracy against speed', async () => {
    const { stdout } = await runScript('docs/m7-emulator/sizes.ts', ['--tiny', '--print']);
    expect(stdout.match(/^\| \w+, [\d-]+ \|/gm)).toHaveLength(11);
    expect(stdout).toMatch(/ \| yes \|$/m);
    expect(stdout).not.toContain('NaN');
  });
});
