import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileFormatError, InvalidArgumentError } from '@pct/core';
import { crc32 } from '@pct/core/npy';
import { sampleSurface } from '@viz/gradvis';
import { fileJournal } from '@viz/gradvis/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScript } from '../../../../.config/runScript.js';
import { slowBowl, surfaceAxes } from './children/slowBowl.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradvis-journal-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('fileJournal', () => {
  const values = [0.1, NaN, Infinity, -Infinity, -0, 5e-324, Math.PI];
  const parts = values.map((_, k) => Float64Array.from(values.slice(k)));

  it('gives back what was added, to the bit, also after a torn line', async () => {
    const path = join(folder, 'values');
    {
      await using journal = fileJournal(path);
      expect((await journal.load('some key')).size).toBe(0);
      for (const [index, part] of parts.entries()) await journal.append(index, part);
      await journal.append(9, new Float64Array(0));
    }
    await appendFile(path, '7 AAAAAAAA8');
    await using journal = fileJournal(path);
    expect([...(await journal.load('some key'))]).toEqual([...parts.entries(), [9, new Float64Array(0)]]);
    await journal.append(7, Float64Array.of(1));
    await using again = fileJournal(path);
    expect((await again.load('some key')).get(7)).toEqual(Float64Array.of(1));
  });

  it('gives back the last of several parts, and does not grow with their number', async () => {
    const path = join(folder, 'states');
    const large = new Float64Array(20_000);
    {
      await using journal = fileJournal(path);
      await journal.load('key of Łódź');
      await journal.append(1, Float64Array.of(-1));
      for (let k = 0; k < 40; k++) await journal.append(0, large.fill(k));
    }
    // 40 times 8 bytes each would be 8.5 MB in this text.
    expect((await stat(path)).size).toBeLessThan(2 ** 21);
    await using journal = fileJournal(path);
    const kept = await journal.load('key of Łódź');
    expect([kept.get(0)![7], kept.get(0)!.length, kept.get(1)![0]]).toEqual([39, 20_000, -1]);
    for (let k = 0; k < 20; k++) await journal.append(0, large.fill(100 + k));
    expect((await journal.load('key of Łódź')).get(0)![0]).toBe(119);
    expect((await stat(path)).size).toBeLessThan(2 ** 21);
  });

  it('starts anew where even the first line is torn', async () => {
    const path = join(folder, 'first');
    await writeFile(path, 'gradvis-jour');
    await using journal = fileJournal(path);
    expect((await journal.load('key')).size).toBe(0);
    await journal.append(3, Float64Array.of(2));
    expect([...(await journal.load('key'))]).toEqual([[3, Float64Array.of(2)]]);
  });

  it('refuses other work, damage and other files', async () => {
    const path = join(folder, 'refused');
    await using journal = fileJournal(path);
    await journal.load('{"work":"f","seed":1}');
    await journal.append(0, Float64Array.of(1));
    await journal.append(1, Float64Array.of(2));
    const other = fileJournal(path).load('{"work":"f","seed":2,"steps":3}');
    await expect(other).rejects.toThrow(InvalidArgumentError);
    await expect(other).rejects.toThrow(
      'refused: the journal belongs to other work, which differs in seed, steps;',
    );
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('\n0 AAAA', '\n0 AABA'));
    const damaged = fileJournal(path).load('{"work":"f","seed":1}');
    await expect(damaged).rejects.toThrow(FileFormatError);
    await expect(damaged).rejects.toThrow('refused, row 2: the line is damaged: its checksum does not match');
    await writeFile(path, 'some text\n');
    await expect(fileJournal(path).load('key')).rejects.toThrow('row 1: the line is damaged');
    const line = (content: string): string =>
      `${content} ${crc32(Buffer.from(content)).toString(16).padStart(8, '0')}\n`;
    await writeFile(path, line('another format 1 key'));
    await expect(fileJournal(path).load('key')).rejects.toThrow(
      'row 1: the file must start with "gradvis-journal 1"',
    );
    await writeFile(path, line('gradvis-journal 1 key') + line('7 AAAA'));
    await expect(fileJournal(path).load('key')).rejects.toThrow(
      'row 2: the line must hold an index and numbers',
    );
    await expect(fileJournal(path).append(0, Float64Array.of(1))).rejects.toThrow('the journal is closed');
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
    await using journal = fileJournal(path);
    const resumed = await sampleSurface(counting, new Float64Array(2), surfaceAxes, { journal });
    expect(evaluations).toBeLessThanOrEqual(231 - 20);
    expect(evaluations).toBeGreaterThan(0);
    expect(resumed).toEqual(await sampleSurface(objective, new Float64Array(2), surfaceAxes));
    expect(resumed.values[0]).toBeNaN();
  }, 60_000);
});
