import { FileFormatError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { DecodeHitsOptions } from '@pct/detector';
import { decodeHits } from '@pct/detector';

/** Layers of a file with these layer columns; hits of layer `k` get posZ from `z`. */
async function layersOf(
  columns: string,
  rows: readonly string[],
  options: Partial<DecodeHitsOptions> = {},
  z: (row: number) => number = () => 0,
): Promise<number[]> {
  const lines = rows.map((row, k) => `0,0,${z(k)},1,${k},1,0,${row}`);
  const text = [`posX,posY,posZ,edep,eventID,trackID,parentID,${columns}`, ...lines].join('\n');
  const hits = await decodeHits(new TextEncoder().encode(text), {
    format: 'csv',
    fileName: 'h.csv',
    ...options,
  });
  return [...hits.layer];
}

describe('layers', () => {
  it('reads level1ID and level2ID of GATE 9.2', async () => {
    expect(await layersOf('level1ID,level2ID', ['0,-1', '1,-1', '0,0', '9,47'])).toEqual([0, 1, 2, 49]);
  });

  it('reads volumeID[2] and volumeID[3] of GATE 9.2', async () => {
    expect(
      await layersOf('volumeID[0],volumeID[2],volumeID[3]', ['0,0,0', '0,0,1', '0,1,0', '0,1,47']),
    ).toEqual([0, 1, 2, 49]);
  });

  it('reads baseID and level1ID of GATE 9.1, counting the volumes in smaller bases', async () => {
    expect(await layersOf('baseID,level1ID', ['0,0', '0,1', '1,0', '1,30', '1,0'])).toEqual([0, 1, 2, 32, 2]);
    // Distinct volumes are counted, not the largest number; empty bases count nothing.
    expect(await layersOf('baseID,level1ID', ['0,5', '0,5', '3,1', '7,2'])).toEqual([5, 5, 2, 4]);
  });

  it('agrees with a plain count of distinct pairs for any GATE 9.1 file', async () => {
    const volume = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 9 }));
    await fc.assert(
      fc.asyncProperty(fc.array(volume, { minLength: 1, maxLength: 30 }), async (volumes) => {
        const expected = volumes.map(
          ([base, level]) =>
            new Set(volumes.filter(([b]) => b < base).map(([b, l]) => `${b} ${l}`)).size + level,
        );
        const rows = volumes.map(([base, level]) => `${base},${level}`);
        expect(await layersOf('baseID,level1ID', rows)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('prefers a plain layer, then the levels of GATE 9.2', async () => {
    expect(await layersOf('layer,level1ID,level2ID', ['7,0,0'])).toEqual([7]);
    expect(await layersOf('layer,level1ID,level2ID', ['7,0,0'], { gateVersion: '9.2' })).toEqual([2]);
    expect(await layersOf('level1ID,level2ID,volumeID[2],volumeID[3]', ['0,3,1,0'])).toEqual([5]);
  });

  it('takes the version from the options where the header fits both', async () => {
    const columns = 'baseID,level1ID,level2ID';
    const rows = ['0,0,-1', '0,1,-1', '1,0,0'];
    expect(await layersOf(columns, rows, { gateVersion: '9.1' })).toEqual([0, 1, 2]);
    expect(await layersOf(columns, rows, { gateVersion: '9.2' })).toEqual([0, 1, 2]);
    await expect(layersOf('baseID,level1ID', rows, { gateVersion: '9.2' })).rejects.toThrow(
      'missing the layer (level1ID and level2ID, or volumeID[2] and volumeID[3], of GATE 9.2)',
    );
  });

  it('reads as GATE 9.2 what fits both, unless the positions contradict it', async () => {
    const columns = 'baseID,level1ID,level2ID';
    const z = (row: number) => [225, 277, 333, 339][row]!;
    expect(await layersOf(columns, ['0,0,-1', '0,1,-1', '0,0,0', '0,0,1'], {}, z)).toEqual([0, 1, 2, 3]);
    const older = ['0,0,0', '0,1,0', '1,0,0', '1,1,0'];
    expect(await layersOf(columns, older, { gateVersion: '9.1' }, z)).toEqual([0, 1, 2, 3]);
    await expect(layersOf(columns, older, {}, z)).rejects.toThrow(
      "h.csv, column level2ID: read as GATE 9.2, hits of one layer lie further apart in posZ than read as GATE 9.1: pass gateVersion: '9.1'",
    );
  });

  it.each([
    ['level1ID,level2ID', '0,-2', 'level2ID', /expected -1 \(a tracking layer\) or more, got -2/],
    ['level1ID,level2ID', '-1,-1', 'level1ID', /expected 0 or more in a tracking layer/],
    ['level1ID,level2ID', '0,2147483647', 'level2ID', /expected a layer below 65536, got 2147483647/],
    ['volumeID[2],volumeID[3]', '-1,0', 'volumeID[2]', /expected 0 or more, got -1/],
    ['volumeID[2],volumeID[3]', '0,-1', 'volumeID[3]', /expected 0 or more, got -1/],
    ['volumeID[2],volumeID[3]', '2000000000,0', 'volumeID[3]', /expected a layer below 65536/],
    ['baseID,level1ID', '-1,0', 'baseID', /expected 0 or more, got -1/],
    ['baseID,level1ID', '0,-1', 'level1ID', /expected 0 to 65535, got -1/],
  ])('rejects %s of %s', async (columns, row, column, message) => {
    const error: unknown = await layersOf(columns, ['0,0', row]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileFormatError);
    expect(error).toMatchObject({ row: 3, column });
    expect((error as Error).message).toMatch(message);
  });

  it('names an unknown version', async () => {
    await expect(layersOf('layer', ['0'], { gateVersion: '10' as '9.2' })).rejects.toThrow(
      'decodeHits: gateVersion must be one of "9.1", "9.2", got "10"',
    );
  });
});
