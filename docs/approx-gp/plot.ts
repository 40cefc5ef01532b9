/** Regret over evaluations as SVG: a panel per target, a line per sampler at the median, bands between quartiles. */
import { NAMES, quartilesOf } from './report.js';
import type { Run } from './runs.js';

const [panelWidth, panelHeight] = [230, 170];
const [left, top, gapX, gapY] = [58, 66, 52, 46];
const COLUMNS = 4;
const LEGEND_COLUMNS = 5;
const LEGEND_COLUMN = 215;
const colours = [
  '#d62728',
  '#ff9896',
  '#8c564b',
  '#2ca02c',
  '#bcbd22',
  '#17becf',
  '#7f7f7f',
  '#1f77b4',
  '#9467bd',
];
/** Samplers whose quartiles are drawn: all of them would hide each other. */
const BANDS: readonly string[] = ['gpSampler', 'Optuna GPSampler'];
/** Points of a line at most. */
const POINTS = 75;

type Corner = readonly [x: number, y: number];
const path = (corners: readonly Corner[]): string =>
  corners.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');

/**
 * The plot of all runs, as an SVG document.
 *
 * @param allTargets - names, in the order of the panels
 * @param least - what less regret counts as, where lines end
 */
export function plotOf(runs: readonly Run[], allTargets: readonly string[], least: number): string {
  const targets = allTargets.filter((name) => runs.some(({ target }) => target === name));
  const columns = Math.min(COLUMNS, targets.length);
  const ofTargets = runs.filter(({ target }) => targets.includes(target));
  const names = NAMES.filter((name) => runs.some(({ sampler }) => sampler === name));
  const rows = Math.ceil(targets.length / columns);
  const width = left + Math.max(columns * (panelWidth + gapX), LEGEND_COLUMN * LEGEND_COLUMNS);
  const height = top + rows * (panelHeight + gapY) + 8;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" font-size="11">`,
    '<title>Median regret by evaluations, with quartiles</title>',
    '<rect width="100%" height="100%" fill="#fff"/>',
  ];
  names.forEach((name, k) => {
    const x = left + (k % LEGEND_COLUMNS) * LEGEND_COLUMN;
    const y = 16 + Math.floor(k / LEGEND_COLUMNS) * 16;
    parts.push(
      `<line x1="${x}" x2="${x + 22}" y1="${y - 4}" y2="${y - 4}" stroke="${colourOf(name)}" stroke-width="2"/>`,
      `<text x="${x + 28}" y="${y}" fill="#222">${name}</text>`,
    );
  });
  targets.forEach((target, k) => {
    const x = left + (k % columns) * (panelWidth + gapX);
    const y = top + Math.floor(k / columns) * (panelHeight + gapY);
    parts.push(...panelOf(ofTargets, names, target, least, x, y));
  });
  return `${[...parts, '</svg>'].join('\n')}\n`;
}

function colourOf(name: string): string {
  return colours[NAMES.indexOf(name) % colours.length]!;
}

function panelOf(
  runs: readonly Run[],
  names: readonly string[],
  target: string,
  least: number,
  x0: number,
  y0: number,
): string[] {
  const last = runs.reduce((most, { evaluations }) => Math.max(most, evaluations), 1);
  const stride = Math.ceil(last / POINTS);
  const curves = names.map((name) => ({
    name,
    points: Array.from({ length: last }, (_, i) => i + 1)
      .filter((evaluation) => evaluation % stride === 0 || evaluation === 1)
      .flatMap((evaluation) => {
        const cell = quartilesOf(runs, target, name, evaluation);
        return cell === undefined ? [] : [{ ...cell, evaluation }];
      }),
  }));
  const medians = curves.flatMap(({ points }) => points.map(({ median }) => Math.max(least, median)));
  const lowest = Math.floor(Math.log10(Math.min(...medians)));
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...medians))));
  const x = (evaluation: number): number => x0 + (evaluation / last) * panelWidth;
  const y = (regret: number): number => {
    const place = (Math.log10(Math.max(least, regret)) - lowest) / (highest - lowest);
    return y0 + panelHeight * (1 - Math.min(1, Math.max(0, place)));
  };
  const parts = [`<text x="${x0}" y="${y0 - 8}" font-weight="bold" fill="#222">${target}</text>`];
  const step = Math.ceil((highest - lowest) / 5);
  for (let power = lowest; power <= highest; power += step) {
    const height = y(10 ** power).toFixed(1);
    parts.push(
      `<line x1="${x0}" x2="${x0 + panelWidth}" y1="${height}" y2="${height}" stroke="#e4e4e4"/>`,
      `<text x="${x0 - 6}" y="${Number(height) + 4}" text-anchor="end" fill="#555">1e${power}</text>`,
    );
  }
  for (const evaluation of [0, last / 2, last]) {
    const label = String(Math.round(evaluation));
    parts.push(
      `<text x="${x(evaluation).toFixed(1)}" y="${y0 + panelHeight + 15}" text-anchor="middle" fill="#555">${label}</text>`,
    );
  }
  for (const { name, points } of curves) {
    if (!BANDS.includes(name) || points.length === 0) continue;
    const band = [
      ...points.map(({ evaluation, high }): Corner => [x(evaluation), y(high)]),
      ...points.map(({ evaluation, low }): Corner => [x(evaluation), y(low)]).reverse(),
    ];
    parts.push(`<polygon points="${path(band)}" fill="${colourOf(name)}" opacity="0.15"/>`);
  }
  for (const { name, points } of curves) {
    const line = points.map(({ evaluation, median }): Corner => [x(evaluation), y(median)]);
    parts.push(
      `<polyline points="${path(line)}" fill="none" stroke="${colourOf(name)}" stroke-width="1.6"/>`,
    );
  }
  return parts;
}
