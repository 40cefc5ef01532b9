import { InvalidArgumentError } from '@pct/core';
import { eventFileHeader, eventRecord, jsonLine } from '@pct/tracking-rl';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/log/crc32c.js';
import { readEvents } from './readEvents.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('crc32c', () => {
  it('has the published check values', () => {
    expect(crc32c(bytes('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, k) => k))).toBe(0x46dd794e);
    expect(crc32c(new Uint8Array(0))).toBe(0);
  });
});

describe('event files', () => {
  it('begin like those that TensorFlow writes', () => {
    const header = eventFileHeader(1700000000);
    // Length 24 and its checksum, with which all event files begin.
    expect(Buffer.from(header.subarray(0, 12)).toString('hex')).toBe('1800000000000000a37f4b22');
    expect(header).toHaveLength(24 + 16);
    expect(readEvents(header)).toEqual([{ wallTime: 1700000000, fileVersion: 'brain.Event:2', scalars: {} }]);
  });

  it('hold what was written, in single precision', () => {
    const entries = [
      { step: 0, wallTime: 1.5, scalars: { loss: 0.25, 'reward/mean': -3.5 } },
      { step: 127, wallTime: 2, scalars: {} },
      { step: 128, wallTime: 3, scalars: { σ: 1e-3 } },
      { step: 2 ** 40 + 3, wallTime: 4, scalars: { a: NaN, b: Infinity, ['long '.repeat(100)]: 1 } },
    ];
    const file = Buffer.concat([eventFileHeader(1), ...entries.map((entry) => eventRecord(entry))]);
    const read = readEvents(file);
    expect(read.slice(1)).toEqual(
      entries.map(({ scalars, ...rest }) => ({
        ...rest,
        scalars: Object.fromEntries(
          Object.entries(scalars).map(([name, value]) => [name, Math.fround(value)]),
        ),
      })),
    );
  });
});

describe('jsonLine', () => {
  it('is one line of JSON', () => {
    const line = jsonLine({ step: 3, wallTime: 12.5, scalars: { 'reward/mean': -1.25, 'a "b"\n': 1 } });
    expect(line.endsWith('}\n')).toBe(true);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual({ step: 3, wallTime: 12.5, 'reward/mean': -1.25, 'a "b"\n': 1 });
  });

  it('writes out numbers that JSON does not know', () => {
    const scalars = { a: NaN, b: -Infinity, c: 0 };
    expect(JSON.parse(jsonLine({ step: 0, wallTime: 0, scalars }))).toMatchObject({
      a: 'NaN',
      b: '-Infinity',
      c: 0,
    });
  });
});

describe('entries', () => {
  it('are refused if they are malformed', () => {
    for (const write of [jsonLine, eventRecord]) {
      expect(() => write({ step: -1, wallTime: 0, scalars: {} })).toThrow(/step must be an integer/);
      expect(() => write({ step: 1, wallTime: NaN, scalars: {} })).toThrow(InvalidArgumentError);
      const scalars = { loss: '1' as unknown as number };
      expect(() => write({ step: 1, wallTime: 0, scalars })).toThrow(/loss must be a number, got "1"/);
    }
    expect(() => jsonLine({ step: 1, wallTime: 0, scalars: { step: 1 } })).toThrow(/may be called step/);
    expect(() => eventFileHeader(NaN)).toThrow(InvalidArgumentError);
  });
});
