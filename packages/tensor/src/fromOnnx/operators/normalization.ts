/** Normalisation and softmax. */
import type { OnnxCall, Operator } from '../OnnxCall.js';
import { checkAxis } from '../../graph/check.js';
import { sizeOfShape } from '../../graph/dim.js';
import type { Dim } from '../../graph/dim.js';
import { logSoftmax, softmax } from '../../nn/activations.js';
import { batchNormInference } from '../../nn/normalization.js';
import { square } from '../../ops/elementwise.js';
import { mean, variance } from '../../ops/reductions.js';
import { add } from '../../primitives/add.js';
import { div } from '../../primitives/div.js';
import { mul } from '../../primitives/mul.js';
import { reshape } from '../../primitives/reshape.js';
import { sqrt } from '../../primitives/sqrt.js';
import { sub } from '../../primitives/sub.js';
import type { Tensor } from '../../trace/Tensor.js';

function batchNormalization(call: OnnxCall): Tensor {
  if (call.int('training_mode', 0) === 1)
    throw call.unsupported('batch statistics (training_mode): export the model in evaluation mode; they are');
  if (call.context.opset < 14 && call.node.outputs.filter((name) => name !== '').length > 1)
    throw call.unsupported(
      'batch statistics (more than one output): export the model in evaluation mode; they are',
    );
  if (call.int('spatial', 1) === 0) throw call.unsupported('statistics per pixel (spatial 0)');
  const parameters = { scale: call.tensor(1), offset: call.tensor(2) };
  const state = { mean: call.tensor(3), variance: call.tensor(4) };
  const epsilon = call.float('epsilon', 1e-5);
  return batchNormInference(parameters, state, call.tensor(0), { axis: 1, epsilon });
}

function layerNormalization(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const first = checkAxis('LayerNormalization', call.int('axis', -1), x.rank);
  const scaled = mul(standardize(x, [...x.shape.keys()].slice(first), call), call.tensor(1));
  return call.has(2) ? add(scaled, call.tensor(2)) : scaled;
}

/** Mean square 1 over the last axes. */
function rmsNormalization(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const first = checkAxis('RMSNormalization', call.int('axis', -1), x.rank);
  const options = { axes: [...x.shape.keys()].slice(first), keepDims: true };
  const size = sqrt(add(mean(square(x), options), call.float('epsilon', 1e-5)));
  return mul(div(x, size), call.tensor(1));
}

/** Mean 0 and variance 1 over each channel of each image. */
function instanceNormalization(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  return affine(standardize(x, [...x.shape.keys()].slice(2), call), call.tensor(1), call.tensor(2));
}

/** Mean 0 and variance 1 over groups of channels of each image. */
function groupNormalization(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const groups = call.int('num_groups');
  const grouped = reshape(x, [x.shape[0]!, groups, -1]);
  const result = standardize(grouped, [2], call);
  // Scale and offset are per group before operator set 21, per channel since.
  if (call.context.opset < 21) return reshape(affine(result, call.tensor(1), call.tensor(2)), x.shape);
  return affine(reshape(result, x.shape), call.tensor(1), call.tensor(2));
}

function standardize(x: Tensor, axes: readonly number[], call: OnnxCall): Tensor {
  const options = { axes, keepDims: true };
  const deviation = sqrt(add(variance(x, options), call.float('epsilon', 1e-5)));
  return div(sub(x, mean(x, options)), deviation);
}

/** Scale and offset per channel of [n, c, ...]. */
function affine(x: Tensor, scale: Tensor, offset: Tensor): Tensor {
  const shape: Dim[] = [x.shape[1]!, ...Array<Dim>(x.rank - 2).fill(1)];
  return add(mul(x, reshape(scale, shape)), reshape(offset, shape));
}

/** Softmax along one axis; before operator set 13 over all axes from one on together. */
function alongAxis(rule: typeof softmax): Operator {
  return (call) => {
    const x = call.tensor(0);
    if (call.context.opset >= 13) return rule(x, call.int('axis', -1));
    const axis = checkAxis(call.node.op, call.int('axis', 1), x.rank);
    if (axis === x.rank - 1) return rule(x, axis);
    const flat = reshape(x, [...x.shape.slice(0, axis), sizeOfShape(x.shape.slice(axis))]);
    return reshape(rule(flat, axis), x.shape);
  };
}

/** Normalisation and softmax by operator. */
export const normalization: Readonly<Record<string, Operator>> = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  RMSNormalization: rmsNormalization,
  InstanceNormalization: instanceNormalization,
  GroupNormalization: groupNormalization,
  Softmax: alongAxis(softmax),
  LogSoftmax: alongAxis(logSoftmax),
};
