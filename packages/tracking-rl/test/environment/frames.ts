import { createRng } from '@pct/core';
import type { Frame } from '@pct/detector';

/** One hit of a hand-made frame; what is left out gets a harmless value. */
export interface TestHit {
  readonly x?: number;
  readonly y?: number;
  readonly layer: number;
  readonly edep?: number;
  readonly event?: number;
}

/** z of a layer's sensor in the Bergen calorimeter, mm. */
export function zOf(layer: number): number {
  return layer < 2 ? 225.23 + 52.4 * layer : 333.54 + 5.5 * (layer - 2);
}

/** Frame of the given hits, deepest layer first, else in the given order. */
export function frameOf(list: readonly TestHit[], index = 0): Frame {
  const hits = [...list].sort((a, b) => b.layer - a.layer);
  const layers = [...new Set(hits.map(({ layer }) => layer))];
  const numbers = (value: (hit: TestHit) => number) => Float64Array.from(hits, value);
  const integers = (value: (hit: TestHit) => number) => Int32Array.from(hits, value);
  return {
    index,
    count: hits.length,
    posX: numbers(({ x = 0 }) => x),
    posY: numbers(({ y = 0 }) => y),
    posZ: numbers(({ layer }) => zOf(layer)),
    edep: numbers(({ edep = 0.03 }) => edep),
    eventID: integers(({ event = 0 }) => event),
    trackID: integers(() => 1),
    parentID: integers(() => 0),
    layer: integers(({ layer }) => layer),
    clusterSize: integers(() => 4),
    layers: Int32Array.from(layers),
    layerOffsets: Int32Array.from([
      0,
      ...layers.map((layer) => hits.filter((hit) => hit.layer >= layer).length),
    ]),
  };
}

/** Particles that walk from layer `front` to an end near `deepest`, in a narrow spot so that they compete for hits. */
export function randomFrame(
  seed: number,
  { particles = 8, deepest = 8, front = 0, spot = 1.5, kink = 0.05, index = 0 } = {},
): Frame {
  const rng = createRng(seed);
  const hits: TestHit[] = [];
  for (let event = 0; event < particles; event++) {
    const end = event === 0 ? deepest : Math.max(front, deepest - rng.integer(0, 4));
    let [x, y] = [rng.normal(0, spot), rng.normal(0, spot)];
    let [slopeX, slopeY] = [rng.normal(0, 0.02), rng.normal(0, 0.02)];
    for (let layer = front; layer <= end; layer++) {
      hits.push({ x, y, layer, event, edep: 0.02 + 0.1 / (1 + end - layer) });
      const width = layer < 2 ? kink / 10 : kink;
      slopeX += rng.normal(0, width);
      slopeY += rng.normal(0, width);
      const step = zOf(layer + 1) - zOf(layer);
      x += slopeX * step;
      y += slopeY * step;
    }
  }
  return frameOf(hits, index);
}

/** Random scores for every pair. */
export function randomLogits(pairs: number, seed: number): Float64Array {
  return createRng(seed).fillNormal(new Float64Array(pairs));
}
