import { bindParameters, nestPaths } from '../../fromOnnx/parameters.js';
import type { OnnxParameters } from '../../fromOnnx/parameters.js';
import type { NdArray } from '../../graph/types.js';
import { constant } from '../../primitives/constant.js';
import { shapesOf } from '../../trace/spec.js';
import type { TensorSpec } from '../../trace/spec.js';
import type { Tensor } from '../../trace/Tensor.js';
import { flattenTree, isNdArray } from '../../trace/tree.js';
import type { KnownLayer, LayerWeight } from './KnownLayer.js';

/** The weights of a model: those to train, and those that are part of the program. */
export interface DividedWeights {
  readonly parameters: OnnxParameters<NdArray>;
  readonly constants: OnnxParameters<NdArray>;
  /** The tensor of each weight, from a tree like the parameters. */
  readonly bind: (parameters: OnnxParameters) => Map<LayerWeight, Tensor>;
}

/**
 * Divides weights by whether they are parameters.
 *
 * @param isParameter - decides; those that TensorFlow.js would train if undefined
 */
export function divideWeights(
  layers: readonly KnownLayer[],
  isParameter: ((name: string, array: NdArray, trainable: boolean) => boolean) | undefined,
): DividedWeights {
  const weights = layers.flatMap((layer) => layer.weights);
  const trained = weights.filter(
    ({ path, array, trainable }) => isParameter?.(path.join('/'), array, trainable) ?? trainable,
  );
  const fixed = weights.filter((weight) => !trained.includes(weight));
  const nested = (list: readonly LayerWeight[]): OnnxParameters<NdArray> =>
    nestPaths(
      'fromLayersModel',
      list.map(({ path, array }) => [path, array] as const),
    );
  const parameters = nested(trained);
  // Programs have copies of their own of these.
  const kept = fixed.map((weight) => [weight, constant(weight.array)] as const);
  const { leaves } = flattenTree('fromLayersModel', 'parameters', parameters, isNdArray, 'an array');
  const ordered = leaves.map((leaf) => trained.find(({ array }) => array === leaf)!);
  const names = ordered.map(({ path }) => path.join('/'));
  const specs: unknown = shapesOf(parameters);
  return {
    parameters,
    constants: nested(fixed),
    bind(given) {
      const bound = bindParameters(given, specs as OnnxParameters<TensorSpec>, names);
      return new Map([...kept, ...ordered.map((weight, i) => [weight, bound.get(names[i]!)!] as const)]);
    },
  };
}
