import { InvalidArgumentError } from '@pct/core';
import { densityFigure, densityRidgesFigure } from '../../figures/densityFigures.js';
import { pathFigure, profileFigure, screeFigure } from '../../figures/lineFigures.js';
import type { LossScaleName } from '../../figures/lossScale.js';
import { mergeTreeFigure } from '../../figures/mergeTreeFigure.js';
import { contourFigure, mapFigure } from '../../figures/planeFigure.js';
import { surfaceFigure } from '../../figures/surfaceFigure.js';
import type { Eigenpairs, PathProfile, Result, Spectrum, Surface, Trajectory } from '../../results/types.js';

/** How a figure is drawn from the command line. */
export interface CliFigureOptions {
  readonly kind?: 'contour' | 'map' | 'surface' | 'ridges' | undefined;
  readonly scale?: LossScaleName | undefined;
  readonly clip?: number | undefined;
  readonly title?: string | undefined;
}

/**
 * The figure that shows some results together: a plane with paths, lines or densities beside each other, or a scree plot.
 *
 * @throws {@link InvalidArgumentError} if nothing shows them
 */
export function figureOf(results: readonly Result[], options: CliFigureOptions = {}): string {
  const { kind, scale, clip, title } = options;
  const of = <K extends Result['kind']>(wanted: K): Extract<Result, { kind: K }>[] =>
    results.filter((result): result is Extract<Result, { kind: K }> => result.kind === wanted);
  const surfaces: Surface[] = of('surface');
  const trajectories: Trajectory[] = of('trajectory');
  const spectra: Spectrum[] = of('spectrum');
  const paths: PathProfile[] = of('path');
  const plane = surfaces[0];
  const lineScale = scale === 'log' ? 'log' : 'linear';
  if (plane !== undefined && surfaces.every(({ axes }) => axes.length === 1))
    return profileFigure(surfaces, { title, scale: lineScale });
  if (plane?.axes.length === 2) {
    const shared = { title, scale, clip, trajectories };
    if (kind === 'surface') return surfaceFigure(plane, shared);
    return kind === 'map' ? mapFigure(plane, shared) : contourFigure(plane, shared);
  }
  if (spectra.length > 0)
    return kind === 'ridges' ? densityRidgesFigure(spectra, { title }) : densityFigure(spectra, { title });
  if (paths.length > 0) return pathFigure(paths, { title, scale: lineScale });
  const [tree] = of('merge-tree');
  if (tree !== undefined) return mergeTreeFigure(tree, { title, scale: lineScale });
  if (trajectories[0] !== undefined) return screeFigure(trajectories[0], { title });
  const [pairs]: Eigenpairs[] = of('eigenpairs');
  throw new InvalidArgumentError(
    pairs === undefined
      ? 'no figure shows a volume; convert it to .npz and take a slice'
      : 'no figure shows eigenpairs; look at them with gradvis info',
  );
}
