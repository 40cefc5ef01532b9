import { checkFinite, InvalidArgumentError } from '@pct/core';
import type { Surface, Trajectory } from '../results/types.js';
import { colourBar } from './cells.js';
import { colourAt, INK, LINE_COLOURS, TOP_CLASS } from './colours.js';
import { captionOf, figure, type Box, type FigureOptions } from './frame.js';
import { lossScale, type LossScale, type LossScaleName } from './lossScale.js';
import { axisTitle, checkOnPlane, planeAxes } from './planeFigure.js';
import { shortNumber } from './scales.js';
import { element, label, pathData, type Pixel } from './svg.js';
import { drawPath } from './trajectoryMarks.js';

/** Options of {@link surfaceFigure}. */
export interface SurfaceFigureOptions extends FigureOptions {
  /**
   * How losses are spread over colours and heights.
   * @defaultValue as in `contourFigure`
   */
  readonly scale?: LossScaleName | undefined;
  /** Losses above are cut to a flat top of another colour. @defaultValue `Infinity` */
  readonly clip?: number | undefined;
  /** Paths of trainings, drawn over the surface at the losses of their projections. @defaultValue none */
  readonly trajectories?: readonly Trajectory[] | undefined;
  /** Turn of the surface about the vertical, in degrees. @defaultValue `30` */
  readonly azimuth?: number | undefined;
  /** Height of the eye over the horizon, in degrees from 0 to 90. @defaultValue `35` */
  readonly elevation?: number | undefined;
  /** Height of the surface over the width of its sides, from 0. @defaultValue `0.6` */
  readonly relief?: number | undefined;
}

/** From places on the unit square and heights in [0, 1] to the plane of the drawing. */
type Projection = (u: number, v: number, height: number) => readonly [x: number, y: number, depth: number];

/** Where the light comes from: left, front, above; unit vector. */
const LIGHT = [-0.48, -0.36, 0.8] as const;

/**
 * A plane as a shaded surface in parallel projection, as SVG: quadrilaterals between grid points drawn from the
 * farthest to the nearest. Where a corner is not finite there is a hole.
 *
 * @param surface - two axes, at least two points along each
 * @param options - {@link SurfaceFigureOptions}
 * @returns an SVG file
 * @throws {@link InvalidArgumentError} if the surface is not such, the scale does not take its losses, or an option
 *   is out of range
 */
export function surfaceFigure(surface: Surface, options: SurfaceFigureOptions = {}): string {
  const name = 'surfaceFigure';
  const [xAxis, yAxis] = planeAxes(name, surface);
  const { azimuth = 30, elevation = 35, relief = 0.6, trajectories = [] } = options;
  checkFinite(name, 'azimuth', azimuth);
  checkFinite(name, 'elevation', elevation, { min: 0, max: 90 });
  checkFinite(name, 'relief', relief, { min: 0, max: 10 });
  if (xAxis.coordinates.length < 2 || yAxis.coordinates.length < 2)
    throw new InvalidArgumentError(`${name}: the surface must have two points or more along each axis`);
  for (const trajectory of trajectories) checkOnPlane(name, trajectory);
  const scale = lossScale(name, surface.values, options.scale, options.clip);
  const names = [axisTitle(xAxis, 0, trajectories[0]), axisTitle(yAxis, 1, trajectories[0])];
  // Too long to stand along the floor where they tell variances.
  const long = names.filter((title, k) => title !== surface.axes[k]!.name);
  const caption = [...long, captionOf(surface.provenance)].join(' \u00b7 ');
  const description = `Surface of the loss over ${xAxis.name} and ${yAxis.name}`;
  return figure(name, options, caption, description, { left: 16, right: 112, bottom: 20, top: 8 }, (box) => {
    const project = projectionInto(box, azimuth, elevation, relief);
    return [
      floorOf(project, surface, azimuth),
      quadrilaterals(surface, scale, project, relief),
      ...trajectories.map((one, k) => {
        const colour = trajectories.length === 1 ? INK.text : LINE_COLOURS[k % LINE_COLOURS.length]!;
        return pathOver(one, surface, scale, project, colour);
      }),
      colourBar(box, scale, 'loss', []),
    ].join('\n');
  });
}

/** The projection that fits the unit box into a part of the figure. */
function projectionInto(box: Box, azimuth: number, elevation: number, relief: number): Projection {
  const [a, e] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
  const raw: Projection = (u, v, height) => {
    const [x, y, z] = [u - 0.5, v - 0.5, (height - 0.5) * relief];
    const side = x * Math.cos(a) - y * Math.sin(a);
    const away = x * Math.sin(a) + y * Math.cos(a);
    return [side, -(z * Math.cos(e) + away * Math.sin(e)), away * Math.cos(e) - z * Math.sin(e)];
  };
  const corners = [0, 1].flatMap((u) => [0, 1].flatMap((v) => [0, 1].map((h) => raw(u, v, h))));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  // Room for the texts along the floor.
  const [width, height] = [box.right - box.left - 70, box.bottom - box.top - 40];
  const unit = Math.max(1, Math.min(width / (right - left), height / Math.max(1e-9, bottom - top)));
  const [cx, cy] = [(box.left + box.right) / 2, (box.top + box.bottom - 24) / 2];
  return (u, v, h) => {
    const [x, y, depth] = raw(u, v, h);
    return [cx + unit * (x - (left + right) / 2), cy + unit * (y - (top + bottom) / 2), depth];
  };
}

/** Share of a coordinate between the first and the last of an axis. */
function shareOf(coordinates: Float64Array, value: number): number {
  return (value - coordinates[0]!) / (coordinates.at(-1)! - coordinates[0]!);
}

