import { InvalidArgumentError } from '@pct/core';
import type { Surface } from '../results/types.js';
import { mapFigure, planeAxes, type MapFigureOptions } from './planeFigure.js';

/** Options of {@link eigenRatioFigure}. */
export interface EigenRatioFigureOptions extends Omit<MapFigureOptions, 'scale' | 'quantity'> {}

/**
 * |λ min / λ max| of the Hessian over a plane, as SVG: 0 where the loss is locally convex up to its flat directions,
 * large where it has as much negative as positive curvature.
 *
 * @param least - smallest eigenvalue at every point
 * @param largest - largest eigenvalue at every point, on the same grid
 * @param options - {@link EigenRatioFigureOptions}; `clip` is 0.5 as in the paper unless given
 * @returns an SVG file
 * @throws {@link InvalidArgumentError} if the grids differ or have not two axes
 * @see Li et al. 2018, Visualizing the Loss Landscape of Neural Nets, NeurIPS 31, section 6
 */
export function eigenRatioFigure(
  least: Surface,
  largest: Surface,
  options: EigenRatioFigureOptions = {},
): string {
  const name = 'eigenRatioFigure';
  const [first, second] = [planeAxes(name, least), planeAxes(name, largest)];
  const same = first.every(({ coordinates }, k) => coordinates.join() === second[k]!.coordinates.join());
  if (!same) throw new InvalidArgumentError(`${name}: both surfaces must be on one grid`);
  const status = least.status.map((known, at) => known & largest.status[at]!);
  const values = least.values.map((value, at) => {
    const ratio = Math.abs(value / largest.values[at]!);
    return status[at] === 1 ? ratio : NaN;
  });
  const { clip = 0.5 } = options;
  const above = values.some((value) => value < clip) ? clip : undefined;
  return mapFigure(
    { ...least, values, status },
    { ...options, clip: above, scale: 'linear', quantity: '|\u03bb min / \u03bb max|' },
  );
}
