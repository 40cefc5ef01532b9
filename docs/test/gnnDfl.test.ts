import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript, startScript } from '../../.config/runScript.js';

let folder: string;
const train = (config: string, seed: number, ...rest: string[]) =>
  runScript('docs/gnn-dfl/train.ts', [
    ...['--config', config, '--seed', String(seed), '--tiny', '--out', folder],
    ...rest,
  ]);

describe('the study of graph networks', { timeout: 240_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gnn-dfl-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('trains, goes on from a checkpoint to the same numbers, and logs every step', async () => {
    const log = async (seed: number) =>
      (await readFile(join(folder, `ptt-${seed}`, 'log.jsonl'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => ({ ...(JSON.parse(line) as { step: number; loss: number }), seconds: undefined }));
    expect((await train('ptt', 1)).code).toBe(0);
    const whole = await log(1);
    expect(whole.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    const model = await readFile(join(folder, 'ptt-1/last.safetensors'));

    await rm(join(folder, 'ptt-1'), { recursive: true });
    expect((await train('ptt', 1, '--steps', '2')).code).toBe(0);
    const { stderr } = await train('ptt', 1);
    expect(stderr).not.toContain('step 2:');
    expect(await log(1)).toEqual(whole);
    expect(await readFile(join(folder, 'ptt-1/last.safetensors'))).toEqual(model);
  });

  it('goes on to the same numbers after it was killed', async () => {
    const out = join(folder, 'killed');
    const steps = ['--steps', '120'];
    const options = ['--config', 'pat50', '--seed', '1', '--tiny', '--out', out, ...steps];
    const script = startScript('docs/gnn-dfl/train.ts', options);
    await new Promise<void>((resolve) => {
      let seen = '';
      script.stderr?.on('data', (text: Buffer) => {
        seen += text.toString();
        // Some steps are done, of which every second one left a checkpoint.
        if (/step ([3-9]|\d\d):/.test(seen)) script.kill('SIGKILL');
      });
      script.once('exit', () => resolve());
    });
    expect(script.signalCode).toBe('SIGKILL');
    const again = await runScript('docs/gnn-dfl/train.ts', options);
    expect(again.code).toBe(0);
    expect(again.stderr).not.toContain('step 1:');
    expect((await train('pat50', 1, ...steps)).code).toBe(0);
    const [resumed, whole] = await Promise.all(
      [out, folder].map((where) => readFile(join(where, 'pat50-1/last.safetensors'))),
    );
    expect(resumed).toEqual(whole);
    await rm(join(folder, 'pat50-1'), { recursive: true });
  });

  it('makes the tables, the plot and the weights of the package from finished runs', async () => {
    expect((await train('ptt', 2)).code).toBe(0);
    expect((await train('pat50', 1)).code).toBe(0);
    const table = await runScript('docs/gnn-dfl/table.ts', [
      ...['--runs', folder, '--frames', '2', '--densities', '50', '--tiny', '--print'],
    ]);
    expect(table.stdout).toMatch(/\| 50 \| PTT \| 2 \| (\d+\.\d±\d+\.\d \/ \d+\.\d±\d+\.\d \| ){2}/);
    expect(table.stdout).toContain('| 50 | PAT, λ = 50 | 1 |');
    expect(table.stdout).toContain('| 50 | _published_ | 5 | 94.9 / 83.8 | 96.2 / 86.9 | 96.4 / 88.7 |');

    const landscape = await runScript('docs/gnn-dfl/landscape.ts', [
      ...['--runs', folder, '--frames', '3', '--points', '3', '--bend-steps', '2', '--rows', '64'],
      ...['--tiny', '--print'],
    ]);
    expect(landscape.stderr).toContain('seeds 1 and 2');
    expect(landscape.stdout).toMatch(/\| PTT and PTT \| 1 \| (\d\.\d{3}|none) \| -?\d\.\d\d \|/);
    expect(landscape.stdout).toContain('| PTT and PAT, λ = 50 | 1 |');
    expect(landscape.stdout).toContain('| PTT and PAT, λ = 50 of the same seed | 1 |');
    for (const path of ['line', 'curve, Hamming', 'curve, cross-entropy'])
      expect(landscape.stdout).toContain(`| PTT and PTT | ${path} | 1 |`);
    const kept = await readFile(join(folder, 'landscape-3-frames.jsonl'), 'utf8');
    expect(kept.trim().split('\n')).toHaveLength(5);

    const weights = await runScript('docs/gnn-dfl/publishWeights.ts', [join(folder, 'ptt-2'), '--print']);
    expect(weights.stdout).toContain('Configuration ptt, seed 2: at most 4 steps of 2 frames');
    expect(weights.stdout).toMatch(/export const pretrainedBase64 =\n {2}'[\w+/]{100}' \+\n/);
  });

  it('names the configurations that there are', async () => {
    const { code, stderr } = await train('pat10', 1);
    expect(code).toBe(1);
    expect(stderr).toContain('--config must be one of ptt, pat25, pat50, pat75, hit-ptt');
  });
});
