import { type GeneratePairsOptions, generatePairs } from '@climate/m7-emulator/data';
import { openDataSet, openPairs, readPairs, writeDataSet } from '@climate/m7-emulator/node';
import { FileFormatError, InvalidArgumentError } from '@pct/core';
import { npyHeader } from '@pct/core/npy';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const few: GeneratePairsOptions = { rows: 100, seed: 21, spinUp: 1 };

/** Writes an array as NumPy would. */
async function save(
  name: string,
  values: Float64Array | Float32Array,
  shape: readonly number[],
): Promise<string> {
  const descr = values instanceof Float64Array ? "'<f8'" : "'<f4'";
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  await writeFile(at(name), [npyHeader(descr, shape), bytes]);
  return at(name);
}

/** Rows with their columns in another order. */
function reordered(values: Float64Array, columns: number, order: (column: number) => number): Float64Array {
  return values.map((_, k) => values[k - (k % columns) + order(k % columns)]!);
}

let x: string;
let y: string;
let inputs: Float64Array;
let outputs: Float64Array;

async function refusal(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FileFormatError);
  return (error as FileFormatError).message;
}

describe('files of pairs', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'm7-files-'));
    for await (const chunk of generatePairs(few)) ({ inputs, outputs } = chunk);
    x = await save('X.npy', inputs, [100, 32]);
    y = await save('y.npy', outputs, [100, 28]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('read whole, in part and in chunks', async () => {
    expect(await readPairs(x, y)).toEqual({ rows: 100, inputs, outputs });
    const part = await readPairs(x, y, { firstRow: 40, rows: 3 });
    expect(part).toEqual({
      rows: 3,
      inputs: inputs.slice(40 * 32, 43 * 32),
      outputs: outputs.slice(40 * 28, 43 * 28),
    });
    await using reader = await openPairs(x, y);
    const sizes: number[] = [];
    let done = 0;
    const options = {
      chunkRows: 30,
      firstRow: 5,
      onProgress: (progress: { done: number }) => (done = progress.done),
    };
    for await (const chunk of reader.chunks(options)) {
      sizes.push(chunk.rows);
      if (sizes.length === 1) expect(chunk.outputs).toEqual(outputs.slice(5 * 28, 35 * 28));
    }
    expect(sizes).toEqual([30, 30, 30, 5]);
    expect(done).toBe(95);
    await expect(reader.read({ firstRow: 90, rows: 11 })).rejects.toThrow(InvalidArgumentError);
  });

  it('may come from NumPy (test/fixtures/pairs.py)', async () => {
    const file = (name: string) => new URL(`../fixtures/${name}`, import.meta.url);
    const { rows, inputs: read, outputs: values } = await readPairs(file('pairs_X.npy'), file('pairs_y.npy'));
    expect(rows).toBe(3);
    expect(read).toBeInstanceOf(Float32Array);
    expect([...read.subarray(0, 10)]).toEqual(
      [9.5e4, 288.15, 0.65, 2.5, 0, 1, 0.25, 1e-15, 1, 2].map(Math.fround),
    );
    expect([...read.subarray(2 * 32 + 8)]).toEqual(Array.from({ length: 24 }, (_, k) => 100 * (k + 1)));
    expect([...values.subarray(28, 28 + 6)]).toEqual([9, 20, 30, 40, 51, 60]);
    expect(values[3 * 28 - 1]).toBe(1e-12);
  });

  it('may be float32, and have a few negative values as the published ones', async () => {
    const single = Float32Array.from(inputs);
    single[32 + 9] = -1e-3;
    const xs = await save('X32.npy', single, [100, 32]);
    const ys = await save('y32.npy', Float32Array.from(outputs), [100, 28]);
    expect((await readPairs(xs, ys)).inputs).toEqual(single);
  });

  it('stop when told', async () => {
    await using reader = await openPairs(x, y);
    await expect(reader.read({ signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
  });

  it('refuses other numbers of columns, with the remedy for the older data set', async () => {
    const old = await save('old.npy', new Float64Array(34 * 4), [4, 34]);
    expect(await refusal(openPairs(old, y))).toBe(
      `${old}: expected X of shape (rows, 32), got (4, 34); 34 columns are those of the older data set: leave out its sea salt with np.delete(X, [21, 22], axis=1)`,
    );
    expect(await refusal(openPairs(y, x))).toContain('28 columns are those of y: give the X file first');
    const oldY = await save('oldY.npy', new Float64Array(30 * 100), [100, 30]);
    expect(await refusal(openPairs(x, oldY))).toContain('got (100, 30); 30 columns are those of the older');
    const flat = await save('flat.npy', new Float64Array(64), [64]);
    expect(await refusal(openPairs(flat, y))).toContain('expected X of shape (rows, 32), got (64)');
    const none = await save('none.npy', new Float64Array(0), [0, 32]);
    expect(await refusal(openPairs(none, y))).toContain('expected at least one row, got 0');
  });

  it('refuses columns in another order, and X and y of different rows', async () => {
    const swapped = reordered(inputs, 32, (column) => (column < 2 ? 1 - column : column));
    const air = await save('air.npy', swapped, [100, 32]);
    expect(await refusal(openPairs(air, y))).toMatch(
      /air\.npy: expected the columns of inputNames .* rows have no temperature/,
    );
    expect((await readPairs(air, y, { checkOrder: false })).inputs).toEqual(swapped);
    const carbon = reordered(outputs, 28, (column) => (column === 6 ? 10 : column === 10 ? 6 : column));
    const mixed = await save('mixed.npy', carbon, [100, 28]);
    expect(await refusal(openPairs(x, mixed))).toContain('rows do not keep their BC');
    const shifted = Float64Array.from(outputs, (_, k) => outputs[(k + 28) % outputs.length]!);
    expect(await refusal(openPairs(x, await save('shifted.npy', shifted, [100, 28])))).toContain(
      'do not keep their SO4',
    );
    const short = await save('short.npy', outputs.slice(28), [99, 28]);
    expect(await refusal(openPairs(x, short))).toContain(`expected 100 rows as in ${x}, got 99`);
  });

  it('refuses what is no such array', async () => {
    const bytes = await readFile(x);
    const broken = async (name: string, content: Uint8Array) => {
      await writeFile(at(name), content);
      return refusal(openPairs(at(name), y));
    };
    expect(await broken('text.npy', Buffer.from('a,b\n1,2\n'))).toContain(
      'expected a .npy file, got something else',
    );
    expect(await broken('cut.npy', bytes.subarray(0, -8))).toContain(
      `expected ${bytes.length} bytes for 100 rows`,
    );
    const header = (text: string) => {
      const start = npyHeader("'<f8'", [100, 32]);
      start.fill(0x20, 10, start.length - 1);
      start.set(new TextEncoder().encode(text), 10);
      return start;
    };
    const shape = "'shape': (100, 32)";
    expect(await broken('big.npy', header(`{'descr': '>f8', 'fortran_order': False, ${shape}}`))).toContain(
      "expected float32 or float64, little endian ('<f4', '<f8'), got \">f8\"",
    );
    expect(
      await broken('columns.npy', header(`{'descr': '<f8', 'fortran_order': True, ${shape}}`)),
    ).toContain('got columns (Fortran order)');
    expect(await broken('odd.npy', header('{oops'))).toContain(
      'expected a header of NumPy, got unreadable text',
    );
    expect(await broken('version.npy', Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 9, 0))).toContain(
      'got 9',
    );
    await expect(openPairs(at('absent.npy'), y)).rejects.toThrow('ENOENT');
  });

  it('refuses numbers that are none, where they are', async () => {
    const holes = inputs.slice();
    holes[7 * 32 + 1] = NaN;
    const file = await save('holes.npy', holes, [100, 32]);
    expect(await refusal(openPairs(file, y))).toBe(
      `${file}, row 8, column temperature: expected finite numbers, got NaN; drop the row`,
    );
  });

  it('a side file has to agree', async () => {
    await writeDataSet(at('set'), few);
    const side = at('set', 'train.json');
    const text = await readFile(side, 'utf8');
    const info = JSON.parse(text) as { inputs: unknown[]; rows: number };
    const [first, second, ...rest] = info.inputs;
    const refused = async (content: string) => {
      await writeFile(side, content);
      return refusal(openDataSet(at('set')));
    };
    expect(await refused(JSON.stringify({ ...info, inputs: [second, first, ...rest] }))).toBe(
      `${side}, column temperature: expected pressure as number 0 of inputs, got temperature; put the columns in the order of inputNames`,
    );
    expect(await refused(JSON.stringify({ ...info, outputs: [] }))).toContain('expected 28 outputs, got 0');
    expect(await refused(JSON.stringify({ ...info, rows: 99 }))).toContain(
      `expected 99 rows as ${side} says, got 100`,
    );
    expect(await refused('{}')).toContain('expected format "m7-pairs" of version 1');
    expect(await refused('rows: 100')).toContain('expected JSON');
    await rm(side);
    await using published = await openDataSet(at('set'));
    expect(published.info).toBeUndefined();
    expect(published.rows).toBe(100);
    await expect(openDataSet(at('set'), { split: 'val' as 'test' })).rejects.toThrow(InvalidArgumentError);
  });
});
