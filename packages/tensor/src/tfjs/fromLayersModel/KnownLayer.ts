import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { NdArray } from '../../graph/types.js';
import type { Tensor } from '../../trace/Tensor.js';
import { LayerCall } from './LayerCall.js';
import type { LayerRule } from './LayerCall.js';
import type { PlacedLayer } from './network.js';
import { layerRules } from './rules.js';

/** A weight of a layer, copied from TensorFlow.js. */
export interface LayerWeight {
  readonly name: string;
  /** Places in the tree: models inside the model, layer, weight. */
  readonly path: readonly string[];
  readonly array: NdArray;
  readonly trainable: boolean;
}

/** What is needed of a layer to compute it without TensorFlow.js. */
export interface KnownLayer {
  /** The layer in words, for messages. */
  readonly title: string;
  readonly rule: LayerRule;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly weights: readonly LayerWeight[];
}

/**
 * Copies a layer's settings and weights.
 *
 * @throws {@link InvalidArgumentError} if the layer has other weights than its rule needs
 */
export function readLayer({ layer, path, trainable }: PlacedLayer, dtype: 'float32' | 'float64'): KnownLayer {
  const kind = layer.getClassName();
  const title = `layer "${path.join('/')}" (${kind})`;
  const rule = layerRules.get(kind)!;
  const settings = { ...layer.getConfig() };
  const names = rule.weights?.(new LayerCall(settings)) ?? [];
  const { weights: variables, trainableWeights } = layer;
  if (variables.length !== names.length)
    throw new InvalidArgumentError(
      `fromLayersModel: ${title} must have the weights ${names.join(', ')}, got ${variables.length}`,
    );
  const weights = variables.map((variable, i) => {
    const tensor = variable.read();
    const numbers = tensor.dataSync();
    const data = dtype === 'float32' ? Float32Array.from(numbers) : Float64Array.from(numbers);
    return {
      name: names[i]!,
      path: [...path, names[i]!],
      array: { data, shape: [...tensor.shape] },
      trainable: trainable && trainableWeights.includes(variable),
    };
  });
  return { title, rule, settings, weights };
}

/** Computes a layer; errors name it. */
export function applyLayer(
  { title, rule, settings, weights }: KnownLayer,
  inputs: readonly Tensor[],
  tensors: ReadonlyMap<LayerWeight, Tensor>,
): Tensor {
  const named = weights.map((weight) => [weight.name, tensors.get(weight)!] as const);
  try {
    return rule.apply(new LayerCall(settings, inputs, Object.fromEntries(named)));
  } catch (error) {
    const problem = `fromLayersModel: ${title}: ${error instanceof Error ? error.message : ''}`;
    if (error instanceof ShapeError) throw new ShapeError(problem, { cause: error });
    if (error instanceof InvalidArgumentError) throw new InvalidArgumentError(problem, { cause: error });
    throw error;
  }
}
