import type { HitGraph } from '@pct/detector';
import { solveBatch, type BatchSolution, type BatchStart } from '@pct/assignment/layers';

/** What of a hit graph tells the assignment problems of its pairs of layers. */
export type PairStructure = Pick<HitGraph, 'sources' | 'targets' | 'edgeOffsets' | 'nodeOffsets'>;

/** The assignment problem between two adjacent layers. */
export interface LayerPair {
  /** Hits of the deeper layer. */
  readonly rows: number;
  /** Hits of the shallower layer. */
  readonly columns: number;
  /** Segments `first` to `last` (exclusive) of the graph are its allowed pairs. */
  readonly first: number;
  readonly last: number;
  /** Entry of its matrix for every segment, row · columns + column; [last − first]. */
  readonly entries: Int32Array;
}

/** The problems of a graph, deepest first; pairs of layers without any segment are left out. */
export function layerPairs({ sources, targets, edgeOffsets, nodeOffsets }: PairStructure): LayerPair[] {
  const pairs: LayerPair[] = [];
  for (let k = 0; k + 1 < edgeOffsets.length; k++) {
    const [first, last] = [edgeOffsets[k]!, edgeOffsets[k + 1]!];
    if (first === last) continue;
    const [top, middle, bottom] = [nodeOffsets[k]!, nodeOffsets[k + 1]!, nodeOffsets[k + 2]!];
    const columns = bottom - middle;
    const entries = new Int32Array(last - first);
    for (let e = first; e < last; e++)
      entries[e - first] = (sources[e]! - top) * columns + targets[e]! - middle;
    pairs.push({ rows: middle - top, columns, first, last, entries });
  }
  return pairs;
}

/** Costs of a pair's segments as a matrix, Infinity where there is no segment. */
export function denseCosts(
  { rows, columns, first, entries }: LayerPair,
  costs: ArrayLike<number>,
): Float64Array {
  const matrix = new Float64Array(rows * columns).fill(Infinity);
  for (let e = 0; e < entries.length; e++) matrix[entries[e]!] = costs[first + e]!;
  return matrix;
}

/**
 * Best assignments of matrices with as many pairs as there can be, and among those of least cost: a hit stays
 * unmatched only if the matrix is rectangular or all of its segments lead to hits that others take.
 *
 * @param costs - [k, rows, columns], Infinity where there is no segment
 */
export function matchAll(
  name: string,
  costs: Float64Array,
  { rows, columns }: LayerPair,
  start?: BatchStart,
): BatchSolution {
  let largest = 1;
  for (const cost of costs) if (cost !== Infinity) largest = Math.max(largest, Math.abs(cost));
  // One pair more saves twice the price, and moving all others costs less than that.
  const unmatchedCost = 2 * largest * (Math.min(rows, columns) + 1);
  const batch = costs.length / (rows * columns);
  return solveBatch(costs, { batch, rows, columns }, { name, unmatchedCost, start });
}

/**
 * Assigns hits of adjacent layers, pair of layers by pair of layers.
 *
 * @param graph - a hit graph
 * @param costs - of its segments, finite; [segments]
 * @returns 1 for the segments that are chosen, else 0; every hit is an end of at most one of them per side
 * @throws InvalidArgumentError if a cost is not finite
 */
export function assignSegments(graph: PairStructure, costs: ArrayLike<number>): Uint8Array {
  const chosen = new Uint8Array(costs.length);
  for (const pair of layerPairs(graph)) {
    const { y } = matchAll('assignSegments', denseCosts(pair, costs), pair);
    pair.entries.forEach((entry, e) => (chosen[pair.first + e] = y[entry]!));
  }
  return chosen;
}
