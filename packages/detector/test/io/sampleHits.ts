import fc from 'fast-check';

import type { Hits } from '@pct/detector';

/** One hit as its tests write it; what is left out is an ordinary primary hit. */
export type Row = Partial<Record<'x' | 'y' | 'z' | 'edep' | 'event' | 'track' | 'parent' | 'layer', number>>;

/** Hits from rows. */
export function hitsOf(rows: readonly Row[]): Hits {
  const real = (key: keyof Row, otherwise: number) => Float64Array.from(rows, (row) => row[key] ?? otherwise);
  const integer = (key: keyof Row, otherwise: number) =>
    Int32Array.from(rows, (row) => row[key] ?? otherwise);
  return {
    count: rows.length,
    posX: real('x', 0),
    posY: real('y', 0),
    posZ: real('z', 0),
    edep: real('edep', 0.02),
    eventID: integer('event', 0),
    trackID: integer('track', 1),
    parentID: integer('parent', 0),
    layer: integer('layer', 0),
  };
}

const real = fc.double({ noNaN: true, noDefaultInfinity: true });
const id = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer());

/** Any hits that a file can hold. */
export const anyRows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    x: real,
    y: real,
    z: real,
    edep: fc.double({ noNaN: true, min: 0, noDefaultInfinity: true }),
    event: id,
    track: id,
    parent: id,
    layer: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 65_535 })),
  }),
  { maxLength: 40 },
);
