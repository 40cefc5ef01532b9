import { simulateFrames, type Frame } from '@pct/detector';

/** A few small frames. */
export function smallFrames(frames: number, seed: number, primariesPerFrame = 6): Promise<Frame[]> {
  return simulateFrames({ phantomMm: 200, frames, primariesPerFrame, seed });
}

/** Layer, x and y in millimetres, and the event of a hit. */
export type HitAt = readonly [layer: number, x: number, y: number, event: number];

/** A frame of hits, deepest layer first; layers are 10 mm apart. */
export function frameOf(hits: readonly HitAt[]): Frame {
  const numbers = (pick: (hit: HitAt) => number): Float64Array => Float64Array.from(hits, pick);
  const integers = (pick: (hit: HitAt) => number): Int32Array => Int32Array.from(hits, pick);
  const layers = [...new Set(hits.map(([layer]) => layer))];
  return {
    index: 0,
    count: hits.length,
    posX: numbers(([, x]) => x),
    posY: numbers(([, , y]) => y),
    posZ: numbers(([layer]) => 10 * layer),
    edep: numbers(() => 0.05),
    eventID: integers(([, , , event]) => event),
    trackID: integers(() => 1),
    parentID: integers(() => 0),
    layer: integers(([layer]) => layer),
    clusterSize: integers(() => 7),
    layers: Int32Array.from(layers),
    layerOffsets: Int32Array.from([
      0,
      ...layers.map((layer) => hits.filter((hit) => hit[0] >= layer).length),
    ]),
  };
}
