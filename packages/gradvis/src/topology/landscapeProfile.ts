import { checkInteger, InvalidArgumentError } from '@pct/core';
import type { MergeTree, Surface } from '../results/types.js';
import { Components } from './components.js';
import { ascending, neighboursOn, openGridValues, type GridValues } from './grid.js';

/** Outline of a basin of a landscape. */
export interface BasinProfile {
  /** Grid index of the minimum. */
  readonly minimum: number;
  /** Loss at the minimum. */
  readonly bottom: number;
  /** Loss at which it joins a deeper basin; the largest finite loss of its part of the grid if there is none. */
  readonly rim: number;
  /** Losses from bottom to rim at equal distances, [levels]. */
  readonly levels: Float64Array;
  /** Number of grid points in the basin at or below each level, before it joins another: its width, [levels]. */
  readonly widths: Int32Array;
}

/** Options of {@link landscapeProfile}. */
export interface LandscapeProfileOptions {
  /**
   * Number of heights per basin, at least 2.
   * @defaultValue `20`
   */
  readonly levels?: number | undefined;
}

/**
 * Landscape profile: how wide each basin is at each height, from its minimum to the saddle where it joins a deeper one.
 *
 * @param grid - what the tree was made from
 * @param tree - from `mergeTree`; simplify it first if the loss is noisy
 * @param options - {@link LandscapeProfileOptions}
 * @returns one profile per minimum of the tree
 * @throws {@link InvalidArgumentError} if the tree does not belong to the grid or an option is not such
 * @see Geniesse et al. 2024, arXiv:2411.12136
 */
export function landscapeProfile(
  grid: Surface | GridValues,
  tree: MergeTree,
  options: LandscapeProfileOptions = {},
): BasinProfile[] {
  const name = 'landscapeProfile';
  const { shape, values } = openGridValues(name, grid);
  const { levels = 20 } = options;
  checkInteger(name, 'option levels', levels, { min: 2 });
  const same = String(shape) === String(tree.shape);
  if (!same || tree.minima.some((vertex, k) => values[vertex] !== tree.births[k]))
    throw new InvalidArgumentError(`${name}: tree must be made from the grid by mergeTree`);
  const histories = growth(shape, values, tree);
  return Array.from(tree.minima, (minimum, k): BasinProfile => {
    const history = histories[k]!;
    const bottom = tree.births[k]!;
    const rim = tree.deaths[k]! < Infinity ? tree.deaths[k]! : (history.at(-1)?.level ?? bottom);
    const heights = Float64Array.from({ length: levels }, (_, i) =>
      i === levels - 1 ? rim : bottom + ((rim - bottom) * i) / (levels - 1),
    );
    let next = 0;
    const widths = Int32Array.from(heights, (height) => {
      while (next < history.length && history[next]!.level <= height) next++;
      return history[Math.max(0, next - 1)]?.size ?? 0;
    });
    return { minimum, bottom, rim, levels: heights, widths };
  });
}

/** Size of a basin once its points up to a level are in. */
interface Growth {
  readonly level: number;
  readonly size: number;
}

/** How the basin of each minimum of the tree grows until it joins another. */
function growth(shape: readonly number[], values: Float64Array, tree: MergeTree): Growth[][] {
  const components = new Components(values.length);
  const neighbours = neighboursOn(shape);
  const place = new Map(Array.from(tree.minima, (vertex, k) => [vertex, k]));
  const histories: Growth[][] = Array.from(tree.minima, () => []);
  /** Place of the oldest minimum of the tree in each component, by its root. */
  const oldest = new Map<number, number>();
  for (const vertex of ascending(values)) {
    const level = values[vertex]!;
    if (level === Infinity) break;
    components.add(vertex);
    const own = place.get(vertex);
    if (own !== undefined) oldest.set(vertex, own);
    for (const neighbour of neighbours(vertex)) {
      if (!components.has(neighbour)) continue;
      const [mine, other] = [components.find(vertex), components.find(neighbour)];
      if (mine === other) continue;
      const label = Math.min(oldest.get(mine) ?? Infinity, oldest.get(other) ?? Infinity);
      const root = components.join(mine, other);
      if (label < Infinity) oldest.set(root, label);
    }
    const root = components.find(vertex);
    const label = oldest.get(root);
    if (label !== undefined) histories[label]!.push({ level, size: components.sizeOf(root) });
  }
  return histories;
}
