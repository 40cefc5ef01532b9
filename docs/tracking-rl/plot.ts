/** Learning curves as SVG: validation purity and mean reward by iteration. */
import { trainingPlot, type Panel, type Point } from '../trainingPlot.js';
import type { Config } from './configs.js';
import type { Run } from './runs.js';

const colours = ['#c0392b', '#b9770e', '#1f6fb2', '#1e8449', '#7d3c98', '#5d6d7e'];

/** Means of the rewards of about thirty stretches of a run. */
function smoothedReward({ records }: Run): Point[] {
  const stretch = Math.max(1, Math.floor(records.length / 30));
  return Array.from({ length: Math.floor(records.length / stretch) }, (_, k) => {
    const part = records.slice(k * stretch, (k + 1) * stretch);
    return [part.at(-1)!.iteration, part.reduce((sum, { reward }) => sum + reward, 0) / stretch];
  });
}

const panels: readonly [Panel<Run>, Panel<Run>] = [
  {
    title: 'Validation purity in percent',
    place: (value) => Math.min(1, Math.max(0, (value - 50) / 50)),
    ticks: [50, 60, 70, 80, 90, 100].map((value) => [value, String(value)]),
    curveOf: ({ records }) =>
      records.flatMap(({ iteration, validation }): Point[] =>
        validation === undefined ? [] : [[iteration, 100 * validation.purity]],
      ),
  },
  {
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
  const title = 'Training of tracking policies: validation purity and reward by iteration';
  return trainingPlot({ title, panels, colours, groups, last });
}
