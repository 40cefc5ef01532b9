import { edgeNames, generatePairs, inputNames, outputNames, regimeNames } from '@climate/m7-emulator/data';
import { type DataSetInfo, openDataSet, readPairs, writeDataSet } from '@climate/m7-emulator/node';
import { InvalidArgumentError } from '@pct/core';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const few = { rows: 70, seed: 9, chunkRows: 16, spinUp: 1 } as const;

async function expected(): Promise<{
  inputs: number[];
  outputs: number[];
  edges: number[];
  regimes: number[];
}> {
  const all = {
    inputs: [] as number[],
    outputs: [] as number[],
    edges: [] as number[],
    regimes: [] as number[],
  };
  for await (const chunk of generatePairs(few)) {
    for (const name of ['inputs', 'outputs', 'edges', 'regimes'] as const) all[name].push(...chunk[name]);
  }
  return all;
}

describe('writeDataSet', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'm7-pairs-'));
    await writeDataSet(at('all'), few);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('writes NumPy arrays that read back the same', async () => {
    const { inputs, outputs } = await expected();
    const pairs = await readPairs(at('all', 'X_train.npy'), at('all', 'y_train.npy'));
    expect(pairs.rows).toBe(70);
    expect([...pairs.inputs]).toEqual(inputs);
    expect([...pairs.outputs]).toEqual(outputs);
    const header = (await readFile(at('all', 'X_train.npy'))).subarray(10, 128).toString('latin1').trim();
    expect(header).toBe("{'descr': '<f8', 'fortran_order': False, 'shape': (70, 32), }");
    expect((await stat(at('all', 'y_train.npy'))).size).toBe(128 + 70 * 28 * 8);
  });

  it('writes Parquet that other readers understand', async () => {
    const { inputs, outputs, regimes, edges } = await expected();
    const bytes = await readFile(at('all', 'train.parquet'));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const rows = await parquetReadObjects({ file });
    expect(rows).toHaveLength(70);
    expect(Object.keys(rows[0]!)).toEqual([
      ...inputNames.map((name) => `in_${name}`),
      ...outputNames.map((name) => `out_${name}`),
      'regime',
      'edge',
    ]);
    rows.forEach((row, k) => {
      const numbers = Object.values(row).slice(0, 60);
      expect(numbers).toEqual([...inputs.slice(32 * k, 32 * k + 32), ...outputs.slice(28 * k, 28 * k + 28)]);
      expect(row['regime']).toBe(regimeNames[regimes[k]!]);
      expect(row['edge']).toBe(edgeNames[edges[k]!]);
    });
    const { key_value_metadata: metadata } = await parquetMetadataAsync(file);
    expect(metadata?.[0]?.key).toBe('settings');
    expect(JSON.parse(metadata?.[0]?.value ?? '')).toMatchObject({ seed: 9, split: 'train' });
  });

  it('says in a side file how to make it again', async () => {
    const info = JSON.parse(await readFile(at('all', 'train.json'), 'utf8')) as DataSetInfo;
    expect(info).toMatchObject({
      format: 'm7-pairs',
      rows: 70,
      dtype: 'float64',
      settings: { seed: 9, split: 'train', spinUp: 1, dt: 450, m7: { variant: 'ham2', water: 'kappa' } },
      files: ['X_train.npy', 'y_train.npy', 'train.parquet'],
      unresolved: 0,
    });
    const total = (counts: object) =>
      Object.values(counts).reduce((sum: number, one) => sum + Number(one), 0);
    expect(total(info.regimes)).toBe(70);
    expect(total(info.edges)).toBe(70);
    await using reader = await openDataSet(at('all'));
    expect(reader.info).toEqual(info);
  });

  it('names parts as the published files, and leaves out formats that are not asked for', async () => {
    await writeDataSet(at('parts'), { ...few, rows: 5, split: 'validation', formats: ['npy'] });
    await writeDataSet(at('parts'), { ...few, rows: 5, split: 'test', formats: ['parquet'] });
    expect((await readdir(at('parts'))).sort()).toEqual([
      'X_val.npy',
      'test.json',
      'test.parquet',
      'val.json',
      'y_val.npy',
    ]);
  });

  it('writes float32 when asked', async () => {
    await writeDataSet(at('single'), { ...few, formats: ['npy'], dtype: 'float32' });
    await using reader = await openDataSet(at('single'));
    const { inputs } = await reader.read();
    expect(inputs).toEqual(Float32Array.from((await expected()).inputs));
  });

  it('leaves nothing behind when it is stopped, and keeps old files', async () => {
    await writeDataSet(at('stopped'), few);
    const before = await readFile(at('stopped', 'X_train.npy'));
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error('enough'));
    await expect(
      writeDataSet(at('stopped'), { ...few, seed: 10, signal: stop.signal, onProgress }),
    ).rejects.toThrow('enough');
    expect(await readFile(at('stopped', 'X_train.npy'))).toEqual(before);
    // Without its side file: the folder may no longer be what that said.
    expect((await readdir(at('stopped'))).sort()).toEqual(['X_train.npy', 'train.parquet', 'y_train.npy']);
  });

  it('passes on why a file could not be written', async () => {
    await writeFile(at('file'), '');
    await expect(writeDataSet(at('file', 'below'), few)).rejects.toThrow('ENOTDIR');
    await writeDataSet(at('taken'), few);
    await rm(at('taken', 'y_train.npy'));
    // A folder in the place of a file.
    await writeDataSet(at('taken', 'y_train.npy'), { ...few, rows: 1 });
    await expect(writeDataSet(at('taken'), few)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  });

  it('refuses unknown formats and types before it touches the folder', async () => {
    const call = (options: object) => writeDataSet(at('never'), { ...few, ...options });
    await expect(call({ formats: [] })).rejects.toThrow(InvalidArgumentError);
    await expect(call({ formats: ['csv'] })).rejects.toThrow(
      'a name in formats must be one of "npy", "parquet"',
    );
    await expect(call({ dtype: 'float16' })).rejects.toThrow('dtype must be one of "float64", "float32"');
    await expect(call({ edgeShare: -1 })).rejects.toThrow('writeDataSet: edgeShare must be a probability');
    expect(await readdir(folder)).not.toContain('never');
  });
});
