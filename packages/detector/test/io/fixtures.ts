import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Hits } from '@pct/detector';

/** Path of a file that `test/fixtures/make.py` wrote. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../fixtures/hits/${name}`, import.meta.url));
}

/** Bytes of such a file. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(fixturePath(name)));
}

/** The hits that every readable fixture holds. */
export function expectedHits(): Hits {
  const columns = JSON.parse(readFileSync(fixturePath('expected.json'), 'utf8')) as Record<
    keyof Hits,
    number[]
  >;
  return {
    count: columns.posX.length,
    posX: Float64Array.from(columns.posX),
    posY: Float64Array.from(columns.posY),
    posZ: Float64Array.from(columns.posZ),
    edep: Float64Array.from(columns.edep),
    eventID: Int32Array.from(columns.eventID),
    trackID: Int32Array.from(columns.trackID),
    parentID: Int32Array.from(columns.parentID),
    layer: Int32Array.from(columns.layer),
  };
}
