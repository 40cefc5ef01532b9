/** Plots of the study as SVG: predicted against true changes, and errors by regime. */
import { outputNames } from '@climate/m7-emulator/data';
import type { StudyPairs } from './pairs.js';
import type { Run } from './runs.js';
import { variantNamed } from './variants.js';

const font = `font-family="Helvetica, Arial, 'Liberation Sans', sans-serif"`;
const colours = ['#c0392b', '#1f6fb2', '#1e8449', '#b9770e', '#7d3c98', '#5d6d7e', '#a04000', '#117864'];

/** An SVG document. */
export function svg(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${font} font-size="11">`,
    `<title>${title}</title>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

const panel = 120;
const gap = 34;
const bins = 30;
/** Shades of density. */
const shades = 6;

/**
 * A panel per output: density of predicted against true changes (values of water), on axes that are logarithmic in both
 * directions from a hundredth of the median change.
 */
export function scatterPlot({ inputs, outputs }: StudyPairs, predicted: Float64Array): string {
  const rows = inputs.length / 32;
  const parts: string[] = [];
  outputNames.forEach((name, output) => {
    const [left, top] = [gap + (output % 7) * (panel + gap), gap + Math.floor(output / 7) * (panel + gap)];
    const change = (values: Float64Array, row: number): number =>
      values[row * 28 + output]! - (output < 24 ? inputs[row * 32 + 8 + output]! : 0);
    const truth = Float64Array.from({ length: rows }, (_, row) => change(outputs, row));
    const said = Float64Array.from({ length: rows }, (_, row) => change(predicted, row));
    const sizes = truth
      .map(Math.abs)
      .filter((size) => size > 0)
      .toSorted();
    const small = (sizes[sizes.length >> 1] ?? 1) / 100;
    const place = (value: number): number => Math.asinh(value / small);
    const ends = [...truth, ...said].map(place);
    const low = ends.reduce((a, b) => Math.min(a, b));
    const high = Math.max(
      low + 1e-9,
      ends.reduce((a, b) => Math.max(a, b)),
    );
    const bin = (value: number): number =>
      Math.min(bins - 1, Math.floor(((place(value) - low) / (high - low)) * bins));
    const counts = new Float64Array(bins * bins);
    truth.forEach((value, row) => counts[bin(said[row]!) * bins + bin(value)]!++);
    parts.push(...densityPaths(counts, left, top));
    parts.push(
      `<line x1="${left}" y1="${top + panel}" x2="${left + panel}" y2="${top}" stroke="#888" stroke-width="0.5"/>`,
      `<rect x="${left}" y="${top}" width="${panel}" height="${panel}" fill="none" stroke="#ccc"/>`,
      `<text x="${left}" y="${top - 5}" fill="#222">${name}</text>`,
    );
  });
  const [width, height] = [gap + 7 * (panel + gap), gap + 4 * (panel + gap)];
  return svg(width, height, 'Predicted (up) against true (right) changes of each output, by density', parts);
}

/** Bins of one panel, a path per shade; neighbours of one shade in a row are one rectangle. */
function densityPaths(counts: Float64Array, left: number, top: number): string[] {
  const most = Math.log1p(counts.reduce((a, b) => Math.max(a, b)));
  const size = panel / bins;
  const shadeOf = (at: number): number =>
    counts[at] === 0 ? 0 : Math.max(1, Math.ceil((shades * Math.log1p(counts[at]!)) / most));
  const paths = Array.from({ length: shades }, () => '');
  for (let y = 0; y < bins; y++) {
    for (let x = 0; x < bins;) {
      const shade = shadeOf(y * bins + x);
      let end = x + 1;
      while (end < bins && shadeOf(y * bins + end) === shade) end++;
      if (shade > 0) {
        const width = (end - x) * size;
        paths[shade - 1]! +=
          `M${left + x * size} ${top + panel - (y + 1) * size}h${width}v${size}h${-width}z`;
      }
      x = end;
    }
  }
  return paths.flatMap((path, k) => {
    const opacity = (0.15 + (0.85 * (k + 1)) / shades).toFixed(2);
    return path === '' ? [] : [`<path d="${path}" fill="#1f6fb2" opacity="${opacity}"/>`];
  });
}

/** Root mean square error in standard deviations by regime, a bar per variant (first seed). */
export function errorPlot(groups: readonly (readonly Run[])[]): string {
  const regimes = Object.keys(groups[0]![0]!.record.byRegime);
  const [left, top, width, bar] = [170, 40, 520, 7];
  const block = groups.length * bar + 10;
  const errors = groups.map(([run]) => regimes.map((regime) => Math.sqrt(run!.record.byRegime[regime] ?? 0)));
  const share = (error: number): number => Math.min(1, Math.max(0, (Math.log10(error) + 3) / 4));
  const parts = [0.001, 0.01, 0.1, 1, 10].map((tick) => {
    const x = left + share(tick) * width;
    const bottom = top + regimes.length * block;
    return `<line x1="${x}" x2="${x}" y1="${top}" y2="${bottom}" stroke="#ddd"/><text x="${x}" y="${bottom + 14}" text-anchor="middle" fill="#555">${tick}</text>`;
  });
  regimes.forEach((regime, k) => {
    parts.push(
      `<text x="${left - 8}" y="${top + k * block + block / 2}" text-anchor="end" fill="#222">${regime}</text>`,
    );
    errors.forEach((row, which) => {
      parts.push(
        `<rect x="${left}" y="${top + k * block + which * bar}" width="${(share(row[k]!) * width).toFixed(1)}" height="${bar - 1}" fill="${colours[which % colours.length]!}"/>`,
      );
    });
  });
  groups.forEach(([run], which) => {
    parts.push(
      `<text x="${left + (which % 4) * 140}" y="${14 + 14 * Math.floor(which / 4)}" fill="${colours[which % colours.length]!}">${variantNamed(run!.record.variant).title}</text>`,
    );
  });
  const height = top + regimes.length * block + 24;
  return svg(left + width + 30, height, 'Root mean square error in standard deviations, by regime', parts);
}
