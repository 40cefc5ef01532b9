import { expect, it } from 'vitest';
import { runScript } from '../../../../.config/runScript.js';

/** Far less than what keeping the results of the steps, or the sessions of the compilations, would take. */
const LIMIT_MB = 30;

it('holds no more memory after many runs and compilations than after some', async () => {
  const { stdout, stderr, code } = await runScript('packages/tensor/bench/memory.ts', []);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ') as [string, string, string]);
  for (const work of ['run', 'runInto', 'compile']) {
    const held = lines.filter(([name]) => name === work).map(([, , megabytes]) => Number(megabytes));
    expect(held).toHaveLength(5);
    expect(held[0]).toBeGreaterThan(10);
    expect(held[4]! - held[0]!).toBeLessThan(LIMIT_MB);
  }
}, 120_000);
