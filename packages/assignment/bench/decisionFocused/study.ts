/** The whole comparison: which cells there are, how one is computed, and how far a file of results has come. */
import { appendFile, readFile } from 'node:fs/promises';
import { createRng } from '@pct/core';
import type { Runtime } from '@pct/tensor';
import { makeGenerator, normalizedRegretOf } from './generator.js';
import type { Examples, Setting } from './generator.js';
import { methods } from './methods.js';
import type { Method } from './methods.js';
import { compileStep, predict, train } from './train.js';
import type { Step, TrainingOptions } from './train.js';

/** Sizes of everything. */
export interface StudySizes {
  /** Problems are side x side. */
  readonly side: number;
  readonly features: number;
  readonly training: number;
  readonly validation: number;
  readonly test: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly degrees: readonly number[];
  readonly noises: readonly number[];
  /** Data sets per setting, and the first of them, from 1. */
  readonly seeds: number;
  readonly firstSeed: number;
}

export const FULL: StudySizes = {
  side: 6,
  features: 5,
  training: 200,
  validation: 300,
  test: 1000,
  batchSize: 32,
  steps: 120,
  degrees: [1, 2, 4, 6],
  noises: [0, 0.5],
  seeds: 10,
  firstSeed: 1,
};

export const TINY: StudySizes = {
  ...FULL,
  side: 3,
  training: 16,
  validation: 8,
  test: 16,
  batchSize: 8,
  steps: 2,
  degrees: [2],
  noises: [0.5],
  seeds: 2,
};

/** Learning rates for methods with two values of a number, and for those without. */
const RATES = { two: [0.03, 0.1], one: [0.01, 0.03, 0.1, 0.3] };

/** Method that knows the expected costs: what noise alone loses. */
export const FLOOR = 'expected costs known';

/** One line of the file: a choice of settings for a method, or its regret on one seed's test set. */
export type Line =
  | {
      readonly kind: 'choice';
      readonly method: string;
      readonly degree: number;
      readonly noise: number;
      readonly learningRate: number;
      readonly value: number | string;
      /** Regret on the validation set of each candidate, best first. */
      readonly validation: number;
    }
  | {
      readonly kind: 'result';
      readonly method: string;
      readonly degree: number;
      readonly noise: number;
      readonly seed: number;
      readonly regret: number;
      readonly seconds: number;
    };

/** Where a cell is in the table. */
export function keyOf({ degree, noise }: Setting, method: string, seed?: number): string {
  return [degree, noise, method, ...(seed === undefined ? [] : [seed])].join('|');
}

/** Options of {@link runStudy}. */
export interface StudyOptions {
  readonly sizes: StudySizes;
  readonly runtime: Runtime | 'interpreter';
  /** JSON lines that are read first and added to; none keeps results in memory only. */
  readonly file?: string | undefined;
  /** Methods whose name has this text. */
  readonly only?: string | undefined;
  readonly onCell?: ((text: string) => void) | undefined;
}

