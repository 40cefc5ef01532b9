import fc from 'fast-check';
import { deflateRawSync } from 'node:zlib';
import type { PackedMember, RandomBytes } from '@pct/core/npy';
import {
  crc32,
  joinBytes,
  npyHeader,
  npyHeaderText,
  npyPrefix,
  parseLiteral,
  piped,
  readZipDirectory,
  zipChunks,
  zipMemberStart,
} from '@pct/core/npy';
import { describe, expect, it } from 'vitest';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const throwKind = ({ kind }: { readonly kind: string }): never => {
  throw new Error(kind);
};

describe('crc32', () => {
  it('is that of ISO 3309', () => {
    expect(crc32(bytesOf('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });

  it('continues', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(crc32(b, crc32(a))).toBe(crc32(joinBytes([a, b])));
      }),
    );
  });
});

describe('the header of .npy', () => {
  it('is what numpy.save writes', () => {
    // numpy.save(file, numpy.zeros((1, 2), dtype='<f4'))
    const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }`;
    const expected = joinBytes([
      Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0),
      bytesOf(text.padEnd(117) + '\n'),
    ]);
    expect(npyHeader("'<f4'", [1, 2])).toEqual(expected);
  });

  it('comes back from its bytes, whole only', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), (shape) => {
        const bytes = npyHeader("'<i4'", shape);
        expect(bytes.length % 64).toBe(0);
        const prefix = npyPrefix(bytes);
        if (prefix.kind !== 'header') throw new Error(prefix.kind);
        expect([prefix.version, prefix.start, prefix.end]).toEqual([1, 10, bytes.length]);
        const header = parseLiteral(npyHeaderText(bytes, prefix));
        expect(header).toEqual(
          new Map<string, unknown>([
            ['descr', '<i4'],
            ['fortran_order', false],
            ['shape', shape],
          ]),
        );
      }),
    );
  });

  it('is told from the first bytes', () => {
    const bytes = npyHeader("'<f8'", []);
    expect(npyPrefix(new Uint8Array(0))).toEqual({ kind: 'short' });
    expect(npyPrefix(bytes.subarray(0, 9))).toEqual({ kind: 'short' });
    expect(npyPrefix(Uint8Array.of(0x93, 0x4f))).toEqual({ kind: 'unmarked' });
    const later = bytes.slice();
    later[6] = 4;
    expect(npyPrefix(later)).toEqual({ kind: 'version', version: 4 });
    const third = joinBytes([bytes.subarray(0, 6), Uint8Array.of(3, 0, 5, 0, 1, 0), bytesOf("'é'\n")]);
    const prefix = npyPrefix(third);
    expect(prefix).toEqual({ kind: 'header', version: 3, start: 12, end: 12 + 65_541 });
    expect(npyHeaderText(third, { kind: 'header', version: 3, start: 12, end: 16 })).toBe("'é'");
    expect(npyHeaderText(third, { kind: 'header', version: 1, start: 12, end: 16 })).toBe("'Ã©'");
  });

  it('has its limit', () => {
    expect(() => npyHeader(`'${'f'.repeat(65_500)}'`, [1])).toThrow(RangeError);
  });
});

describe('parseLiteral', () => {
  it('reads what headers are made of', () => {
    expect(parseLiteral(`[('a', '<f8'), ("it's", '|u1', (3,)), None, True, -7, 5L]`)).toEqual([
      ['a', '<f8'],
      ["it's", '|u1', [3]],
      null,
      true,
      -7,
      5,
    ]);
    expect(parseLiteral(' {} ')).toEqual(new Map());
  });

  it.each(['', '(1 2)', '{1: 2}', "{'a' 1}", '[1, 2', '(1,) 2', 'import os'])('rejects %j', (text) => {
    expect(() => parseLiteral(text)).toThrow(SyntaxError);
  });
});

describe('archives', () => {
  const randomBytes = (bytes: Uint8Array): RandomBytes => ({
    length: () => Promise.resolve(bytes.length),
    slice: (start, end) => Promise.resolve(bytes.subarray(start, end)),
  });
  const member = (name: string, content: Uint8Array, method: 0 | 8 = 0): PackedMember => ({
    name,
    method,
    crc: crc32(content),
    size: content.length,
    packed: method === 0 ? content : new Uint8Array(deflateRawSync(content)),
  });
  const archive = (...members: readonly PackedMember[]): Uint8Array => joinBytes([...zipChunks(members)]);

  it('come back member by member', async () => {
    const content = fc.record({
      name: fc.string({ unit: 'binary', maxLength: 12 }).filter((name) => !/[\ud800-\udfff]/u.test(name)),
      data: fc.uint8Array({ maxLength: 60 }),
      method: fc.constantFrom(0 as const, 8 as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(content, { maxLength: 4 }), async (files) => {
        const bytes = archive(...files.map(({ name, data, method }) => member(name, data, method)));
        const source = randomBytes(bytes);
        const members = await readZipDirectory(source, throwKind);
        // A byte-order mark at the beginning of a name is none of its characters.
        const names = files.map(({ name }) => name.replace(/^\ufeff/, ''));
        expect(members.map(({ name }) => name)).toEqual(names);
        for (const [i, found] of members.entries()) {
          const start = (await zipMemberStart(source, found))!;
          const packed = bytes.subarray(start, start + found.packedSize);
          const parts: Uint8Array[] = [];
          if (found.method === 0) parts.push(packed);
          else
            for await (const part of piped([packed], new DecompressionStream('deflate-raw')))
              parts.push(part);
          expect(joinBytes(parts)).toEqual(files[i]!.data);
          expect([found.size, found.crc]).toEqual([files[i]!.data.length, crc32(files[i]!.data)]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('may have values of 64 bits', async () => {
    // One member whose sizes and position stand in the extra field, and a directory in the ZIP64 record.
    const plain = archive(member('x', Uint8Array.of(1, 2, 3)));
    const local = plain.subarray(0, 34);
    const central = new Uint8Array(47 + 28);
    central.set(plain.subarray(34, 34 + 47));
    const fields = new DataView(central.buffer);
    for (const at of [20, 24, 42]) fields.setUint32(at, 0xffffffff, true);
    fields.setUint16(30, 28, true);
    fields.setUint16(47, 1, true);
    fields.setUint16(49, 24, true);
    fields.setBigUint64(51, 3n, true);
    fields.setBigUint64(59, 3n, true);
    fields.setBigUint64(67, 0n, true);
    const record = new Uint8Array(56);
    const wide = new DataView(record.buffer);
    wide.setUint32(0, 0x06064b50, true);
    wide.setBigUint64(32, 1n, true);
    wide.setBigUint64(40, BigInt(central.length), true);
    wide.setBigUint64(48, BigInt(local.length), true);
    const locator = new Uint8Array(20);
    new DataView(locator.buffer).setUint32(0, 0x07064b50, true);
    new DataView(locator.buffer).setBigUint64(8, BigInt(local.length + central.length), true);
    const end = plain.slice(-22);
    new DataView(end.buffer).setUint32(16, 0xffffffff, true);
    const bytes = joinBytes([local, central, record, locator, end]);
    const [found] = await readZipDirectory(randomBytes(bytes), throwKind);
    expect(found).toMatchObject({
      name: 'x',
      size: 3,
      packedSize: 3,
      offset: 0,
      encrypted: false,
      method: 0,
    });
    record[0] = 0;
    const damaged = joinBytes([local, central, record, locator, end]);
    await expect(readZipDirectory(randomBytes(damaged), throwKind)).rejects.toThrow('noDirectory64');
  });

  it('tell what is wrong', async () => {
    const bytes = archive(member('a', Uint8Array.of(1)), member('b', Uint8Array.of(2)));
    const read = (changed: Uint8Array) =>
      readZipDirectory(randomBytes(changed), (problem) => {
        throw new Error(JSON.stringify(problem));
      });
    await expect(read(new Uint8Array(30))).rejects.toThrow('{"kind":"noEnd"}');
    await expect(read(bytes.subarray(0, -1))).rejects.toThrow('{"kind":"noEnd"}');
    const damaged = bytes.slice();
    // Two files of 32 bytes with their headers, then entries of 47 bytes.
    damaged[2 * 32 + 47] = 0;
    await expect(read(damaged)).rejects.toThrow('{"kind":"entry","entry":2}');
    const headless = bytes.slice();
    headless[0] = 0;
    const [first, second] = await read(headless);
    expect(await zipMemberStart(randomBytes(headless), first!)).toBeUndefined();
    expect(await zipMemberStart(randomBytes(headless), second!)).toBe(32 + 31);
  });

  it('mark names beyond ASCII as UTF-8', () => {
    const flags = (name: string): number => archive(member(name, new Uint8Array(0)))[7]!;
    expect([flags('a.npy'), flags('ä.npy')]).toEqual([0, 8]);
  });
});

describe('piped', () => {
  it('passes errors of the source on, and stops it when the reader stops', async () => {
    const failing = async function* () {
      yield Uint8Array.of(1);
      throw await Promise.resolve(new TypeError('source'));
    };
    const drain = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of chunks) expect(chunk).toBeInstanceOf(Uint8Array);
    };
    await expect(drain(piped(failing(), new CompressionStream('gzip')))).rejects.toThrow('source');
    let stopped = false;
    // Bytes without a pattern, so that something comes out before the end.
    const noise = Uint8Array.from({ length: 1 << 16 }, (_, i) => Math.imul(i ^ (i >>> 7), 0x9e3779b1) >>> 19);
    const endless = async function* () {
      try {
        for (;;) yield await Promise.resolve(noise);
      } finally {
        stopped = true;
      }
    };
    for await (const chunk of piped(endless(), new CompressionStream('deflate-raw')))
      if (chunk.length > 0) break;
    await expect.poll(() => stopped).toBe(true);
  });

  it('throws what the stream says to broken data', async () => {
    const parts = piped([Uint8Array.of(7, 7, 7, 7)], new DecompressionStream('deflate-raw'));
    await expect(parts.next()).rejects.toThrow();
  });
});
