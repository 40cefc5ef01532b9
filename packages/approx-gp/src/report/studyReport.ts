import { checkInteger } from '@pct/core';
import type { Prediction } from '../samplers/types.js';
import type { Space } from '../space/parameters.js';
import type { Study } from '../study/Study.js';
import type { StudyTrial } from '../study/types.js';
import { curvesPlot } from './curvesPlot.js';
import { parameterImportances } from './importances.js';
import {
  contourPlot,
  historyPlot,
  importancePlot,
  parallelPlot,
  paretoPlot,
  slicePlot,
  timelinePlot,
  type PlotTrial,
} from './plots.js';
import { STYLE } from './style.js';
import { escape, short } from './svg.js';

/** Options of {@link studyReport}. */
export interface StudyReportOptions {
  /** Heading. @defaultValue the study's name */
  readonly title?: string | undefined;
  /** Names of the objectives. @defaultValue `'value'`, or `'objective 1'` and so on */
  readonly objectives?: readonly string[] | undefined;
  /**
   * What a model says at an encoded point, drawn with the slices and contours through the best trial.
   * @defaultValue that of the study's sampler, if it has a model
   */
  readonly prediction?: ((point: Float64Array, objective: number) => Prediction | undefined) | undefined;
  /** Trials drawn at most, from 2: the last ones are left out of no plot, of the others some. @defaultValue `1000` */
  readonly maxTrials?: number | undefined;
}

/** Shades of the best to the worst trials. */
const SHADES = 5;
/** Parameters, by importance, that contours are drawn for. */
const CONTOUR_PARAMETERS = 3;

/**
 * A study as one HTML page that needs nothing else: history, importances (fANOVA), slices and contours with the model's
 * mean and uncertainty, parallel coordinates, Pareto fronts, learning curves, timeline, and a table of the best trials. Follows the reader's
 * choice of a light or dark page.
 *
 * @param study - any study, also while it runs
 * @param options - {@link StudyReportOptions}
 * @returns the text of an HTML file
 * @throws {@link InvalidArgumentError} if an option is out of range
 */
