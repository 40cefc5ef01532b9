import { describe, expect, it } from 'vitest';
import { runScript } from '../../.config/runScript.js';

const run = (...options: string[]) => runScript('examples/custom-estimator.ts', options);

describe('custom-estimator', { timeout: 120_000 }, () => {
  it('trains with each estimator and prints a table', async () => {
    const { code, stdout, stderr } = await run('--steps', '40');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    for (const name of ['independentRows \\(this file\\)', 'blackbox', 'identity', 'sinkhorn']) {
      const [, before, after] = new RegExp(`${name} +(\\d+\\.\\d) +(\\d+\\.\\d)`).exec(stdout)!;
      expect(Number(after)).toBeGreaterThan(Number(before) + 20);
    }
  });

  it('explains itself, and answers bad options with one line', async () => {
    expect((await run('--help')).stdout).toContain('--steps N');
    const { code, stderr } = await run('--steps', '0');
    expect(code).toBe(1);
    expect(stderr.trimEnd()).toBe('error: --steps must be an integer of at least 1, got 0');
  });
});
