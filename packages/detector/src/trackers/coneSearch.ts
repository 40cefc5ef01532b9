import type { SortedLayers } from '../graphs/sortedLayers.js';
import { lowerBound } from '../graphs/sortedLayers.js';

/**
 * Finds the hits of a layer inside a cone.
 *
 * Found hits are pushed on a stack of columns, so that a search can go on from one of them; whoever pushes sets
 * `top` back when done.
 */
export class ConeSearch {
  /** Number of hits on the stack. */
  top = 0;
  /** Sorted index of every found hit. */
  hit = new Int32Array(256);
  /** Squared distance between the unit vectors of the cone's axis and towards the hit, (2 sin(θ/2))². */
  chord2 = new Float64Array(256);
  /** Unit vector from the cone's tip to the hit. */
  ux = new Float64Array(256);
  uy = new Float64Array(256);
  uz = new Float64Array(256);

  readonly #hits: SortedLayers;
  /** Smallest and largest z of the hits of every layer, mm, row major [layers, 2]. */
  readonly #extents: Float64Array;

  constructor(hits: SortedLayers) {
    this.#hits = hits;
    this.#extents = layerExtents(hits);
  }

  /**
   * Pushes all hits of the k-th layer within an angle of a direction.
   *
   * @param tip - sorted index of the hit at the cone's tip, behind that layer
   * @param ux - unit vector of the cone's axis, with uz < 0; uy and uz likewise
   * @param angle - half the cone's opening angle, rad, exclusive
   */
  push(k: number, tip: number, ux: number, uy: number, uz: number, angle: number): void {
    const { x, y, z, offsets } = this.#hits;
    const tipX = x[tip]!;
    const tipY = y[tip]!;
    const tipZ = z[tip]!;
    const reach = lateralReach(-uz, angle);
    const lowX = tipX + this.#lowestOffset(k, tipZ, ux / -uz, reach);
    const highX = tipX - this.#lowestOffset(k, tipZ, ux / uz, reach);
    const lowY = tipY + this.#lowestOffset(k, tipZ, uy / -uz, reach);
    const highY = tipY - this.#lowestOffset(k, tipZ, uy / uz, reach);
    const limit = 2 * Math.sin(Math.min(angle, Math.PI) / 2);
    const limit2 = limit * limit;
    const end = offsets[k + 1]!;
    for (let hit = lowerBound(x, offsets[k]!, end, lowX); hit < end; hit++) {
      if (x[hit]! > highX) break;
      if (y[hit]! < lowY || y[hit]! > highY) continue;
      const dx = x[hit]! - tipX;
      const dy = y[hit]! - tipY;
      const dz = z[hit]! - tipZ;
      if (dz >= 0) continue;
      const scale = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
      const vx = dx * scale;
      const vy = dy * scale;
      const vz = dz * scale;
      const chord2 = (vx - ux) * (vx - ux) + (vy - uy) * (vy - uy) + (vz - uz) * (vz - uz);
      if (chord2 >= limit2) continue;
      const i = this.top++;
      if (i === this.hit.length) this.#grow();
      this.hit[i] = hit;
      this.chord2[i] = chord2;
      this.ux[i] = vx;
      this.uy[i] = vy;
      this.uz[i] = vz;
    }
  }

  /** Depth from a hit to the middle of the k-th layer, mm; positive if the layer is in front of it. */
  depth(k: number, hit: number): number {
    return this.#hits.z[hit]! - (this.#extents[2 * k]! + this.#extents[2 * k + 1]!) / 2;
  }

  /** Smallest x (or y), relative to its tip, that a cone has in a layer; minus that for −slope is the largest. */
  #lowestOffset(k: number, tipZ: number, slope: number, reach: number): number {
    if (reach === Infinity) return -Infinity;
    const near = (tipZ - this.#extents[2 * k + 1]!) * (slope - reach);
    const far = (tipZ - this.#extents[2 * k]!) * (slope - reach);
    const lowest = Math.min(near, far);
    return lowest - 1e-9 * Math.abs(lowest);
  }

  #grow(): void {
    const hit = new Int32Array(2 * this.hit.length);
    hit.set(this.hit);
    this.hit = hit;
    this.chord2 = doubled(this.chord2);
    this.ux = doubled(this.ux);
    this.uy = doubled(this.uy);
    this.uz = doubled(this.uz);
  }
}

/** A copy of twice the length, padded with zeros. */
export function doubled(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * values.length);
  longer.set(values);
  return longer;
}

function layerExtents({ z, offsets }: SortedLayers): Float64Array {
  const layers = offsets.length - 1;
  const extents = new Float64Array(2 * layers);
  for (let k = 0; k < layers; k++) {
    let front = Infinity;
    let back = -Infinity;
    for (let i = offsets[k]!; i < offsets[k + 1]!; i++) {
      front = Math.min(front, z[i]!);
      back = Math.max(back, z[i]!);
    }
    extents[2 * k] = front;
    extents[2 * k + 1] = back;
  }
  return extents;
}

/**
 * Largest distance, per unit depth, between the axis of a cone and the cone in a plane across z.
 *
 * @param cosine - cosine of the angle between the cone's axis and −z
 * @param halfAngle - half the cone's opening angle, rad
 */
function lateralReach(cosine: number, halfAngle: number): number {
  const tilt = Math.acos(Math.min(1, cosine));
  return tilt + halfAngle < Math.PI / 2 ? Math.tan(tilt + halfAngle) - Math.tan(tilt) : Infinity;
}
