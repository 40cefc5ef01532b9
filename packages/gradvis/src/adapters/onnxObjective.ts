import { describeValue, InvalidArgumentError } from '@pct/core';
import { decodeOnnxModel, fromOnnx, type NdArray, type OnnxModel, type OnnxParameters } from '@pct/tensor';
import { lossProgram, withFloats, type LossChoice } from './losses.js';
import { networkObjective, type NetworkObjective, type NetworkObjectiveOptions } from './networkObjective.js';
import { onnxOutputAxis } from './onnxOutputAxis.js';

/** The data that a loss is averaged over. */
export interface NetworkData {
  /** Array of the network's input, examples first; or arrays by the names of its inputs. */
  readonly inputs: NdArray | Readonly<Record<string, NdArray>>;
  /** What the loss compares outputs with, examples first. */
  readonly targets: NdArray;
}

/** Options of {@link onnxObjective}. */
export interface OnnxObjectiveOptions extends Omit<NetworkObjectiveOptions, 'kind' | 'outputAxis'> {
  /** What is minimised; see {@link LossChoice}. */
  readonly loss: LossChoice;
  /**
   * Whether a floating point initialiser of the file is a parameter.
   * @defaultValue all are but settings of operators and the statistics of batch normalisations
   */
  readonly parameters?: ((name: string, array: NdArray) => boolean) | undefined;
  /** Name of the output. @defaultValue the only one */
  readonly output?: string | undefined;
  /** Name of the file, for messages. @defaultValue `'ONNX model'` */
  readonly file?: string | undefined;
}

/** Operators that scale and shift normalised values, by their inputs 1 and 2. */
const NORMS = ['BatchNormalization', 'InstanceNormalization', 'LayerNormalization', 'GroupNormalization'];

/**
 * A network from an ONNX file, such as one that PyTorch exported, with its loss on fixed data: an objective with exact
 * gradient, Hessian products and Gauss–Newton products.
 *
 * Dropout is the identity, batch normalisation uses the statistics of the file, which are no parameters here.
 *
 * @param bytes - the file; weights have to be inside. Not kept
 * @param data - {@link NetworkData}; copied
 * @param options - {@link OnnxObjectiveOptions}
 * @throws {@link FileFormatError} if the file is no ONNX model; {@link InvalidArgumentError} if it has operators that
 *   are not supported, inputs other than the data's, several outputs and no `output`, or ends with a softmax where
 *   the loss takes logits
 * @example
 * ```ts
 * const objective = onnxObjective(await readFile('network.onnx'), { inputs, targets }, { loss: 'crossEntropy' });
 * const plane = await sampleSurface(objective, objective.initial(), axes);
 * ```
 */
export function onnxObjective(
  bytes: Uint8Array,
  data: NetworkData,
  options: OnnxObjectiveOptions,
): NetworkObjective<OnnxParameters<NdArray>> {
  const name = 'onnxObjective';
  const { loss: choice, parameters, output, file, ...rest } = options;
  const dtype = rest.precision ?? 'float32';
  const loss = lossProgram(name, choice);
  // Statistics are found by their place in the graph, whatever their names.
  const model = decodeOnnxModel(bytes, { file });
  const statistics = inputsOf(model, ['BatchNormalization'], [3, 4]);
  const norms = inputsOf(model, NORMS, [1, 2]);
  const isParameter = parameters ?? ((one: string) => !statistics.has(one));
  const program = fromOnnx(bytes, { file, dtype, isParameter });
  const outputName = chooseOutput(Object.keys(program.outputs), output);
  if (choice === 'crossEntropy') refuseSoftmax(model, outputName);
  const named = Object.entries(nameInputs(data.inputs, Object.keys(program.inputs)));
  const inputs = Object.fromEntries(named.map(([key, array]) => [key, withFloats(array, dtype)]));
  return networkObjective(
    {
      model: (weights, values) => program.apply(weights as never, values as never)[outputName]!,
      loss,
      parameters: program.parameters,
      inputs: [inputs],
      targets: [withFloats(data.targets, dtype)],
    },
    {
      ...rest,
      outputAxis: onnxOutputAxis(model),
      kind: (path, shape) => (norms.has(path) ? 'norm' : shape.length >= 2 ? 'kernel' : 'bias'),
    },
  );
}

/** Names of what some operators take at some places. */
function inputsOf(
  { graph }: OnnxModel,
  operators: readonly string[],
  places: readonly number[],
): Set<string> {
  const nodes = graph.nodes.filter(({ op }) => operators.includes(op));
  return new Set(nodes.flatMap(({ inputs }) => places.flatMap((place) => inputs[place] ?? [])));
}

function chooseOutput(names: readonly string[], wanted: string | undefined): string {
  const found = wanted ?? (names.length === 1 ? names[0] : undefined);
  if (found === undefined || !names.includes(found))
    throw new InvalidArgumentError(
      `onnxObjective: output must be one of ${names.join(', ')}, got ${describeValue(wanted)}`,
    );
  return found;
}

function refuseSoftmax({ graph }: OnnxModel, output: string): void {
  const last = graph.nodes.find(({ outputs }) => outputs.includes(output));
  if (last?.op === 'Softmax')
    throw new InvalidArgumentError(
      "onnxObjective: the network ends with a softmax, but the loss 'crossEntropy' takes logits; choose 'negativeLogLikelihood'",
    );
}

/** The inputs by name; a single array is that of the only input. */
function nameInputs(inputs: NetworkData['inputs'], names: readonly string[]): Record<string, NdArray> {
  const { data, shape } = inputs as Partial<NdArray>;
  if (!ArrayBuffer.isView(data) || !Array.isArray(shape)) return { ...(inputs as Record<string, NdArray>) };
  if (names.length !== 1)
    throw new InvalidArgumentError(
      `onnxObjective: inputs must be an object with ${names.join(', ')}, got one array`,
    );
  return { [names[0]!]: inputs as NdArray };
}
