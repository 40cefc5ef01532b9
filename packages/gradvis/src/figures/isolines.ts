import { contours } from 'd3-contour';
import type { Pixel } from './svg.js';

/**
 * Lines on which a function on a grid has a value, by marching squares with linear interpolation.
 *
 * Lines end at the border of the grid and at grid cells with a corner that is not finite: nothing is known there.
 *
 * @param values - [ny, nx] row-major
 * @param nx - columns
 * @param level - the value
 * @returns lines in units of grid steps: x from 0 to nx − 1, y from 0 to ny − 1
 */
export function isolines(values: Float64Array, nx: number, level: number): Pixel[][] {
  const ny = values.length / nx;
  // NaN is below every level; infinities are cut away with it.
  const known = Array.from(values, (value) => (Number.isFinite(value) ? value : NaN));
  const { coordinates } = contours().size([nx, ny]).contour(known, level);
  const lines: Pixel[][] = [];
  for (const ring of coordinates.flat()) {
    let line: Pixel[] = [];
    const end = (): void => {
      if (line.length > 1) lines.push(line);
      line = [];
    };
    for (let k = 0; k + 1 < ring.length; k++) {
      // A grid point stands in the middle of its square there.
      const from: Pixel = [ring[k]![0]! - 0.5, ring[k]![1]! - 0.5];
      const to: Pixel = [ring[k + 1]![0]! - 0.5, ring[k + 1]![1]! - 0.5];
      if (!isKnown(known, nx, ny, from, to)) end();
      else line.push(...(line.length === 0 ? [from, to] : [to]));
    }
    end();
  }
  return joinEnds(lines);
}

/** Whether a segment lies in a grid cell whose four corners are known. */
function isKnown(values: readonly number[], nx: number, ny: number, from: Pixel, to: Pixel): boolean {
  const inside = ([x, y]: Pixel): boolean => x >= 0 && y >= 0 && x <= nx - 1 && y <= ny - 1;
  if (!inside(from) || !inside(to)) return false;
  const i = Math.min(nx - 2, Math.floor((from[0] + to[0]) / 2));
  const j = Math.min(ny - 2, Math.floor((from[1] + to[1]) / 2));
  const at = i + nx * j;
  return [at, at + 1, at + nx, at + nx + 1].every((k) => !Number.isNaN(values[k]));
}

/** A ring begins anywhere: its last line may go on as its first. */
function joinEnds(lines: Pixel[][]): Pixel[][] {
  const joined: Pixel[][] = [];
  for (const line of lines) {
    const end = line.at(-1)!;
    const next = joined.findIndex((other) => other[0]![0] === end[0] && other[0]![1] === end[1]);
    if (next >= 0) joined[next] = [...line, ...joined[next]!.slice(1)];
    else joined.push(line);
  }
  return joined;
}
