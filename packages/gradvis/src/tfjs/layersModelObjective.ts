import { InvalidArgumentError } from '@pct/core';
import type { NdArray } from '@pct/tensor';
import { fromLayersModel, type LayersParameters } from '@pct/tensor/tfjs';
import { lossProgram, withFloats, type LossChoice } from '../adapters/losses.js';
import {
  networkObjective,
  type NetworkObjective,
  type NetworkObjectiveOptions,
} from '../adapters/networkObjective.js';

/** A model of TensorFlow.js: `tf.Sequential` or a functional model. */
export type LayersModelLike = Parameters<typeof fromLayersModel>[0];

/** Options of {@link layersModelObjective}. */
export interface LayersModelObjectiveOptions extends Omit<NetworkObjectiveOptions, 'kind' | 'outputAxis'> {
  /** What is minimised; see {@link LossChoice}. */
  readonly loss: LossChoice;
  /**
   * Whether a weight, named by its layer as `'dense_1/kernel'`, is a parameter.
   * @defaultValue those that TensorFlow.js would train
   */
  readonly parameters?: ((name: string, array: NdArray, trainable: boolean) => boolean) | undefined;
}

/** The data that a loss is averaged over. */
export interface LayersModelData {
  /** Array of the model's only input, examples first. */
  readonly inputs: NdArray;
  /** What the loss compares outputs with, examples first. */
  readonly targets: NdArray;
}

/**
 * A model of TensorFlow.js with its loss on fixed data: an objective with exact gradient, Hessian products and
 * Gauss–Newton products.
 *
 * The model becomes an array program; second derivatives of TensorFlow.js itself, which are wrong for several of its
 * operations, are not used. Dropout is the identity, batch normalisation uses its moving statistics.
 *
 * @param model - one input, one output; weights are copied
 * @param data - {@link LayersModelData}; copied. `fromTf` of `@pct/tensor/tfjs` makes such arrays from tensors
 * @param options - {@link LayersModelObjectiveOptions}
 * @throws {@link InvalidArgumentError} if a layer is not supported, or the model ends with a softmax where the loss
 *   takes logits
 * @example
 * ```ts
 * const objective = layersModelObjective(model, { inputs, targets }, { loss: 'negativeLogLikelihood' });
 * ```
 */
export function layersModelObjective(
  model: LayersModelLike,
  data: LayersModelData,
  options: LayersModelObjectiveOptions,
): NetworkObjective<LayersParameters<NdArray>> {
  const name = 'layersModelObjective';
  const { loss: choice, parameters: isParameter, ...rest } = options;
  const dtype = rest.precision ?? 'float32';
  const loss = lossProgram(name, choice);
  const program = fromLayersModel(model, { dtype, isParameter });
  if (choice === 'crossEntropy' && endsWithSoftmax(model))
    throw new InvalidArgumentError(
      `${name}: the model ends with a softmax, but the loss 'crossEntropy' takes logits; choose 'negativeLogLikelihood'`,
    );
  return networkObjective(
    {
      model: (weights, x) => program.apply(weights as never, x),
      loss,
      parameters: program.parameters,
      inputs: [withFloats(data.inputs, dtype)],
      targets: [withFloats(data.targets, dtype)],
    },
    {
      ...rest,
      // Kernels are [in, out] or [height, width, in, out], depthwise ones [height, width, channels, multiplier].
      outputAxis: ({ name: path, shape }) => (path.endsWith('depthwise_kernel') ? 2 : shape.length - 1),
      kind: (path, shape) =>
        /(^|\.)(gamma|beta)$/.test(path) ? 'norm' : shape.length >= 2 ? 'kernel' : 'bias',
    },
  );
}

function endsWithSoftmax(model: LayersModelLike): boolean {
  const last = model.layers.at(-1);
  return last?.getClassName() === 'Softmax' || last?.getConfig()['activation'] === 'softmax';
}
