import type { PlotTrial } from './plots.js';
import { dot, drawing, line, linearScale } from './svg.js';

/** What trials reported on their way, a line each; those that were pruned in another colour. */
export function curvesPlot(trials: readonly PlotTrial[], title: string): string {
  const curves = trials.map(({ intermediates, state, text }) => ({
    state,
    text,
    points: intermediates.filter(({ value }) => Number.isFinite(value)),
  }));
  const all = curves.flatMap(({ points }) => points);
  const x = linearScale(
    'x',
    all.map(({ step }) => step),
    'step',
  );
  const y = linearScale(
    'y',
    all.map(({ value }) => value),
    title,
  );
  const lines = curves.map(({ points, state, text }) => {
    const places = points.map(({ step, value }): [number, number] => [x.to(step), y.to(value)]);
    const end = places.at(-1);
    const isCut = state === 'pruned';
    // A curve of one point is no line, and where it ends says most.
    return (
      line(places, isCut ? 'curve cut' : 'curve') +
      (end === undefined ? '' : dot(...end, isCut ? 'end cut' : 'end', text))
    );
  });
  return drawing(x, y, lines.join(''), `learning curves of ${title}`);
}
