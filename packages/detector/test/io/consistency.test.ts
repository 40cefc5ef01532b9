import { FileFormatError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { checkConsistency } from '../../src/io/consistency.js';
import { hitsOf } from './sampleHits.js';
import type { Row } from './sampleHits.js';

const rows = { file: 'h.csv', firstRow: 2 };

function failure(hits: readonly Row[]): FileFormatError | undefined {
  try {
    checkConsistency(hitsOf(hits), rows, {});
  } catch (error) {
    expect(error).toBeInstanceOf(FileFormatError);
    return error as FileFormatError;
  }
  return undefined;
}

describe('checkConsistency', () => {
  const one: Row = { x: 1, y: 2, z: 3, edep: 0.5, event: 4, track: 5, parent: 0, layer: 6 };

  it('names both rows of a copy', () => {
    expect(failure([one, { event: 9 }, one])).toMatchObject({
      row: 4,
      message:
        'h.csv, row 4: copy of the hit in row 2 (same event, track, layer, position and energy); ' +
        "remove one, or pass duplicates: 'keep'",
    });
    expect(() => checkConsistency(hitsOf([one, one]), rows, { duplicates: 'keep' })).not.toThrow();
  });

  it.each(['x', 'y', 'z', 'edep', 'event', 'track', 'layer'] as const)('takes hits apart by %s', (key) => {
    expect(failure([one, { ...one, [key]: one[key]! + 1 }])).toBeUndefined();
  });

  it('takes 0 and -0 as one', () => {
    expect(
      failure([
        { x: 0, edep: 0 },
        { x: -0, edep: -0 },
      ]),
    ).toMatchObject({ row: 3 });
  });

  it('names both rows of a particle with two parents', () => {
    const error = failure([one, { ...one, event: 9 }, { ...one, x: 7, parent: 2 }]);
    expect(error).toMatchObject({ row: 4, column: 'parentID' });
    expect(error?.message).toBe(
      'h.csv, row 4, column parentID: event 4, track 5 has parent 2 here and 0 in row 2; ' +
        "mend the file, or pass parentConflicts: 'keep'",
    );
    const neighbours = hitsOf([one, { ...one, x: 7, parent: 2 }]);
    expect(() => checkConsistency(neighbours, rows, {})).toThrow(/has parent 2 here and 0 in row 2/);
    expect(() => checkConsistency(neighbours, rows, { parentConflicts: 'keep' })).not.toThrow();
  });

  it('finds what a search through all pairs finds', () => {
    const few = fc.integer({ min: 0, max: 2 });
    const row = fc.record({
      x: few,
      edep: few,
      event: few,
      track: few,
      parent: fc.constantFrom(0, 0, 0, 1),
      layer: few,
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (hits) => {
        const copies = hits.some((a, i) =>
          hits.some(
            (b, j) =>
              j < i && (['x', 'edep', 'event', 'track', 'layer'] as const).every((key) => a[key] === b[key]),
          ),
        );
        const conflicts = hits.some((a, i) =>
          hits.some((b, j) => j < i && a.event === b.event && a.track === b.track && a.parent !== b.parent),
        );
        const error = failure(hits);
        expect(error !== undefined).toBe(copies || conflicts);
        if (copies) expect(error?.message).toMatch(/copy of the hit/);
      }),
      { numRuns: 500 },
    );
  });
});
