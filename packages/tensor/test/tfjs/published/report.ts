/** Prints what became of the published test cases of tfjs, file by file and by reason, when it is run as a script. */
import { fileURLToPath } from 'node:url';
import type { Row } from './tally.js';
import { tally } from './tally.js';

const WIDTHS = [5, 6, 6, 8];

/** The lines of the report. */
export function reportOf(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(({ file }) => file.length));
  const line = (name: string, counts: readonly number[]): string =>
    [name.padEnd(width), ...counts.map((count, i) => String(count).padStart(WIDTHS[i]!))].join('  ');
  const countsOf = ({ cases, passed, failed, excluded }: Row): number[] => [
    cases,
    passed,
    failed,
    Object.values(excluded).reduce((a, b) => a + b, 0),
  ];
  const counts = rows.map(countsOf);
  const totals = WIDTHS.map((_, i) => counts.reduce((sum, row) => sum + row[i]!, 0));
  const reasons = new Map<string, number>();
  for (const { excluded } of rows)
    for (const [reason, count] of Object.entries(excluded))
      reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  return [
    `${'file'.padEnd(width)}  cases  passed  failed  excluded`,
    ...rows.map(({ file }, i) => line(file, counts[i]!)),
    line(`${rows.length} files`, totals),
    '',
    'excluded because of',
    ...[...reasons]
      .sort(([, a], [, b]) => b - a)
      .map(([reason, count]) => `${String(count).padStart(5)}  ${reason}`),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(reportOf(await tally()).join('\n'));
