/** Results of the study as a Markdown table and as a plot. */
import { FLOOR, keyOf } from '../../packages/assignment/bench/decisionFocused/study.js';
import type { Line } from '../../packages/assignment/bench/decisionFocused/study.js';
import { methods } from '../../packages/assignment/bench/decisionFocused/methods.js';
import { quantile } from '../quantile.js';

/** Normalised regrets of one method in one setting, over seeds. */
export interface Cell {
  /** Percent, ascending. */
  readonly regrets: readonly number[];
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

/** Everything that the table and the plot show. */
export interface Summary {
  readonly names: readonly string[];
  readonly degrees: readonly number[];
  readonly noises: readonly number[];
  /** Data sets of a setting that count. */
  seeds(degree: number, noise: number): number[];
  cell(name: string, degree: number, noise: number): Cell | undefined;
}

/**
 * Collects results. In each setting only those data sets count for which every method has a result, so that all are
 * compared on the same ones.
 */
export function summarize(lines: readonly Line[]): Summary {
  const results = lines.filter((line) => line.kind === 'result');
  const present = new Set(results.map(({ method }) => method));
  const names = [FLOOR, ...methods.map(({ name }) => name)].filter((name) => present.has(name));
  const known = new Map(results.map((line) => [keyOf(line, line.method, line.seed), 100 * line.regret]));
  const sorted = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((a, b) => a - b);
  const all = sorted(results.map(({ seed }) => seed));
  const seeds = (degree: number, noise: number): number[] =>
    all.filter((seed) => names.every((name) => known.has(keyOf({ degree, noise }, name, seed))));
  return {
    names,
    degrees: sorted(results.map(({ degree }) => degree)),
    noises: sorted(results.map(({ noise }) => noise)),
    seeds,
    cell(name, degree, noise) {
      const regrets = seeds(degree, noise)
        .map((seed) => known.get(keyOf({ degree, noise }, name, seed))!)
        .sort((a, b) => a - b);
      if (regrets.length === 0) return undefined;
      const [lower, median, upper] = [0.25, 0.5, 0.75].map((share) => quantile(regrets, share));
      return { regrets, lower: lower!, median: median!, upper: upper! };
    },
  };
}

/** Median and quartiles in percent; the smallest median of a column, floor aside, in bold. */
export function tableOf(summary: Summary): string {
  const settings = summary.noises.flatMap((noise) => summary.degrees.map((degree) => ({ degree, noise })));
  const smallest = settings.map(({ degree, noise }) =>
    Math.min(
      ...summary.names
        .filter((name) => name !== FLOOR)
        .map((name) => summary.cell(name, degree, noise)?.median ?? Infinity),
    ),
  );
  const rows = summary.names.map((name) => {
    const cells = settings.map(({ degree, noise }, column) => {
      const cell = summary.cell(name, degree, noise);
      if (cell === undefined) return '';
      const median = cell.median.toFixed(2);
      const shown = name !== FLOOR && cell.median === smallest[column] ? `**${median}**` : median;
      return `${shown} (${cell.lower.toFixed(2)}-${cell.upper.toFixed(2)})`;
    });
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return [
    `| method | ${settings.map(({ degree, noise }) => `degree ${degree}, noise ${noise}`).join(' | ')} |`,
    `| --- |${' --- |'.repeat(settings.length)}`,
    `| _data sets_ | ${settings.map(({ degree, noise }) => summary.seeds(degree, noise).length).join(' | ')} |`,
    ...rows,
  ].join('\n');
}

/** What was chosen for each method and setting: learning rate, and its number. */
export function choicesOf(lines: readonly Line[]): string {
  const choices = lines.filter((line) => line.kind === 'choice');
  const settings = [
    ...new Map(choices.map((line) => [`${line.degree}, ${line.noise}`, line])).entries(),
  ].sort(([, a], [, b]) => a.noise - b.noise || a.degree - b.degree);
  const rows = methods.map(({ name, parameter }) => {
    const cells = settings.map(([, { degree, noise }]) => {
      const found = choices.find(
        (line) => line.method === name && line.degree === degree && line.noise === noise,
      );
      if (found === undefined) return '';
      return parameter === undefined ? `${found.learningRate}` : `${found.learningRate}; ${found.value}`;
    });
    return `| ${name} | ${parameter ?? ''} | ${cells.join(' | ')} |`;
  });
  return [
    `| method | number | ${settings.map(([title]) => title).join(' | ')} |`,
    `| --- | --- |${' --- |'.repeat(settings.length)}`,
    ...rows,
  ].join('\n');
}
