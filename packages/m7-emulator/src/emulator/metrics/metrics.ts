import { ShapeError } from '@pct/core';
import {
  conservedSpecies,
  type ConservedSpecies,
  inputCount,
  massGroups,
  outputCount,
  stateCount,
  stateOffset,
} from '../../data/columns.js';
import { checkPairs, checkValues, type PairRows } from '../pairs.js';
import { targetOf } from '../targets.js';
import { outputNames } from '../../data/columns.js';
import type { TargetScaling } from '../transforms/scaling.js';

/** How well predictions agree with M7. Arrays of 28 are in the order of `outputNames`. */
export interface EmulationMetrics {
  /** Rows that were compared. */
  readonly rows: number;
  /**
   * [28] coefficient of determination of the targets: changes over the step in physical units, and values of water.
   * 1 or 0 for a target that is always the same, as in scikit-learn.
   */
  readonly r2: Float64Array;
  /** Mean of `r2`. */
  readonly meanR2: number;
  /** [28] the same of ln(|target| + 10⁻⁸) */
  readonly logR2: Float64Array;
  /** Mean of `logR2`. */
  readonly meanLogR2: number;
  /** Root mean square error of all targets in standard deviations of the training data. */
  readonly rmse: number;
  /** Mean of the sum of the predicted changes of a species, over its mean in the training inputs. */
  readonly massBias: Readonly<Record<ConservedSpecies, number>>;
  /** Root mean square of the same sums, by species. */
  readonly massViolation: Readonly<Record<ConservedSpecies, number>>;
  /** Mean of `massViolation` over the species. */
  readonly massRmse: number;
  /** Largest |Σ changes| of a row over what the row has of the species; rows without it do not count. */
  readonly worstMassError: number;
  /** Share of all predicted values that are below 0. */
  readonly negativeFraction: number;
  /** Mean over the 24 state outputs of (sum of negative values / rows) / mean true value. */
  readonly negativeMean: number;
}

/** What metrics are relative to: statistics of the training data. */
export type MetricScaling = Pick<TargetScaling, 'mean' | 'deviation' | 'speciesMean'>;

/**
 * Measures predictions as the paper does.
 *
 * @param pairs - what M7 says
 * @param predicted - [row, 28] values after the step, in float64: float32 cannot hold the changes
 * @param scaling - from `targetScaling` of the training data
 * @throws {@link InvalidArgumentError} for numbers that are not finite · {@link ShapeError} for arrays of other sizes
 * @see Harder et al. 2022, Environmental Data Science 1:e20, section 5
 */
export function evaluateEmulation(
  pairs: PairRows,
  predicted: Float64Array,
  scaling: MetricScaling,
): EmulationMetrics {
  const rows = checkPairs('evaluateEmulation', 'pairs', pairs);
  if (predicted.length !== pairs.outputs.length) {
    throw new ShapeError(
      `evaluateEmulation: predicted must have ${pairs.outputs.length} numbers like pairs.outputs, got ${predicted.length}`,
    );
  }
  checkValues('evaluateEmulation', 'predicted', predicted, outputNames);
  const guess = { inputs: pairs.inputs, outputs: predicted };
  const r2 = new Float64Array(outputCount);
  const logR2 = new Float64Array(outputCount);
  let squares = 0;
  for (let output = 0; output < outputCount; output++) {
    const truth = Float64Array.from({ length: rows }, (_, row) => targetOf(pairs, row, output));
    const said = Float64Array.from({ length: rows }, (_, row) => targetOf(guess, row, output));
    r2[output] = determination(truth, said);
    for (let row = 0; row < rows; row++) {
      squares += ((said[row]! - truth[row]!) / scaling.deviation[output]!) ** 2;
    }
    logR2[output] = determination(truth.map(logSize), said.map(logSize));
  }
  const mass = massErrors(guess, rows, scaling.speciesMean);
  return {
    rows,
    r2,
    meanR2: average(r2),
    logR2,
    meanLogR2: average(logR2),
    rmse: Math.sqrt(squares / (rows * outputCount)),
    ...mass,
    ...negatives(pairs, predicted, rows),
  };
}

function logSize(value: number): number {
  return Math.log(Math.abs(value) + 1e-8);
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** 1 − Σ (t − p)² / Σ (t − t̄)². */
function determination(truth: Float64Array, said: Float64Array): number {
  const centre = average(truth);
  let residual = 0;
  let total = 0;
  for (let row = 0; row < truth.length; row++) {
    residual += (truth[row]! - said[row]!) ** 2;
    total += (truth[row]! - centre) ** 2;
  }
  if (total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}

function massErrors(
  guess: PairRows,
  rows: number,
  speciesMean: Float64Array,
): Pick<EmulationMetrics, 'massBias' | 'massViolation' | 'massRmse' | 'worstMassError'> {
  const bias: Partial<Record<ConservedSpecies, number>> = {};
  const violation: Partial<Record<ConservedSpecies, number>> = {};
  let worst = 0;
  conservedSpecies.forEach((species, k) => {
    let sum = 0;
    let squares = 0;
    for (let row = 0; row < rows; row++) {
      let change = 0;
      let total = 0;
      for (const output of massGroups[species]) {
        change += targetOf(guess, row, output);
        total += guess.inputs[row * inputCount + stateOffset + output]!;
      }
      sum += change;
      squares += change * change;
      if (total > 0) worst = Math.max(worst, Math.abs(change) / total);
    }
    bias[species] = sum / rows / speciesMean[k]!;
    violation[species] = Math.sqrt(squares / rows) / speciesMean[k]!;
  });
  const massViolation = violation as Record<ConservedSpecies, number>;
  return {
    massBias: bias as Record<ConservedSpecies, number>,
    massViolation,
    massRmse: average(Float64Array.from(conservedSpecies, (species) => massViolation[species])),
    worstMassError: worst,
  };
}

function negatives(
  { outputs }: PairRows,
  predicted: Float64Array,
  rows: number,
): Pick<EmulationMetrics, 'negativeFraction' | 'negativeMean'> {
  let count = 0;
  const below = new Float64Array(stateCount);
  const truth = new Float64Array(stateCount);
  for (let at = 0; at < predicted.length; at++) {
    const value = predicted[at]!;
    const output = at % outputCount;
    if (value < 0) count++;
    if (output >= stateCount) continue;
    truth[output]! += outputs[at]!;
    if (value < 0) below[output]! += value;
  }
  return {
    negativeFraction: count / (rows * outputCount),
    // An output that M7 leaves at 0 everywhere has no mean to compare with.
    negativeMean: average(below.map((sum, output) => (truth[output]! === 0 ? 0 : sum / truth[output]!))),
  };
}
