import type { Direction, IntermediateValue, Prediction } from '../samplers/types.js';
import type { Dimension } from '../space/dimensions.js';
import type { ParameterImportance } from './importances.js';
import { dot, drawing, escape, line, linearScale, px, shareScale, short, SIZE, type Scale } from './svg.js';

/** A trial as plots need it. */
export interface PlotTrial {
  readonly number: number;
  readonly state: string;
  readonly values: ArrayLike<number> | undefined;
  readonly point: Float64Array;
  /** By step. */
  readonly intermediates: readonly IntermediateValue[];
  /** Of parameters and values, for who looks closer. */
  readonly text: string;
  readonly feasible: boolean;
  readonly started: number | undefined;
  readonly completed: number | undefined;
}

/** Values by trial, and the best so far. */
export function historyPlot(
  trials: readonly PlotTrial[],
  objective: number,
  direction: Direction,
  title: string,
): string {
  const shown = trials.filter(({ state, values }) => state === 'complete' && values !== undefined);
  const x = linearScale('x', [0, ...trials.map(({ number }) => number)], 'trial');
  const y = linearScale(
    'y',
    shown.map(({ values }) => values![objective]!),
    title,
  );
  let best: number | undefined;
  const steps: [number, number][] = [];
  for (const { number, values, feasible } of shown) {
    const value = values![objective]!;
    if (!feasible || (best !== undefined && (direction === 'maximize' ? value <= best : value >= best)))
      continue;
    if (best !== undefined) steps.push([x.to(number), y.to(best)]);
    best = value;
    steps.push([x.to(number), y.to(value)]);
  }
  if (best !== undefined) steps.push([SIZE.width - SIZE.right, y.to(best)]);
  return drawing(x, y, dots(shown, x, y, objective) + line(steps, 'best'), `history of ${title}`);
}

function dots(trials: readonly PlotTrial[], x: Scale, y: Scale, objective: number): string {
  return trials
    .map(({ number, values, feasible, text }) =>
      dot(x.to(number), y.to(values![objective]!), feasible ? 'dot' : 'dot infeasible', text),
    )
    .join('');
}

/** Values along one parameter; with the model's mean and two standard deviations through a point, if there is a model. */
export function slicePlot(
  trials: readonly PlotTrial[],
  dimension: Dimension,
  j: number,
  objective: number,
  title: string,
  prediction: ((coordinate: number) => Prediction | undefined) | undefined,
): string {
  const shown = trials.filter(
    ({ values, state, point }) => state === 'complete' && values !== undefined && !Number.isNaN(point[j]!),
  );
  const band = coordinatesOf(dimension).flatMap((coordinate) => {
    const found = prediction?.(coordinate);
    return found === undefined ? [] : [{ share: shareOf(dimension, coordinate), ...found }];
  });
  const x = parameterScale('x', dimension);
  const reach = band.flatMap(({ mean, standardDeviation: sd }) => [mean - 2 * sd, mean + 2 * sd]);
  const y = linearScale('y', [...shown.map(({ values }) => values![objective]!), ...reach], title);
  const edge = (sign: number): [number, number][] =>
    band.map(({ share, mean, standardDeviation }) => [
      x.to(share),
      y.to(mean + sign * 2 * standardDeviation),
    ]);
  const model =
    line([...edge(1), ...edge(-1).reverse()], 'band') +
    line(
      band.map(({ share, mean }) => [x.to(share), y.to(mean)]),
      'mean',
    );
  const points = shown.map(({ point, values, feasible, text }) =>
    dot(
      x.to(shareOf(dimension, point[j]!)),
      y.to(values![objective]!),
      feasible ? 'dot' : 'dot infeasible',
      text,
    ),
  );
  return drawing(x, y, model + points.join(''), `${title} along ${dimension.name}`);
}

/** Trials over two parameters, coloured by rank; over cells of the model's mean through a point, if there is a model. */
export function contourPlot(
  trials: readonly PlotTrial[],
  [a, b]: readonly [Dimension, Dimension],
  [j, k]: readonly [number, number],
  shades: ReadonlyMap<number, number>,
  prediction: ((first: number, second: number) => Prediction | undefined) | undefined,
): string {
  const [x, y] = [parameterScale('x', a), parameterScale('y', b)];
  const points = trials
    .filter(({ number, point }) => shades.has(number) && !Number.isNaN(point[j]!) && !Number.isNaN(point[k]!))
    .map(({ number, point, text }) =>
      dot(x.to(shareOf(a, point[j]!)), y.to(shareOf(b, point[k]!)), `shade s${shades.get(number)}`, text),
    );
  return drawing(x, y, cells(a, b, x, y, prediction) + points.join(''), `${a.name} and ${b.name}`);
}

const CELLS = 20;

function cells(
  a: Dimension,
  b: Dimension,
  x: Scale,
  y: Scale,
  prediction: ((first: number, second: number) => Prediction | undefined) | undefined,
): string {
  if (prediction === undefined) return '';
  const found: { column: number; row: number; mean: number }[] = [];
  const coordinate = ({ kind, levels }: Dimension, cell: number): number =>
    kind === 'categorical' ? Math.floor(((cell + 0.5) / CELLS) * levels) : (cell + 0.5) / CELLS;
  for (let column = 0; column < CELLS; column++) {
    for (let row = 0; row < CELLS; row++) {
      const mean = prediction(coordinate(a, column), coordinate(b, row))?.mean;
      if (mean !== undefined) found.push({ column, row, mean });
    }
  }
  const means = found.map(({ mean }) => mean);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const [width, height] = [(x.to(1) - x.to(0)) / CELLS, (y.to(0) - y.to(1)) / CELLS];
  return found
    .map(({ column, row, mean }) => {
      const share = high > low ? (mean - low) / (high - low) : 0.5;
      const at = `x="${px(x.to(column / CELLS))}" y="${px(y.to((row + 1) / CELLS))}"`;
      return `<rect class="cell" ${at} width="${px(width + 0.3)}" height="${px(height + 0.3)}" opacity="${px(0.1 + 0.8 * share)}"/>`;
    })
    .join('');
}

