/** Training curves as SVG: validation purity, and the losses of both modes. */
import { trainingPlot, type Panel, type Point } from '../trainingPlot.js';
import type { Config } from './configs.js';
import type { Run } from './runs.js';

const colours = ['#c0392b', '#1f6fb2', '#1e8449', '#b9770e', '#7d3c98', '#5d6d7e', '#a04000', '#117864'];

/** Means of the losses of about fifty stretches of a run. */
function smoothed({ log }: Run): Point[] {
  const stretch = Math.max(1, Math.floor(log.length / 50));
  return Array.from({ length: Math.floor(log.length / stretch) }, (_, k) => {
    const part = log.slice(k * stretch, (k + 1) * stretch);
    return [part.at(-1)!.step, part.reduce((sum, { loss }) => sum + loss, 0) / stretch] as const;
  });
}

const purityOf = ({ log }: Run): Point[] =>
  log.flatMap(({ step, validation }) => (validation ? [[step, 100 * validation.purity] as const] : []));

/** Losses from 0.003 to 3 on a logarithmic axis. */
const decade = (loss: number): number => Math.min(1, Math.max(0, (Math.log10(loss) + 2.5) / 3));

const panels: readonly [Panel<Run>, Panel<Run>] = [
  {
    title: 'Validation purity in percent',
    place: (value) => Math.max(0, (value - 50) / 50),
    ticks: [50, 60, 70, 80, 90, 100].map((value) => [value, String(value)]),
    curveOf: purityOf,
  },
  {
    title: 'Loss of the batches (cross-entropy or Hamming)',
    place: decade,
    ticks: [0.01, 0.1, 1].map((value) => [value, String(value)]),
    curveOf: smoothed,
  },
];

/** The plot of all runs, one colour per configuration. */
export function plotOf(groups: readonly (readonly [Config, readonly Run[]])[]): string {
  const last = Math.max(...groups.flatMap(([, runs]) => runs.map(({ log }) => log.at(-1)?.step ?? 1)));
  const title = 'Training of graph networks: validation purity and losses by step';
  return trainingPlot({ title, panels, colours, groups, last });
}
