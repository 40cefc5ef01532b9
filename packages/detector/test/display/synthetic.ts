import { createRng, type Rng } from '@pct/core';
import type { Frame, Track } from '../../src/frame.js';

/** z of the sensitive slabs of two tracking layers and a calorimeter with a pitch of 5.5 mm, mm. */
function layerZ(layer: number): number {
  return layer < 2 ? 225.2 + 52.4 * layer : 333.5 + 5.5 * (layer - 2);
}

/** A hit; z and the cluster size follow. */
export interface Row {
  readonly x: number;
  readonly y: number;
  readonly edep: number;
  readonly event: number;
  readonly track: number;
  readonly parent: number;
  readonly layer: number;
}

/** Makes a frame of rows in any order. */
export function frameOf(rows: readonly Row[], index = 0): Frame {
  const sorted = [...rows].sort((a, b) => b.layer - a.layer);
  const layers = [...new Set(sorted.map((row) => row.layer))];
  const offsets = layers.map((layer) => sorted.findIndex((row) => row.layer === layer));
  return {
    index,
    count: sorted.length,
    posX: Float64Array.from(sorted, (row) => row.x),
    posY: Float64Array.from(sorted, (row) => row.y),
    posZ: Float64Array.from(sorted, (row) => layerZ(row.layer)),
    edep: Float64Array.from(sorted, (row) => row.edep),
    eventID: Int32Array.from(sorted, (row) => row.event),
    trackID: Int32Array.from(sorted, (row) => row.track),
    parentID: Int32Array.from(sorted, (row) => row.parent),
    layer: Int32Array.from(sorted, (row) => row.layer),
    clusterSize: Int32Array.from(sorted, (row) =>
      Math.max(1, Math.floor(4.2267 * ((row.edep * 1000) / 25) ** 0.65 + 0.5)),
    ),
    layers: Int32Array.from(layers),
    layerOffsets: Int32Array.from([...offsets, sorted.length]),
  };
}

/**
 * Protons that look like the real ones: spots of 8 mm, angles that grow with depth, a Bragg peak, some secondaries;
 * and tracks that swap partners now and then.
 */
export function syntheticFrame(protons: number, seed = 7): { frame: Frame; tracks: Track[] } {
  const rng = createRng(seed);
  const normal = (): number => rng.normal();
  const uniform = (): number => rng.uniform();
  const rows: Row[] = [];
  for (let event = 0; event < protons; event++) {
    let [x, y, angleX, angleY] = [8 * normal(), 8 * normal(), 0.025 * normal(), 0.025 * normal()];
    const last = uniform() < 0.12 ? 4 + Math.floor(20 * uniform()) : Math.round(27.5 + 1.1 * normal());
    for (let layer = 0; layer <= last; layer++) {
      const left = Math.max(0.4, 28.5 - layer);
      const edep = (0.0068 + 0.055 / left ** 0.8) * (1 + 0.35 * Math.abs(normal()));
      rows.push({ x, y, edep, event, track: 1, parent: 0, layer });
      if (uniform() < 0.012) {
        const stop = layer + Math.floor(4 * uniform() ** 2);
        const [sx, sy] = [0.5 * normal(), 0.5 * normal()];
        for (let deep = layer; deep <= stop; deep++) {
          const path = 5.5 * (deep - layer);
          const at = { x: x + 1.5 * normal() + sx * path, y: y + 1.5 * normal() + sy * path };
          rows.push({
            ...at,
            edep: 0.012 + 0.02 * uniform(),
            event,
            track: 2 + layer,
            parent: 1,
            layer: deep,
          });
        }
      }
      const length = layerZ(layer + 1) - layerZ(layer);
      const scatter = layer < 2 ? 0.001 : 0.008 + 0.05 / left;
      x += angleX * length;
      y += angleY * length;
      angleX += scatter * normal();
      angleY += scatter * normal();
    }
  }
  const frame = frameOf(rows, 3);
  return { frame, tracks: swappedTracks(frame, rng) };
}

function swappedTracks(frame: Frame, rng: Rng): Track[] {
  const uniform = (): number => rng.uniform();
  const open = new Map<number, number[]>();
  for (let hit = 0; hit < frame.count; hit++) {
    if (frame.parentID[hit] !== 0) continue;
    const event = frame.eventID[hit]!;
    const list = open.get(event) ?? [];
    list.push(hit);
    open.set(event, list);
  }
  const lists = [...open.values()].filter(() => uniform() > 0.03);
  for (let swap = 0; swap < lists.length * 0.07; swap++) {
    const layer = 3 + Math.floor(18 * uniform());
    const a = Math.floor(uniform() * lists.length);
    const cut = (list: number[]): number => list.findIndex((hit) => frame.layer[hit]! < layer);
    const end = (list: number[]): number => list[cut(list)]!;
    const reach = (list: number[]): number =>
      Math.hypot(
        frame.posX[end(list)]! - frame.posX[end(lists[a]!)]!,
        frame.posY[end(list)]! - frame.posY[end(lists[a]!)]!,
      );
    const partners = lists.map((list, k) => ({ k, reach: k === a ? Infinity : reach(list) }));
    const b = partners.sort((p, q) => p.reach - q.reach)[0]!.k;
    const [one, two] = [lists[a]!, lists[b]!];
    const [oneTail, twoTail] = [one.splice(cut(one)), two.splice(cut(two))];
    one.push(...twoTail);
    two.push(...oneTail);
  }
  return lists.filter((hits) => hits.length > 0).map((hits) => ({ hits: Int32Array.from(hits) }));
}
