import {
  checkFinite,
  checkInteger,
  checkOneOf,
  checkPositive,
  checkProbability,
  createRng,
  InvalidArgumentError,
} from '@pct/core';
import {
  adam,
  compile,
  fit,
  float64,
  type BatchSource,
  type CompileOptions,
  type NdArray,
} from '@pct/tensor';
import { inputCount, outputCount } from '../../data/columns.js';
import { trainingLoss } from '../loss/trainingLoss.js';
import {
  designFeatures,
  type EmulatorDesign,
  type EmulatorScaling,
  type FeatureScaling,
  inChunks,
  rawWidth,
} from '../model.js';
import { activationNames, networkParameters } from '../network/network.js';
import { outputLayer } from '../outputs/named.js';
import { checkPairs, type PairRows } from '../pairs.js';
import {
  featureCount,
  features,
  type InputScaling,
  inputScaling,
  type InputTransformName,
  inputTransformNames,
} from '../transforms/inputTransform.js';
import { targetScaling } from '../transforms/scaling.js';
import { drawTail } from './drawTail.js';
import type { TrainedEmulator, TrainEmulatorOptions } from './options.js';

/**
 * Trains an emulator of one step of M7 on pairs of inputs and outputs.
 *
 * Without options this is the published baseline: standardised inputs and changes, two hidden layers of 128 with ReLU,
 * squared error, Adam with batches of 256, 100 epochs.
 *
 * @param data - pairs, such as `generatePairs` makes; left alone until the training ends
 * @param options - {@link TrainEmulatorOptions}
 * @returns the model of the best validation, or of the last step if there is no validation
 * @throws {@link InvalidArgumentError} before the first step for options outside their range and for the first number
 *   in the data that is not finite, by row and column · {@link ShapeError} for arrays of other sizes
 * @throws {@link DivergedError} if the loss becomes NaN or infinite
 * @throws the signal's reason if aborted
 * @example
 * ```ts
 * const { model } = await trainEmulator(pairs, { inputs: 'modes', output: 'transfer', validation, epochs: 30, seed: 1 });
 * const emulator = await createEmulator(model);
 * ```
 * @see Harder et al. 2022, Environmental Data Science 1:e20, section 4
 */
export async function trainEmulator(
  data: PairRows,
  options: TrainEmulatorOptions = {},
): Promise<TrainedEmulator> {
  const { dt = 450, notes = {}, seed = 0, validation, patience, resume, checkpoint, onProgress } = options;
  const { batchSize = 256, steps, learningRate = 1e-3, weightDecay = 1e-9, gradientNorm } = options;
  const epochs = options.epochs ?? (steps === undefined ? 100 : undefined);
  const { runtime, threads, precision, signal } = options;
  const compileOptions = { runtime, threads, precision, signal };
  const design = designOf(options);
  const output = outputLayer('trainEmulator', options.output ?? 'standard');
  const { massPenalty = false, positivityPenalty = false, decadeWeight = 0, tailShare = 0, knee } = options;
  checkPositive('trainEmulator', 'dt', dt);
  checkProbability('trainEmulator', 'tailShare', tailShare);
  if (knee !== undefined) checkPositive('trainEmulator', 'knee', knee);
  checkFinite('trainEmulator', 'decadeWeight', decadeWeight, { min: 0 });
  if (patience !== undefined && validation === undefined) {
    throw new InvalidArgumentError('trainEmulator: patience needs validation, pairs that are not trained on');
  }
  const rows = checkPairs('trainEmulator', 'data', data);
  if (validation !== undefined) checkPairs('trainEmulator', 'validation', validation);

  const input = inputScaling(data.inputs);
  const scaling: EmulatorScaling = {
    input,
    feature: await featureScaling(design.inputs, input, data.inputs, compileOptions),
    target: targetScaling(data),
  };
  const rng = createRng(seed);
  const start = networkParameters(
    design,
    designFeatures(design),
    rawWidth(design, output.training ?? output),
    rng.split('parameters'),
  );
  const terms = { massPenalty, positivityPenalty, decadeWeight, knee, dt };
  const loss = trainingLoss(design, scaling, output, terms);
  const order =
    tailShare === 0 ? undefined : drawTail(data, rows, scaling.target, tailShare, rng.split('tail'));
  const result = await fit(loss, start, batchesOf(data, rows, order), {
    ...compileOptions,
    optimizer: adam({ learningRate, weightDecay }),
    batchSize,
    epochs,
    steps,
    seed,
    validation:
      validation === undefined
        ? undefined
        : { data: batchesOf(validation, validation.inputs.length / inputCount), patience },
    gradientClipping: gradientNorm === undefined ? undefined : { norm: gradientNorm },
    onProgress,
    checkpoint,
    resume,
  });
  return {
    model: { design, output, scaling, parameters: result.parameters, dt, notes: { ...notes } },
    status: result.status,
    steps: result.step,
    epochLosses: result.epochLosses,
    validations: result.validations,
  };
}

