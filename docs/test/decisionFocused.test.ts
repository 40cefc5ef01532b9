import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../.config/runScript.js';

const script = 'docs/decision-focused/compare.ts';
const rowOf = (stdout: string, name: string): string | undefined =>
  stdout.split('\n').find((line) => line.startsWith(`| ${name} |`));

describe('the comparison of decision-focused methods', { timeout: 240_000 }, () => {
  it('trains every method and prints the table', async () => {
    const { code, stdout } = await runScript(script, ['--tiny', '--print']);
    expect(code).toBe(0);
    expect(stdout).not.toContain('NaN');
    for (const name of ['two-stage (squared error)', '`spoPlusLoss`', '`regularizedFrankWolfe`, Hamming'])
      expect(rowOf(stdout, name)).toMatch(/\| (\*\*)?\d+\.\d\d(\*\*)? \(\d+\.\d\d-\d+\.\d\d\) \|$/);
  });

  it('continues from what a file has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'decision-focused-'));
    try {
      const file = join(folder, 'results.jsonl');
      const options = ['--tiny', '--print', '--only', 'two-stage', '--file', file];
      const first = await runScript(script, [...options, '--seeds', '1']);
      expect(first.stderr).toContain('choice two-stage');
      const saved = await readFile(file, 'utf8');
      const second = await runScript(script, options);
      expect(second.stderr).not.toContain('choice two-stage');
      expect(second.stderr).not.toContain('seed 1 two-stage');
      expect(second.stderr).toContain('seed 2 two-stage');
      expect((await readFile(file, 'utf8')).startsWith(saved)).toBe(true);
      const whole = await runScript(script, ['--tiny', '--print', '--only', 'two-stage']);
      expect(second.stdout).toBe(whole.stdout);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