function quadrilaterals(
  { axes, values, status }: Surface,
  scale: LossScale,
  project: Projection,
  relief: number,
): string {
  const [xs, ys] = axes.map(({ coordinates }) => coordinates) as [Float64Array, Float64Array];
  const [us, vs] = [xs.map((x) => shareOf(xs, x)), ys.map((y) => shareOf(ys, y))];
  const heights = values.map((value, at) => (status[at] === 1 ? scale.share(value) : NaN));
  const faces: { depth: number; svg: string }[] = [];
  for (let j = 0; j + 1 < ys.length; j++) {
    for (let i = 0; i + 1 < xs.length; i++) {
      const indices = [
        i + xs.length * j,
        i + 1 + xs.length * j,
        i + 1 + xs.length * (j + 1),
        i + xs.length * (j + 1),
      ];
      const h = indices.map((at) => heights[at]!);
      if (h.some(Number.isNaN)) continue;
      const corners = indices.map((at, k) =>
        project(us[at % xs.length]!, vs[Math.floor(at / xs.length)]!, h[k]!),
      );
      const mean = (h[0]! + h[1]! + h[2]! + h[3]!) / 4;
      const slopeU = (relief * (h[1]! + h[2]! - h[0]! - h[3]!)) / 2 / (us[i + 1]! - us[i]!);
      const slopeV = (relief * (h[2]! + h[3]! - h[0]! - h[1]!)) / 2 / (vs[j + 1]! - vs[j]!);
      const shade = shadeOf(slopeU, slopeV);
      const above = scale.limit !== undefined && indices.every((at) => values[at]! > scale.limit!);
      const fill = above ? TOP_CLASS : colourAt(mean, shade);
      const d = pathData([corners.map(([x, y]): Pixel => [x, y])], true);
      const depth = corners.reduce((sum, corner) => sum + corner[2], 0);
      faces.push({ depth, svg: element('path', { d, fill, stroke: fill }) });
    }
  }
  faces.sort((a, b) => b.depth - a.depth);
  const drawn = faces.map(({ svg }) => svg).join('');
  return element('g', { class: 'surface', 'stroke-width': 0.5, 'stroke-linejoin': 'round' }, drawn);
}

/** Brightness of a face by its slopes: the cosine to the light, never dark. */
function shadeOf(slopeU: number, slopeV: number): number {
  const cosine = (LIGHT[2] - slopeU * LIGHT[0] - slopeV * LIGHT[1]) / Math.hypot(slopeU, slopeV, 1);
  return 0.55 + 0.45 * Math.max(0, cosine);
}

/** Edges of the floor, with the ends of the axes and their names along the two nearest. */
function floorOf(project: Projection, { axes }: Surface, azimuth: number): string {
  const corner = (u: number, v: number): Pixel => {
    const [x, y] = project(u, v, 0);
    return [x, y];
  };
  const outline = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)];
  const turn = (azimuth * Math.PI) / 180;
  // The nearest edge along x is at the v whose depth is less, and that along y likewise.
  const near = { v: Math.cos(turn) >= 0 ? 0 : 1, u: Math.sin(turn) >= 0 ? 0 : 1 };
  const edges = [
    { axis: axes[0]!, from: corner(0, near.v), to: corner(1, near.v) },
    { axis: axes[1]!, from: corner(near.u, 0), to: corner(near.u, 1) },
  ];
  const middle = corner(0.5, 0.5);
  const texts = edges.map(({ axis, from, to }) => {
    const along = (t: number): Pixel => [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])];
    const centre = along(0.5);
    const [dx, dy] = [centre[0] - middle[0], centre[1] - middle[1]];
    const out = 16 / Math.max(1, Math.hypot(dx, dy));
    const shift = ([x, y]: Pixel, by: number): Pixel => [x + dx * out * by, y + dy * out * by + 4];
    const at = (point: Pixel, text: string, by: number, fill: string): string =>
      label(shift(point, by), text, { 'text-anchor': 'middle', fill });
    return (
      // A little inwards: where the edges meet, their texts must not.
      at(along(0.07), shortNumber(axis.coordinates[0]!), 0.9, INK.muted) +
      at(along(0.93), shortNumber(axis.coordinates.at(-1)!), 0.9, INK.muted) +
      label(shift(centre, 1.9), axis.name, {
        'text-anchor': dx < -20 ? 'end' : dx > 20 ? 'start' : 'middle',
        fill: INK.text,
      })
    );
  });
  return element(
    'g',
    { class: 'axes' },
    element('path', {
      d: pathData([outline], true),
      fill: INK.grid,
      'fill-opacity': '0.5',
      stroke: INK.axis,
    }) + texts.join(''),
  );
}

function pathOver(
  { coordinates, residuals, projectedLosses, trueLosses }: Trajectory,
  { axes }: Surface,
  scale: LossScale,
  project: Projection,
  colour: string,
): string {
  const shown = [...residuals.keys()].filter((k) => Number.isFinite(heightAt(k)));
  function heightAt(k: number): number {
    const projected = projectedLosses[k]!;
    return scale.share(Number.isFinite(projected) ? projected : trueLosses[k]!);
  }
  const points = shown.map((k): Pixel => {
    const [u, v] = [0, 1].map((axis) => shareOf(axes[axis]!.coordinates, coordinates[2 * k + axis]!));
    const [x, y] = project(u!, v!, heightAt(k));
    return [x, y];
  });
  return drawPath(
    points,
    Float64Array.from(shown, (k) => residuals[k]!),
    colour,
  );
}
