import type { MergeTree } from '../results/types.js';
import { INK, LINE_COLOURS } from './colours.js';
import { axes, captionOf, figure, type FigureOptions } from './frame.js';
import { checkResults } from './lineFigures.js';
import { axisScale, rangeOf, shortNumber, type AxisScale } from './scales.js';
import { element, label, pathData, type Pixel } from './svg.js';

/** Options of {@link mergeTreeFigure}. */
export interface MergeTreeFigureOptions extends FigureOptions {
  /** Spread of the losses. @defaultValue `'linear'` */
  readonly scale?: AxisScale | undefined;
  /** Minima whose saddle is less than this above them are left out, from 0. @defaultValue `0` */
  readonly leastPersistence?: number | undefined;
}

/**
 * A merge tree as SVG: every minimum is a line from its loss up to the saddle that joins it to an older one.
 *
 * @param tree - of a grid
 * @param options - {@link MergeTreeFigureOptions}
 * @returns an SVG file
 * @throws {@link InvalidArgumentError} if its arrays do not fit each other
 */
export function mergeTreeFigure(tree: MergeTree, options: MergeTreeFigureOptions = {}): string {
  const name = 'mergeTreeFigure';
  checkResults(name, [tree]);
  const { births, deaths, parents, minima, provenance } = tree;
  const { scale = 'linear', leastPersistence = 0 } = options;
  const shown = [...minima.keys()].filter((k) => deaths[k]! - births[k]! >= leastPersistence);
  const order = leafOrder(shown, parents, deaths);
  const [low, high] = rangeOf(
    shown.flatMap((k) => [births[k]!, deaths[k]!]),
    scale,
  );
  const top = scale === 'log' ? high * (high / low || 2) ** 0.1 : high + 0.1 * (high - low || 1);
  return figure(name, options, captionOf(provenance), 'Merge tree of local minima', { top: 8 }, (box) => {
    const x = axisScale('linear', [-0.5, Math.max(0.5, order.length - 0.5)], [box.left, box.right]);
    const y = axisScale(scale, [low, top], [box.bottom - 14, box.top]);
    const column = new Map(order.map((k, place) => [k, x.to(place)]));
    const lines = order.map((k) => {
      const at = column.get(k)!;
      const death = Number.isFinite(deaths[k]) ? y.to(deaths[k]!) : box.top;
      const joint = column.get(parents[k]!);
      const points: Pixel[] = [
        [at, y.to(births[k]!)],
        [at, death],
      ];
      if (joint !== undefined) points.push([joint, death]);
      return (
        element('path', {
          class: 'branch',
          d: pathData([points]),
          fill: 'none',
          stroke: parents[k]! < 0 ? LINE_COLOURS[1]! : LINE_COLOURS[0]!,
          'stroke-width': 1.8,
        }) +
        element('circle', { cx: at, cy: y.to(births[k]!), r: 3.2, fill: INK.text }) +
        (order.length > 16
          ? ''
          : label([at, y.to(births[k]!) + 13], shortNumber(births[k]!), {
              'text-anchor': 'middle',
              'font-size': 9,
              fill: INK.muted,
            }))
      );
    });
    const count = `${order.length} local ${order.length === 1 ? 'minimum' : 'minima'}`;
    return [axes(box, { to: x.to, ticks: [] }, y, count, 'loss'), ...lines].join('\n');
  });
}

/** Leaves in an order in which no branch crosses another: each minimum, then those that join it, the lowest saddle first. */
function leafOrder(shown: readonly number[], parents: Int32Array, deaths: Float64Array): number[] {
  const children = new Map<number, number[]>();
  const roots: number[] = [];
  const kept = new Set(shown);
  for (const k of shown) {
    const parent = parents[k]!;
    if (!kept.has(parent)) roots.push(k);
    else children.set(parent, [...(children.get(parent) ?? []), k]);
  }
  const order: number[] = [];
  // A list of what is left to place instead of recursion: chains can be as long as the grid has minima.
  const left = roots.reverse();
  for (let k = left.pop(); k !== undefined; k = left.pop()) {
    order.push(k);
    left.push(...(children.get(k) ?? []).sort((a, b) => deaths[b]! - deaths[a]!));
  }
  return order;
}
