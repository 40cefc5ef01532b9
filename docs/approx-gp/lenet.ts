/**
 * LeNet-5 with rectified linear units, the largest of 2 × 2 pixels for pooling, and dropout behind both hidden dense layers.
 *
 * @see LeCun, Bottou, Bengio and Haffner 1998, Proc. IEEE 86(11), figure 2
 */
import {
  add,
  conv2d,
  dense,
  denseParameters,
  heNormal,
  maxPool2d,
  mul,
  relu,
  reshape,
  zeros,
} from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { SIDE } from '../digits.js';
import type { Network } from './training.js';

const UNITS = [120, 84] as const;
const FEATURES = 400;

/** A number per channel, for images [n, channel, y, x]. */
const perChannel = (bias: Tensor): Tensor => reshape(bias, [bias.shape[0]!, 1, 1]);

export const lenet: Network = {
  image: [1, SIDE, SIDE],
  units: UNITS,
  start(rng) {
    const options = { initialize: heNormal };
    const layers = [
      denseParameters(FEATURES, UNITS[0], rng.split('dense 1'), options),
      denseParameters(UNITS[0], UNITS[1], rng.split('dense 2'), options),
      denseParameters(UNITS[1], 10, rng.split('dense 3'), options),
    ];
    return [
      ...[heNormal([6, 1, 5, 5], rng.split('kernel 1')), zeros([6])],
      ...[heNormal([16, 6, 5, 5], rng.split('kernel 2')), zeros([16])],
      ...layers.flatMap(({ weight, bias }) => [weight, bias]),
    ];
  },
  apply(params, images, masks) {
    const [k1, b1, k2, b2, ...rest] = params;
    const first = maxPool2d(relu(add(conv2d(images, k1!, { padding: 'same' }), perChannel(b1!))), 2);
    const second = maxPool2d(relu(add(conv2d(first, k2!), perChannel(b2!))), 2);
    let h = reshape(second, [-1, FEATURES]);
    for (let layer = 0; 2 * layer < rest.length; layer++) {
      h = dense({ weight: rest[2 * layer]!, bias: rest[2 * layer + 1]! }, h);
      if (layer < UNITS.length) h = relu(h);
      if (masks[layer] !== undefined) h = mul(h, masks[layer]!);
    }
    return h;
  },
};
