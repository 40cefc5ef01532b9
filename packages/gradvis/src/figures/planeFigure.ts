import { checkInteger, InvalidArgumentError } from '@pct/core';
import { problemOf } from '../results/checkResult.js';
import type { Axis, Surface, Trajectory } from '../results/types.js';
import { bordersOf, colourBar, colouredCells, hatchedCells, type PlaneCells } from './cells.js';
import { INK, LINE_COLOURS } from './colours.js';
import { axes, captionOf, figure, type Box, type FigureOptions } from './frame.js';
import { isolines } from './isolines.js';
import { lossScale, type LossScale, type LossScaleName } from './lossScale.js';
import { axisScale, shortNumber, type Scale } from './scales.js';
import { element, label, pathData, type Pixel } from './svg.js';
import { pathMarks } from './trajectoryMarks.js';

/** Options of {@link mapFigure}. */
export interface MapFigureOptions extends FigureOptions {
  /**
   * How losses are spread over the colours.
   * @defaultValue `'log'` where all losses are above 0 and they differ by a factor of 100 or more, else `'linear'`
   */
  readonly scale?: LossScaleName | undefined;
  /** Losses above are drawn as one class, which the legend names. @defaultValue `Infinity` */
  readonly clip?: number | undefined;
  /** Paths on the plane. @defaultValue none */
  readonly trajectories?: readonly Trajectory[] | undefined;
  /** What the colours show. @defaultValue `'loss'` */
  readonly quantity?: string | undefined;
  /** Same length of a unit along both axes. @defaultValue `false` */
  readonly equalAspect?: boolean | undefined;
}

/** Options of {@link contourFigure}. */
export interface ContourFigureOptions extends MapFigureOptions {
  /** Number of isolines, equally spaced on the scale, from 1. @defaultValue `12` */
  readonly levels?: number | undefined;
  /** Whether the colours of the cells lie below the lines. @defaultValue `true` */
  readonly fill?: boolean | undefined;
}

/**
 * Isolines of a plane with the paths of trainings on it, as SVG.
 *
 * Lines are linear between grid points on the chosen scale and end where a loss is not finite; such cells are
 * hatched. Along a path, markers grow with the share of the checkpoint's distance that lies off the plane (a
 * marker of the least size lies on it); a triangle is the start, a cross the end.
 *
 * @param surface - two axes
 * @param options - {@link ContourFigureOptions}
 * @returns an SVG file
 * @throws {@link InvalidArgumentError} if the surface has not two axes, the scale does not take its losses, or an
 *   option is not such
 * @example
 * ```ts
 * await writeFile('plane.svg', contourFigure(surface, { trajectories: [trajectory], scale: 'log' }));
 * ```
 */
export function contourFigure(surface: Surface, options: ContourFigureOptions = {}): string {
  const { levels = 12, fill = true } = options;
  checkInteger('contourFigure', 'levels', levels, { min: 1, max: 1000 });
  return planeFigure('contourFigure', surface, options, levels, fill);
}

/**
 * A plane as a map: one coloured cell per grid point, nothing interpolated, as SVG.
 *
 * @param surface - two axes
 * @param options - {@link MapFigureOptions}
 * @returns an SVG file
 * @throws {@link InvalidArgumentError} as {@link contourFigure} does
 */
export function mapFigure(surface: Surface, options: MapFigureOptions = {}): string {
  return planeFigure('mapFigure', surface, options, 0, true);
}

function planeFigure(
  functionName: string,
  surface: Surface,
  options: MapFigureOptions,
  levels: number,
  fill: boolean,
): string {
  const [xAxis, yAxis] = planeAxes(functionName, surface);
  const { trajectories = [], quantity = 'loss', scale: scaleName, clip } = options;
  for (const trajectory of trajectories) checkOnPlane(functionName, trajectory);
  const scale = lossScale(functionName, surface.values, scaleName, clip);
  const name = `${levels === 0 ? 'Map' : 'Contours'} of the ${quantity} over ${xAxis.name} and ${yAxis.name}`;
  const caption = captionOf(surface.provenance);
  const room = { right: 112, top: 8 };
  return figure(functionName, options, caption, name, room, (whole) => {
    // Whole cells in a map; in a contour plot nothing beyond the outermost points.
    const [columns, rows] = [xAxis, yAxis].map(({ coordinates }) => {
      const borders = bordersOf(coordinates);
      if (levels === 0 || coordinates.length === 1) return borders;
      return borders.map((at) => Math.min(coordinates.at(-1)!, Math.max(coordinates[0]!, at)));
    }) as [Float64Array, Float64Array];
    const box = options.equalAspect === true ? equalBox(whole, columns, rows) : whole;
    const x = axisScale('linear', [columns[0]!, columns.at(-1)!], [box.left, box.right]);
    const y = axisScale('linear', [rows[0]!, rows.at(-1)!], [box.bottom, box.top]);
    const cells: PlaneCells = {
      values: surface.values,
      status: surface.status,
      columns: columns.map(x.to),
      rows: rows.map(y.to),
    };
    const { svg: hatches, gaps } = hatchedCells(cells);
    const clipId = 'plane';
    const frame = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
    const walk = trajectories[0];
    return [
      element('defs', {}, element('clipPath', { id: clipId }, element('rect', frame))),
      fill ? colouredCells(cells, scale) : '',
      levels === 0 ? '' : drawIsolines(surface, scale, levels, fill, x, y),
      hatches,
      axes(box, x, y, axisTitle(xAxis, 0, walk), axisTitle(yAxis, 1, walk), false),
      element(
        'g',
        { 'clip-path': `url(#${clipId})` },
        trajectories
          .map((one, k) =>
            pathMarks(
              one,
              x,
              y,
              trajectories.length === 1 ? INK.text : LINE_COLOURS[k % LINE_COLOURS.length]!,
            ),
          )
          .join(''),
      ),
      colourBar(box, scale, quantity, gaps),
    ].join('\n');
  });
}

