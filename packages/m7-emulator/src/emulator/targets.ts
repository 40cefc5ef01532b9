import { inputCount, outputCount, stateCount, stateOffset } from '../data/columns.js';
import type { PairRows } from './pairs.js';

/** What is learned: the change of an output over the step, or its value if it is water. */
export function targetOf({ inputs, outputs }: PairRows, row: number, output: number): number {
  const value = outputs[row * outputCount + output]!;
  return output < stateCount ? value - inputs[row * inputCount + stateOffset + output]! : value;
}
