import { checkFinite } from '@pct/core';
import { objective, type ObjectiveOptions, type TensorObjective } from '@pct/tensor';
import { inputCount, outputCount } from '../data/columns.js';
import { trainingLoss } from './loss/trainingLoss.js';
import type { EmulatorModel } from './model.js';
import type { NetworkParameters } from './network/network.js';
import { checkPairs, type PairRows } from './pairs.js';
import type { NdArray } from '@pct/tensor';
import type { TrainEmulatorOptions } from './train/options.js';

/** Options of {@link emulatorObjective}: what is added to the loss, as in training, and those of `objective`. */
export interface EmulatorObjectiveOptions
  extends
    ObjectiveOptions,
    Pick<TrainEmulatorOptions, 'massPenalty' | 'positivityPenalty' | 'decadeWeight' | 'knee'> {}

/**
 * The loss of an emulator on some pairs as an `Objective` of its parameters, for landscapes and curvature, with exact
 * gradient and Hessian products. Scales stay those of the model.
 *
 * @param model - {@link EmulatorModel}; its parameters are `initial()`
 * @param pairs - all of them are used at every call
 * @param options - {@link EmulatorObjectiveOptions}
 * @throws {@link InvalidArgumentError} for numbers that are not finite · {@link ShapeError} for arrays of other sizes
 */
export function emulatorObjective(
  model: EmulatorModel,
  pairs: PairRows,
  options: EmulatorObjectiveOptions = {},
): TensorObjective<NetworkParameters<NdArray>> {
  const { massPenalty = false, positivityPenalty = false, decadeWeight = 0, knee, ...rest } = options;
  checkFinite('emulatorObjective', 'decadeWeight', decadeWeight, { min: 0 });
  const rows = checkPairs('emulatorObjective', 'pairs', pairs);
  const terms = { massPenalty, positivityPenalty, decadeWeight, knee, dt: model.dt };
  const loss = trainingLoss(model.design, model.scaling, model.output, terms);
  const inputs = { data: Float64Array.from(pairs.inputs), shape: [rows, inputCount] };
  const outputs = { data: Float64Array.from(pairs.outputs), shape: [rows, outputCount] };
  return objective(loss, model.parameters, [inputs, outputs], rest);
}
