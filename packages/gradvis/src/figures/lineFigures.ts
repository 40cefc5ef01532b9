import { InvalidArgumentError } from '@pct/core';
import { problemOf } from '../results/checkResult.js';
import type { PathProfile, Result, Surface, Trajectory } from '../results/types.js';
import { captionOf, type FigureOptions } from './frame.js';
import { linePlot } from './linePlot.js';
import { shortNumber, type AxisScale } from './scales.js';
import { markRadius } from './trajectoryMarks.js';

/** Options of {@link profileFigure}, {@link pathFigure} and {@link trajectoryLossFigure}. */
export interface LineFigureOptions extends FigureOptions {
  /** Names of the lines, for the legend. @defaultValue from the results */
  readonly names?: readonly string[] | undefined;
  /** Spread of the losses. @defaultValue `'linear'` */
  readonly scale?: AxisScale | undefined;
}

/**
 * Losses along lines through parameter space, as SVG; with gaps where a loss is not finite.
 *
 * @param surfaces - one axis each
 * @param options - {@link LineFigureOptions}
 * @returns an SVG file
 * @throws {@link InvalidArgumentError} if there is none or one has more axes
 */
export function profileFigure(surfaces: readonly Surface[], options: LineFigureOptions = {}): string {
  const name = 'profileFigure';
  checkResults(name, surfaces);
  const lines = surfaces.map((surface, k) => {
    const [axis, more] = surface.axes;
    if (axis === undefined || more !== undefined)
      throw new InvalidArgumentError(`${name}: every surface must have one axis, got ${surface.axes.length}`);
    const title = options.names?.[k] ?? surface.provenance.objective ?? axis.name;
    return {
      name: surfaces.length === 1 && options.names === undefined ? '' : title,
      x: axis.coordinates,
      y: surface.values,
    };
  });
  const { axes, provenance } = surfaces[0]!;
  const axis = { xTitle: axes[0]!.name, yTitle: 'loss', yScale: options.scale };
  return linePlot(name, options, captionOf(provenance), `Loss along ${axes[0]!.name}`, lines, axis);
}

/**
 * Losses along paths between minima, as SVG. The legend tells barrier, mean over the length, and stretch.
 *
 * @param paths - at least one
 * @param options - {@link LineFigureOptions}
 * @returns an SVG file
 * @throws {@link InvalidArgumentError} if there is none
 */
export function pathFigure(paths: readonly PathProfile[], options: LineFigureOptions = {}): string {
  const name = 'pathFigure';
  checkResults(name, paths);
  const lines = paths.map(({ shape, barrier, mean, stretch, places, values }, k) => {
    const facts = `barrier ${shortNumber(barrier)}, mean ${shortNumber(mean)}, length ${shortNumber(stretch)}`;
    return { name: `${options.names?.[k] ?? shape}: ${facts}`, x: places, y: values };
  });
  const axis = { xTitle: 'place on the path', yTitle: 'loss', yScale: options.scale };
  return linePlot(
    name,
    options,
    captionOf(paths[0]!.provenance),
    'Loss along paths between minima',
    lines,
    axis,
  );
}

/**
 * Loss of every checkpoint beside that of its projection to the plane, as SVG: how far a plane tells the truth about
 * a training. Markers of the projections grow with the share of the distance off the plane.
 *
 * @param trajectory - with losses
 * @param options - {@link LineFigureOptions}
 * @returns an SVG file
 * @throws {@link InvalidArgumentError} if its arrays do not fit each other
 */
export function trajectoryLossFigure(trajectory: Trajectory, options: LineFigureOptions = {}): string {
  const name = 'trajectoryLossFigure';
  checkResults(name, [trajectory]);
  const { steps, trueLosses, projectedLosses, residuals, provenance } = trajectory;
  const [own, projected] = options.names ?? [];
  const lines = [
    { name: own ?? 'checkpoint', x: steps, y: trueLosses, markers: residuals.map(() => markRadius(0)) },
    {
      name: projected ?? 'its projection to the plane',
      x: steps,
      y: projectedLosses,
      markers: residuals.map(markRadius),
      dashed: true,
    },
  ];
  const axis = { xTitle: 'step', yTitle: 'loss', yScale: options.scale };
  return linePlot(
    name,
    options,
    captionOf(provenance),
    'Loss of checkpoints and of their projections',
    lines,
    axis,
  );
}

/**
 * Share of the variance of each principal component of a trajectory, beside that of a random walk of as many steps,
 * as SVG. Components that explain no more than the random walk say nothing about the training.
 *
 * @param trajectory - with variances
 * @param options - {@link FigureOptions}
 * @returns an SVG file
 * @throws {@link InvalidArgumentError} if it has no variances
 * @see Antognini and Sohl-Dickstein 2018, PCA of high dimensional random walks, NeurIPS 31
 */
export function screeFigure(trajectory: Trajectory, options: FigureOptions = {}): string {
  const name = 'screeFigure';
  checkResults(name, [trajectory]);
  const { variances, randomWalkVariances, centring, provenance } = trajectory;
  if (variances.length === 0)
    throw new InvalidArgumentError(`${name}: the trajectory must have variances, got none`);
  // Beyond a dozen there is nothing to see.
  const count = Math.min(12, variances.length);
  const numbers = Float64Array.from({ length: count }, (_, k) => k + 1);
  const markers = numbers.map(() => 3.5);
  const lines = [
    { name: 'training', x: numbers, y: variances.subarray(0, count), markers },
    {
      name: 'random walk of as many steps',
      x: numbers.subarray(0, randomWalkVariances.length),
      y: randomWalkVariances.subarray(0, count),
      markers,
      dashed: true,
    },
  ];
  const from = centring === 'last' ? 'the last checkpoint' : 'the mean of the checkpoints';
  const axis = {
    xTitle: `principal component (of differences from ${from})`,
    xTicks: Array.from(numbers, (value) => ({ value, text: String(value) })),
    yTitle: 'share of the variance',
    yRange: [0, 1] as const,
  };
  return linePlot(name, options, captionOf(provenance), 'Variance along principal components', lines, axis);
}

/** Checks that there are results and that their arrays fit each other. */
export function checkResults(functionName: string, results: readonly Result[]): void {
  if (results.length === 0)
    throw new InvalidArgumentError(`${functionName}: needs at least one result, got none`);
  for (const result of results) {
    const problem = problemOf(result);
    if (problem !== undefined) throw new InvalidArgumentError(`${functionName}: ${problem}`);
  }
}
