/** Dot plots as SVG: a panel per degree, a line per method, dots at medians and bars between quartiles. */
import { FLOOR } from '../../packages/assignment/bench/decisionFocused/study.js';
import type { Summary } from './report.js';

const labelWidth = 250;
const panelWidth = 190;
const gap = 26;
const rowHeight = 17;
const top = 58;

/** Steps of 1, 2 or 5 times a power of ten, about four of them up to `most`. */
function ticksTo(most: number): number[] {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough)! * power;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, k) => Number((k * step).toPrecision(6)));
}

const plain = (text: string): string =>
  text.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * Plot of one noise level.
 *
 * @param summary - medians and quartiles in percent
 * @returns an SVG document
 */
export function plotOf(summary: Summary, noise: number): string {
  const { degrees } = summary;
  const names = summary.names.filter((name) => name !== FLOOR);
  const width = labelWidth + degrees.length * (panelWidth + gap) + 10;
  const bottom = top + names.length * rowHeight;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${bottom + 44}" viewBox="0 0 ${width} ${bottom + 44}" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" font-size="11">`,
    `<title>Normalised regret by method and degree, noise ${noise}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="10" y="22" font-size="15" font-weight="bold" fill="#222">Normalised regret on test data in percent, noise ${noise}</text>`,
  ];
  names.forEach((name, row) => {
    const y = top + (row + 0.5) * rowHeight;
    if (row % 2 === 0)
      parts.push(
        `<rect x="0" y="${y - rowHeight / 2}" width="${width}" height="${rowHeight}" fill="#f5f5f7"/>`,
      );
    parts.push(
      `<text x="${labelWidth - 10}" y="${y + 4}" text-anchor="end" fill="#222">${plain(name)}</text>`,
    );
  });
  degrees.forEach((degree, panel) => {
    const left = labelWidth + panel * (panelWidth + gap);
    const cells = names.map((name) => summary.cell(name, degree, noise));
    const uppers = cells.map((cell) => cell?.upper ?? 0).sort((a, b) => a - b);
    // A method that fails does not press the others together: its arrow points out of the panel.
    const most = Math.max(1e-3, Math.min(uppers.at(-1)!, 3 * uppers[Math.floor(uppers.length / 2)]!)) * 1.04;
    const x = (value: number): number => left + (Math.min(value, most) / most) * panelWidth;
    parts.push(`<text x="${left}" y="46" font-weight="bold" fill="#222">degree ${degree}</text>`);
    for (const tick of ticksTo(most)) {
      parts.push(
        `<line x1="${x(tick).toFixed(1)}" x2="${x(tick).toFixed(1)}" y1="${top}" y2="${bottom}" stroke="#ddd"/>`,
        `<text x="${x(tick).toFixed(1)}" y="${bottom + 15}" text-anchor="middle" fill="#555">${tick}</text>`,
      );
    }
    const line = (value: number | undefined, colour: string, dashes: string): void => {
      if (value === undefined || value > most) return;
      parts.push(
        `<line x1="${x(value).toFixed(1)}" x2="${x(value).toFixed(1)}" y1="${top}" y2="${bottom}" stroke="${colour}" stroke-dasharray="${dashes}"/>`,
      );
    };
    line(summary.cell(names[0]!, degree, noise)?.median, '#c0392b', '4 3');
    line(summary.cell(FLOOR, degree, noise)?.median, '#555', '1 3');
    cells.forEach((cell, row) => {
      if (cell === undefined) return;
      const y = top + (row + 0.5) * rowHeight;
      const name = names[row]!;
      const colour =
        row === 0
          ? '#c0392b'
          : name.includes(', regret') || name.includes(', Hamming')
            ? '#b9770e'
            : '#1f6fb2';
      if (cell.median > most) {
        const end = left + panelWidth;
        parts.push(
          `<path d="M ${end - 7} ${y - 4} L ${end} ${y} L ${end - 7} ${y + 4} Z" fill="${colour}"/>`,
          `<text x="${end - 10}" y="${y + 4}" text-anchor="end" font-size="10" fill="${colour}">${cell.median.toPrecision(2)}</text>`,
        );
        return;
      }
      parts.push(
        `<line x1="${x(cell.lower).toFixed(1)}" x2="${x(cell.upper).toFixed(1)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2" opacity="0.55"/>`,
        `<circle cx="${x(cell.median).toFixed(1)}" cy="${y}" r="3.6" fill="${colour}"/>`,
      );
    });
  });
  parts.push(
    `<text x="10" y="${bottom + 36}" fill="#555">Dots: medians over data sets; bars: quartiles. Blue: losses; orange: layers; red, dashed: two-stage; dotted: expected costs known.</text>`,
    '</svg>',
    '',
  );
  return parts.join('\n');
}
