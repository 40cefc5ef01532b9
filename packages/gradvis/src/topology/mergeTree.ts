import { InvalidArgumentError } from '@pct/core';
import { provenanceOf } from '../results/provenance.js';
import type { MergeTree, Surface } from '../results/types.js';
import { Components } from './components.js';
import { ascending, neighboursOn, openGridValues, type GridValues } from './grid.js';

/**
 * Merge tree of the sublevel sets of a grid: its local minima, and the saddles at which their basins meet, by the elder
 * rule. Two points are neighbours when they differ by at most one step along each axis (2, 8 or 26 of them), so that
 * valleys along diagonals are not cut. Ties are broken by the index; NaN belongs to no basin, and joins none.
 *
 * O(n log n) for n points.
 *
 * @param grid - a sampled surface, or shape and values
 * @throws {@link InvalidArgumentError} if the grid has not one to three axes, or no number at all · {@link ShapeError} if it
 *   has another number of values
 * @see Edelsbrunner & Harer 2010, Computational Topology, chapter VII · Carr, Snoeyink & Axen 2003,
 *   doi:10.1016/S0925-7721(02)00093-7
 */
export function mergeTree(grid: Surface | GridValues): MergeTree {
  const { shape, values } = openGridValues('mergeTree', grid);
  const order = ascending(values);
  if (order.length === 0)
    throw new InvalidArgumentError('mergeTree: values must hold a number, got NaN alone');
  const components = new Components(values.length);
  const neighbours = neighboursOn(shape);
  const minima: number[] = [];
  const saddles: number[] = [];
  const parents: number[] = [];
  /** Place in `minima` of the oldest minimum of each component, by its root. */
  const oldest = new Int32Array(values.length).fill(-1);
  for (const vertex of order) {
    components.add(vertex);
    for (const neighbour of neighbours(vertex)) {
      if (!components.has(neighbour)) continue;
      const [mine, other] = [components.find(vertex), components.find(neighbour)];
      if (mine === other) continue;
      const [a, b] = [oldest[mine]!, oldest[other]!];
      const root = components.join(mine, other);
      // Minima are found in ascending order: the smaller place is the older one.
      oldest[root] = a < 0 ? b : Math.min(a, b);
      if (a < 0) continue;
      const [elder, younger] = a < b ? [a, b] : [b, a];
      saddles[younger] = vertex;
      parents[younger] = elder;
    }
    if (oldest[components.find(vertex)]! < 0) {
      oldest[components.find(vertex)] = minima.length;
      minima.push(vertex);
      saddles.push(-1);
      parents.push(-1);
    }
  }
  return {
    kind: 'merge-tree',
    shape: [...shape],
    minima: Int32Array.from(minima),
    births: Float64Array.from(minima, (vertex) => values[vertex]!),
    saddles: Int32Array.from(saddles),
    deaths: Float64Array.from(saddles, (vertex) => (vertex < 0 ? Infinity : values[vertex]!)),
    parents: Int32Array.from(parents),
    provenance:
      'provenance' in grid
        ? { ...grid.provenance, ...provenanceOf('mergeTree', { surface: grid.provenance.settings }) }
        : provenanceOf('mergeTree', {}),
  };
}