function designOf(options: TrainEmulatorOptions): EmulatorDesign {
  const {
    inputs = 'standard',
    hidden = [128, 128],
    activation = 'relu',
    skip = false,
    spread = false,
  } = options;
  checkOneOf('trainEmulator', 'inputs', inputs, inputTransformNames);
  checkOneOf('trainEmulator', 'activation', activation, activationNames);
  checkOneOf('trainEmulator', 'skip', skip, [true, false]);
  checkOneOf('trainEmulator', 'spread', spread, [true, false]);
  hidden.forEach((units, k) => checkInteger('trainEmulator', `hidden[${k}]`, units, { min: 1 }));
  return { inputs, hidden: [...hidden], activation, skip, spread };
}

/**
 * Rows of pairs in float64, gathered when they are needed.
 *
 * @param order - row of each example, where examples are not the rows themselves
 */
function batchesOf(
  { inputs, outputs }: PairRows,
  rows: number,
  order?: Int32Array,
): BatchSource<[NdArray, NdArray]> {
  return {
    size: rows,
    batch(indices) {
      const chosen = order === undefined ? indices : indices.map((index) => order[index]!);
      return [gather(inputs, chosen, inputCount), gather(outputs, chosen, outputCount)];
    },
  };
}

function gather(from: Float32Array | Float64Array, indices: Int32Array, columns: number): NdArray {
  const data = new Float64Array(indices.length * columns);
  for (let k = 0; k < indices.length; k++) {
    const at = indices[k]! * columns;
    data.set(from.subarray(at, at + columns), k * columns);
  }
  return { data, shape: [indices.length, columns] };
}

/** Moments and ranges of all features. */
async function featureScaling(
  name: InputTransformName,
  input: InputScaling,
  inputs: PairRows['inputs'],
  options: CompileOptions,
): Promise<FeatureScaling> {
  const count = featureCount(name);
  const program = await compile((x) => features(name, x, input), [float64('batch', inputCount)], options);
  const mean = new Float64Array(count);
  const squares = new Float64Array(count);
  const min = new Float64Array(count).fill(Infinity);
  const max = new Float64Array(count).fill(-Infinity);
  try {
    await inChunks(inputs, async (chunk, first) => {
      const { data, shape } = await program.run(chunk);
      for (let k = 0; k < shape[0]!; k++) {
        for (let column = 0; column < count; column++) {
          const value = data[k * count + column]!;
          const difference = value - mean[column]!;
          mean[column]! += difference / (first + k + 1);
          squares[column]! += difference * (value - mean[column]!);
          if (value < min[column]!) min[column] = value;
          if (value > max[column]!) max[column] = value;
        }
      }
    });
  } finally {
    await program.dispose();
  }
  const rows = inputs.length / inputCount;
  const deviation = squares.map((sum) => (sum > 0 ? Math.sqrt(sum / rows) : 1));
  return { mean, deviation, min, max };
}
