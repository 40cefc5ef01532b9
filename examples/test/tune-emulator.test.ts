import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '../../.config/runScript.js';

let folder: string;

describe('tune-emulator', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tune-emulator-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('tunes, and draws the plane around the best network', async () => {
    const out = join(folder, 'plane.svg');
    const { code, stdout, stderr } = await runScript('examples/tune-emulator.ts', [
      ...['--trials', '3', '--steps', '20', '--rows', '400', '--points', '5', '--out', out],
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const scores = [...stdout.matchAll(/^trial \d: (-?\d+\.\d{3}) /gm)].map(([, score]) => Number(score));
    expect(scores).toHaveLength(3);
    expect(Number(/best: trial \d, mean R² of logarithms (-?\d+\.\d+)/.exec(stdout)![1])).toBe(
      Math.max(...scores),
    );
    expect(await readFile(out, 'utf8')).toMatch(/^<svg/);
  });

  it('explains itself', async () => {
    expect((await runScript('examples/tune-emulator.ts', ['--help'])).stdout).toContain('--trials N');
  });
});
