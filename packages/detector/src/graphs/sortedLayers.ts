import type { Frame } from '../frame.js';

/**
 * The hits of a frame in an order that does not depend on how the frame lists them: by layer, deepest
 * first, then by x, y and deposit. Within a layer, hits near a given x are neighbours in memory.
 */
export interface SortedLayers {
  readonly count: number;
  /** Index in the frame of every sorted hit, [hits]. */
  readonly order: Int32Array;
  /** Positions, mm, and deposits, MeV, of the sorted hits, each [hits]. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly edep: Float64Array;
  /** Sorted hits of the k-th layer are offsets[k] to offsets[k + 1], exclusive; [layers + 1]. */
  readonly offsets: Int32Array;
}

/** Sorts the hits of every layer by x, then y, then deposit. Expects a frame that `checkFrame` accepts. */
export function sortLayers(frame: Frame): SortedLayers {
  const { count, posX, posY, posZ, edep, layerOffsets } = frame;
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  for (let k = 0; k + 1 < layerOffsets.length; k++) {
    shellSort(order, layerOffsets[k]!, layerOffsets[k + 1]!, posX, posY, edep);
  }
  const sorted = {
    count,
    order,
    x: new Float64Array(count),
    y: new Float64Array(count),
    z: new Float64Array(count),
    edep: new Float64Array(count),
    offsets: layerOffsets,
  };
  for (let i = 0; i < count; i++) {
    const hit = order[i]!;
    sorted.x[i] = posX[hit]!;
    sorted.y[i] = posY[hit]!;
    sorted.z[i] = posZ[hit]!;
    sorted.edep[i] = edep[hit]!;
  }
  return sorted;
}

/** First position in [start, end) whose x is at least `x`, or `end`. */
export function lowerBound(values: Float64Array, start: number, end: number, x: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Ciura's gaps; layers hold some hundred hits, for which they beat the sort of typed arrays with a comparator. */
const gaps = [1750, 701, 301, 132, 57, 23, 10, 4, 1];

function shellSort(
  order: Int32Array,
  start: number,
  end: number,
  x: Float64Array,
  y: Float64Array,
  edep: Float64Array,
): void {
  for (const gap of gaps) {
    for (let i = start + gap; i < end; i++) {
      const hit = order[i]!;
      const hitX = x[hit]!;
      let j = i - gap;
      while (j >= start) {
        const other = order[j]!;
        const otherX = x[other]!;
        if (otherX < hitX) break;
        if (otherX === hitX && !precedes(hit, other, y, edep)) break;
        order[j + gap] = other;
        j -= gap;
      }
      order[j + gap] = hit;
    }
  }
}

/** Order of two hits with the same x. Hits that agree in everything keep no particular order. */
function precedes(a: number, b: number, y: Float64Array, edep: Float64Array): boolean {
  return y[a]! < y[b]! || (y[a]! === y[b]! && edep[a]! < edep[b]!);
}
