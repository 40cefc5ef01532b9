import {
  cast,
  clip,
  compile,
  constant,
  exp,
  float64,
  mapTree,
  max,
  maximum,
  mul,
  relu,
  sub,
} from '@pct/tensor';
import type { Compiled, CompileOptions, NdArray, Tensor, TensorSpec } from '@pct/tensor';
import { inputCount, outputCount } from '../data/columns.js';
import { network, type NetworkParameters, type NetworkShape } from './network/network.js';
import type { OutputLayer } from './outputs/types.js';
import { columns, row } from './tensors.js';
import {
  featureCount,
  features,
  type InputScaling,
  type InputTransformName,
} from './transforms/inputTransform.js';
import type { TargetScaling } from './transforms/scaling.js';

/** What an emulator is made of, apart from numbers. */
export interface EmulatorDesign extends NetworkShape {
  readonly inputs: InputTransformName;
  /** Whether the network also says how sure it is. */
  readonly spread: boolean;
}

/** Statistics of features in the training data; arrays of `featureCount` numbers. */
export interface FeatureScaling {
  readonly mean: Float64Array;
  /** 1 where a feature is always the same. */
  readonly deviation: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

/** All statistics that an emulator has of its training data. */
export interface EmulatorScaling {
  readonly input: InputScaling;
  readonly feature: FeatureScaling;
  readonly target: TargetScaling;
}

/** A trained emulator as plain data: what a file holds. */
export interface EmulatorModel {
  readonly design: EmulatorDesign;
  readonly output: OutputLayer;
  readonly scaling: EmulatorScaling;
  readonly parameters: NetworkParameters<NdArray>;
  /** Length of the step that it was trained for, s. */
  readonly dt: number;
  /** What its makers say about it, such as data and licence; kept in files. */
  readonly notes: Readonly<Record<string, string>>;
}

/** What an emulator says of some inputs. */
export interface Prediction<Leaf = Tensor> {
  /** float64 [batch, 28] values after the step */
  readonly values: Leaf;
  /** float64 [batch] standard deviations that the features are outside of what was trained on; 0 inside */
  readonly distance: Leaf;
  /** float64 [batch, 28] absolute error that half of the errors are below; only of designs that have it */
  readonly spread?: Leaf;
}

/** Numbers that the network has to give. */
export function rawWidth({ spread }: EmulatorDesign, output: OutputLayer): number {
  return output.width + (spread ? outputCount : 0);
}

/** Features the network has. */
export function designFeatures({ inputs }: EmulatorDesign): number {
  return featureCount(inputs);
}

/** Largest size of the logarithm of the spread. */
const spreadLimit = 20;

/** What the network is given, but in float64: [batch, designFeatures]. */
export function standardFeatures(
  design: EmulatorDesign,
  { input, feature }: EmulatorScaling,
  inputs: Tensor,
): Tensor {
  const centred = sub(features(design.inputs, inputs, input), row(feature.mean));
  return mul(centred, row(feature.deviation.map((one) => 1 / one)));
}

/** What the network says before the output layer, float64 [batch, rawWidth]. */
export function rawOutputs(
  design: EmulatorDesign,
  scaling: EmulatorScaling,
  parameters: NetworkParameters,
  inputs: Tensor,
): Tensor {
  const standard = cast(standardFeatures(design, scaling, inputs), 'float32');
  return cast(network(design, parameters, standard), 'float64');
}

/** Logarithm of the spread, the median absolute error in standard deviations, [batch, 28]; of designs with a spread. */
export function logSpread(raw: Tensor, output: OutputLayer): Tensor {
  return clip(columns(raw, output.width, output.width + outputCount), -spreadLimit, spreadLimit);
}

/** The whole emulator in operations of `@pct/tensor`. */
export function predict(
  { design, output, scaling, dt }: Pick<EmulatorModel, 'design' | 'output' | 'scaling' | 'dt'>,
  parameters: NetworkParameters,
  inputs: Tensor,
): Prediction {
  const raw = rawOutputs(design, scaling, parameters, inputs);
  const head = columns(raw, 0, output.width);
  const values = output.values(head, inputs, scaling.target, dt);
  const distance = trainingDistance(design, scaling, inputs);
  if (!design.spread) return { values, distance };
  return { values, distance, spread: spreadOf(raw, output, scaling.target) };
}

/** The absolute error that half of the errors are below, float64 [batch, 28]; of designs with a spread. */
export function spreadOf(raw: Tensor, output: OutputLayer, { deviation }: TargetScaling): Tensor {
  return mul(exp(logSpread(raw, output)), row(deviation));
}

/** Standard deviations that the features are outside of what was trained on, float64 [batch]; 0 inside. */
export function trainingDistance(
  design: EmulatorDesign,
  { input, feature }: EmulatorScaling,
  inputs: Tensor,
): Tensor {
  const seen = features(design.inputs, inputs, input);
  const scale = row(feature.deviation.map((one) => 1 / one));
  const above = mul(sub(seen, row(feature.max)), scale);
  const below = mul(sub(row(feature.min), seen), scale);
  return relu(max(maximum(above, below), { axes: [-1] }));
}

/** A compiled emulator: from float64 [batch, 32] to a {@link Prediction}. */
export type CompiledEmulator = Compiled<readonly [TensorSpec], Prediction>;

/**
 * Compiles a model with its parameters inside.
 *
 * @param model - {@link EmulatorModel}
 * @param options - of `compile`
 */
export function compileModel(model: EmulatorModel, options: CompileOptions = {}): Promise<CompiledEmulator> {
  const emulator = (inputs: Tensor): Prediction =>
    predict(
      model,
      mapTree(model.parameters, (leaf: NdArray) => constant(leaf)),
      inputs,
    );
  return compile(emulator, [float64('batch', inputCount)] as const, options);
}

/** Rows per run where a whole data set goes through a program. */
const chunkRows = 8192;

/**
 * Runs something for all rows, chunk by chunk.
 *
 * @param use - gets the inputs of some rows, [rows, 32] in float64, and where they begin
 */
export async function inChunks(
  inputs: Float32Array | Float64Array,
  use: (chunk: NdArray, firstRow: number) => Promise<void>,
): Promise<void> {
  const rows = inputs.length / inputCount;
  for (let first = 0; first < rows; first += chunkRows) {
    const last = Math.min(rows, first + chunkRows);
    const data = new Float64Array(inputs.subarray(first * inputCount, last * inputCount));
    await use({ data, shape: [last - first, inputCount] }, first);
  }
}
