import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '../../.config/runScript.js';

let folder: string;
const study = (...rest: string[]) =>
  runScript('docs/tracking-rl/study.ts', ['--tiny', '--print', '--out', folder, ...rest]);

describe('the study of tracking policies', { timeout: 240_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tracking-rl-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('trains, tests and tabulates, and takes what is trained already', async () => {
    const configs = ['--configs', 'single,single-assigned,margin,supervised'];
    const first = await study(...configs);
    expect(first.stderr).toContain('margin 2: iteration 2');
    const cell = String.raw`\d+\.\d±\d+\.\d / \d+\.\d±\d+\.\d / \d+\.\d±\d+\.\d`;
    for (const title of ['single agent', 'single agent, assignment afterwards', 'constrained with margin'])
      expect(first.stdout).toMatch(new RegExp(String.raw`\| 150 \| ${title} \| 2 \| (${cell} \| ){2}`));
    expect(first.stdout).toMatch(/\| 50 \| track follower \| {2}\| \d+\.\d \/ \d+\.\d \/ \d+\.\d \|/);

    const second = await study(...configs);
    expect(second.stderr).not.toContain('iteration');
    const tables = (text: string): string => text.slice(text.indexOf('| primaries'));
    expect(tables(second.stdout)).toBe(tables(first.stdout));
    const { records } = JSON.parse(await readFile(join(folder, 'margin-1/records.json'), 'utf8')) as {
      records: { iteration: number }[];
    };
    expect(records.map(({ iteration }) => iteration)).toEqual([1, 2]);

    const weights = await runScript('docs/tracking-rl/publishWeights.ts', [
      ...['--runs', folder, '--config', 'margin', '--print'],
    ]);
    expect(weights.stdout).toMatch(
      /Configuration margin of docs\/tracking-rl\/study.ts, seed [12]: 2 iterations/,
    );
    expect(weights.stdout).toMatch(/export const pretrainedBase64 =\n {2}'[\w+/]{400}' \+\n/);
  });

  it('tries limits of kinks, and follows the reward', async () => {
    const reach = await runScript('docs/tracking-rl/reach.ts', [
      '--tiny',
      '--seeds',
      '1',
      '--iterations',
      '1',
    ]);
    expect(reach.stdout).toMatch(/\| Infinity \|( \d+\.\d \/ \d+\.\d \|){5}/);
    const rewards = await runScript('docs/tracking-rl/rewards.ts', [
      ...['--tiny', '--seeds', '2', '--test-frames', '1'],
    ]);
    expect(rewards.stdout).toMatch(/\| truth \| -\d\.\d\d \| 100\.0 \|/);
    expect(rewards.stdout).toMatch(/\| 2 iterations \| -\d+\.\d\d±\d\.\d\d \| \d+\.\d±\d+\.\d \|/);
  });

  it('says what is missing before weights can be published', async () => {
    const { code, stderr } = await runScript('docs/tracking-rl/publishWeights.ts', ['--runs', folder]);
    expect(code).toBe(1);
    expect(stderr).toContain('has no training of mixed; run docs/tracking-rl/study.ts first');
  });

  it('refuses trainings with other settings and unknown configurations', async () => {
    const other = await study('--configs', 'margin', '--iterations', '3');
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('is of another training');
    const unknown = await study('--configs', 'all');
    expect(unknown.stderr).toContain('--configs must be some of single, single-assigned, multi');
  });
});
