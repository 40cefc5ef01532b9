/** Matrix products and convolutions. */
import type { OnnxCall, Operator } from '../OnnxCall.js';
import { ShapeError } from '@pct/core';
import { checkStatic } from '../../graph/check.js';
import { addDims, multiplyDims } from '../../graph/dim.js';
import type { Dim } from '../../graph/dim.js';
import { add } from '../../primitives/add.js';
import { conv2d } from '../../primitives/conv2d.js';
import { conv2dImageGradient } from '../../primitives/conv2dImageGradient.js';
import { matmul } from '../../primitives/matmul.js';
import { mul } from '../../primitives/mul.js';
import { reshape } from '../../primitives/reshape.js';
import { transpose } from '../../primitives/transpose.js';
import type { Tensor } from '../../trace/Tensor.js';
import { asImages, asPlane, pairOf, paddingOf } from './windows.js';

function gemm(call: OnnxCall): Tensor {
  const [a, b] = [call.tensor(0), call.tensor(1)];
  const product = matmul(
    call.int('transA', 0) === 1 ? transpose(a) : a,
    call.int('transB', 0) === 1 ? transpose(b) : b,
  );
  const scaled = scale(product, call.float('alpha', 1));
  return call.has(2) ? add(scaled, scale(call.tensor(2), call.float('beta', 1))) : scaled;
}

function scale(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : mul(x, factor);
}

/** Adds one number per channel of [n, c, ...]. */
function addBias(call: OnnxCall, x: Tensor): Tensor {
  if (!call.has(2)) return x;
  const bias = call.tensor(2);
  return add(x, reshape(bias, [bias.shape[0]!, ...Array<Dim>(x.rank - 2).fill(1)]));
}

function convolution(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const images = asImages(call, x);
  const kernels = asImages(call, call.tensor(1));
  const window = windowOf(kernels);
  const strides = pairOf(call, 'strides', 1);
  const dilations = pairOf(call, 'dilations', 1);
  const reach = [dilations[0] * (window[0] - 1) + 1, dilations[1] * (window[1] - 1) + 1] as const;
  const padding = paddingOf(call, images, reach, strides);
  const result = conv2d(images, kernels, { strides, dilations, padding, groups: call.int('group', 1) });
  return addBias(call, asPlane(result, x));
}

function windowOf(kernels: Tensor): readonly [number, number] {
  const [, , height, width] = kernels.shape;
  const what = 'the size of a kernel';
  return [checkStatic('convolution', what, height!), checkStatic('convolution', what, width!)];
}

/** The transpose of a convolution in its images; kernels are [c, o / group, ...]. */
function transposedConvolution(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const results = asImages(call, x);
  const kernels = asImages(call, call.tensor(1));
  if (
    !['NOTSET', 'VALID'].includes(call.string('auto_pad', 'NOTSET')) ||
    call.ints('output_shape') !== undefined
  )
    throw call.unsupported('padding that follows from the size of the output');
  const window = windowOf(kernels);
  const strides = pairOf(call, 'strides', 1);
  const dilations = pairOf(call, 'dilations', 1);
  const extra = pairOf(call, 'output_padding', 0);
  const padding = paddingOf(call, results, window, strides);
  const groups = call.int('group', 1);
  const sides = [0, 1].map((i) => {
    const reach = dilations[i]! * (window[i]! - 1) + 1 + extra[i]! - padding[i]! - padding[i + 2]!;
    return addDims(multiplyDims(addDims(results.shape[i + 2]!, -1), strides[i]!), reach);
  });
  if (results.shape[1] !== kernels.shape[0])
    throw new ShapeError(`ConvTranspose: ${String(x)} and kernels ${String(kernels)} differ in channels`);
  const shape = [results.shape[0]!, multiplyDims(kernels.shape[1]!, groups), ...sides];
  const images = conv2dImageGradient(results, kernels, shape, { strides, dilations, padding, groups });
  return addBias(call, asPlane(images, x));
}

/** Matrix products and convolutions by operator. */
export const linear: Readonly<Record<string, Operator>> = {
  MatMul: (call) => matmul(call.tensor(0), call.tensor(1)),
  Gemm: gemm,
  Conv: convolution,
  ConvTranspose: transposedConvolution,
};
