import { FileFormatError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeHits } from '@pct/detector';
import type { HitFormat } from '../../src/io/formats.js';
import { expectedHits, fixture } from './fixtures.js';

const formatOf = (name: string) => name.slice(name.indexOf('.') + 1) as HitFormat;

/** Chunks of prime length, so that records and headers are cut anywhere. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.slice(at, at + size);
    await Promise.resolve();
  }
}

async function failure(
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  name: string,
): Promise<FileFormatError> {
  const error: unknown = await decodeHits(bytes, { format: formatOf(name), fileName: name }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FileFormatError);
  expect((error as FileFormatError).file).toBe(name);
  return error as FileFormatError;
}

describe.each([
  'gate92.csv',
  'gate92.csv.gz',
  'gate92.npy',
  'strings.npy',
  'types.npy',
  'aligned.npy',
  'stored.npz',
  'deflated.npz',
  'snappy.parquet',
  'groups.parquet',
])('%s of numpy, pandas and pyarrow', (name) => {
  it('gives the same hits from bytes, a blob and a stream', async () => {
    const bytes = fixture(name);
    for (const source of [
      bytes,
      new Blob([bytes as Uint8Array<ArrayBuffer>]),
      pieces(bytes, 7),
      pieces(bytes, 1009),
    ]) {
      expect(await decodeHits(source, { format: formatOf(name) })).toEqual(expectedHits());
    }
  });
});

// Not so text, which may end after any line.
describe.each(['gate92.csv.gz', 'gate92.npy', 'aligned.npy', 'stored.npz', 'deflated.npz', 'snappy.parquet'])(
  '%s',
  (name) => {
    it('is rejected wherever it is cut off', async () => {
      const bytes = fixture(name);
      const step = Math.max(1, Math.floor(bytes.length / 60));
      for (let length = 0; length < bytes.length; length += step)
        await failure(bytes.subarray(0, length), name);
    });
  },
);

describe('damaged files', () => {
  it.each([
    'gate92.csv',
    'gate92.csv.gz',
    'gate92.npy',
    'aligned.npy',
    'stored.npz',
    'deflated.npz',
    'groups.parquet',
  ])('%s gives hits or a FileFormatError', async (name) => {
    const bytes = fixture(name);
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        const result: unknown = await decodeHits(damaged, { format: formatOf(name), fileName: name }).catch(
          (reason: unknown) => reason,
        );
        if (result instanceof Error) expect(result).toBeInstanceOf(FileFormatError);
      }),
      { numRuns: 150 },
    );
  });
});

describe('.npy', () => {
  const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
  /** A `.npy` file with this header. */
  const npy = (header: string, body = 0, version = 1) => {
    const prefix =
      version === 1
        ? [header.length & 255, header.length >> 8]
        : [header.length & 255, header.length >> 8, 0, 0];
    return Uint8Array.from([
      ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0],
      ...prefix,
      ...new TextEncoder().encode(header),
      ...new Uint8Array(body),
    ]);
  };
  const fields = ['posX', 'posY', 'posZ', 'edep', 'eventID', 'trackID', 'parentID', 'layer'];
  const descr = fields.map((name) => `('${name}', '<f4')`).join(', ');

  it.each([1, 2, 3])('reads version %i of the format', async (version) => {
    const bytes = npy(`{"shape": (1,), 'fortran_order': True, 'descr': [${descr}]}`, 32, version);
    const hits = await decodeHits(bytes, { format: 'npy' });
    expect(hits.count).toBe(1);
    expect(hits.posX).toEqual(Float64Array.of(0));
  });

  it('reads no records as no hits', async () => {
    expect(
      (
        await decodeHits(npy(`{'descr': [${descr}], 'fortran_order': False, 'shape': (0,), }`), {
          format: 'npy',
        })
      ).count,
    ).toBe(0);
  });

  it.each([
    [
      'objects.npy',
      'processName',
      /holds Python objects, which only Python can read; turn the column into numbers or drop it, and save a structured array/,
    ],
    [
      'plain.npy',
      undefined,
      /a plain array of <f8; save a structured array .* np\.save\(path, df\.to_records\(index=False\)\)/,
    ],
    ['half.npy', 'edep', /the dtype <f2 is not read; expected one of f4, f8,/],
    ['matrix.npy', undefined, /expected a one-dimensional array, got shape \[2,4\]/],
  ])('rejects %s with advice', async (name, column, message) => {
    const error = await failure(fixture(name), name);
    expect(error.message).toMatch(message);
    expect(error.column).toBe(column);
  });

  it('rejects text in a column that is needed', async () => {
    const broken = npy(
      `{'descr': [${descr.replace("'edep', '<f4'", "'edep', '<U4'")}], 'fortran_order': False, 'shape': (1,)}`,
      44,
    );
    expect((await failure(broken, 'a.npy')).message).toMatch(
      /^a\.npy, column edep: the dtype <U4 is not read/,
    );
  });

  it.each([
    ['not NumPy', new TextEncoder().encode('posX,posY,posZ,edep\n'), /does not start with '\\x93NUMPY'/],
    ['an unknown version', npy('{}', 0, 4), /version 4 of NumPy's format is unknown/],
    [
      'an object array',
      npy("{'descr': '|O', 'fortran_order': False, 'shape': (3,)}"),
      /an array of Python objects/,
    ],
    ['a broken header', npy("{'descr': [('posX', "), /the NumPy header is broken: unreadable text/],
    ['a header that is no dictionary', npy("['descr']"), /the NumPy header is broken: not a dictionary/],
    ['text behind the header', npy("{'descr': []} x"), /the NumPy header is broken: text behind the end/],
    [
      'an unknown type',
      npy("{'descr': [('posX', '<q')], 'shape': (1,)}"),
      /the NumPy header is broken: unknown type <q/,
    ],
    ['a field without type', npy("{'descr': [('posX',)], 'shape': (1,)}"), /a field without name and type/],
    ['a type that is none', npy("{'descr': [('posX', 8)], 'shape': (1,)}"), /a field without type/],
    [
      'records of objects',
      npy("{'descr': [('v', [('a', '|O')], (2, 2))], 'shape': (1,)}"),
      /column v: holds Python objects/,
    ],
    ['many brackets', npy(`{'descr': ${'['.repeat(60_000)}`), /the NumPy header is broken/],
    [
      'no columns',
      npy("{'descr': [], 'fortran_order': False, 'shape': (1,)}"),
      /missing posX, .*; found no columns/,
    ],
    [
      'a shape that is none',
      npy(`{'descr': [${descr}], 'shape': 3}`),
      /expected a one-dimensional array, got shape 3/,
    ],
    [
      'too few records',
      npy(`{'descr': [${descr}], 'shape': (3,)}`, 70),
      /row 3: the file is cut off: expected 3 records, got 2/,
    ],
    [
      'more records than memory',
      npy(`{'descr': [${descr}], 'shape': (1000000000000,)}`, 70),
      /expected 1000000000000 records, got 2/,
    ],
    ['too many bytes', npy(`{'descr': [${descr}], 'shape': (1,)}`, 33), /more bytes than its 1 records need/],
  ])('rejects %s', async (_, bytes, message) => {
    expect((await failure(bytes, 'a.npy')).message).toMatch(message);
  });

  it('rejects NaN and ids beyond 32 bits', async () => {
    const bytes = fixture('gate92.npy');
    const start = text(bytes).indexOf('\n') + 1;
    const itemSize = (bytes.length - start) / 8;
    // The columns are eventID, trackID, parentID, posX, …, of 8 bytes each.
    const nan = bytes.slice();
    new DataView(nan.buffer).setFloat64(start + 2 * itemSize + 24, NaN, true);
    expect((await failure(nan, 'a.npy')).message).toBe(
      'a.npy, row 3, column posX: expected a finite number, got NaN',
    );
    const large = bytes.slice();
    new DataView(large.buffer).setBigInt64(start + 5 * itemSize, -(2n ** 31n) - 1n, true);
    expect((await failure(large, 'a.npy')).message).toBe(
      'a.npy, row 6, column eventID: expected an integer of 32 bits, got -2147483649',
    );
  });
});

