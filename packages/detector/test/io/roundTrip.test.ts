import { InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeHits, encodeHits } from '@pct/detector';
import type { EncodeHitsOptions } from '@pct/detector';
import { anyRows, hitsOf } from './sampleHits.js';

const keepAll = { duplicates: 'keep', parentConflicts: 'keep' } as const;
const variants: EncodeHitsOptions[] = (['csv', 'csv.gz', 'npy', 'npz'] as const).flatMap((format) => [
  { format, gateVersion: '9.2' },
  { format, gateVersion: '9.1' },
]);
variants.push({ format: 'npz', compress: false });

describe('encodeHits', () => {
  it.each(variants)('is undone by decodeHits to the last bit: %o', async (options) => {
    await fc.assert(
      fc.asyncProperty(anyRows, async (rows) => {
        const hits = hitsOf(rows);
        const bytes = await encodeHits(hits, options);
        const back = await decodeHits(bytes, { format: options.format, ...keepAll });
        // toEqual takes 0 and -0 in typed arrays apart.
        expect(back).toEqual(hits);
      }),
      { numRuns: 40 },
    );
  });

  it('tells 0 from -0', async () => {
    const back = await decodeHits(
      await encodeHits(hitsOf([{ x: -0 }, { x: 0, event: 1 }]), { format: 'csv' }),
      {
        format: 'csv',
      },
    );
    expect([Object.is(back.posX[0], -0), Object.is(back.posX[1], 0)]).toEqual([true, true]);
  });

  it('writes what GATE 9.2 or 9.1 would, with the shortest numbers', async () => {
    const hits = hitsOf([
      { x: 0.1 + 0.2, layer: 0 },
      { y: 1e-7, layer: 1 },
      { z: 1e21, layer: 4 },
    ]);
    const text = async (gateVersion: '9.1' | '9.2') =>
      new TextDecoder().decode(await encodeHits(hits, { format: 'csv', gateVersion }));
    expect(await text('9.2')).toBe(
      'eventID,trackID,parentID,posX,posY,posZ,edep,level1ID,level2ID\n' +
        '0,1,0,0.30000000000000004,0,0,0.02,0,-1\n' +
        '0,1,0,0,1e-7,0,0.02,1,-1\n' +
        '0,1,0,0,0,1e+21,0.02,0,2\n',
    );
    expect(await text('9.1')).toBe(
      'eventID,trackID,parentID,posX,posY,posZ,edep,level1ID,baseID\n' +
        '0,1,0,0.30000000000000004,0,0,0.02,0,0\n' +
        '0,1,0,0,1e-7,0,0.02,1,0\n' +
        '0,1,0,0,0,1e+21,0.02,2,1\n',
    );
  });

  it('aligns the data of .npy as NumPy does', async () => {
    const bytes = await encodeHits(hitsOf([]), { format: 'npy' });
    expect(bytes.length % 64).toBe(0);
    expect(bytes.at(-1)).toBe(10);
  });

  it('gives the same bytes for the same hits', async () => {
    const hits = hitsOf([{ x: 1 }, { x: 2 }]);
    expect(await encodeHits(hits, { format: 'npz' })).toEqual(await encodeHits(hits, { format: 'npz' }));
  });

  it.each([
    [{ format: 'parquet' as 'csv' }, /Parquet files are read, not written; choose csv, csv\.gz, npy or npz/],
    [
      { format: 'xls' as 'csv' },
      /format must be one of "csv", "csv\.gz", "npy", "npz", "parquet", got "xls"/,
    ],
    [{ format: 'csv', gateVersion: '8' as '9.1' }, /gateVersion must be one of "9\.1", "9\.2", got "8"/],
  ] as [EncodeHitsOptions, RegExp][])('rejects %o', async (options, message) => {
    const promise = encodeHits(hitsOf([{}]), options);
    await expect(promise).rejects.toThrow(InvalidArgumentError);
    await expect(promise).rejects.toThrow(message);
  });

  it('rejects hits that no file may hold', async () => {
    const encode = (hits: Parameters<typeof encodeHits>[0]) => encodeHits(hits, { format: 'csv' });
    await expect(encode(hitsOf([{}, { edep: -1 }]))).rejects.toThrow(
      'encodeHits: hits.edep must be finite and >= 0 MeV, got -1 in hit 1',
    );
    await expect(encode(hitsOf([{ x: NaN }]))).rejects.toThrow(
      'encodeHits: hits.posX must be finite, got NaN in hit 0',
    );
    await expect(encode(hitsOf([{ layer: -1 }]))).rejects.toThrow(
      'encodeHits: hits.layer must be 0 to 65535, got -1 in hit 0',
    );
    await expect(encode({ ...hitsOf([{}]), posY: new Float64Array(2) })).rejects.toThrow(
      'encodeHits: hits.posY must have hits.count = 1 entries, got 2',
    );
    await expect(encode({ ...hitsOf([{}]), layer: [0] as unknown as Int32Array })).rejects.toThrow(
      'encodeHits: hits.layer must be a Int32Array, got Array of length 1',
    );
    await expect(encode({ ...hitsOf([]), count: 0.5 })).rejects.toThrow(
      'encodeHits: hits.count must be an integer',
    );
  });
});

describe('long work', () => {
  const hits = hitsOf(Array.from({ length: 50_000 }, (_, k) => ({ event: k, x: k / 7 })));

  it.each(['csv', 'csv.gz', 'npy', 'npz'] as const)('reports progress of %s to the end', async (format) => {
    const written: number[] = [];
    const read: number[] = [];
    const bytes = await encodeHits(hits, { format, onProgress: ({ done }) => written.push(done) });
    expect(written.at(-1)).toBe(50_000);
    await decodeHits(bytes, { format, onProgress: ({ done, total }) => read.push(done / total) });
    expect(read.at(-1)).toBe(1);
    expect(read.toSorted((a, b) => a - b)).toEqual(read);
  });

  it.each(['csv', 'csv.gz', 'npy', 'npz'] as const)(
    'stops writing and reading %s on abort',
    async (format) => {
      const reason = new Error('enough');
      const aborted = AbortSignal.abort(reason);
      await expect(encodeHits(hits, { format, signal: aborted })).rejects.toBe(reason);
      const bytes = await encodeHits(hits, { format });
      await expect(decodeHits(bytes, { format, signal: aborted })).rejects.toBe(reason);

      const during = new AbortController();
      const onProgress = () => during.abort(reason);
      await expect(encodeHits(hits, { format, signal: during.signal, onProgress })).rejects.toBe(reason);
      const later = new AbortController();
      const stop = () => later.abort(reason);
      await expect(decodeHits(bytes, { format, signal: later.signal, onProgress: stop })).rejects.toBe(
        reason,
      );
    },
  );

  it('passes on errors of the source as they are', async () => {
    const reason = new Error('the line was cut');
    const broken = async function* () {
      yield (await encodeHits(hits, { format: 'csv.gz' })).subarray(0, 1000);
      throw reason;
    };
    await expect(decodeHits(broken(), { format: 'csv.gz' })).rejects.toBe(reason);
  });

  it('rejects sources that give no bytes', async () => {
    await expect(decodeHits('posX' as unknown as Uint8Array, { format: 'csv' })).rejects.toThrow(
      'decodeHits: source must be a Uint8Array, a Blob, or an async iterable of chunks',
    );
    await expect(decodeHits(new Uint8Array(0), { format: 'pkl' as 'csv' })).rejects.toThrow(
      'decodeHits: format must be one of "csv", "csv.gz", "npy", "npz", "parquet", got "pkl"',
    );
  });
});
