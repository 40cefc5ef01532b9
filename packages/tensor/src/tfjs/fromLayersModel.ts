import { describeValue, InvalidArgumentError } from '@pct/core';
import type { LayersModel } from '@tensorflow/tfjs';
import { bindInputs } from '../fromOnnx/parameters.js';
import type { OnnxParameters } from '../fromOnnx/parameters.js';
import type { Dim } from '../graph/dim.js';
import type { NdArray } from '../graph/types.js';
import { shapesOf, TensorSpec } from '../trace/spec.js';
import { Tensor } from '../trace/Tensor.js';
import { mapTree } from '../trace/tree.js';
import { applyLayer, readLayer } from './fromLayersModel/KnownLayer.js';
import { checkLayers, evaluateModel, placedLayers } from './fromLayersModel/network.js';
import { inputSpecs, namesOf } from './fromLayersModel/ports.js';
import { divideWeights } from './fromLayersModel/weights.js';

/** Weights by layer: that of `dense_1` is at `tree.dense_1.kernel`; a model inside the model has a tree of its own. */
export type LayersParameters<Leaf = Tensor> = OnnxParameters<Leaf>;

/** Options of {@link fromLayersModel}. */
export interface FromLayersModelOptions {
  /**
   * Element type that the model's floating point arrays get, weights and inputs included.
   * @defaultValue `'float32'`
   */
  readonly dtype?: 'float32' | 'float64' | undefined;
  /**
   * Sizes to put in for named sizes of the model's inputs: `{ batch: 32 }` fixes the batch. Other sizes that
   * the model leaves open are called after the input, such as `image_1`.
   * @defaultValue none
   */
  readonly sizes?: Readonly<Record<string, Dim>> | undefined;
  /**
   * Whether a weight becomes a parameter; others are part of the program.
   *
   * The name is that of the layer and the weight, `'dense_1/kernel'`; `trainable` tells whether TensorFlow.js
   * would train it.
   * @defaultValue those that TensorFlow.js would train
   */
  readonly isParameter?: ((name: string, array: NdArray, trainable: boolean) => boolean) | undefined;
}

/** A model of TensorFlow.js as an array program. */
export interface LayersProgram {
  /** Copies of the weights that may be trained, by layer; owned by the caller. */
  readonly parameters: LayersParameters<NdArray>;
  /**
   * Copies of the weights that are part of the program, by layer: moving statistics of batch normalisations and
   * frozen layers; owned by the caller.
   */
  readonly constants: LayersParameters<NdArray>;
  /** Types of the inputs by name, as declarations for `trace` and `compile`; the first axis is `'batch'`. */
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /** Types of the outputs by the names of the layers that compute them. */
  readonly outputs: Readonly<Record<string, TensorSpec>>;
  /**
   * What the model computes, as its `predict` does: dropout is the identity, batch normalisation has its moving
   * statistics. Axes are those of the model, so images are [n, h, w, c] in most.
   */
  readonly apply: LayersApply;
}

