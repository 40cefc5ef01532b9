/** Losses along paths between networks of one configuration, as SVG. */
import { bendLosses, type BendLoss, type PathNumbers } from './curves.js';

/** Paths of one pair of networks. */
export interface PlottedPair {
  readonly title: string;
  readonly line: PathNumbers;
  readonly curve: Readonly<Record<BendLoss, PathNumbers | undefined>>;
}

const [width, height] = [620, 340];
const [left, right, top, bottom] = [60, 400, 48, 290];
const colours = ['#c0392b', '#1f6fb2', '#1e8449', '#b9770e'];
const dashes = { line: '', Hamming: '7 4', 'cross-entropy': '2 3' } as const;
/** Hamming loss x 1000, on a logarithmic axis. */
const [least, most] = [4, 600];
const round = (value: number): string => value.toFixed(1);

/** The plot of some pairs, one colour each. */
export function pathPlot(pairs: readonly PlottedPair[]): string {
  const y = (loss: number): number => {
    const share = Math.log(loss / least) / Math.log(most / least);
    return bottom - Math.min(1, Math.max(0, share)) * (bottom - top);
  };
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" font-size="11">`,
    '<title>Hamming loss along lines and curves between two networks</title>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="${left}" y="${top - 14}" font-weight="bold" fill="#222">Hamming loss x 1000 from one network to the other</text>`,
  ];
  for (const loss of [5, 10, 20, 50, 100, 200, 500])
    parts.push(
      `<line x1="${left}" x2="${right}" y1="${round(y(loss))}" y2="${round(y(loss))}" stroke="#ddd"/>`,
      `<text x="${left - 6}" y="${round(y(loss) + 4)}" text-anchor="end" fill="#555">${loss}</text>`,
    );
  for (const share of [0, 0.5, 1])
    parts.push(
      `<text x="${left + share * (right - left)}" y="${bottom + 18}" text-anchor="middle" fill="#555">${share}</text>`,
    );
  const curveOf = ({ losses }: PathNumbers, colour: string, dash: string): string => {
    const points = losses.map(
      (loss, k) => `${round(left + (k / (losses.length - 1)) * (right - left))},${round(y(loss))}`,
    );
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-dasharray="${dash}"/>`;
  };
  const legend = (row: number, text: string, colour: string, dash: string): string[] => [
    `<line x1="${right + 20}" x2="${right + 48}" y1="${top + 18 * row}" y2="${top + 18 * row}" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`,
    `<text x="${right + 54}" y="${top + 18 * row + 4}" fill="#222">${text}</text>`,
  ];
  for (const [row, { title, line, curve }] of pairs.entries()) {
    const colour = colours[row % colours.length]!;
    parts.push(curveOf(line, colour, dashes.line), ...legend(row, title, colour, dashes.line));
    for (const loss of bendLosses) {
      const found = curve[loss];
      if (found !== undefined) parts.push(curveOf(found, colour, dashes[loss]));
    }
  }
  for (const [k, loss] of bendLosses.entries())
    parts.push(...legend(pairs.length + 1 + k, `curve, ${loss}`, '#555', dashes[loss]));
  parts.push(...legend(pairs.length + 3, 'straight line', '#555', dashes.line));
  return [...parts, '</svg>', ''].join('\n');
}
