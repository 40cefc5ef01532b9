/** Short trainings of small emulators of M7. */
import { evaluateEmulation, trainEmulator } from '@climate/m7-emulator';
import { cosineSchedule } from '@pct/tensor';
import { pairsOnce, predictionsOf } from '../m7-emulator/runs.js';

/** What is chosen of an emulator of two hidden layers. */
export interface EmulatorConfig {
  /** Learning rate of the first step; it falls to 0 as a cosine. */
  readonly rate: number;
  /** Units of each hidden layer. */
  readonly width: number;
  readonly inputs: 'standard' | 'log' | 'asinh' | 'modes';
  readonly activation: 'relu' | 'silu';
  readonly skip: boolean;
  readonly knee: number;
  readonly seed: number;
}

/** Mean R² of logarithms. */
export interface EmulatorScores {
  /** On validation rows. */
  readonly score: number;
  /** On test rows. */
  readonly test: number;
}

/** Prepares data; gives a function that trains 300 steps of 256 out of 6000 rows. */
export async function emulatorTrainer(
  tiny: boolean,
): Promise<(config: EmulatorConfig) => Promise<EmulatorScores>> {
  const [rows, held, steps] = tiny ? [300, 100, 4] : [6000, 1500, 300];
  const data = await pairsOnce('train', rows);
  const validation = await pairsOnce('validation', held);
  const test = await pairsOnce('test', held);
  return async ({ rate, width, ...options }) => {
    const { model } = await trainEmulator(data, {
      ...options,
      hidden: [width, width],
      learningRate: cosineSchedule({ initial: rate, steps }),
      ...{ steps, batchSize: 256, gradientNorm: 1, threads: 1 },
    });
    const [score, testScore] = await Promise.all(
      [validation, test].map(async (pairs) => {
        const values = await predictionsOf(model, pairs);
        return evaluateEmulation(pairs, values, model.scaling.target).meanLogR2;
      }),
    );
    return { score: score!, test: testScore! };
  };
}
