import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../.config/runScript.js';

const script = 'docs/approx-gp/quality.ts';
const options = ['--tiny', '--print', '--targets', 'Branin,Levy 5'];

describe('the quality of samplers', { timeout: 240_000 }, () => {
  it('runs the samplers of the package, and prints tables and plot', async () => {
    const { code, stdout } = await runScript(script, options);
    expect(code).toBe(0);
    expect(stdout).not.toContain('NaN');
    for (const name of ['gpSampler', 'published settings', 'tpeSampler', 'sobolSampler'])
      expect(stdout).toMatch(
        new RegExp(`\\| ${name} \\| 2 \\| (\\*\\*)?[\\d.e-]+(\\*\\*)? \\([\\d.e-]+, [\\d.e-]+\\) \\|`),
      );
    expect(stdout).not.toContain('| Optuna');
    expect(stdout.match(/<polyline/g)).toHaveLength(14);
  });

  it('runs the samplers on tables of networks', async () => {
    const { code, stdout } = await runScript(script, ['--tiny', '--print', '--networks']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\| sampler +\| seeds \|.* digits network \|.* emulator of M7 \|/);
    expect(stdout).toMatch(/\| published settings \| 2 \| (\*\*)?[\d.e-]+/);
    expect(stdout).not.toContain('NaN');
    const unknown = await runScript(script, ['--tiny', '--print', '--targets', 'luck']);
    expect(unknown.stderr).toContain('target must be some of Levy 5, ');
  });

  it('runs variants of the Gaussian process', async () => {
    const { code, stdout } = await runScript(script, [...options, '--variants']);
    expect(code).toBe(0);
    expect(stdout).toContain('| no trust region | 2 |');
    expect(stdout).toContain('| refits at every trial | 2 |');
    expect(stdout).not.toContain('tpeSampler');
  });

  it('continues from what a file has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'approx-gp-quality-'));
    try {
      const file = join(folder, 'quality.jsonl');
      const few = [...options, '--samplers', 'randomSampler,evolutionSampler', '--file', file];
      const first = await runScript(script, few);
      expect(first.stderr.match(/seed \d/g)).toHaveLength(8);
      const saved = await readFile(file, 'utf8');
      const second = await runScript(script, [...few, '--first', '2']);
      expect(second.stderr.match(/seed \d/g)).toEqual(new Array(4).fill('seed 3'));
      expect((await readFile(file, 'utf8')).startsWith(saved)).toBe(true);
      const third = await runScript(script, [...few, '--report']);
      expect(third.stderr).not.toContain('seed');
      expect(third.stdout).toBe(second.stdout);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
