import { FileFormatError, InvalidArgumentError } from '@pct/core';
import { decodeNpz, encodeNpz } from '@pct/tensor';
import { decodeResult, encodeResult, recoverResult, type Result, type Surface } from '@viz/gradvis';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bowl, provenance, results, steps, surfaceOf, trajectory } from '../sampleResults.js';

const bytes = encodeResult(bowl);

/** Where a piece of text stands in the file. */
function placeOf(file: Uint8Array, text: string, from = 0): number {
  return Buffer.from(file).indexOf(text, from);
}

/** The file with one byte of the elements of a member changed. */
function damaged(member: string): Uint8Array {
  const copy = bytes.slice();
  const header = placeOf(copy, `${member}.npy`);
  const last = placeOf(copy, 'PK', header) - 1;
  copy[last]! ^= 0x10;
  return copy;
}

describe('encodeResult and decodeResult', () => {
  it.each(results.map((result) => [result.kind, result] as const))('give a %s back', async (_, result) => {
    expect(await decodeResult(encodeResult(result))).toEqual(result);
  });

  it('keep NaN, infinities and negative zeros of arrays and settings', async () => {
    const given = surfaceOf(steps(0, 1, 2), steps(0, 1, 3), (x) => (x === 0 ? NaN : -Infinity), {
      provenance: {
        ...provenance,
        settings: { limit: Infinity, least: -0, missing: NaN, $number: '3', list: [{ $array: 'x' }] },
      },
    });
    expect(await decodeResult(encodeResult(given))).toEqual(given);
  });

  it('keep any JSON settings and any numbers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.array(fc.double(), { minLength: 1, maxLength: 20 }),
        async (settings, losses) => {
          const given: Surface = {
            kind: 'surface',
            axes: [{ name: 'line', coordinates: Float64Array.from(losses.keys()) }],
            values: Float64Array.from(losses),
            status: new Uint8Array(losses.length),
            cosines: Float64Array.of(1),
            provenance: { ...provenance, settings },
          };
          const back = await decodeResult(encodeResult(given));
          expect(back).toEqual(given);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('write equal bytes for equal results, whatever the order of their keys', () => {
    const { provenance: origin, ...rest } = bowl;
    expect(encodeResult({ provenance: { ...origin }, ...structuredClone(rest) })).toEqual(bytes);
  });

  it('write an archive that NumPy readers take apart, in natural shapes', async () => {
    const inner = await decodeNpz(encodeNpz({ a: { data: bowl.values, shape: [4, 7] } }));
    expect(inner['a']!.shape).toEqual([4, 7]);
    const text = new TextDecoder('latin1').decode(bytes);
    expect(text.indexOf('values.npy')).toBeGreaterThan(0);
    expect(text).toContain("'shape': (4, 7)");
    expect(new TextDecoder('latin1').decode(encodeResult(trajectory))).toContain("'shape': (4, 2)");
  });

  it('read a Buffer, and keep nothing of it', async () => {
    const buffer = Buffer.from(bytes);
    const result = (await decodeResult(buffer)) as Surface;
    buffer.fill(0);
    expect(result).toEqual(bowl);
  });

  it('refuse what is no result', () => {
    const refuse = (result: unknown, message: RegExp): void => {
      expect(() => encodeResult(result as Result)).toThrow(InvalidArgumentError);
      expect(() => encodeResult(result as Result)).toThrow(message);
    };
    refuse({ ...bowl, kind: 'hill' }, /kind must be one of surface, .*got "hill"/);
    refuse(
      { ...bowl, values: new Float64Array(3) },
      /values must be a Float64Array of length 28, got Float64Array of length 3/,
    );
    refuse({ ...bowl, status: new Uint8Array(28).fill(2) }, /status must hold only 0 and 1/);
    refuse({ ...bowl, provenance: undefined }, /provenance must be an object/);
    refuse(
      { ...bowl, provenance: { ...provenance, settings: { when: new Date(0) } } },
      /provenance.settings.when must be a plain object/,
    );
    refuse(
      { ...bowl, 'a.b': Float64Array.of(1), a: { b: Float64Array.of(1) } },
      /a\.b is the path of two arrays/,
    );
    refuse({ ...trajectory, residuals: [0, 0, 0, 0] }, /residuals must be a Float64Array of length 4/);
    refuse(null, /a result must be an object, got null/);
  });
});

describe('damaged files', () => {
  it.each(['values', 'status', 'axes.0.coordinates'])(
    'are refused with the member %s named',
    async (member) => {
      const file = damaged(member);
      await expect(decodeResult(file, { file: 'plane.npz' })).rejects.toThrow(FileFormatError);
      await expect(decodeResult(file, { file: 'plane.npz' })).rejects.toThrow(
        `plane.npz: "${member}.npy" is damaged: its checksum does not match`,
      );
    },
  );

  it('give their intact parts', async () => {
    const { result, arrays, lost } = await recoverResult(damaged('values'));
    expect(lost).toEqual(['values']);
    expect(Object.keys(arrays).sort()).toEqual([
      'axes.0.coordinates',
      'axes.1.coordinates',
      'cosines',
      'status',
    ]);
    expect(result).toEqual({ ...bowl, values: new Float64Array(28).fill(NaN) });
  });

  it('give their intact parts when cut off anywhere, and are refused', async () => {
    const whole = await recoverResult(bytes);
    expect(whole).toMatchObject({ result: bowl, lost: [] });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        const cut = bytes.subarray(0, length);
        await expect(decodeResult(cut)).rejects.toThrow(FileFormatError);
        const arrayEnd = placeOf(bytes, 'axes.0.coordinates.npy');
        if (length < arrayEnd) return;
        const { arrays, lost } = await recoverResult(cut);
        expect(Object.keys(arrays).length + lost.length).toBe(5);
        for (const [path, array] of Object.entries(arrays)) expect(array).toEqual(whole.arrays[path]);
      }),
      { numRuns: 60 },
    );
  });

  it('give arrays even without the manifest', async () => {
    const copy = bytes.slice();
    copy[placeOf(copy, '"kind"') + 9]! ^= 1;
    await expect(decodeResult(copy)).rejects.toThrow(/"manifest.json" is damaged/);
    const { result, arrays, lost } = await recoverResult(copy);
    expect(result).toBeUndefined();
    expect(lost).toEqual(['manifest.json']);
    expect(arrays['values']).toEqual(bowl.values);
  });

  it('are refused with any byte of a member changed', async () => {
    const end = placeOf(bytes, 'PK\u0001\u0002');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: end - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const copy = bytes.slice();
          copy[at]! ^= change;
          const back = await decodeResult(copy).catch((error: unknown) => error);
          // What a header before a member repeats of the directory may be wrong without harm.
          if (back instanceof Error) expect(back).toBeInstanceOf(FileFormatError);
          else expect(back).toEqual(bowl);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of other kinds and newer versions are refused', async () => {
    const text = Buffer.from('hello');
    await expect(decodeResult(text)).rejects.toThrow(/no end record/);
    await expect(recoverResult(text)).rejects.toThrow(/nothing in it is readable/);
    await expect(decodeResult(encodeNpz({ a: { data: Float32Array.of(1), shape: [1] } }))).rejects.toThrow(
      /has no member "manifest.json"/,
    );
    await expect(decodeResult('x' as unknown as Uint8Array)).rejects.toThrow(InvalidArgumentError);
  });
});
