/** Learning curves as SVG: validation purity and mean reward by iteration. */
import { trainingPlot, type Panel, type Point } from '../trainingPlot.js';
import type { Config } from './configs.js';
import type { Run } from './runs.js';

/** Configurations that are drawn, if they were trained: all of them would hide each other. */
const drawn: Readonly<Record<string, string>> = {
  multi: '#b9770e',
  margin: '#c0392b',
  warm: '#1f6fb2',
  attention: '#1e8449',
};

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
    place: (value) => Math.min(1, Math.max(0, (value - 75) / 25)),
    ticks: [75, 80, 85, 90, 95, 100].map((value) => [value, String(value)]),
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

/** The plot of some configurations, one line per run. */
export function plotOf(runs: readonly (readonly [Config, readonly Run[]])[]): string {
  const groups = runs.filter(([{ name }]) => name in drawn);
  return trainingPlot({
    title: 'Training of tracking policies: validation purity and reward by iteration',
    panels,
    colours: groups.map(([{ name }]) => drawn[name]!),
    groups,
    last: Math.max(1, ...groups.flatMap(([, of]) => of.map(({ records }) => records.length))),
    legendColumns: 2,
  });
}
