import { checkPositive, InvalidArgumentError } from '@pct/core';
import { smoothDensity, type SmoothDensityOptions } from '../curvature/density.js';
import type { Spectrum } from '../results/types.js';
import { colourAt, INK } from './colours.js';
import { axes, captionOf, figure, type FigureOptions } from './frame.js';
import { checkResults } from './lineFigures.js';
import { linePlot } from './linePlot.js';
import { axisScale, shortNumber } from './scales.js';
import { element, label, pathData, type Pixel } from './svg.js';

/** Options of {@link densityFigure} and {@link densityRidgesFigure}. */
export interface DensityFigureOptions extends FigureOptions, SmoothDensityOptions {
  /** Places of each curve. @defaultValue `400` */
  readonly points?: number | undefined;
  /** Names of the spectra, such as epochs. @defaultValue `hessian`, or their numbers */
  readonly names?: readonly string[] | undefined;
  /** Least density that is shown. @defaultValue a millionth of the largest */
  readonly floor?: number | undefined;
}

/**
 * Densities of eigenvalues on a logarithmic axis, as SVG, with a band of one standard error over the runs.
 *
 * @param spectra - at least one
 * @param options - {@link DensityFigureOptions}
 * @returns an SVG file
 * @throws {@link InvalidArgumentError} if there is none or an option is not such
 */
export function densityFigure(spectra: readonly Spectrum[], options: DensityFigureOptions = {}): string {
  const name = 'densityFigure';
  const { densities, floor, top } = smoothed(name, spectra, options);
  const lines = densities.map(({ positions, values, standardErrors }, k) => ({
    name: options.names?.[k] ?? (spectra.length === 1 ? '' : `${spectra[k]!.matrix} ${k + 1}`),
    x: positions,
    y: values.map((value) => Math.max(value, floor)),
    band: standardErrors,
  }));
  const { sigma, as } = densities[0]!;
  const caption = `Gaussians of \u03c3 = ${shortNumber(sigma)} \u00b7 ${captionOf(spectra[0]!.provenance)}`;
  const axis = {
    xTitle: `eigenvalue of the ${spectra[0]!.matrix === 'hessian' ? 'Hessian' : 'Gauss\u2013Newton matrix'}`,
    yTitle: as === 'count' ? 'eigenvalues per unit' : 'density',
    yScale: 'log' as const,
    yRange: [floor, 2 * top] as const,
  };
  return linePlot(name, options, caption, 'Density of eigenvalues', lines, axis);
}

/**
 * Densities of eigenvalues one above the other, such as over the epochs of a training, as SVG; logarithmic heights.
 *
 * @param spectra - at least one, the first at the top
 * @param options - {@link DensityFigureOptions}
 * @returns an SVG file
 * @throws {@link InvalidArgumentError} if there is none or an option is not such
 */
export function densityRidgesFigure(
  spectra: readonly Spectrum[],
  options: DensityFigureOptions = {},
): string {
  const name = 'densityRidgesFigure';
  const { densities, floor, top, range } = smoothed(name, spectra, options);
  const count = densities.length;
  const caption = `Logarithm of the density from ${shortNumber(floor)} to ${shortNumber(top)}, Gaussians of \u03c3 = ${shortNumber(densities[0]!.sigma)} \u00b7 ${captionOf(spectra[0]!.provenance)}`;
  return figure(name, options, caption, 'Densities of eigenvalues', { left: 84, top: 12 }, (box) => {
    const x = axisScale('linear', range, [box.left, box.right]);
    // Ridges may reach half a row into the one above.
    const row = (box.bottom - box.top) / (count + 0.5);
    const ridges = densities.map(({ positions, values }, k) => {
      const base = box.top + row * (k + 1.5);
      const points = Array.from(positions, (at, i): Pixel => {
        const share = Math.max(0, Math.log(values[i]! / floor) / Math.log(top / floor));
        return [x.to(at), base - 1.4 * row * share];
      });
      const fill = colourAt(count === 1 ? 0.4 : (0.85 * k) / (count - 1));
      const outline: Pixel[] = [[points[0]![0], base], ...points, [points.at(-1)![0], base]];
      return (
        element('path', { class: 'ridge', d: pathData([outline], true), fill, 'fill-opacity': '0.75' }) +
        element('path', { d: pathData([points]), fill: 'none', stroke: INK.text, 'stroke-width': 0.8 }) +
        label([box.left - 8, base], options.names?.[k] ?? String(k + 1), {
          'text-anchor': 'end',
          fill: INK.muted,
        })
      );
    });
    const y = { to: () => 0, ticks: [] };
    return [axes(box, x, y, 'eigenvalue', ''), ...ridges].join('\n');
  });
}

function smoothed(
  functionName: string,
  spectra: readonly Spectrum[],
  { sigma, points = 400, range, as, floor }: DensityFigureOptions,
): {
  densities: ReturnType<typeof smoothDensity>[];
  floor: number;
  top: number;
  range: readonly [number, number];
} {
  checkResults(functionName, spectra);
  // All on one range, with one width.
  const first = spectra.map((spectrum) => smoothDensity(spectrum, { sigma, points, range, as }));
  const common = first.reduce((widest, density) => Math.max(widest, density.sigma), 0);
  const whole = range ?? [
    Math.min(...first.map(({ positions }) => positions[0]!)),
    Math.max(...first.map(({ positions }) => positions.at(-1)!)),
  ];
  const densities = spectra.map((spectrum) =>
    smoothDensity(spectrum, { sigma: common, points, range: whole, as }),
  );
  const top = densities.reduce((most, { values }) => values.reduce((a, b) => Math.max(a, b), most), 0);
  const least = floor ?? 1e-6 * top;
  checkPositive(functionName, 'floor', least);
  if (!(least < top))
    throw new InvalidArgumentError(
      `${functionName}: floor must be below the largest density ${top}, got ${least}`,
    );
  return { densities, floor: least, top, range: whole };
}
