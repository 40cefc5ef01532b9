import { createRng } from '@pct/core';
import type { Hits } from '@pct/detector';

/**
 * Hits of the size and order of a simulation behind 100 mm of water: 27 layers for each primary, every fourth hit
 * in two steps. Not physics; only the number of digits and of rows to merge matters here.
 */
export function sampleHits(rows: number, seed = 1): Hits {
  const rng = createRng(seed);
  const hits = {
    count: rows,
    posX: new Float64Array(rows),
    posY: new Float64Array(rows),
    posZ: new Float64Array(rows),
    edep: new Float64Array(rows),
    eventID: new Int32Array(rows),
    trackID: new Int32Array(rows).fill(1),
    parentID: new Int32Array(rows),
    layer: new Int32Array(rows),
  };
  let event = 0;
  let layer = 0;
  for (let i = 0; i < rows; i++) {
    hits.posX[i] = 30 * rng.normal();
    hits.posY[i] = 20 * rng.normal();
    hits.posZ[i] = 333.54 + 5.5 * (layer - 2) + 0.025 * rng.uniform();
    hits.edep[i] = 0.02 * (0.5 + rng.uniform());
    hits.eventID[i] = event;
    hits.layer[i] = layer;
    if (i % 5 === 0) continue;
    layer = (layer + 1) % 27;
    if (layer === 0) event++;
  }
  return hits;
}
