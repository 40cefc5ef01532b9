/** Dense and normalising layers, and those that only change shapes. */
import { batchNormInference } from '../../nn/normalization.js';
import { flatten } from '../../ops/shapes.js';
import { add } from '../../primitives/add.js';
import { full } from '../../primitives/full.js';
import { matmul } from '../../primitives/matmul.js';
import { reshape } from '../../primitives/reshape.js';
import { transpose } from '../../primitives/transpose.js';
import type { Tensor } from '../../trace/Tensor.js';
import { activate } from './activations.js';
import type { LayerCall, LayerRule } from './LayerCall.js';

function dense(call: LayerCall): Tensor {
  const product = matmul(call.input, call.weight('kernel'));
  const { bias } = call.weights;
  return activate(call, bias === undefined ? product : add(product, bias));
}

/** With the moving statistics, as everywhere but in training. */
function batchNormalization(call: LayerCall): Tensor {
  const { gamma, beta } = call.weights;
  const [mean, variance] = [call.weight('moving_mean'), call.weight('moving_variance')];
  const scale = gamma ?? full(mean.shape, 1, mean.dtype);
  const offset = beta ?? full(mean.shape, 0, mean.dtype);
  const options = { axis: call.number('axis', -1), epsilon: call.number('epsilon', 1e-3) };
  return batchNormInference({ scale, offset }, { mean, variance }, call.input, options);
}

function flattened(call: LayerCall): Tensor {
  const { input } = call;
  const last = [...input.shape.keys()].slice(2);
  const ordered =
    call.text('dataFormat', 'channelsLast') === 'channelsFirst' && input.rank > 1
      ? transpose(input, [0, ...last, 1])
      : input;
  return flatten(ordered, 1);
}

function reshaped(call: LayerCall): Tensor {
  const target = call.setting('targetShape') as readonly (number | null)[];
  const { input } = call;
  const sizes = target.map((size) => (size === null || size < 0 ? -1 : size));
  return reshape(input, [input.shape[0]!, ...sizes]);
}

const same: LayerRule = { apply: (call) => call.input };

/** Layers that are neither activations nor for images or several inputs, by class. */
export const basicLayers: Readonly<Record<string, LayerRule>> = {
  Dense: {
    weights: (call) => (call.flag('useBias', true) ? ['kernel', 'bias'] : ['kernel']),
    apply: dense,
  },
  BatchNormalization: {
    weights: (call) => [
      ...(call.flag('scale', true) ? ['gamma'] : []),
      ...(call.flag('center', true) ? ['beta'] : []),
      'moving_mean',
      'moving_variance',
    ],
    apply: batchNormalization,
  },
  Flatten: { apply: flattened },
  Reshape: { apply: reshaped },
  Permute: { apply: (call) => transpose(call.input, [0, ...call.numbers('dims')]) },
  // What these change while training, they leave as it is everywhere else.
  Dropout: same,
  SpatialDropout1D: same,
  AlphaDropout: same,
  GaussianDropout: same,
  GaussianNoise: same,
  InputLayer: same,
};
