import { colourAt, INK, TOP_CLASS } from './colours.js';
import type { Box } from './frame.js';
import type { LossScale } from './lossScale.js';
import { shortNumber } from './scales.js';
import { element, label, px } from './svg.js';

/** Steps of colour in a map. */
const COLOURS = 64;

/** Losses on a plane, and where its grid stands on the drawing. */
export interface PlaneCells {
  /** [ny, nx] row-major. */
  readonly values: Float64Array;
  /** 0 not computed, 1 computed. */
  readonly status: Uint8Array;
  /** Pixels of the borders between columns, [nx + 1], and between rows, [ny + 1]. */
  readonly columns: Float64Array;
  readonly rows: Float64Array;
}

/** Borders of the cells around coordinates: half-way between them, at the two ends as far outside as inside. */
export function bordersOf(coordinates: Float64Array): Float64Array {
  const { length } = coordinates;
  if (length === 1) return Float64Array.of(coordinates[0]! - 0.5, coordinates[0]! + 0.5);
  return Float64Array.from({ length: length + 1 }, (_, k) => {
    const left = Math.min(Math.max(k, 1), length - 1);
    const [a, b] = [coordinates[left - 1]!, coordinates[left]!];
    return k === 0 ? a - (b - a) / 2 : k === length ? b + (b - a) / 2 : (a + b) / 2;
  });
}

/** Cells in colours: one path per colour, neighbours of one colour joined. */
export function colouredCells(cells: PlaneCells, scale: LossScale): string {
  const classOf = (at: number): string | undefined => {
    const value = cells.values[at]!;
    if (cells.status[at] !== 1 || !Number.isFinite(value)) return undefined;
    if (scale.limit !== undefined && value > scale.limit) return TOP_CLASS;
    return colourAt((Math.min(COLOURS - 1, Math.floor(scale.share(value) * COLOURS)) + 0.5) / COLOURS);
  };
  const paths = [...pathsByClass(cells, classOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  const drawn = paths.map(([fill, d]) => element('path', { fill, d }));
  return element('g', { class: 'cells', 'shape-rendering': 'crispEdges' }, drawn.join(''));
}

/** What stands for no finite loss. */
export const GAPS = {
  'not-finite': 'not finite',
  'not-computed': 'not computed',
} as const;

/** Name of a kind of gap. */
export type Gap = keyof typeof GAPS;

/** Cells without a finite loss, hatched by the reason; with the reasons that occur. */
export function hatchedCells(cells: PlaneCells): { readonly svg: string; readonly gaps: readonly Gap[] } {
  const classOf = (at: number): Gap | undefined =>
    cells.status[at] !== 1 ? 'not-computed' : Number.isFinite(cells.values[at]) ? undefined : 'not-finite';
  const paths = pathsByClass(cells, classOf);
  const gaps = (Object.keys(GAPS) as Gap[]).filter((gap) => paths.has(gap));
  const drawn = gaps.map((gap) => element('path', { class: gap, fill: `url(#${gap})`, d: paths.get(gap)! }));
  return { svg: gaps.length === 0 ? '' : patterns(gaps) + drawn.join(''), gaps };
}

function patterns(gaps: readonly Gap[]): string {
  const size = { width: 6, height: 6, patternUnits: 'userSpaceOnUse' };
  const lines = { 'not-finite': 'M-1 1L1 -1M0 6L6 0M5 7L7 5', 'not-computed': 'M0 3H6' };
  return element(
    'defs',
    {},
    gaps
      .map((id) =>
        element(
          'pattern',
          { id, ...size },
          element('rect', { ...size, patternUnits: undefined, fill: '#ffffff' }) +
            element('path', { d: lines[id], stroke: INK.axis, 'stroke-width': 1 }),
        ),
      )
      .join(''),
  );
}

/** The rectangles of each class as path data. */
function pathsByClass<C extends string>(
  { values, columns, rows }: PlaneCells,
  classOf: (at: number) => C | undefined,
): Map<C, string> {
  const [nx, ny] = [columns.length - 1, values.length / (columns.length - 1)];
  const paths = new Map<C, string>();
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx;) {
      const found = classOf(i + nx * j);
      let end = i + 1;
      while (end < nx && classOf(end + nx * j) === found) end++;
      if (found !== undefined) {
        const [left, right, low, high] = [columns[i]!, columns[end]!, rows[j]!, rows[j + 1]!];
        const rectangle = `M${px(left)} ${px(low)}H${px(right)}V${px(high)}H${px(left)}Z`;
        paths.set(found, (paths.get(found) ?? '') + rectangle);
      }
      i = end;
    }
  }
  return paths;
}

const BAR_WIDTH = 14;

/** Legend of the colours, right of a plot, with the top class and the gaps. */
export function colourBar(box: Box, scale: LossScale, title: string, gaps: readonly Gap[]): string {
  const left = box.right + 18;
  const [top, bottom] = [box.top + 14 + (scale.limit === undefined ? 0 : 20), box.bottom - 20 * gaps.length];
  const height = Math.max(20, bottom - top);
  const at = (share: number): number => top + height * (1 - share);
  const strips = Array.from({ length: COLOURS }, (_, k) =>
    element('rect', {
      x: left,
      y: at((k + 1) / COLOURS),
      width: BAR_WIDTH,
      height: height / COLOURS + 0.4,
      fill: colourAt((k + 0.5) / COLOURS),
    }),
  );
  const textAt = { fill: INK.muted };
  const ticks = scale.ticks.map(({ value, text }) => {
    const y = at(scale.share(value));
    return (
      element('path', { d: `M${px(left + BAR_WIDTH)} ${px(y)}h3`, stroke: INK.axis }) +
      label([left + BAR_WIDTH + 6, y + 4], text, textAt)
    );
  });
  const box16 = { x: left, width: BAR_WIDTH, height: BAR_WIDTH, stroke: INK.axis };
  const topClass =
    scale.limit === undefined
      ? ''
      : element('rect', { ...box16, y: box.top + 10, fill: TOP_CLASS }) +
        label([left + BAR_WIDTH + 6, box.top + 21], `> ${shortNumber(scale.limit)}`, textAt);
  const marks = gaps.map((gap, k) => {
    const y = box.bottom - 20 * (gaps.length - k) + 8;
    return (
      element('rect', { ...box16, y, fill: `url(#${gap})` }) +
      label([left + BAR_WIDTH + 6, y + 11], GAPS[gap], textAt)
    );
  });
  return element(
    'g',
    { class: 'legend' },
    label([left, box.top + 2], title, { fill: INK.text }) +
      strips.join('') +
      ticks.join('') +
      topClass +
      marks.join(''),
  );
}
