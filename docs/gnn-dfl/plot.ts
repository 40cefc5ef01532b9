/** Training curves as SVG: validation purity, and the losses of both modes. */
import type { Config } from './configs.js';
import type { Run } from './runs.js';

const width = 860;
const height = 324;
const LEGEND_COLUMNS = 4;
const panelWidth = 330;
const [top, bottom] = [48, 250];
const colours = ['#c0392b', '#1f6fb2', '#1e8449', '#b9770e', '#7d3c98', '#5d6d7e', '#a04000', '#117864'];
const round = (value: number): string => value.toFixed(1);

interface Panel {
  readonly left: number;
  readonly title: string;
  /** Share of the height, from the value. */
  readonly place: (value: number) => number;
  readonly ticks: readonly (readonly [value: number, text: string])[];
  readonly curveOf: (run: Run) => readonly (readonly [step: number, value: number])[];
}

/** Means of the losses of about fifty stretches of a run. */
function smoothed({ log }: Run): (readonly [number, number])[] {
  const stretch = Math.max(1, Math.floor(log.length / 50));
  return Array.from({ length: Math.floor(log.length / stretch) }, (_, k) => {
    const part = log.slice(k * stretch, (k + 1) * stretch);
    return [part.at(-1)!.step, part.reduce((sum, { loss }) => sum + loss, 0) / stretch] as const;
  });
}

const purityOf = ({ log }: Run): (readonly [number, number])[] =>
  log.flatMap(({ step, validation }) => (validation ? [[step, 100 * validation.purity] as const] : []));

/** Losses from 0.003 to 3 on a logarithmic axis. */
const decade = (loss: number): number => Math.min(1, Math.max(0, (Math.log10(loss) + 2.5) / 3));

const panels: readonly Panel[] = [
  {
    left: 60,
    title: 'Validation purity in percent',
    place: (value) => Math.max(0, (value - 50) / 50),
    ticks: [50, 60, 70, 80, 90, 100].map((value) => [value, String(value)]),
    curveOf: purityOf,
  },
  {
    left: 60 + panelWidth + 70,
    title: 'Loss of the batches (cross-entropy or Hamming)',
    place: decade,
    ticks: [0.01, 0.1, 1].map((value) => [value, String(value)]),
    curveOf: smoothed,
  },
];

/** The plot of all runs, one colour per configuration. */
export function plotOf(groups: readonly (readonly [Config, readonly Run[]])[]): string {
  const last = Math.max(...groups.flatMap(([, runs]) => runs.map(({ log }) => log.at(-1)?.step ?? 1)));
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" font-size="11">`,
    '<title>Training of graph networks: validation purity and losses by step</title>',
    '<rect width="100%" height="100%" fill="#fff"/>',
  ];
  for (const { left, title, place, ticks, curveOf } of panels) {
    const x = (step: number): number => left + (step / last) * panelWidth;
    const y = (value: number): number => bottom - place(value) * (bottom - top);
    parts.push(`<text x="${left}" y="${top - 14}" font-weight="bold" fill="#222">${title}</text>`);
    for (const [value, text] of ticks)
      parts.push(
        `<line x1="${left}" x2="${left + panelWidth}" y1="${round(y(value))}" y2="${round(y(value))}" stroke="#ddd"/>`,
        `<text x="${left - 6}" y="${round(y(value) + 4)}" text-anchor="end" fill="#555">${text}</text>`,
      );
    for (const step of [0, last / 2, last])
      parts.push(
        `<text x="${round(x(step))}" y="${bottom + 16}" text-anchor="middle" fill="#555">${Math.round(step)}</text>`,
      );
    groups.forEach(([, runs], which) => {
      for (const run of runs) {
        const points = curveOf(run).map(([step, value]) => `${round(x(step))},${round(y(value))}`);
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
