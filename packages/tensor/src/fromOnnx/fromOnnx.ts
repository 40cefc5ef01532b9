import { FileFormatError, InvalidArgumentError } from '@pct/core';
import type { Dim } from '../graph/dim.js';
import type { NdArray } from '../graph/types.js';
import { decodeOnnxModel } from '../onnx/decode.js';
import type { OnnxModel } from '../onnx/model.js';
import { Tensor } from '../trace/Tensor.js';
import { mapTree } from '../trace/tree.js';
import { shapesOf, TensorSpec } from '../trace/spec.js';
import { constantOf, floatArray, isFloatType } from './arrays.js';
import { checkOperators, evaluateGraph } from './evaluate.js';
import type { OnnxValue } from './Known.js';
import { tensorOf } from './Known.js';
import type { OnnxContext } from './OnnxCall.js';
import type { OnnxParameters } from './parameters.js';
import { bindInputs, bindParameters, nestArrays, settingsOf } from './parameters.js';
import { inputSpecs } from './ports.js';

/** Oldest operator set whose elementwise operators broadcast as in NumPy. */
const OLDEST_OPSET = 7;

/** Options of {@link fromOnnx}. */
export interface FromOnnxOptions {
  /**
   * Name of the file, for messages.
   * @defaultValue `'ONNX model'`
   */
  readonly file?: string | undefined;
  /**
   * Element type that the model's float16 and float32 arrays get, parameters and inputs included.
   * @defaultValue `'float32'`
   */
  readonly dtype?: 'float32' | 'float64' | undefined;
  /**
   * Sizes to put in for named sizes of the model's inputs: `{ height: 224 }` fixes one, `{ dim_3: 'batch' }`
   * renames one. An axis without a name is called after its input, such as `x_0`.
   * @defaultValue none
   */
  readonly sizes?: Readonly<Record<string, Dim>> | undefined;
  /**
   * Whether a floating point constant of the file becomes a parameter; others are part of the program.
   * @defaultValue all do that are not mere settings of an operator, such as the limits of a Clip or the exponent
   *   of a square
   */
  readonly isParameter?: ((name: string, array: NdArray) => boolean) | undefined;
}

/** An ONNX model as an array program. */
export interface OnnxProgram {
  /** Floating point constants of the file, nested by the dots in their names; owned by the caller. */
  readonly parameters: OnnxParameters<NdArray>;
  /** Types of the inputs by name, as declarations for `trace` and `compile`. */
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /** Types of the outputs by name. */
  readonly outputs: Readonly<Record<string, TensorSpec>>;
  /** Version of ONNX's operator set that the file was written for. */
  readonly opset: number;
  /**
   * What the model computes.
   *
   * @param parameters - tensors in the places of {@link OnnxProgram.parameters}
   * @param inputs - tensor per input; a named size may be any size
   * @returns tensor per output
   * @throws {@link InvalidArgumentError} or {@link ShapeError} naming the parameter, input or node that does
   *   not fit
   */
  readonly apply: (
    parameters: OnnxParameters,
    inputs: Readonly<Record<string, Tensor>>,
  ) => Record<string, Tensor>;
}

/**
 * Reads an ONNX file as an array program, so that a network from elsewhere (such as one that PyTorch exported)
 * can be differentiated, trained further, and compiled.
 *
 * Slices with fixed bounds of an axis with a named size presuppose that the axis is that long; ONNX would take
 * what there is.
 *
 * Integers of any width are int32 in the program. Graphs may compute with their own shapes: that is done while
 * tracing, with named sizes kept as names. Dropout is the identity, batch normalisation uses the statistics of
 * the file, which are parameters too (leave them out with `isParameter` if they are not to be trained).
 *
 * PyTorch's exporter may write weights under other names than the module's (`onnx::MatMul_12`, transposed) and
 * makes one array of parameters that have the same elements; those are then trained as one. Its newer exporter
 * puts weights into a second file unless told `external_data=False`.
 *
 * @param bytes - the file; weights have to be inside. Not kept
 * @param options - {@link FromOnnxOptions}
 * @throws {@link FileFormatError} if the file is cut off, is not an ONNX model, or is not consistent
 * @throws {@link InvalidArgumentError} naming all operators that are not supported, or the node whose settings
 *   are not; {@link ShapeError} naming the node whose shapes do not fit
 * @example
 * ```ts
 * const model = fromOnnx(await readFile('network.onnx'));
 * const loss = (p: OnnxParameters, x: Tensor, y: Tensor) => mean(square(sub(model.apply(p, { x }).y!, y)));
 * const step = await compile(valueAndGrad(loss), [shapesOf(model.parameters), model.inputs.x!, float32('batch', 1)]);
 * ```
 * @see https://onnx.ai/onnx/operators/
 */