export function studyReport<S extends Space>(study: Study<S>, options: StudyReportOptions = {}): string {
  const { title = study.name, maxTrials = 1000 } = options;
  checkInteger('studyReport', 'maxTrials', maxTrials, { min: 2 });
  const { directions } = study;
  const names = directions.map(
    (_, k) => options.objectives?.[k] ?? (directions.length === 1 ? 'value' : `objective ${k + 1}`),
  );
  const all = study.trials;
  const trials = thin(plotTrials(study), maxTrials);
  const front = new Set(bestTrials(study).map(({ number }) => number));
  const sections = [
    ['Trials', summary(study, names, all)],
    ...names.flatMap((name, k) => objectiveSections(study, trials, name, k, options.prediction)),
    ...names
      .slice(1)
      .map((name, k) => ['Pareto front', paretoPlot(trials, front, [0, k + 1], [names[0]!, name])]),
    ...(trials.some(({ intermediates }) => intermediates.length > 0)
      ? [['Learning curves', curvesPlot(trials, names[0]!)]]
      : []),
    ['Timeline', timelinePlot(trials, Date.now())],
  ];
  const body = sections.map(
    ([heading, content]) => `<section><h2>${escape(heading!)}</h2>${content}</section>`,
  );
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${escape(title)}</title><style>${STYLE}</style></head>` +
    `<body><h1>${escape(title)}</h1><main>${body.join('\n')}</main></body></html>\n`
  );
}

function objectiveSections<S extends Space>(
  study: Study<S>,
  trials: readonly PlotTrial[],
  name: string,
  k: number,
  given: StudyReportOptions['prediction'],
): [string, string][] {
  const { dimensions } = study.space;
  const importances = parameterImportances(study, { objective: k });
  const shades = shadesOf(trials, k, study.directions[k] === 'maximize');
  const best = bestTrials(study)[0];
  const anchor = best === undefined ? undefined : study.encodedTrials[best.number]!.point;
  const predict = (change: (point: Float64Array) => void): Prediction | undefined => {
    if (anchor === undefined) return undefined;
    const point = anchor.slice();
    change(point);
    study.space.snapInPlace(point);
    return given === undefined ? study.sampler.predict?.(point, k) : given(point, k);
  };
  const hasModel = given !== undefined || study.sampler.predict !== undefined;
  const at = (j: number, x: number) => (point: Float64Array) => void (point[j] = x);
  const indexOf = (parameter: string): number =>
    dimensions.findIndex((dimension) => dimension.name === parameter);
  const chosen = importances.slice(0, CONTOUR_PARAMETERS).map((entry) => indexOf(entry.name));
  const pairs = chosen.flatMap((j, i) => chosen.slice(i + 1).map((l): [number, number] => [j, l]));
  return [
    [`History of ${name}`, historyPlot(trials, k, study.directions[k]!, name)],
    [`Importances for ${name}`, importancePlot(importances)],
    ...importances.map(({ name: parameter }): [string, string] => {
      const j = indexOf(parameter);
      const model = hasModel ? (x: number) => predict(at(j, x)) : undefined;
      return [`${name} along ${parameter}`, slicePlot(trials, dimensions[j]!, j, k, name, model)];
    }),
    ...pairs.map(([j, l]): [string, string] => {
      const model = hasModel
        ? (a: number, b: number) =>
            predict((point) => {
              point[j] = a;
              point[l] = b;
            })
        : undefined;
      const [a, b] = [dimensions[j]!, dimensions[l]!];
      return [`${name} over ${a.name} and ${b.name}`, contourPlot(trials, [a, b], [j, l], shades, model)];
    }),
    [`Parallel coordinates of ${name}`, parallelPlot(trials, dimensions, k, shades, name)],
  ];
}

function bestTrials<S extends Space>(study: Study<S>): readonly StudyTrial<S>[] {
  if (study.directions.length > 1) return study.paretoFront;
  return study.best === undefined ? [] : [study.best];
}

function plotTrials<S extends Space>(study: Study<S>): PlotTrial[] {
  const encoded = study.encodedTrials;
  return study.trials.map(({ number, state, params, feasible, started, completed }) => {
    const { values, point, intermediates } = encoded[number]!;
    return {
      number,
      state,
      values: encoded[number]!.state === 'complete' ? values : undefined,
      point,
      intermediates,
      text: `trial ${number} (${state}): ${values === undefined ? '' : `${Array.from(values, short).join(', ')}; `}${describe(params)}`,
      feasible,
      started: started?.getTime(),
      completed: completed?.getTime(),
    };
  });
}

function describe(params: Readonly<Record<string, unknown>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? short(value) : String(value)}`)
    .join(', ');
}

/** Evenly chosen trials, the first and the last among them. */
function thin(trials: readonly PlotTrial[], most: number): readonly PlotTrial[] {
  if (trials.length <= most) return trials;
  return Array.from({ length: most }, (_, i) => trials[Math.round((i * (trials.length - 1)) / (most - 1))]!);
}

/** From 0 for the best fifth to 4 for the worst, by number. */
function shadesOf(trials: readonly PlotTrial[], objective: number, maximize: boolean): Map<number, number> {
  const sorted = trials
    .filter(({ values }) => values !== undefined)
    .sort((a, b) => (a.values![objective]! - b.values![objective]!) * (maximize ? -1 : 1));
  return new Map(sorted.map(({ number }, rank) => [number, Math.floor((SHADES * rank) / sorted.length)]));
}

function summary<S extends Space>(
  study: Study<S>,
  names: readonly string[],
  trials: readonly StudyTrial<S>[],
): string {
  const counts = new Map<string, number>();
  for (const { state } of trials) counts.set(state, (counts.get(state) ?? 0) + 1);
  const states = [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
  const rows = bestTrials(study)
    .slice(0, 20)
    .map(
      ({ number, values, params }) =>
        `<tr><td>${number}</td>${values!.map((value) => `<td>${short(value)}</td>`).join('')}<td>${escape(describe(params))}</td></tr>`,
    );
  const head = ['trial', ...names, 'parameters'].map((name) => `<th>${escape(name)}</th>`).join('');
  const about = `Sampler ${study.sampler.name}, pruner ${study.pruner.name}, seed ${study.seed}; ${study.directions.join(', ')}.`;
  return (
    `<p>${trials.length} trials${states === '' ? '' : `: ${states}`}. ${escape(about)}</p>` +
    `<table><tr>${head}</tr>${rows.join('')}</table>`
  );
}