/** Every trial as a line through its parameters to its value. */
export function parallelPlot(
  trials: readonly PlotTrial[],
  dimensions: readonly Dimension[],
  objective: number,
  shades: ReadonlyMap<number, number>,
  title: string,
): string {
  const names = [...dimensions.map(({ name }) => name), title];
  const x = shareScale(
    'x',
    names.map((text, i) => ({ share: i / (names.length - 1), text })),
    '',
  );
  const y = shareScale('y', [], 'low to high');
  const shown = trials.filter(({ number }) => shades.has(number));
  const values = linearScale(
    'y',
    shown.map((trial) => trial.values![objective]!),
    title,
  );
  const lines = shown.map(({ number, point, values: own }) => {
    const places = dimensions.flatMap((dimension, j): [number, number][] =>
      Number.isNaN(point[j]!) ? [] : [[x.to(j / (names.length - 1)), y.to(shareOf(dimension, point[j]!))]],
    );
    return line([...places, [x.to(1), values.to(own![objective]!)]], `thread s${shades.get(number)}`);
  });
  const axes = names.map(
    (_, i) => `<path class="axis" d="M${px(x.to(i / (names.length - 1)))} ${px(y.to(0))}V${px(y.to(1))}"/>`,
  );
  return drawing(x, y, lines.join('') + axes.join(''), 'parallel coordinates');
}

/** Two objectives against each other, those that nothing beats marked. */
export function paretoPlot(
  trials: readonly PlotTrial[],
  front: ReadonlySet<number>,
  [first, second]: readonly [number, number],
  titles: readonly [string, string],
): string {
  const shown = trials.filter(({ state, values }) => state === 'complete' && values !== undefined);
  const x = linearScale(
    'x',
    shown.map(({ values }) => values![first]!),
    titles[0],
  );
  const y = linearScale(
    'y',
    shown.map(({ values }) => values![second]!),
    titles[1],
  );
  const points = shown.map(({ number, values, feasible, text }) =>
    dot(
      x.to(values![first]!),
      y.to(values![second]!),
      front.has(number) ? 'front' : feasible ? 'dot' : 'dot infeasible',
      text,
    ),
  );
  return drawing(x, y, points.join(''), 'Pareto front');
}

/** When which trial ran, and how it ended. */
export function timelinePlot(trials: readonly PlotTrial[], now: number): string {
  const shown = trials.filter(({ started }) => started !== undefined);
  const begin = shown.reduce((least, { started }) => Math.min(least, started!), Infinity);
  const ends = shown.map(({ completed }) => ((completed ?? now) - begin) / 1000);
  const x = linearScale('x', [0, ...ends], 'seconds');
  const y = linearScale('y', [0, ...trials.map(({ number }) => number)], 'trial');
  const bars = shown.map(({ number, state, started, text }, i) => {
    const from = x.to((started! - begin) / 1000);
    const width = Math.max(1, x.to(ends[i]!) - from);
    return `<rect class="${state}" x="${px(from)}" y="${px(y.to(number) - 1.5)}" width="${px(width)}" height="3"><title>${escape(text)}</title></rect>`;
  });
  return drawing(x, y, bars.join(''), 'timeline');
}

/** Shares of variance as bars. */
export function importancePlot(importances: readonly ParameterImportance[]): string {
  const rows = importances.slice(0, 20);
  const height = 22 * rows.length + 8;
  const bars = rows.map(({ name, share }, i) => {
    const top = 22 * i + 4;
    return (
      `<text x="150" y="${top + 13}" text-anchor="end">${escape(name)}</text>` +
      `<rect class="bar" x="156" y="${top}" width="${px(340 * share)}" height="17"/>` +
      `<text x="${px(162 + 340 * share)}" y="${top + 13}">${(100 * share).toFixed(1)} %</text>`
    );
  });
  return `<svg viewBox="0 0 ${SIZE.width} ${height}" role="img" aria-label="importances">${bars.join('')}</svg>`;
}

function parameterScale(axis: 'x' | 'y', dimension: Dimension): Scale {
  const { kind, levels, name } = dimension;
  const count = kind === 'continuous' ? 5 : Math.min(levels, 6);
  const ticks = Array.from({ length: count }, (_, i) => {
    const share = count === 1 ? 0.5 : i / (count - 1);
    const coordinate = kind === 'continuous' ? share : dimension.placeOf(Math.round(share * (levels - 1)));
    const value = dimension.decode(coordinate);
    return {
      share: shareOf(dimension, coordinate),
      text: typeof value === 'number' ? short(value) : String(value),
    };
  });
  return shareScale(axis, ticks, name);
}

/** Place of a coordinate along an axis, in [0, 1]. */
function shareOf({ kind, levels }: Dimension, coordinate: number): number {
  return kind === 'categorical' ? (coordinate + 0.5) / levels : coordinate;
}

function coordinatesOf(dimension: Dimension): number[] {
  const { kind, levels } = dimension;
  const count = kind === 'continuous' ? 81 : Math.min(levels, 81);
  return Array.from({ length: count }, (_, i) =>
    kind === 'continuous'
      ? i / 80
      : dimension.placeOf(Math.round((i / Math.max(1, count - 1)) * (levels - 1))),
  );
}