export function fromOnnx(bytes: Uint8Array, options: FromOnnxOptions = {}): OnnxProgram {
  const { file = 'ONNX model', dtype: float = 'float32', sizes = {} } = options;
  if (!(bytes instanceof Uint8Array))
    throw new InvalidArgumentError(`fromOnnx: bytes must be a Uint8Array, got ${typeof bytes}`);
  const model = decodeOnnxModel(bytes, { file });
  const opset = model.opsets[''] ?? model.opsets['ai.onnx'];
  if (opset === undefined)
    throw new FileFormatError({ file }, 'does not tell the version of its operator set');
  if (opset < OLDEST_OPSET)
    throw new InvalidArgumentError(
      `fromOnnx: ${file} is written for operator set ${opset}; export it for ${OLDEST_OPSET} or later`,
    );
  const context: OnnxContext = { file, opset, float };
  checkOperators(model, context);

  const { arrays, constants } = divideConstants(model, float, options.isParameter);
  const { tree: parameters, names } = nestArrays(arrays);
  const declared = declare(parameters);
  const inputs = inputSpecs(model, sizes, context);
  const apply: OnnxProgram['apply'] = (given, values) => {
    const bound = new Map<string, OnnxValue>([
      ...constants,
      ...bindParameters(given, declared, names),
      ...bindInputs(values, inputs),
    ]);
    const outputs = evaluateGraph(model, context, bound);
    return Object.fromEntries(outputs.map(([name, value]) => [name, tensorOf(value)]));
  };
  // Running it once on the declared types finds everything that does not fit, and the types of the outputs.
  const asTensors = <T>(specs: T): unknown => mapTree(specs, (spec) => new Tensor(spec as TensorSpec));
  const results = apply(asTensors(declared) as OnnxParameters, asTensors(inputs) as Record<string, Tensor>);
  const outputs = Object.fromEntries(
    Object.entries(results).map(([name, { dtype, shape }]) => [name, new TensorSpec(dtype, shape)]),
  );
  return { parameters, inputs, outputs, opset, apply };
}

/** Types of the parameters. */
function declare(parameters: OnnxParameters<NdArray>): OnnxParameters<TensorSpec> {
  // The same tree in words that the compiler cannot compare: both types are recursive.
  const specs: unknown = shapesOf(parameters);
  return specs as OnnxParameters<TensorSpec>;
}

/** The constants of a file: arrays to train, and what is part of the program. */
function divideConstants(
  model: OnnxModel,
  float: 'float32' | 'float64',
  isParameter?: (name: string, array: NdArray) => boolean,
): { arrays: Map<string, NdArray>; constants: Map<string, OnnxValue> } {
  const settings = settingsOf(model);
  const arrays = new Map<string, NdArray>();
  const constants = new Map<string, OnnxValue>();
  for (const [name, tensor] of Object.entries(model.graph.initializers)) {
    const array = isFloatType(tensor.type) && !settings.has(name) ? floatArray(tensor, float) : undefined;
    if (array !== undefined && isParameter?.(name, array) !== false) arrays.set(name, array);
    else constants.set(name, constantOf(tensor, float));
  }
  return { arrays, constants };
}