/** Computes all cells that a file does not have yet. */
export async function runStudy({ sizes, runtime, file, only, onCell }: StudyOptions): Promise<Line[]> {
  const lines = file === undefined ? [] : await readLines(file);
  const add = async (line: Line): Promise<void> => {
    lines.push(line);
    if (file !== undefined) await appendFile(file, `${JSON.stringify(line)}\n`);
    const { kind, method, degree, noise } = line;
    const seed = kind === 'result' ? ` seed ${line.seed}` : ' choice';
    const regret = kind === 'result' ? line.regret : line.validation;
    onCell?.(`degree ${degree} noise ${noise}${seed} ${method}: ${(100 * regret).toFixed(2)} %`);
  };
  const chosen = new Map<string, Extract<Line, { kind: 'choice' }>>();
  const done = new Set<string>();
  for (const line of lines) {
    if (line.kind === 'choice') chosen.set(keyOf(line, line.method), line);
    else done.add(keyOf(line, line.method, line.seed));
  }
  const wanted = methods.filter(({ name }) => only === undefined || name.includes(only));
  const runner = new Runner({ ...sizes, runtime });
  const settings = sizes.degrees.flatMap((degree) => sizes.noises.map((noise) => ({ degree, noise })));
  // Choices first, then seed by seed, so that what is there so far is always a whole table of fewer seeds.
  for (const setting of settings) {
    const data = makeData(setting, 'choice', sizes);
    for (const method of wanted) {
      if (chosen.has(keyOf(setting, method.name))) continue;
      const line = await choose(method, setting, data, runner);
      chosen.set(keyOf(setting, method.name), line);
      await add(line);
    }
  }
  for (let seed = sizes.firstSeed; seed < sizes.firstSeed + sizes.seeds; seed++) {
    for (const setting of settings) {
      const { training, test } = makeData(setting, seed, sizes);
      const record = async (method: string, regret: number, seconds: number): Promise<void> =>
        add({ kind: 'result', method, ...setting, seed, regret, seconds });
      if (!done.has(keyOf(setting, FLOOR, seed)))
        await record(FLOOR, normalizedRegretOf(test.expected, test, sizes.side), 0);
      for (const method of wanted) {
        if (done.has(keyOf(setting, method.name, seed))) continue;
        const start = performance.now();
        const { learningRate, value } = chosen.get(keyOf(setting, method.name))!;
        const predicted = await runner.fit(method, value, learningRate, training, test, seed);
        const seconds = Math.round(performance.now() - start) / 1000;
        await record(method.name, normalizedRegretOf(predicted, test, sizes.side), seconds);
      }
    }
  }
  await runner.dispose();
  return lines;
}

interface Data {
  readonly training: Examples;
  readonly validation: Examples;
  readonly test: Examples;
}

function makeData(setting: Setting, key: number | string, sizes: StudySizes): Data {
  const rng = createRng('decision-focused').split(key).split(setting.degree).split(`noise ${setting.noise}`);
  const draw = makeGenerator(setting, sizes, rng);
  return {
    training: draw(sizes.training, 'training'),
    validation: draw(sizes.validation, 'validation'),
    test: draw(sizes.test, 'test'),
  };
}

async function choose(
  method: Method,
  setting: Setting,
  { training, validation }: Data,
  runner: Runner,
): Promise<Extract<Line, { kind: 'choice' }>> {
  let best: { learningRate: number; value: number | string; regret: number } | undefined;
  for (const value of method.values) {
    for (const learningRate of method.values.length === 1 ? RATES.one : RATES.two) {
      const predicted = await runner.fit(method, value, learningRate, training, validation, 'choice');
      const regret = normalizedRegretOf(predicted, validation, runner.side);
      if (best === undefined || regret < best.regret) best = { learningRate, value, regret };
    }
  }
  const { regret, ...choice } = best!;
  return { kind: 'choice', method: method.name, ...setting, ...choice, validation: regret };
}

/** Trains, with one compiled program per method and value where the method has no state. */
class Runner {
  readonly #options: TrainingOptions;
  readonly #steps = new Map<string, Step>();

  constructor(options: TrainingOptions) {
    this.#options = options;
  }

  get side(): number {
    return this.#options.side;
  }

  /** Trains on some examples and predicts the costs of others. */
  async fit(
    method: Method,
    value: number | string,
    learningRate: number,
    training: Examples,
    other: Examples,
    seed: number | string,
  ): Promise<Float64Array> {
    const key = `${method.name}|${value}`;
    const loss = (): ReturnType<Method['make']> => method.make(value, { side: this.side, training });
    const step = this.#steps.get(key) ?? (await compileStep(loss(), this.#options));
    if (method.stateful !== true) this.#steps.set(key, step);
    const rng = createRng('training').split(seed);
    const model = await train(step, training, learningRate, this.#options, rng);
    if (method.stateful === true) await step.dispose();
    return predict(model, other);
  }

  async dispose(): Promise<void> {
    for (const step of this.#steps.values()) await step.dispose();
  }
}

async function readLines(file: string): Promise<Line[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  // The last line may be cut off where a run was stopped while it wrote.
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Line];
    } catch {
      return [];
    }
  });
}
