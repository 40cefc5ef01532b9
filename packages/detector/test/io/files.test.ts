import { FileFormatError, InvalidArgumentError } from '@pct/core';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readHits, writeHits } from '@pct/detector/node';
import { expectedHits, fixturePath } from './fixtures.js';
import { hitsOf } from './sampleHits.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hits-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('readHits', () => {
  it.each(['gate92.csv', 'gate92.csv.gz', 'gate92.npy', 'deflated.npz', 'snappy.parquet', 'groups.parquet'])(
    'reads %s',
    async (name) => {
      expect(await readHits(fixturePath(name))).toEqual(expectedHits());
      expect(await readHits(pathToFileURL(fixturePath(name)))).toEqual(expectedHits());
    },
  );

  it('takes the format from the options', async () => {
    const path = join(folder, 'hits.txt');
    await writeFile(path, await readFile(fixturePath('gate92.csv')));
    expect(await readHits(path, { format: 'csv' })).toEqual(expectedHits());
    await expect(readHits(path)).rejects.toThrow(
      `readHits: the file name must end with one of .csv, .csv.gz, .npy, .npz, .parquet, got ${path}; or pass the format`,
    );
  });

  it.each([
    ['hits.pkl', /a pickle can only be opened by Python, convert it with df\.to_parquet\(path\)/],
    ['hits.root', /convert the Hits tree with uproot/],
    ['none.csv', /readHits: cannot open .*none\.csv: no such file/],
  ])('advises for %s', async (name, message) => {
    const promise = readHits(join(folder, name));
    await expect(promise).rejects.toThrow(InvalidArgumentError);
    await expect(promise).rejects.toThrow(message);
  });

  it('names the file in errors', async () => {
    const path = join(folder, 'broken.csv');
    await writeFile(path, 'posX,posY,posZ,edep,eventID,trackID,parentID,layer\n1,2,3,4,5,6,7,x\n');
    const promise = readHits(path);
    await expect(promise).rejects.toThrow(FileFormatError);
    await expect(promise).rejects.toThrow(`${path}, row 2, column layer: expected a finite number, got 'x'`);
    await expect(readHits(folder, { format: 'csv' })).rejects.toThrow(/is a folder, expected a file/);
  });
});

describe('writeHits', () => {
  it.each(['a.csv', 'a.csv.gz', 'a.npy', 'a.npz'])('writes %s whole', async (name) => {
    const path = join(folder, name);
    await writeHits(path, hitsOf([{ x: 9 }]));
    await writeHits(pathToFileURL(path), expectedHits(), { gateVersion: '9.1' });
    expect(await readHits(path)).toEqual(expectedHits());
  });

  it('leaves the old file when it is stopped', async () => {
    const path = join(folder, 'kept.csv');
    await writeHits(path, expectedHits());
    const controller = new AbortController();
    const many = hitsOf(Array.from({ length: 40_000 }, (_, k) => ({ event: k })));
    const stopped = writeHits(path, many, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toThrow(/abort/i);
    expect(await readHits(path)).toEqual(expectedHits());
    expect((await readdir(folder)).filter((entry) => entry.includes('kept'))).toEqual(['kept.csv']);
  });

  it('says why it cannot write', async () => {
    const hits = hitsOf([{}]);
    await expect(writeHits(join(folder, 'no', 'where.csv'), hits)).rejects.toThrow(
      /writeHits: cannot write .*where\.csv: there is no folder .*no; create it first/,
    );
    await expect(writeHits(join(folder, 'a.parquet'), hits)).rejects.toThrow(
      'writeHits: Parquet files are read, not written; choose csv, csv.gz, npy or npz',
    );
    await expect(writeHits(join(folder, 'a.doc'), hits)).rejects.toThrow(
      /writeHits: the file name must end with one of/,
    );
    await expect(writeHits(join(folder, 'nan.csv'), hitsOf([{ z: NaN }]))).rejects.toThrow(
      'writeHits: hits.posZ must be finite, got NaN in hit 0',
    );
    expect(await readdir(folder)).not.toContain('nan.csv');
  });
});
