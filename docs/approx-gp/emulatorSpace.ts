import { categorical, float, int } from '@hpo/approx-gp';

/** The grid of emulator-table.jsonl: 7 × 4 × 4 × 2 × 2 × 3 = 1344 emulators, see `EmulatorConfig`. */
export const emulatorSpace = {
  /** Logarithm to base 10 of the learning rate. */
  logRate: float(-4, -1, { step: 0.5 }),
  /** Logarithm to base 2 of the units of a layer. */
  logWidth: int(4, 7),
  inputs: categorical(['standard', 'log', 'asinh', 'modes']),
  activation: categorical(['relu', 'silu']),
  skip: categorical([true, false]),
  /** Logarithm to base 10 of the knee of the loss. */
  logKnee: float(-1, 1, { step: 1 }),
};
