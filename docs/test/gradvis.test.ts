import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeResult } from '@viz/gradvis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '../../.config/runScript.js';

let folder: string;
const run = (script: string) =>
  runScript(`docs/gradvis/${script}`, ['--tiny', '--out', folder, '--results', join(folder, 'results')]);

describe('the studies of loss landscapes', { timeout: 240_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gradvis-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('LeNet-5: trains twice, draws all figures and keeps all results', async () => {
    const { stdout, stderr, code } = await run('lenet.ts');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/\| two trainings \| \d+\.\d % and \d+\.\d % of the test digits/);
    expect(stdout).toContain('| plane of 4 × 4 points | two components hold 100.0 % of the variance');
    expect(stdout).toContain('| densities of 2 Hessians, 1 × 4 products each |');
    expect(stdout).not.toContain('NaN');
    const figures = (await readdir(folder)).filter((name) => name.endsWith('.svg')).sort();
    expect(figures).toEqual(
      ['density', 'losses', 'paths', 'plane', 'surface', 'variances'].map((name) => `lenet-${name}.svg`),
    );
    const plane = await decodeResult(await readFile(join(folder, 'results/lenet-plane.npz')));
    expect(plane).toMatchObject({
      kind: 'surface',
      provenance: { createdBy: 'sampleSurface', objective: 'LeNet-5, cross-entropy of 40 digits' },
    });
  });

  it('diagonals of Hessians: a table of variances', async () => {
    const { stdout, stderr, code } = await runScript('docs/gradvis/diagonal.ts', ['--tiny']);
    expect(code, stderr).toBe(0);
    const numbers = String.raw`\| 6 \| [\d.]+ \| [\d.]+ \| [\d.]+ \|`;
    expect(stdout).toMatch(new RegExp(String.raw`\n\| two spirals, 354 parameters ${numbers}\n`));
    expect(stdout).toMatch(
      new RegExp(String.raw`\n\| LeNet-5, [^|]+ of 10 digits, 61706 parameters ${numbers}\n$`),
    );
  });

  it('shipped networks and batch normalisation: two tables, the same when it is run again', async () => {
    const first = await run('study.ts');
    expect(first.code, first.stderr).toBe(0);
    for (const name of ['@pct/gnn-dfl', '@climate/m7-emulator', '@pct/tracking-rl', 'residual network'])
      expect(first.stdout).toMatch(new RegExp(String.raw`\| ${name}, [^|]+ \| \d+ \| -?\d`));
    for (const mode of ['fixed', 'interpolated', 'recomputed'])
      expect(first.stdout).toMatch(new RegExp(String.raw`\| ${mode} \| \d\.\d+ \|`));
    expect(first.stdout).not.toContain('NaN');
    expect((await run('study.ts')).stdout).toBe(first.stdout);
  });
});
