/** Lines in panels side by side as SVG, with one legend. */

const PANEL = { width: 250, height: 200, gap: 60, left: 50, top: 40 };
const LEGEND_COLUMN = 200;
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#555555', '#882255'];

/** One axis: from the lowest to the highest tick. */
export interface Axis {
  readonly label: string;
  readonly ticks: readonly number[];
  /** @defaultValue `false` */
  readonly log?: boolean | undefined;
}

/** What one panel shows. */
export interface LinePanel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly {
    /** Index of the name in the legend. */
    readonly series: number;
    readonly points: readonly (readonly [x: number, y: number])[];
    /** @defaultValue `1` */
    readonly opacity?: number | undefined;
  }[];
}

const round = (value: number): string => value.toFixed(1);

function scaleOf({ ticks, log = false }: Axis, from: number, to: number): (value: number) => number {
  const place = (value: number): number => (log ? Math.log(value) : value);
  const [low, high] = [place(ticks[0]!), place(ticks.at(-1)!)];
  return (value) => {
    const share = (place(value) - low) / (high - low);
    return from + Math.min(1, Math.max(0, share)) * (to - from);
  };
}

/**
 * @param title - for who cannot see the plot
 * @param series - names of the lines, for the legend
 */
export function linePlot(title: string, series: readonly string[], panels: readonly LinePanel[]): string {
  const width = PANEL.left + panels.length * (PANEL.width + PANEL.gap);
  const columns = Math.max(1, Math.floor((width - PANEL.left) / LEGEND_COLUMN));
  const bottom = PANEL.top + PANEL.height;
  const legendTop = bottom + 58;
  const height = legendTop + 18 * Math.ceil(series.length / columns);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" font-size="11">`,
    `<title>${title}</title>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...panels.flatMap((panel, k) => panelParts(panel, PANEL.left + k * (PANEL.width + PANEL.gap), bottom)),
    ...series.flatMap((name, k) => {
      const x = PANEL.left + (k % columns) * LEGEND_COLUMN;
      const y = legendTop + 18 * Math.floor(k / columns);
      return [
        `<line x1="${x}" x2="${x + 18}" y1="${y}" y2="${y}" stroke="${colourOf(k)}" stroke-width="3"/>`,
        `<text x="${x + 24}" y="${y + 4}" fill="#222">${name}</text>`,
      ];
    }),
  ];
  return [...parts, '</svg>', ''].join('\n');
}

function panelParts({ title, x, y, lines }: LinePanel, left: number, bottom: number): string[] {
  const right = left + PANEL.width;
  const toX = scaleOf(x, left, right);
  const toY = scaleOf(y, bottom, PANEL.top);
  return [
    `<text x="${left}" y="${PANEL.top - 14}" font-weight="bold" fill="#222">${title}</text>`,
    `<text x="${left + PANEL.width / 2}" y="${bottom + 34}" text-anchor="middle" fill="#555">${x.label}</text>`,
    `<text transform="translate(${left - 38},${bottom - PANEL.height / 2}) rotate(-90)" text-anchor="middle" fill="#555">${y.label}</text>`,
    ...y.ticks.flatMap((tick) => [
      `<line x1="${left}" x2="${right}" y1="${round(toY(tick))}" y2="${round(toY(tick))}" stroke="#ddd"/>`,
      `<text x="${left - 6}" y="${round(toY(tick) + 4)}" text-anchor="end" fill="#555">${tick}</text>`,
    ]),
    ...x.ticks.map(
      (tick) =>
        `<text x="${round(toX(tick))}" y="${bottom + 16}" text-anchor="middle" fill="#555">${tick}</text>`,
    ),
    ...lines.map(({ series, points, opacity = 1 }) => {
      const path = points.map(([px, py]) => `${round(toX(px))},${round(toY(py))}`).join(' ');
      return `<polyline points="${path}" fill="none" stroke="${colourOf(series)}" stroke-width="1.8" opacity="${opacity}"/>`;
    }),
  ];
}

function colourOf(series: number): string {
  return COLOURS[series % COLOURS.length]!;
}