/** Type of {@link LayersProgram.apply}. */
export interface LayersApply {
  /**
   * For models with one input and one output.
   *
   * @param parameters - tensors in the places of {@link LayersProgram.parameters}
   * @param input - a named size may be any size
   * @returns the output
   * @throws {@link InvalidArgumentError} or {@link ShapeError} naming the parameter, input or layer that does
   *   not fit
   */
  (parameters: LayersParameters, input: Tensor): Tensor;
  /**
   * For all models.
   *
   * @param parameters - tensors in the places of {@link LayersProgram.parameters}
   * @param inputs - tensor per input
   * @returns tensor per output
   */
  (parameters: LayersParameters, inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor>;
}

/**
 * Reads a model of TensorFlow.js as an array program, so that it can be differentiated to any order and compiled
 * to any runtime.
 *
 * Layers: Dense; Conv2D, DepthwiseConv2D, MaxPooling2D, AveragePooling2D, GlobalMaxPooling2D,
 * GlobalAveragePooling2D, ZeroPadding2D; BatchNormalization; Activation, ReLU, LeakyReLU, PReLU, ELU,
 * ThresholdedReLU, Softmax; Flatten, Reshape, Permute; Add, Multiply, Average, Maximum, Minimum, Concatenate;
 * Dropout and the other layers of noise, which do nothing here; and models of them.
 *
 * @param model - built `tf.Sequential` or functional model; not changed. Weights are copied, so it may be
 *   disposed of afterwards
 * @param options - {@link FromLayersModelOptions}
 * @throws {@link InvalidArgumentError} naming all kinds of layers that are not supported, or the layer whose
 *   settings are not; {@link ShapeError} naming the layer whose shapes do not fit
 * @example
 * ```ts
 * const model = fromLayersModel(await tf.loadLayersModel('file://model.json'));
 * const loss = (p: LayersParameters, x: Tensor, y: Tensor) => mean(square(sub(model.apply(p, x), y)));
 * const [x] = Object.values(model.inputs);
 * const step = await compile(valueAndGrad(loss), [shapesOf(model.parameters), x!, float32('batch', 10)]);
 * ```
 */
export function fromLayersModel(model: LayersModel, options: FromLayersModelOptions = {}): LayersProgram {
  checkModel(model);
  const { dtype = 'float32', sizes = {}, isParameter } = options;
  const placed = placedLayers(model);
  checkLayers(placed);
  const known = new Map(placed.map((one) => [one.layer, readLayer(one, dtype)]));
  const { parameters, constants, bind } = divideWeights([...known.values()], isParameter);
  const inputs = inputSpecs(model.inputs, dtype, sizes);
  const outputNames = namesOf(model.outputs.map(({ sourceLayer }) => sourceLayer.name));

  const applyAll = (
    given: LayersParameters,
    values: Readonly<Record<string, Tensor>>,
  ): Record<string, Tensor> => {
    const weights = bind(given);
    const results = evaluateModel(model, [...bindInputs(values, inputs).values()], (layer, layerInputs) =>
      applyLayer(known.get(layer)!, layerInputs, weights),
    );
    return Object.fromEntries(outputNames.map((name, i) => [name, results[i]!]));
  };
  const applyOne = (given: LayersParameters, x: Tensor): Tensor => {
    const names = Object.keys(inputs);
    if (names.length > 1 || outputNames.length > 1)
      throw new InvalidArgumentError(
        `apply: the model has inputs ${names.join(', ')} and outputs ${outputNames.join(', ')}; give an object with the inputs instead of one tensor`,
      );
    return applyAll(given, { [names[0]!]: x })[outputNames[0]!]!;
  };
  // Running it once on the declared types finds everything that does not fit, and the types of the outputs.
  const asTensors = <T>(specs: T): unknown => mapTree(specs, (spec) => new Tensor(spec as TensorSpec));
  const results = applyAll(
    asTensors(shapesOf(parameters)) as LayersParameters,
    asTensors(inputs) as Record<string, Tensor>,
  );
  const outputs = Object.fromEntries(
    Object.entries(results).map(([name, result]) => [name, new TensorSpec(result.dtype, result.shape)]),
  );
  const apply = (
    given: LayersParameters,
    x: Tensor | Readonly<Record<string, Tensor>>,
  ): Tensor | Record<string, Tensor> => (x instanceof Tensor ? applyOne(given, x) : applyAll(given, x));
  return { parameters, constants, inputs, outputs, apply: apply as LayersApply };
}

function checkModel(model: LayersModel): void {
  const given: Partial<LayersModel> | undefined = model;
  if (!Array.isArray(given?.layers))
    throw new InvalidArgumentError(
      `fromLayersModel: model must be a LayersModel of TensorFlow.js, such as tf.sequential() makes, got ${describeValue(model)}`,
    );
  if (!Array.isArray(given.outputs) || given.outputs.length === 0)
    throw new InvalidArgumentError(
      'fromLayersModel: the model has no output yet; give its first layer an inputShape',
    );
}