/** The two axes of a plane. */
export function planeAxes(functionName: string, surface: Surface): [Axis, Axis] {
  const problem = problemOf(surface);
  if (problem !== undefined) throw new InvalidArgumentError(`${functionName}: ${problem}`);
  const [x, y, more] = surface.axes;
  if (x === undefined || y === undefined || more !== undefined)
    throw new InvalidArgumentError(
      `${functionName}: the surface must have two axes, got ${surface.axes.length}`,
    );
  return [x, y];
}

/** Checks that a trajectory has two coordinates per point. */
export function checkOnPlane(functionName: string, trajectory: Trajectory): void {
  const problem = problemOf(trajectory);
  if (problem !== undefined) throw new InvalidArgumentError(`${functionName}: ${problem}`);
  const { steps, coordinates } = trajectory;
  if (coordinates.length !== 2 * steps.length)
    throw new InvalidArgumentError(
      `${functionName}: a trajectory must be on two axes, got ${coordinates.length} coordinates of ${steps.length} points`,
    );
}

/** Name of an axis with the share of the variance along it, next to that of a random walk. */
export function axisTitle({ name, variance }: Axis, axis: number, walk?: Trajectory): string {
  if (variance === undefined) return name;
  const share = `${(100 * variance).toFixed(1)} % of the variance`;
  const random = walk?.randomWalkVariances[axis];
  return random === undefined
    ? `${name}: ${share}`
    : `${name}: ${share} (random walk: ${(100 * random).toFixed(1)} %)`;
}

/** The largest box in the middle of another in which units have one length. */
function equalBox({ left, top, right, bottom }: Box, columns: Float64Array, rows: Float64Array): Box {
  const [width, height] = [columns.at(-1)! - columns[0]!, rows.at(-1)! - rows[0]!];
  const unit = Math.min((right - left) / width, (bottom - top) / height);
  const [mx, my] = [(right - left - unit * width) / 2, (bottom - top - unit * height) / 2];
  return { left: left + mx, right: right - mx, top: top + my, bottom: bottom - my };
}

function drawIsolines(
  surface: Surface,
  scale: LossScale,
  levels: number,
  fill: boolean,
  x: Scale,
  y: Scale,
): string {
  const [xs, ys] = surface.axes.map(({ coordinates }) => coordinates) as [Float64Array, Float64Array];
  if (xs.length < 2 || ys.length < 2) return '';
  const shares = surface.values.map((value, at) => (surface.status[at] === 1 ? scale.share(value) : NaN));
  const place = ([i, j]: Pixel): Pixel => [x.to(between(xs, i)), y.to(between(ys, j))];
  const drawn: string[] = [];
  const texts: string[] = [];
  for (let k = 1; k <= levels; k++) {
    const share = k / (levels + 1);
    const lines = isolines(shares, xs.length, share).map((line) => line.map(place));
    if (lines.length === 0) continue;
    const text = shortNumber(Number(scale.lossAt(share).toPrecision(3)));
    const stroke = fill ? '#ffffff' : INK.muted;
    drawn.push(
      element('path', {
        d: pathData(lines),
        'data-level': text,
        stroke,
        'stroke-opacity': fill ? '0.75' : undefined,
      }),
    );
    // A text per third line, in the middle of its longest piece.
    const longest = lines.reduce((best, line) => (line.length > best.length ? line : best));
    if (k % 3 === 2 && longest.length > 7)
      texts.push(
        label(longest[longest.length >> 1]!, text, {
          'text-anchor': 'middle',
          'font-size': 9,
          fill: INK.text,
          stroke: '#ffffff',
          'stroke-width': 2.5,
          'paint-order': 'stroke',
        }),
      );
  }
  return element('g', { class: 'isolines', fill: 'none' }, drawn.join('')) + texts.join('');
}

/** The coordinate at a place between grid points. */
function between(coordinates: Float64Array, at: number): number {
  const left = Math.min(coordinates.length - 2, Math.floor(at));
  return coordinates[left]! + (coordinates[left + 1]! - coordinates[left]!) * (at - left);
}
