/**
 * LeNet-5 for images of 28 by 28 pixels, as it is taught today: relu for the activation, the largest of 2 by 2
 * pixels for the pooling, cross-entropy of ten classes.
 *
 * @see LeCun, Bottou, Bengio and Haffner 1998, Proc. IEEE 86(11), figure 2
 */
import { add, conv2d, crossEntropy, matmul, maxPool2d, mean, relu, reshape } from '../../src/index.js';
import type { NdArray, Tensor } from '../../src/index.js';
import { classes, wave } from './numbers.js';

const SHAPES = [[6, 1, 5, 5], [6], [16, 6, 5, 5], [16], [400, 120], [120], [120, 84], [84], [84, 10], [10]];

/** Kernels or weights and bias of each layer in turn. */
export function lenetArrays(phase: number): NdArray[] {
  return SHAPES.map((shape, index) => wave(shape, 0.1, phase + index));
}

/** Images and their classes. */
export function lenetData(size: number): [NdArray, NdArray] {
  return [wave([size, 1, 28, 28], 1, 2), classes(size)];
}

export function lenetLoss(parameters: readonly Tensor[], images: Tensor, labels: Tensor): Tensor {
  const [k1, b1, k2, b2, ...dense] = parameters;
  const first = maxPool2d(relu(add(conv2d(images, k1!, { padding: 'same' }), column(b1!))), 2);
  const second = maxPool2d(relu(add(conv2d(first, k2!), column(b2!))), 2);
  let h = reshape(second, [-1, 400]);
  for (let at = 0; at < dense.length; at += 2) {
    const z = add(matmul(h, dense[at]!), dense[at + 1]!);
    h = at + 2 < dense.length ? relu(z) : z;
  }
  return mean(crossEntropy(h, labels));
}

/** A number per channel for images [n, c, h, w]. */
function column(bias: Tensor): Tensor {
  return reshape(bias, [bias.shape[0]!, 1, 1]);
}
