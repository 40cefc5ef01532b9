import type { Trajectory } from '../results/types.js';
import type { Scale } from './scales.js';
import { element, pathData, px, type Pixel } from './svg.js';

/** Radius of a marker on the plane, and how much it grows until all of the distance is off it; pixels. */
const LEAST = 2;
const GROWTH = 6;

/** Radius of a checkpoint's marker from the share of its distance that lies off the plane. */
export function markRadius(residual: number): number {
  return LEAST + GROWTH * (Number.isFinite(residual) ? Math.min(1, Math.max(0, residual)) : 0);
}

/** A path on a plane: line, a marker per checkpoint, a triangle at the start and a cross at the end. */
export function pathMarks(trajectory: Trajectory, x: Scale, y: Scale, colour: string): string {
  const { coordinates, residuals } = trajectory;
  const points = Array.from(residuals, (_, k): Pixel => [
    x.to(coordinates[2 * k]!),
    y.to(coordinates[2 * k + 1]!),
  ]);
  return drawPath(points, residuals, colour);
}

/** A path through pixels with the marks of {@link pathMarks}. */
export function drawPath(points: readonly Pixel[], residuals: Float64Array, colour: string): string {
  const [start, end] = [points[0], points.at(-1)];
  if (start === undefined || end === undefined) return '';
  const d = pathData([points]);
  const dots = points.map(([cx, cy], k) =>
    element('circle', {
      cx,
      cy,
      r: markRadius(residuals[k]!),
      fill: colour,
      stroke: '#ffffff',
      'stroke-width': 0.8,
    }),
  );
  return element(
    'g',
    { class: 'path', fill: 'none', 'stroke-linejoin': 'round' },
    element('path', { d, stroke: '#ffffff', 'stroke-width': 4 }) +
      element('path', { d, stroke: colour, 'stroke-width': 1.6 }) +
      dots.join('') +
      triangle(start, colour) +
      cross(end, colour),
  );
}

function triangle([x, y]: Pixel, colour: string): string {
  const d = `M${px(x)} ${px(y - 7)}l6.2 11h-12.4Z`;
  return element('path', { class: 'start', d, fill: '#ffffff', stroke: colour, 'stroke-width': 1.8 });
}

function cross([x, y]: Pixel, colour: string): string {
  const d = `M${px(x - 5)} ${px(y - 5)}l10 10m0 -10l-10 10`;
  return (
    element('path', { d, stroke: '#ffffff', 'stroke-width': 5 }) +
    element('path', { class: 'end', d, stroke: colour, 'stroke-width': 2.4 })
  );
}
