/** Activations by the names that TensorFlow.js has for them. */
import { InvalidArgumentError } from '@pct/core';
import { hardSigmoid, mish, selu, softsign, tanhGelu } from '../../fromOnnx/activations.js';
import { logSoftmax, softmax } from '../../nn/activations.js';
import { clip, elu, gelu, leakyRelu, silu } from '../../ops/elementwise.js';
import { greater } from '../../primitives/greater.js';
import { less } from '../../primitives/less.js';
import { minimum } from '../../primitives/minimum.js';
import { mul } from '../../primitives/mul.js';
import { relu } from '../../primitives/relu.js';
import { sigmoid } from '../../primitives/sigmoid.js';
import { softplus } from '../../primitives/softplus.js';
import { tanh } from '../../primitives/tanh.js';
import { where } from '../../primitives/where.js';
import type { Tensor } from '../../trace/Tensor.js';
import type { LayerCall, LayerRule } from './LayerCall.js';

const ACTIVATIONS: ReadonlyMap<string, (x: Tensor) => Tensor> = new Map<string, (x: Tensor) => Tensor>([
  ['linear', (x) => x],
  ['elu', (x) => elu(x)],
  ['gelu', gelu],
  ['gelu_new', tanhGelu],
  ['hardSigmoid', (x) => hardSigmoid(x)],
  ['logSoftmax', (x) => logSoftmax(x)],
  ['mish', mish],
  ['relu', relu],
  ['relu6', (x) => clip(x, 0, 6)],
  ['selu', (x) => selu(x)],
  ['sigmoid', sigmoid],
  ['softmax', (x) => softmax(x)],
  ['softplus', softplus],
  ['softsign', softsign],
  ['swish', silu],
  ['tanh', tanh],
]);

/** The activation that a layer's settings name, applied. */
export function activate(call: LayerCall, x: Tensor): Tensor {
  const name = call.text('activation', 'linear');
  const activation = ACTIVATIONS.get(name);
  if (activation === undefined)
    throw new InvalidArgumentError(
      `its activation "${name}" is not supported; supported are ${[...ACTIVATIONS.keys()].join(', ')}`,
    );
  return activation(x);
}

/** Layers that are activations, by class. */
export const activationLayers: Readonly<Record<string, LayerRule>> = {
  Activation: { apply: (call) => activate(call, call.input) },
  ReLU: {
    apply(call) {
      const rectified = relu(call.input);
      return call.setting('maxValue') === undefined
        ? rectified
        : minimum(rectified, call.number('maxValue', Infinity));
    },
  },
  LeakyReLU: { apply: (call) => leakyRelu(call.input, call.number('alpha', 0.3)) },
  PReLU: {
    weights: () => ['alpha'],
    apply: ({ input, weights: { alpha } }) => where(less(input, 0), mul(input, alpha!), input),
  },
  ELU: { apply: (call) => elu(call.input, call.number('alpha', 1)) },
  ThresholdedReLU: {
    apply: (call) => where(greater(call.input, call.number('theta', 1)), call.input, 0),
  },
  Softmax: { apply: (call) => softmax(call.input, call.number('axis', 1)) },
};
