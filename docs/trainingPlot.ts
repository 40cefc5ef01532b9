/** Curves of trainings as SVG: two panels over the step, one colour per configuration. */

const [width, height] = [860, 324];
/** Width that a row of the legend has. */
const LEGEND_WIDTH = 800;
const panelWidth = 330;
const lefts = [60, 60 + panelWidth + 70] as const;
const [top, bottom] = [48, 250];
const round = (value: number): string => value.toFixed(1);

/** A point of a curve. */
export type Point = readonly [step: number, value: number];

/** What one panel shows. */
export interface Panel<Run> {
  readonly title: string;
  /** Share of the height, from the value. */
  readonly place: (value: number) => number;
  readonly ticks: readonly (readonly [value: number, text: string])[];
  readonly curveOf: (run: Run) => readonly Point[];
}

/** What a plot is made of. */
export interface TrainingPlot<Run> {
  readonly title: string;
  readonly panels: readonly [Panel<Run>, Panel<Run>];
  /** One per configuration, in turn. */
  readonly colours: readonly string[];
  readonly groups: readonly (readonly [{ readonly title: string }, readonly Run[]])[];
  /** Steps of the longest run. */
  readonly last: number;
  /** Fewer for longer titles. @defaultValue `4` */
  readonly legendColumns?: number;
}

/** The plot of all runs. */
export function trainingPlot<Run>(plot: TrainingPlot<Run>): string {
  const { title, panels, colours, groups, last, legendColumns = 4 } = plot;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" font-size="11">`,
    `<title>${title}</title>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
  ];
  const colourOf = (which: number): string => colours[which % colours.length]!;
  for (const [k, panel] of panels.entries()) {
    const left = lefts[k]!;
    const x = (step: number): number => left + (step / last) * panelWidth;
    const y = (value: number): number => bottom - panel.place(value) * (bottom - top);
    parts.push(`<text x="${left}" y="${top - 14}" font-weight="bold" fill="#222">${panel.title}</text>`);
    for (const [value, text] of panel.ticks)
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
        const points = panel.curveOf(run).map(([step, value]) => `${round(x(step))},${round(y(value))}`);
        parts.push(
          `<polyline points="${points.join(' ')}" fill="none" stroke="${colourOf(which)}" stroke-width="1.5" opacity="0.8"/>`,
        );
      }
    });
  }
  groups.forEach(([config, runs], which) => {
    const x = lefts[0] + (which % legendColumns) * (LEGEND_WIDTH / legendColumns);
    const y = bottom + 40 + Math.floor(which / legendColumns) * 18;
    const seeds = runs.length === 1 ? '1 seed' : `${runs.length} seeds`;
    parts.push(
      `<line x1="${x}" x2="${x + 18}" y1="${y}" y2="${y}" stroke="${colourOf(which)}" stroke-width="3"/>`,
      `<text x="${x + 24}" y="${y + 4}" fill="#222">${config.title} (${seeds})</text>`,
    );
  });
  return [...parts, '</svg>', ''].join('\n');
}
