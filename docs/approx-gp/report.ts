/** Medians and quartiles of regrets, as tables. */
import { quantile } from '../quantile.js';
import { PEERS, SAMPLERS, type Run } from './runs.js';
import { FUNCTIONS } from './targets.js';

/** Samplers in the order of tables and legends. */
export const NAMES: readonly string[] = [...Object.keys(SAMPLERS), ...Object.keys(PEERS)];

/** Least regret of a run after so many evaluations; Infinity before the first. */
function regretAt({ steps }: Run, evaluations: number): number {
  let least = Infinity;
  for (const [evaluation, regret] of steps) if (evaluation <= evaluations) least = regret;
  return least;
}

/** Quartiles of regrets over the runs that are long enough; undefined if there is none. */
export interface Quartiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
  readonly seeds: number;
}

/** Quartiles of a sampler on a function after so many evaluations. */
export function quartilesOf(
  runs: readonly Run[],
  target: string,
  sampler: string,
  evaluations: number,
): Quartiles | undefined {
  const regrets = runs
    .filter((run) => run.target === target && run.sampler === sampler && run.evaluations >= evaluations)
    .map((run) => regretAt(run, evaluations));
  if (regrets.length === 0) return undefined;
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(regrets, share));
  return { low: low!, median: median!, high: high!, seeds: regrets.length };
}

const short = (regret: number): string =>
  regret === 0
    ? '0'
    : regret >= 1e4 || regret < 1e-2
      ? regret.toExponential(0)
      : String(Number(regret.toPrecision(2)));

/**
 * Medians and quartiles after so many evaluations: a row per sampler, a column per target that has runs.
 *
 * @param allTargets - their names
 * @param names - of the samplers
 */
export function tableOf(
  runs: readonly Run[],
  allTargets: readonly string[],
  evaluations: number,
  names: readonly string[],
): string {
  const targets = allTargets.filter((name) => runs.some(({ target }) => target === name));
  const rows = names.flatMap((sampler) => {
    const cells = targets.map((target) => quartilesOf(runs, target, sampler, evaluations));
    const counts = cells.map((cell) => cell?.seeds ?? 0);
    if (Math.max(...counts) === 0) return [];
    const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
    const texts = cells.map((cell, k) => {
      if (cell === undefined) return '';
      const medians = names.map(
        (name) => quartilesOf(runs, targets[k]!, name, evaluations)?.median ?? Infinity,
      );
      const median = short(cell.median);
      const isLeast = cell.median === Math.min(...medians);
      return `${isLeast ? `**${median}**` : median} (${short(cell.low)}, ${short(cell.high)})`;
    });
    return [[sampler, fewest === most ? String(most) : `${fewest}–${most}`, ...texts]];
  });
  return [['sampler', 'seeds', ...targets], ['---', ...targets.map(() => '---:'), '---:'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** What the goals say, with the numbers they are about; those of samplers that did not run are left out. */
export function goalsOf(runs: readonly Run[]): string {
  const lines: string[] = [];
  const goal = (target: string, evaluations: number, most: number): void => {
    const cell = quartilesOf(runs, target, 'gpSampler', evaluations);
    if (cell === undefined) return;
    const verdict = cell.median <= most ? 'reached' : 'missed';
    lines.push(`| ${target}, median at ${evaluations} | ${most} | ${short(cell.median)} | ${verdict} |`);
  };
  goal('Levy 5', 150, 0.05);
  goal('Hartmann 6', 100, 0.01);
  for (const target of Object.keys(FUNCTIONS)) {
    const peer = quartilesOf(runs, target, 'Optuna GPSampler', 100);
    const own = quartilesOf(runs, target, 'gpSampler', 100);
    if (peer === undefined || own === undefined) continue;
    const verdict =
      own.median <= peer.median ? 'better' : own.median <= 1.25 * peer.median ? 'reached' : 'missed';
    const bound = `1.25 × ${short(peer.median)} (Optuna, ${peer.seeds} seeds)`;
    lines.push(`| ${target}, median at 100 | ${bound} | ${short(own.median)} | ${verdict} |`);
  }
  return ['| | at most | is | |', '| --- | ---: | ---: | --- |', ...lines].join('\n');
}
