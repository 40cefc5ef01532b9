/** Networks to tune: what is chosen, and what a trial does. */
import {
  categorical,
  createStudy,
  float,
  int,
  nopPruner,
  type Direction,
  type Objective,
  type Sampler,
  type Space,
  type Storage,
  type StudyTrial,
} from '@hpo/approx-gp';
import { createRng } from '@pct/core';
import { digits } from './digits.js';
import { emulatorTrainer } from './emulatorTrainer.js';
import { lenet } from './lenet.js';
import { trainerOf } from './training.js';
import type { Axis } from './linePlot.js';

/** What a study of a task is made of besides the task. */
export interface TuningRun {
  readonly sampler: Sampler;
  /** A study in it is continued. */
  readonly storage: Storage;
  readonly seed: number;
  /** Trials in all. */
  readonly trials: number;
  readonly onTrial: (trial: StudyTrial) => void;
}

/** A network to tune. */
export interface TuningTask {
  readonly name: string;
  readonly direction: Direction;
  /** Axis of the best value. */
  readonly axis: Axis;
  readonly digits: number;
  /** Runs a study to its end; gives its trials. */
  readonly run: (options: TuningRun) => Promise<readonly StudyTrial[]>;
}

/** A task whose data are prepared once, when they are needed. */
function tuningTask<const S extends Space>(
  task: Omit<TuningTask, 'run'>,
  space: S,
  prepare: () => Promise<Objective<S>>,
): TuningTask {
  let prepared: Promise<Objective<S>> | undefined;
  return {
    ...task,
    async run({ sampler, storage, seed, trials, onTrial }) {
      const { direction, name } = task;
      const study = createStudy({ space, name, direction, sampler, storage, seed, pruner: nopPruner() });
      const ended = study.trials.filter(({ state }) => state === 'complete' || state === 'fail').length;
      if (ended < trials) {
        prepared ??= prepare();
        await study.optimize(await prepared, { trials: trials - ended, onTrial });
      }
      return study.trials;
    },
  };
}

/** LeNet-5 with the paper's five parameters; rate and decay on logarithmic scales, so the decay is never 0. */
function lenetTask(tiny: boolean): TuningTask {
  const [n, held, epochs] = tiny ? [128, 32, 1] : [2000, 1000, 3];
  const space = {
    keep1: float(0.01, 1),
    keep2: float(0.01, 1),
    rate: float(1e-4, 0.1, { log: true }),
    decay: float(1e-7, 1e-3, { log: true }),
    momentum: float(0, 0.99),
  };
  const axis = { label: 'wrong digits, %', ticks: [0, 5, 10, 15, 20] };
  return tuningTask({ name: 'lenet', direction: 'minimize', axis, digits: 1 }, space, async () => {
    const sets = {
      training: digits(0, n),
      validation: digits(n, n + held),
      test: digits(n + held, n + 2 * held),
    };
    const train = await trainerOf(lenet, sets, createRng(0));
    return async (trial) => {
      const { keep1, keep2, ...config } = trial.params;
      const run = train({ ...config, keep: [keep1, keep2] }, epochs, trial.rng);
      let error = NaN;
      for (let epoch = 1; ; epoch++) {
        const { done, value } = await run.next();
        if (done === true) {
          if (value === undefined) return NaN;
          trial.setUserAttribute('test', (100 * value) / held);
          return error;
        }
        error = (100 * value) / held;
        trial.report(epoch, error);
      }
    };
  });
}

/** A small emulator of M7 with a short training. */
function emulatorTask(tiny: boolean): TuningTask {
  const space = {
    rate: float(1e-4, 0.1, { log: true }),
    width: int(16, 128, { log: true }),
    inputs: categorical(['standard', 'log', 'asinh', 'modes']),
    activation: categorical(['relu', 'silu']),
    skip: categorical([true, false]),
    knee: float(0.1, 10, { log: true }),
  };
  const axis = { label: 'mean R² of logarithms', ticks: [-4, -3, -2, -1, 0] };
  return tuningTask({ name: 'emulator', direction: 'maximize', axis, digits: 3 }, space, async () => {
    const train = await emulatorTrainer(tiny);
    return async (trial) => {
      const { score, test } = await train({ ...trial.params, seed: trial.number });
      trial.setUserAttribute('test', test);
      return score;
    };
  });
}

/** The tasks by name. */
export function tuningTasks(tiny: boolean): readonly TuningTask[] {
  return [lenetTask(tiny), emulatorTask(tiny)];
}
