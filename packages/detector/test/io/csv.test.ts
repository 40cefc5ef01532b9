import { FileFormatError } from '@pct/core';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { DecodeHitsOptions, Hits } from '@pct/detector';
import { decodeHits } from '@pct/detector';

const header = 'posX,posY,posZ,edep,eventID,trackID,parentID,layer';
const good = '1,2,3,0.5,7,1,0,4';

async function read(text: string | Uint8Array, options: Partial<DecodeHitsOptions> = {}): Promise<Hits> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return decodeHits(bytes, { format: 'csv', fileName: 'h.csv', ...options });
}

async function failure(
  text: string | Uint8Array,
  options: Partial<DecodeHitsOptions> = {},
): Promise<FileFormatError> {
  const error: unknown = await read(text, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FileFormatError);
  return error as FileFormatError;
}

describe('CSV', () => {
  it('reads the columns in any order', async () => {
    const hits = await read('layer,parentID,trackID,eventID,edep,posZ,posY,posX\n4,0,1,7,0.5,3,2,1\n');
    expect(hits).toEqual(await read(`${header}\n${good}\n`));
    expect(hits).toEqual({
      count: 1,
      posX: Float64Array.of(1),
      posY: Float64Array.of(2),
      posZ: Float64Array.of(3),
      edep: Float64Array.of(0.5),
      eventID: Int32Array.of(7),
      trackID: Int32Array.of(1),
      parentID: Int32Array.of(0),
      layer: Int32Array.of(4),
    });
  });

  it.each([
    ['no line end at the end', `${header}\n${good}`],
    ['empty lines at the end', `${header}\n${good}\n\n\r\n`],
    ['empty lines in front', `\n${header}\n${good}\n`],
    ['CRLF', `${header}\r\n${good}\r\n`],
    ['a byte-order mark', `\ufeff${header}\n${good}\n`],
    ['quotes', `"posX",posY, "posZ" ,edep,eventID,trackID,parentID,"layer"\r\n"1",2,3,0.5,"7",1,0,"4"\r\n`],
    ['spaces', `posX, posY,posZ ,edep,eventID,trackID,parentID,layer\n 1, 2,3 ,0.5,7,1,0, 4 \n`],
    ['integers with a point', `${header}\n1,2,3,0.5,7.0,1e0,-0,4.\n`],
    ['an index of pandas', `,${header}\n0,${good}\n`],
    ['an unnamed index', `Unnamed: 0,${header}\n0,${good}\n`],
    ['skipped text with commas and quotes', `processName,${header}\n"a,""b"",c",${good}\n`],
    [
      'skipped text that is no number',
      `processName,time,${header},volumeID\nTransportation,nan,${good},[0;1;0]\n`,
    ],
  ])('reads %s', async (_, text) => {
    expect(await read(text)).toEqual(await read(`${header}\n${good}\n`));
  });

  it('reads a header without rows as no hits', async () => {
    expect((await read(`${header}\n`)).count).toBe(0);
  });

  it('reads gzip, told by the first bytes', async () => {
    const packed = new Uint8Array(gzipSync(`${header}\n${good}\n`));
    expect(await read(packed)).toEqual(await read(`${header}\n${good}\n`));
    const cut = await failure(packed.subarray(0, packed.length - 12));
    expect(cut.message).toMatch(/^h\.csv: the compressed data is broken or cut off \(/);
    expect((await failure(gzipSync(''))).message).toMatch(/the file is empty/);
  });

  it('does not depend on where the chunks end', async () => {
    const lines = Array.from({ length: 30 }, (_, k) => `${k}.5,-${k},3e-1,0.${k + 1},${k},1,0,${k % 7}`);
    const bytes = new TextEncoder().encode(`${header}\r\n${lines.join('\r\n')}`);
    const whole = await read(bytes);
    expect(whole.count).toBe(30);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), async (sizes) => {
        const chunks = async function* () {
          for (let at = 0, k = 0; at < bytes.length; k++) {
            const size = sizes[k % sizes.length]!;
            yield bytes.slice(at, at + size);
            at += size;
            await Promise.resolve();
          }
        };
        expect(await decodeHits(chunks(), { format: 'csv' })).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it('grows beyond its first columns', async () => {
    const rows = Array.from({ length: 10_000 }, (_, k) => `${k},0,0,1,${k},1,0,2`);
    const hits = await read(`${header}\n${rows.join('\n')}\n`);
    expect(hits.count).toBe(10_000);
    expect(hits.posX[9999]).toBe(9999);
    expect(hits.eventID[5000]).toBe(5000);
  });

  const valid = `${header}\n${good}\n`;
  it.each([
    ['an empty file', '', undefined, undefined, /the file is empty: expected a header line/],
    ['only empty lines', '\n\n', undefined, undefined, /the file is empty/],
    [
      'a row with a field too few',
      `${valid}1,2,3,0.5,7,2,0\n`,
      3,
      undefined,
      /expected 8 fields, as in the header, got 7/,
    ],
    [
      'a row with two fields too many',
      `${valid}${good},9,9\n`,
      3,
      undefined,
      /expected 8 fields, as in the header, got 10/,
    ],
    ['a cut last row', `${valid}1,2,3,0.`, 3, undefined, /expected 8 fields, as in the header, got 4/],
    ['an empty line inside', `${valid}\n${good}\n`, 3, undefined, /an empty line inside the table/],
    ['text', `${valid}1,2,abc,0.5,7,2,0,4\n`, 3, 'posZ', /expected a finite number, got 'abc'/],
    ['a missing value', `${valid}1,2,3,,7,2,0,4\n`, 3, 'edep', /the value is missing/],
    ['NaN', `${valid}NaN,2,3,1,7,2,0,4\n`, 3, 'posX', /expected a finite number, got 'NaN'/],
    ['infinity', `${valid}1,-inf,3,1,7,2,0,4\n`, 3, 'posY', /expected a finite number, got '-inf'/],
    ['overflow', `${valid}1,1e309,3,1,7,2,0,4\n`, 3, 'posY', /expected a finite number, got '1e309'/],
    ['hexadecimal', `${valid}1,0x10,3,1,7,2,0,4\n`, 3, 'posY', /expected a finite number, got '0x10'/],
    ['negative energy', `${valid}1,2,3,-1e-9,7,2,0,4\n`, 3, 'edep', /expected an energy >= 0, got -1e-9/],
    ['a broken id', `${valid}1,2,3,1,7.5,2,0,4\n`, 3, 'eventID', /expected an integer of 32 bits, got 7\.5/],
    [
      'an id beyond 32 bits',
      `${valid}1,2,3,1,7,2147483648,0,4\n`,
      3,
      'trackID',
      /expected an integer of 32 bits, got 2147483648/,
    ],
    ['a negative layer', `${valid}1,2,3,1,7,2,0,-1\n`, 3, 'layer', /expected 0 or more, got -1/],
    [
      'an absurd layer',
      `${valid}1,2,3,1,7,2,0,70000\n`,
      3,
      'layer',
      /expected a layer below 65536, got 70000/,
    ],
    ['an open quote', `${valid}"1,2,3,1,7,2,0,4\n`, 3, undefined, /a quoted field does not end on its line/],
    [
      'text behind a quote',
      `${valid}"1"x,2,3,1,7,2,0,4\n`,
      3,
      undefined,
      /text behind the end of a quoted field/,
    ],
    ['an open quote in the header', `"posX,posY\n`, 1, undefined, /a quoted column name does not end/],
    [
      'semicolons',
      `${header.replaceAll(',', ';')}\n`,
      1,
      undefined,
      /separated by semicolons or tabs: expected commas/,
    ],
    ['no header', `${good}\n${good}\n`, 1, undefined, /the first line holds numbers: add a header line/],
    ['a column twice', `${header},posX\n`, 1, 'posX', /the column appears twice/],
  ])('rejects %s', async (_, text, row, column, message) => {
    const error = await failure(text);
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ file: 'h.csv', row, column, code: 'ERR_FILE_FORMAT' });
  });

  it('says that text is UTF-16', async () => {
    expect((await failure(Uint8Array.of(0xff, 0xfe, 112, 0, 10, 0))).message).toBe(
      'h.csv, row 1: the text is UTF-16: save it as UTF-8',
    );
  });

  it('gives up on a file without line ends', async () => {
    const chunks = async function* () {
      for (let k = 0; k < 40; k++) yield new Uint8Array(1 << 16).fill(65);
      await Promise.resolve();
    };
    await expect(decodeHits(chunks(), { format: 'csv' })).rejects.toThrow(
      'hits.csv, row 1: a line of more than 1048576 bytes: this is no table of hits in CSV',
    );
  });

  it('lists what is missing', async () => {
    expect((await failure('posX,posY,posZ,eventID,trackID,level1ID\n')).message).toBe(
      'h.csv, row 1: missing edep, parentID, the layer (level1ID and level2ID, or volumeID[2] and volumeID[3], ' +
        'of GATE 9.2; or baseID and level1ID of GATE 9.1; or layer); found posX, posY, posZ, eventID, trackID, level1ID',
    );
  });

  it('rejects or skips columns that GATE does not write', async () => {
    const text = `${header},myColumn,other\n${good},a,b\n`;
    const error = await failure(text);
    expect(error).toMatchObject({ row: 1, column: 'myColumn' });
    expect(error.message).toMatch(/unknown columns myColumn, other; pass extraColumns: 'ignore'/);
    expect(await read(text, { extraColumns: 'ignore' })).toEqual(await read(valid));
  });
});
