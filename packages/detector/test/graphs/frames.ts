import { createRng } from '@pct/core';
import type { Frame } from '../../src/frame.js';

/** One hit of a hand-made frame; what is left out gets a harmless value. */
export interface TestHit {
  x?: number;
  y?: number;
  z?: number;
  layer: number;
  edep?: number;
  event?: number;
  parent?: number;
}

/** z of a layer's sensor in the Bergen calorimeter, mm. */
export function zOf(layer: number): number {
  return layer < 2 ? 225.23 + 52.4 * layer : 333.54 + 5.5 * (layer - 2);
}

/** Frame of the given hits, sorted by layer (deepest first), else in the given order. */
export function frameOf(list: readonly TestHit[]): Frame {
  const hits = [...list].sort((a, b) => b.layer - a.layer);
  const layers = [...new Set(hits.map((hit) => hit.layer))];
  const column = (value: (hit: TestHit) => number) => Float64Array.from(hits, value);
  const integers = (value: (hit: TestHit) => number) => Int32Array.from(hits, value);
  return {
    index: 0,
    count: hits.length,
    posX: column(({ x = 0 }) => x),
    posY: column(({ y = 0 }) => y),
    posZ: column(({ z, layer }) => z ?? zOf(layer)),
    edep: column(({ edep = 0.03 }) => edep),
    eventID: integers(({ event = 0 }) => event),
    trackID: integers(({ parent = 0 }) => parent + 1),
    parentID: integers(({ parent = 0 }) => parent),
    layer: integers(({ layer }) => layer),
    clusterSize: integers(() => 4),
    layers: Int32Array.from(layers),
    layerOffsets: Int32Array.from([
      0,
      ...layers.map((layer) => hits.filter((hit) => hit.layer >= layer).length),
    ]),
  };
}

/** Options of {@link randomFrame}. */
export interface RandomFrameOptions {
  particles?: number;
  deepest?: number;
  /** Standard deviation of the beam spot, mm. */
  spot?: number;
  /** Standard deviation of the projected kink per layer, rad. */
  kink?: number;
  /** Standard deviation of the initial projected angle, rad. */
  divergence?: number;
  /** Probability that a hit is marked as a secondary's. */
  secondaries?: number;
}

/** Particles that random-walk from layer 0 to an end layer near `deepest`, deposits rising towards the end. */
export function randomFrame(seed: number, options: RandomFrameOptions = {}): Frame {
  const { particles = 8, deepest = 8, spot = 3, kink = 0.02, divergence = 0.02, secondaries = 0 } = options;
  const rng = createRng(seed);
  const hits: TestHit[] = [];
  for (let event = 0; event < particles; event++) {
    const end = Math.max(0, deepest - Math.floor(rng.uniform(0, 3)));
    let x = rng.normal(0, spot);
    let y = rng.normal(0, spot);
    let slopeX = rng.normal(0, divergence);
    let slopeY = rng.normal(0, divergence);
    for (let layer = 0; layer <= end; layer++) {
      const left = end - layer;
      hits.push({
        x,
        y,
        layer,
        event,
        edep: 0.02 + 0.1 / (1 + left),
        parent: rng.uniform() < secondaries ? 1 : 0,
      });
      const width = layer < 2 ? kink / 10 : kink * (1 + 2 / (1 + left));
      slopeX += rng.normal(0, width);
      slopeY += rng.normal(0, width);
      const step = zOf(layer + 1) - zOf(layer);
      x += slopeX * step;
      y += slopeY * step;
    }
  }
  return frameOf(hits);
}

/** The same frame with the hits of every layer in another order; `order[i]` is the old index of new hit i. */
export function shuffleWithinLayers(frame: Frame, seed: number): { frame: Frame; order: Int32Array } {
  const rng = createRng(seed);
  const order = Int32Array.from({ length: frame.count }, (_, i) => i);
  for (let k = 0; k < frame.layers.length; k++) {
    const start = frame.layerOffsets[k]!;
    for (let i = frame.layerOffsets[k + 1]! - 1; i > start; i--) {
      const j = start + Math.floor(rng.uniform() * (i - start + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
  }
  const floats = (column: Float64Array) => Float64Array.from(order, (i) => column[i]!);
  const integers = (column: Int32Array) => Int32Array.from(order, (i) => column[i]!);
  return {
    order,
    frame: {
      ...frame,
      posX: floats(frame.posX),
      posY: floats(frame.posY),
      posZ: floats(frame.posZ),
      edep: floats(frame.edep),
      eventID: integers(frame.eventID),
      trackID: integers(frame.trackID),
      parentID: integers(frame.parentID),
      layer: integers(frame.layer),
      clusterSize: integers(frame.clusterSize),
    },
  };
}

/** Space angle in rad between two vectors, by atan2 of the cross and dot products. */
export function angleBetween(a: readonly number[], b: readonly number[]): number {
  const [ax = 0, ay = 0, az = 0] = a;
  const [bx = 0, by = 0, bz = 0] = b;
  const cross = Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx);
  return Math.atan2(cross, ax * bx + ay * by + az * bz);
}

/** Vector from hit b to hit a. */
export function difference(frame: Frame, a: number, b: number): [number, number, number] {
  return [frame.posX[a]! - frame.posX[b]!, frame.posY[a]! - frame.posY[b]!, frame.posZ[a]! - frame.posZ[b]!];
}
