/** Tables of the study, in Markdown. */
import { conservedSpecies, outputNames } from '@climate/m7-emulator/data';
import type { Run } from './runs.js';
import { variantNamed } from './variants.js';

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** Mean, and spread where there is more than one. */
function meanAndSpread(numbers: readonly number[], digits: number): string {
  const centre = mean(numbers);
  if (numbers.length === 1) return centre.toFixed(digits);
  const spread = Math.sqrt(mean(numbers.map((one) => (one - centre) ** 2)));
  return `${centre.toFixed(digits)} ± ${spread.toFixed(digits)}`;
}

/** From the lowest to the highest of all seeds. */
function intervalOf(runs: readonly Run[]): string {
  const low = Math.min(...runs.map(({ record }) => record.meanR2Interval[0]));
  const high = Math.max(...runs.map(({ record }) => record.meanR2Interval[1]));
  return `${low.toFixed(3)} to ${high.toFixed(3)}`;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
const exponent = (value: number): string => (value === 0 ? '0' : value.toExponential(1));

/** One row per variant: the paper's scores. */
export function scoreTable(groups: readonly (readonly Run[])[]): string {
  const titles = [
    'network',
    'seeds',
    'mean R²',
    '95 % interval',
    'published',
    'median R²',
    'mean log R²',
    'RMSE',
    ...conservedSpecies.map((species) => `mass error ${species}`),
    'negative',
    'CPU s',
  ];
  const rows = groups.map((runs) => {
    const of = <T>(read: (metrics: Run['record']['metrics']) => T): T[] =>
      runs.map(({ record }) => read(record.metrics));
    const { title, published } = variantNamed(runs[0]!.record.variant);
    return [
      title,
      String(runs.length),
      meanAndSpread(
        of(({ meanR2 }) => meanR2),
        3,
      ),
      intervalOf(runs),
      published === undefined ? '' : published.meanR2.toFixed(3),
      meanAndSpread(
        of(({ r2 }) => median(r2)),
        3,
      ),
      meanAndSpread(
        of(({ meanLogR2 }) => meanLogR2),
        3,
      ),
      meanAndSpread(
        of(({ rmse }) => rmse),
        3,
      ),
      ...conservedSpecies.map((species) => exponent(mean(of(({ massViolation }) => massViolation[species])))),
      `${(100 * mean(of(({ negativeFraction }) => negativeFraction))).toFixed(2)} %`,
      mean(runs.map(({ record }) => record.cpuSeconds)).toFixed(0),
    ];
  });
  return tableOf([titles, ...rows]);
}

/** One row per output, one column per variant. */
export function outputTable(groups: readonly (readonly Run[])[]): string {
  const titles = ['output', ...groups.map(([run]) => variantNamed(run!.record.variant).title)];
  const rows = outputNames.map((name, output) => [
    `\`${name}\``,
    ...groups.map((runs) => {
      const r2 = mean(runs.map(({ record }) => record.metrics.r2[output]!));
      const log = mean(runs.map(({ record }) => record.metrics.logR2[output]!));
      return `${r2.toFixed(2)} / ${log.toFixed(2)}`;
    }),
  ]);
  return tableOf([titles, ...rows]);
}

/** Rows of cells as a Markdown table, titles first. */
export function tableOf([titles, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles!), line(titles!.map(() => '---')), ...rows.map(line)].join('\n');
}
