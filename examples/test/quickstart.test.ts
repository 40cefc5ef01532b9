import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '../../.config/runScript.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quickstart-'));
});
afterAll(() => rm(folder, { recursive: true }));

const quickstart = (...options: string[]) => runScript('examples/quickstart.ts', options);

describe('quickstart', { timeout: 120_000 }, () => {
  it('simulates, tracks and scores, and does so again on its own files', async () => {
    const output = join(folder, 'new', 'output');
    const { code, stdout, stderr } = await quickstart(
      '--frames',
      '1',
      '--primaries',
      '20',
      '--output',
      output,
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    for (const phantom of [100, 150, 200]) {
      expect(stdout).toMatch(
        new RegExp(`${phantom} mm water  track follower +1 +\\d+\\.\\d +\\d+\\.\\d +\\d+\\.\\d`),
      );
      expect(stdout).toMatch(new RegExp(`${phantom} mm water  assignment +1 +\\d+\\.\\d`));
    }
    expect(stdout).toContain(join(output, 'event.html'));
    expect((await readdir(output)).sort()).toEqual([
      'event.html',
      'event.svg',
      'hits-100mm.csv',
      'hits-150mm.csv',
      'hits-200mm.csv',
    ]);
    expect(await readFile(join(output, 'event.svg'), 'utf8')).toContain('100 mm water, frame 0');

    const own = await quickstart(
      ...['--hits', join(output, 'hits-150mm.csv'), '--primaries', '20', '--output', join(folder, 'own')],
    );
    expect(own.code).toBe(0);
    expect(own.stdout).toMatch(/hits-150mm\.csv {2}assignment +\d+ +\d+\.\d/);
  });

  it('explains itself', async () => {
    const { code, stdout } = await quickstart('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--hits FILE');
  });

  it.each([
    [['--frames', '0'], 'error: --frames must be an integer of at least 1, got 0'],
    [['--primaries', 'many'], 'error: --primaries must be an integer of at least 1, got many'],
    [['--colour', 'red'], 'error: Unknown option'],
    [['--hits', 'no-such-file.csv'], 'error: '],
  ])('answers %j with one line', async (options, message) => {
    const { code, stderr } = await quickstart(...options, '--output', join(folder, 'bad'));
    expect(code).toBe(1);
    expect(stderr.startsWith(message)).toBe(true);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('names file, row and column of a broken file', async () => {
    const file = join(folder, 'broken.csv');
    await writeFile(
      file,
      'posX,posY,posZ,edep,eventID,trackID,parentID,layer\n1,2,225,0.02,0,1,0,0\n1,oops,225,0.02,1,1,0,0\n',
    );
    const { code, stderr } = await quickstart('--hits', file, '--output', join(folder, 'bad'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*broken\.csv, row 3, column posY: /);
  });
});
