/** The layers of a model and how they are connected. */
import { InvalidArgumentError } from '@pct/core';
import type { LayersModel, layers, SymbolicTensor } from '@tensorflow/tfjs';
import type { Tensor } from '../../trace/Tensor.js';
import { layerRules } from './rules.js';

/** Layers that are named at most for each class that is not supported. */
const MOST_NAMED = 3;

/** A layer of TensorFlow.js. */
export type Layer = layers.Layer;

type Application = Layer['inboundNodes'][number];

/** A layer, and the models inside of which it is. */
export interface PlacedLayer {
  readonly layer: Layer;
  /** Names of the models inside the model and of the layer. */
  readonly path: readonly string[];
  /** Whether TensorFlow.js would train it: neither it nor a model around it is frozen. */
  readonly trainable: boolean;
}

/** A model that is a layer of another. */
function isModel(layer: Layer): layer is LayersModel {
  return Array.isArray((layer as Partial<LayersModel>).layers);
}

/** All layers that the outputs depend on, each once. */
export function placedLayers(
  model: LayersModel,
  path: readonly string[] = [],
  trainable = true,
): PlacedLayer[] {
  const own = trainable && model.trainable;
  const found = new Map<Layer, PlacedLayer>();
  for (const { outboundLayer: layer } of applicationsOf(model)) {
    const inner = isModel(layer)
      ? placedLayers(layer, [...path, layer.name], own)
      : [{ layer, path: [...path, layer.name], trainable: own && layer.trainable }];
    for (const placed of inner) found.set(placed.layer, found.get(placed.layer) ?? placed);
  }
  return [...found.values()];
}

/** Applications of layers that the outputs depend on, each behind those that it needs. */
function applicationsOf(model: LayersModel): Application[] {
  const given = new Set<SymbolicTensor>(model.inputs);
  const ordered = new Set<Application>();
  const visit = (tensor: SymbolicTensor): void => {
    if (given.has(tensor)) return;
    const application = tensor.sourceLayer.inboundNodes[tensor.nodeIndex]!;
    if (ordered.has(application)) return;
    for (const input of application.inputTensors) if (input !== tensor) visit(input);
    ordered.add(application);
  };
  model.outputs.forEach(visit);
  return [...ordered];
}

/**
 * Checks that all layers are known.
 *
 * @throws {@link InvalidArgumentError} listing all that are not
 */
export function checkLayers(placed: readonly PlacedLayer[]): void {
  const unknown = new Map<string, string[]>();
  for (const { layer, path } of placed) {
    const kind = layer.getClassName();
    if (!layerRules.has(kind)) unknown.set(kind, [...(unknown.get(kind) ?? []), path.join('/')]);
  }
  if (unknown.size === 0) return;
  const list = [...unknown].map(([kind, names]) => {
    const named = names.slice(0, MOST_NAMED).map((name) => `"${name}"`);
    const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
    return `${kind} at ${named.join(', ')}${more}`;
  });
  throw new InvalidArgumentError(
    `fromLayersModel: the model has ${unknown.size} ${unknown.size === 1 ? 'kind' : 'kinds'} of layers that ${unknown.size === 1 ? 'is' : 'are'} not supported: ${list.join('; ')}`,
  );
}

/**
 * Computes a model layer by layer.
 *
 * @param inputs - tensor per input of the model
 * @param applyLayer - computes one layer
 * @returns tensor per output of the model
 */
export function evaluateModel(
  model: LayersModel,
  inputs: readonly Tensor[],
  applyLayer: (layer: Layer, inputs: readonly Tensor[]) => Tensor,
): Tensor[] {
  const values = new Map(model.inputs.map((symbol, i) => [symbol, inputs[i]!]));
  for (const { outboundLayer: layer, inputTensors, outputTensors } of applicationsOf(model)) {
    const given = inputTensors.map((symbol) => values.get(symbol)!);
    const results = isModel(layer) ? evaluateModel(layer, given, applyLayer) : [applyLayer(layer, given)];
    outputTensors.forEach((symbol, i) => values.set(symbol, results[i]!));
  }
  return model.outputs.map((symbol) => values.get(symbol)!);
}
