import { disagreement } from './exclusions.js';
import { FILES } from './files.js';
import { openFile, prepareTfjs } from './run.js';

/** What became of the cases of one file. */
export interface Row {
  readonly file: string;
  readonly cases: number;
  readonly passed: number;
  /** Cases that fail without being named among the disagreements. */
  readonly failed: number;
  /** Number of cases by the reason for which they do not count. */
  readonly excluded: Readonly<Record<string, number>>;
}

/** Runs all published cases. */
export async function tally(): Promise<Row[]> {
  await prepareTfjs();
  const rows: Row[] = [];
  for (const name of FILES) {
    const file = openFile(name);
    const counts = { passed: 0, failed: 0 };
    const excluded: Record<string, number> = {};
    for (const published of file.cases) {
      const { outcome, reason } = await file.run(published);
      const why = outcome === 'excluded' ? reason : disagreement(name, published.name);
      if (why !== undefined) excluded[why] = (excluded[why] ?? 0) + 1;
      else if (outcome === 'passed') counts.passed++;
      else counts.failed++;
    }
    rows.push({ file: name, cases: file.cases.length, ...counts, excluded });
  }
  return rows;
}