describe('.npz', () => {
  it('reads the member that is asked for, and lists what there is', async () => {
    const bytes = fixture('named.npz');
    expect(await decodeHits(bytes, { format: 'npz', member: 'tracks' })).toEqual(expectedHits());
    expect((await failure(bytes, 'named.npz')).message).toBe(
      'named.npz: no member arr_0.npy in the archive; found tracks.npy. Pass its name as member, or write it with np.savez(path, array)',
    );
  });

  it('finds damage of the data by its checksum', async () => {
    const bytes = fixture('stored.npz');
    bytes[1000]! ^= 1;
    expect((await failure(bytes, 'a.npz')).message).toMatch(
      /another length or checksum than the directory says/,
    );
  });

  it('finds damage of deflated data', async () => {
    const bytes = fixture('deflated.npz');
    for (let k = 120; k < 160; k++) bytes[k] = 255;
    expect((await failure(bytes, 'a.npz')).message).toMatch(/^a\.npz: /);
  });

  it('rejects what is no archive, and methods other than deflate', async () => {
    expect((await failure(new Uint8Array(500), 'a.npz')).message).toMatch(
      /this is no \.npz file, or it is cut off/,
    );
    const bytes = fixture('stored.npz');
    const central = new TextDecoder('latin1').decode(bytes).lastIndexOf('PK\x01\x02');
    const method = bytes.slice();
    method[central + 10] = 14;
    expect((await failure(method, 'a.npz')).message).toMatch(
      /packed by method 14: expected it stored or deflated/,
    );
    const encrypted = bytes.slice();
    encrypted[central + 8] = 1;
    expect((await failure(encrypted, 'a.npz')).message).toMatch(
      /is encrypted: expected it stored or deflated/,
    );
    const local = bytes.slice();
    local[0] = 0;
    expect((await failure(local, 'a.npz')).message).toMatch(/no header of arr_0\.npy/);
    const directory = bytes.slice();
    directory[central] = 0;
    expect((await failure(directory, 'a.npz')).message).toMatch(/its directory is damaged/);
  });
});

