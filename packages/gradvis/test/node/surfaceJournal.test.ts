import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileFormatError } from '@pct/core';
import { sampleSurface } from '@viz/gradvis';
import { surfaceJournal } from '@viz/gradvis/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScript } from '../../../../.config/runScript.js';
import { slowBowl, surfaceAxes } from './children/slowBowl.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradvis-journal-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('surfaceJournal', () => {
  it('gives back what was added, to the bit, also after a torn line', async () => {
    const path = join(folder, 'values');
    const values = [0.1, NaN, Infinity, -Infinity, -0, 5e-324, Math.PI];
    {
      await using journal = surfaceJournal(path);
      expect((await journal.load('some key')).size).toBe(0);
      for (const [index, value] of values.entries()) await journal.append(index, value);
    }
    await appendFile(path, '7 3ff0000000');
    await using journal = surfaceJournal(path);
    expect([...(await journal.load('some key'))]).toEqual([...values.entries()]);
    await journal.append(7, 1);
    await using again = surfaceJournal(path);
    expect((await again.load('some key')).get(7)).toBe(1);
  });

  it('starts anew where even the first line is torn', async () => {
    const path = join(folder, 'first');
    await writeFile(path, 'gradvis-surf');
    await using journal = surfaceJournal(path);
    expect((await journal.load('key')).size).toBe(0);
    await journal.append(3, 2);
    expect([...(await journal.load('key'))]).toEqual([[3, 2]]);
  });

  it('refuses other surfaces, damage and other files', async () => {
    const path = join(folder, 'refused');
    await using journal = surfaceJournal(path);
    await journal.load('key');
    await journal.append(0, 1);
    await journal.append(1, 2);
    await expect(surfaceJournal(path).load('other')).rejects.toThrow(
      'the store holds values of another surface',
    );
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('\n0 3ff', '\n0 3fe'));
    const damaged = surfaceJournal(path).load('key');
    await expect(damaged).rejects.toThrow(FileFormatError);
    await expect(damaged).rejects.toThrow('refused, row 2: the line is damaged: its checksum does not match');
    await writeFile(path, 'some text\n');
    await expect(surfaceJournal(path).load('key')).rejects.toThrow('row 1: the line is damaged');
    await expect(surfaceJournal(path).append(0, 1)).rejects.toThrow('the journal is closed');
  });

  it('lets a surface go on after its process was killed, to the same bits', async () => {
    const path = join(folder, 'killed');
    const child = startScript('packages/gradvis/test/node/children/sampleSlowly.ts', [path]);
    let errors = '';
    child.stderr?.on('data', (text: Buffer) => (errors += text.toString()));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdout?.on('data', (text: Buffer) => {
      if (Number(text.toString().trim().split('\n').at(-1)) >= 20) child.kill('SIGKILL');
    });
    await ended;
    expect(errors).toBe('');
    expect(child.signalCode).toBe('SIGKILL');

    const objective = slowBowl(0);
    let evaluations = 0;
    const counting = { ...objective, loss: (at: Float64Array) => (evaluations++, objective.loss(at)) };
    await using store = surfaceJournal(path);
    const resumed = await sampleSurface(counting, new Float64Array(2), surfaceAxes, { store });
    expect(evaluations).toBeLessThanOrEqual(231 - 20);
    expect(evaluations).toBeGreaterThan(0);
    expect(resumed).toEqual(await sampleSurface(objective, new Float64Array(2), surfaceAxes));
    expect(resumed.values[0]).toBeNaN();
  }, 60_000);
});
