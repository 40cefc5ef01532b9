import {
  abs,
  add,
  exp,
  log1p,
  matmul,
  mean,
  mul,
  neg,
  relu,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
} from '@pct/tensor';
import { conservedSpecies, massGroups, outputCount, stateCount } from '../../data/columns.js';
import { logSpread, rawOutputs, type EmulatorDesign, type EmulatorScaling } from '../model.js';
import type { NetworkParameters } from '../network/network.js';
import type { OutputLayer } from '../outputs/types.js';
import { asinh, before, columns, matrix, row } from '../tensors.js';

/** What is added to the error of the values, as in the paper. */
export interface LossTerms {
  /** Whether violations of mass count: Σ_species w |Σ changes|. */
  readonly massPenalty: boolean;
  /** Whether negative values count: w min(0, value)². */
  readonly positivityPenalty: boolean;
  /** Weight of errors of arsinh(change / small), which also see small changes. */
  readonly decadeWeight: number;
  /** Standard deviations above which errors count linearly; undefined for squares throughout. */
  readonly knee: number | undefined;
  /** Length of the step, s. */
  readonly dt: number;
}

/** Weights of |Σ changes| by species, per molecule cm⁻³ or µg m⁻³. */
const massWeights = { SO4: 1e-7, BC: 2e4, OC: 2e3, DU: 1e-1 } as const;
/** Weights of squared negative values by species, and of numbers and water. */
const positivityWeights = { SO4: 1e-11, BC: 1e6, OC: 1e7, DU: 1e3 } as const;
const numberWeight = 1e-8;
const waterWeight = 1;
/** How much the spread's own error counts: it shares the body of the network. */
const spreadWeight = 0.05;

/**
 * Mean loss of a batch as a function of the parameters.
 *
 * @see Harder et al. 2022, Environmental Data Science 1:e20, section 4.2, for the penalties and their weights
 */
export function trainingLoss(
  design: EmulatorDesign,
  scaling: EmulatorScaling,
  output: OutputLayer,
  terms: LossTerms,
): (parameters: NetworkParameters, inputs: Tensor, outputs: Tensor) => Tensor {
  const layer = output.training ?? output;
  const { target } = scaling;
  const perDeviation = target.deviation.map((one) => 1 / one);
  return (parameters, inputs, outputs) => {
    const raw = rawOutputs(design, scaling, parameters, inputs);
    const head = columns(raw, 0, layer.width);
    const values = layer.values(head, inputs, target, terms.dt);
    const errors = mul(sub(values, outputs), row(perDeviation));
    let loss = layer.loss?.(head, inputs, outputs, target) ?? mean(sizeOf(errors, terms.knee));
    const penalty = layer.penalty?.(head, inputs, outputs, target);
    if (penalty !== undefined) loss = add(loss, penalty);
    if (terms.massPenalty) loss = add(loss, massPenalty(sub(values, before(inputs))));
    if (terms.positivityPenalty) loss = add(loss, positivityPenalty(values));
    if (terms.decadeWeight > 0) {
      const start = before(inputs);
      const per = row(target.small.map((one) => 1 / one));
      const difference = sub(asinh(mul(sub(values, start), per)), asinh(mul(sub(outputs, start), per)));
      const decades = mul(difference, row(target.decadeDeviation.map((one) => 1 / one)));
      loss = add(loss, mul(terms.decadeWeight, mean(square(decades))));
    }
    if (design.spread) {
      // Errors that it cannot change, so that values are learned as without it, under 1 / (2 s (1 + |e| / s)²): half of
      // them are below s, and single large ones do not decide.
      const width = logSpread(raw, layer);
      const ratio = mul(abs(stopGradient(errors)), exp(neg(width)));
      const likelihood = add(mul(log1p(ratio), 2), width);
      loss = add(loss, mul(spreadWeight, mean(likelihood)));
    }
    return loss;
  };
}

/** e², or 2 k² (√(1 + (e / k)²) − 1), which is e² below the knee k and 2 k |e| above it. */
function sizeOf(errors: Tensor, knee: number | undefined): Tensor {
  const squares = square(errors);
  if (knee === undefined) return squares;
  return mul(sub(sqrt(add(mul(squares, 1 / (knee * knee)), 1)), 1), 2 * knee * knee);
}

function massPenalty(changes: Tensor): Tensor {
  const entries = conservedSpecies.flatMap((species, k) =>
    massGroups[species].map((output) => [output, k, massWeights[species]] as const),
  );
  return mean(
    sum(abs(matmul(changes, matrix(outputCount, conservedSpecies.length, entries))), { axes: [-1] }),
  );
}

function positivityPenalty(values: Tensor): Tensor {
  const weights = new Float64Array(outputCount).fill(numberWeight);
  for (const species of conservedSpecies) {
    for (const output of massGroups[species]) weights[output] = positivityWeights[species];
  }
  weights.fill(waterWeight, stateCount);
  return mean(mul(square(relu(neg(values))), row(weights)));
}