describe('.parquet', () => {
  it('rejects codecs without a decompressor, and takes one', async () => {
    const { gunzipSync } = await import('node:zlib');
    const bytes = fixture('gzip.parquet');
    expect((await failure(bytes, 'gzip.parquet')).message).toMatch(
      /column eventID: not a readable Parquet file \(parquet unsupported compression codec: GZIP\); write it with df\.to_parquet\(path, compression='snappy'\), or pass compressors/,
    );
    const compressors = { GZIP: (input: Uint8Array) => new Uint8Array(gunzipSync(input)) };
    expect(await decodeHits(bytes, { format: 'parquet', compressors })).toEqual(expectedHits());
  });

  it('rejects missing values and text', async () => {
    expect((await failure(fixture('nulls.parquet'), 'nulls.parquet')).message).toBe(
      'nulls.parquet, row 7, column edep: the value is missing (null)',
    );
    expect((await failure(fixture('text.parquet'), 'text.parquet')).message).toBe(
      'text.parquet, row 1, column edep: expected a column of numbers, got a string',
    );
  });

  it('rejects what is no Parquet', async () => {
    expect((await failure(new Uint8Array(3), 'a.parquet')).message).toMatch(/too short for Parquet/);
    expect((await failure(new Uint8Array(100), 'a.parquet')).message).toMatch(
      /not a readable Parquet file \(parquet file invalid \(footer != PAR1\)\)/,
    );
  });
});
