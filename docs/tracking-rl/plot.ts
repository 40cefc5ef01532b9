/** Learning curves as SVG: validation purity and mean reward by iteration. */
import type { Config } from './configs.js';
import type { Run } from './runs.js';

const [width, height] = [860, 324];
const LEGEND_COLUMNS = 4;
const panelWidth = 330;
const [top, bottom] = [48, 250];
const colours = ['#c0392b', '#b9770e', '#1f6fb2', '#1e8449', '#7d3c98', '#5d6d7e'];
const round = (value: number): string => value.toFixed(1);

type Point = readonly [iteration: number, value: number];

interface Panel {
  readonly left: number;
  readonly title: string;
  /** Share of the height, from the value. */
  readonly place: (value: number) => number;
  readonly ticks: readonly (readonly [value: number, text: string])[];
  readonly curveOf: (run: Run) => readonly Point[];
}

/** Means of the rewards of about thirty stretches of a run. */
function smoothedReward({ records }: Run): Point[] {
  const stretch = Math.max(1, Math.floor(records.length / 30));
  return Array.from({ length: Math.floor(records.length / stretch) }, (_, k) => {
    const part = records.slice(k * stretch, (k + 1) * stretch);
    return [part.at(-1)!.iteration, part.reduce((sum, { reward }) => sum + reward, 0) / stretch];
  });
}

const panels: readonly Panel[] = [
  {
    left: 60,
    title: 'Validation purity in percent',
    place: (value) => Math.min(1, Math.max(0, (value - 50) / 50)),
    ticks: [50, 60, 70, 80, 90, 100].map((value) => [value, String(value)]),
    curveOf: ({ records }) =>
      records.flatMap(({ iteration, validation }): Point[] =>
        validation === undefined ? [] : [[iteration, 100 * validation.purity]],
      ),
  },
  {
    left: 60 + panelWidth + 70,
    title: 'Mean reward of a step, exploring',
    // From −30 to −1 by the logarithm of its size.
    place: (value) => Math.min(1, Math.max(0, 1 - Math.log(Math.max(1, -value)) / Math.log(30))),
    ticks: [-1, -3, -10, -30].map((value) => [value, `−${-value}`]),
    curveOf: smoothedReward,
  },
];

/** The plot of all runs with learning curves, one colour per configuration. */
export function plotOf(groups: readonly (readonly [Config, readonly Run[]])[]): string {
  const last = Math.max(1, ...groups.flatMap(([, runs]) => runs.map(({ records }) => records.length)));
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" font-size="11">`,
    '<title>Training of tracking policies: validation purity and reward by iteration</title>',
    '<rect width="100%" height="100%" fill="#fff"/>',
  ];
  for (const { left, title, place, ticks, curveOf } of panels) {
    const x = (iteration: number): number => left + (iteration / last) * panelWidth;
    const y = (value: number): number => bottom - place(value) * (bottom - top);
    parts.push(`<text x="${left}" y="${top - 14}" font-weight="bold" fill="#222">${title}</text>`);
    for (const [value, text] of ticks)
      parts.push(
        `<line x1="${left}" x2="${left + panelWidth}" y1="${round(y(value))}" y2="${round(y(value))}" stroke="#ddd"/>`,
        `<text x="${left - 6}" y="${round(y(value) + 4)}" text-anchor="end" fill="#555">${text}</text>`,
      );
    for (const iteration of [0, last / 2, last])
      parts.push(
        `<text x="${round(x(iteration))}" y="${bottom + 16}" text-anchor="middle" fill="#555">${Math.round(iteration)}</text>`,
      );
    groups.forEach(([, runs], which) => {
      for (const run of runs) {
        const points = curveOf(run).map(([iteration, value]) => `${round(x(iteration))},${round(y(value))}`);
        parts.push(
          `<polyline points="${points.join(' ')}" fill="none" stroke="${colours[which % colours.length]}" stroke-width="1.5" opacity="0.8"/>`,
        );
      }
    });
  }
  groups.forEach(([{ title }, runs], which) => {
    const x = 60 + (which % LEGEND_COLUMNS) * 200;
    const y = bottom + 40 + Math.floor(which / LEGEND_COLUMNS) * 18;
    const seeds = runs.length === 1 ? '1 seed' : `${runs.length} seeds`;
    parts.push(
      `<line x1="${x}" x2="${x + 18}" y1="${y}" y2="${y}" stroke="${colours[which % colours.length]}" stroke-width="3"/>`,
      `<text x="${x + 24}" y="${y + 4}" fill="#222">${title} (${seeds})</text>`,
    );
  });
  return [...parts, '</svg>', ''].join('\n');
}
