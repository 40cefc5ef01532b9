import { INK, LINE_COLOURS } from './colours.js';
import { axes, figure, type FigureOptions } from './frame.js';
import { axisScale, rangeOf, type AxisScale, type Tick } from './scales.js';
import { element, label, pathData, type Pixel } from './svg.js';

/** One line of a plot. */
export interface PlotLine {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Radius per point, in pixels; without it there are no markers. */
  readonly markers?: ArrayLike<number> | undefined;
  readonly dashed?: boolean | undefined;
  /** Deviation up and down, drawn as a band. */
  readonly band?: ArrayLike<number> | undefined;
}

/** Axes of a plot of lines. */
export interface PlotAxes {
  readonly xTitle: string;
  readonly yTitle: string;
  /** Marks of the x axis. @defaultValue round numbers */
  readonly xTicks?: readonly Tick[] | undefined;
  readonly yScale?: AxisScale | undefined;
  /** Ends of the y axis. @defaultValue what the lines take */
  readonly yRange?: readonly [number, number] | undefined;
}

/** A plot of lines with a legend; lines have gaps where they are not finite, or not above 0 on a logarithm. */
export function linePlot(
  functionName: string,
  options: FigureOptions,
  caption: string,
  description: string,
  lines: readonly PlotLine[],
  { xTitle, yTitle, xTicks, yScale = 'linear', yRange }: PlotAxes,
): string {
  const named = lines.filter(({ name }) => name !== '');
  // The legend stands above the plot, two entries to a row.
  const rows = Math.ceil(named.length / 2);
  return figure(functionName, options, caption, description, { top: 10 + 16 * rows }, (box) => {
    const xRange = rangeOf(lines.flatMap((line) => Array.from(line.x)));
    const round = axisScale('linear', xRange, [box.left, box.right]);
    const x = { to: round.to, ticks: xTicks ?? round.ticks };
    const range =
      yRange ??
      widened(
        rangeOf(
          lines.flatMap((line) => Array.from(line.y)),
          yScale,
        ),
        yScale,
      );
    const y = axisScale(yScale, range, [box.bottom, box.top]);
    const shown = (value: number): boolean => Number.isFinite(value) && (yScale === 'linear' || value > 0);
    const inside = (value: number): number => Math.min(range[1], Math.max(range[0], value));
    const drawn = lines.map((line, k) => {
      const colour = LINE_COLOURS[k % LINE_COLOURS.length]!;
      const points = Array.from(line.x, (at, i): Pixel | undefined =>
        shown(line.y[i]!) ? [x.to(at), y.to(line.y[i]!)] : undefined,
      );
      const dots = points.map((point, i) =>
        point === undefined || line.markers === undefined
          ? ''
          : element('circle', { cx: point[0], cy: point[1], r: line.markers[i], fill: colour }),
      );
      return element(
        'g',
        { class: 'line', 'data-name': line.name },
        bandOf(line, shown, (at, value) => [x.to(at), y.to(inside(value))], colour) +
          element('path', {
            d: pathData(runsOf(points)),
            fill: 'none',
            stroke: colour,
            'stroke-width': 1.6,
            'stroke-linejoin': 'round',
            'stroke-dasharray': line.dashed === true ? '5 4' : undefined,
            'clip-path': 'url(#plot)',
          }) +
          dots.join(''),
      );
    });
    const legend = lines.map(({ name, dashed }, k) => {
      if (name === '') return '';
      const at = named.findIndex((one) => one === lines[k]);
      const left = box.left + (at % 2) * ((box.right - box.left) / 2);
      const top = box.top - 12 - 16 * (rows - 1 - Math.floor(at / 2));
      const stroke = LINE_COLOURS[k % LINE_COLOURS.length]!;
      const look = { stroke, 'stroke-width': 2.4, 'stroke-dasharray': dashed === true ? '5 4' : undefined };
      return (
        element('path', {
          d: pathData([
            [
              [left, top],
              [left + 20, top],
            ],
          ]),
          ...look,
        }) + label([left + 26, top + 4], name, { fill: INK.text })
      );
    });
    const frame = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
    const clip = element('defs', {}, element('clipPath', { id: 'plot' }, element('rect', frame)));
    return [
      clip,
      axes(box, x, y, xTitle, yTitle),
      ...drawn,
      element('g', { class: 'legend' }, legend.join('')),
    ].join('\n');
  });
}

/** Runs of points without gaps. */
function runsOf(points: readonly (Pixel | undefined)[]): Pixel[][] {
  const runs: Pixel[][] = [[]];
  for (const point of points) {
    if (point === undefined) runs.push([]);
    else runs.at(-1)!.push(point);
  }
  return runs.filter(({ length }) => length > 0);
}

function bandOf(
  { x, y, band }: PlotLine,
  shown: (value: number) => boolean,
  place: (at: number, value: number) => Pixel,
  fill: string,
): string {
  if (band === undefined) return '';
  const indices = Array.from(x, (_, i) => i).filter((i) => shown(y[i]!) && Number.isFinite(band[i]));
  const edge = (sign: number): Pixel[] => indices.map((i) => place(x[i]!, y[i]! + sign * band[i]!));
  const d = pathData([[...edge(1), ...edge(-1).reverse()]], true);
  return d === '' ? '' : element('path', { class: 'band', d, fill, 'fill-opacity': '0.2' });
}

function widened([low, high]: [number, number], scale: AxisScale): [number, number] {
  if (scale === 'log')
    return low === high ? [low / 2, high * 2] : [low * (low / high) ** 0.04, high * (high / low) ** 0.04];
  const margin = low === high ? Math.max(0.5, Math.abs(low) / 10) : 0.04 * (high - low);
  return [low - margin, high + margin];
}
