/** What samplers are compared on: functions, and tables of networks that were trained once. */
import { readFileSync } from 'node:fs';
import {
  ackley,
  branin,
  float,
  hartmann6,
  levy,
  michalewicz,
  rastrigin,
  rosenbrock,
  styblinskiTang,
  type ParamsOf,
  type Space,
  type TestFunction,
} from '@hpo/approx-gp';
import { createRng } from '@pct/core';
import { digitsTable, gridOf } from '@hpo/approx-gp/tables';
import { emulatorSpace } from './emulatorSpace.js';

/** A parameter as Optuna is told of it: a number from 0 to 1 (no levels), an integer, or a category. */
export interface PeerParameter {
  readonly levels: number;
  readonly isCategory: boolean;
}

/** Something to minimise. */
export interface Target {
  readonly space: Space;
  /** Value of parameters; NaN where a training diverged. */
  readonly evaluate: (params: Readonly<Record<string, unknown>>) => number;
  readonly minimum: number;
  /** A length-scale of 1 in the unit of each parameter, on coordinates of [0, 1]. */
  readonly unitScales: readonly number[];
  readonly peer: readonly PeerParameter[];
  /** Value of what Optuna says: numbers of [0, 1] or levels. */
  readonly evaluatePeer: (point: readonly number[]) => number;
}

function functionTarget(box: TestFunction): Target {
  const { lower, upper, minimum } = box;
  const names = lower.map((_, j) => `x${j}`);
  return {
    space: Object.fromEntries(names.map((name, j) => [name, float(lower[j]!, upper[j]!)])),
    evaluate: (params) => box.evaluate(names.map((name) => params[name] as number)),
    minimum,
    unitScales: lower.map((low, j) => 1 / (upper[j]! - low)),
    peer: names.map(() => ({ levels: 0, isCategory: false })),
    evaluatePeer: (point) => box.evaluate(point.map((u, j) => lower[j]! + u * (upper[j]! - lower[j]!))),
  };
}

/** A function turned around its minimum by a random rotation: what was a sum over coordinates is none any more. */
function rotated(box: TestFunction): TestFunction {
  const d = box.lower.length;
  const rng = createRng('rotation');
  const axes: number[][] = [];
  while (axes.length < d) {
    const axis = Array.from({ length: d }, () => rng.normal());
    // Gram and Schmidt.
    for (const other of axes) {
      const along = axis.reduce((sum, value, j) => sum + value * other[j]!, 0);
      other.forEach((value, j) => (axis[j]! -= along * value));
    }
    const length = Math.hypot(...axis);
    axes.push(axis.map((value) => value / length));
  }
  const { minimizer } = box;
  return {
    ...box,
    evaluate: (x) =>
      box.evaluate(
        axes.map((axis, i) => axis.reduce((sum, a, j) => sum + a * (x[j]! - minimizer[j]!), minimizer[i]!)),
      ),
  };
}

/** @param values - of the points of the grid, in the order of `gridOf` */
function tableTarget<const S extends Space>(space: S, values: readonly number[]): Target {
  const names = Object.keys(space);
  const grid: readonly ParamsOf<S>[] = gridOf(space);
  const keyOf = (params: Readonly<Record<string, unknown>>): string =>
    names.map((name) => String(params[name])).join(' ');
  const rows = new Map(grid.map((params, row) => [keyOf(params), row]));
  const levels = names.map((name) => [
    ...new Set(grid.map((params) => (params as Record<string, unknown>)[name])),
  ]);
  return {
    space,
    evaluate: (params) => values[rows.get(keyOf(params))!]!,
    minimum: values.reduce((least, value) => (value < least ? value : least), Infinity),
    unitScales: levels.map((list) =>
      list.every((level) => typeof level === 'number') ? 1 / (Math.max(...list) - Math.min(...list)) : 1,
    ),
    peer: levels.map((list) => ({
      levels: list.length,
      isCategory: list.some((level) => typeof level !== 'number'),
    })),
    evaluatePeer: (point) => values[point.reduce((row, level, j) => row * levels[j]!.length + level, 0)]!,
  };
}

/** Wrong validation digits in per cent at the end of a training of `digitsTable()`. */
function digitsTarget(): Target {
  const table = digitsTable();
  const values = gridOf(table.space).map((params) => 100 * table.curve(params).at(-1)!);
  return tableTarget(table.space, values);
}

/** 1 minus the mean R² of logarithms of the emulators of emulator-table.jsonl. */
function emulatorTarget(): Target {
  const lines = readFileSync(new URL('emulator-table.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  const values: number[] = [];
  for (const line of lines) {
    const [row, [score]] = JSON.parse(line) as [string, [number | null, number | null]];
    values[Number(row)] = score === null ? NaN : 1 - score;
  }
  return tableTarget(emulatorSpace, values);
}

/** The functions by name. */
export const FUNCTIONS: Readonly<Record<string, () => Target>> = {
  'Levy 5': () => functionTarget(levy(5)),
  'Ackley 5': () => functionTarget(ackley(5)),
  'Hartmann 6': () => functionTarget(hartmann6()),
  Branin: () => functionTarget(branin()),
  'Rosenbrock 4': () => functionTarget(rosenbrock(4)),
  'Rastrigin 5': () => functionTarget(rastrigin(5)),
  'Michalewicz 5': () => functionTarget(michalewicz(5)),
  'Styblinski-Tang 5': () => functionTarget(styblinskiTang(5)),
};

/** Functions for variants of the Gaussian process alone, by name. */
export const ROTATED: Readonly<Record<string, () => Target>> = {
  'rotated Levy 5': () => functionTarget(rotated(levy(5))),
  'rotated Rastrigin 5': () => functionTarget(rotated(rastrigin(5))),
};

/** The tables by name. */
export const TABLES: Readonly<Record<string, () => Target>> = {
  'digits network': digitsTarget,
  'emulator of M7': emulatorTarget,
};

/** A function or table by its name. */
export function targetOf(name: string): Target {
  const all = { ...FUNCTIONS, ...ROTATED, ...TABLES };
  const make = all[name];
  if (make === undefined) {
    throw new Error(`target must be some of ${Object.keys(all).join(', ')}, got ${name}`);
  }
  return make();
}
