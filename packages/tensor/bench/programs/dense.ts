/** A network 34-128-128-28 with relu, and the mean square error. */
import { add, matmul, mean, mul, relu, sub } from '../../src/index.js';
import type { NdArray, Tensor } from '../../src/index.js';
import { wave } from './numbers.js';

/** Widths of the network's layers. */
export const WIDTHS = [34, 128, 128, 28] as const;

/** Weight and bias of each layer in turn. */
export function denseArrays(phase: number): NdArray[] {
  return WIDTHS.slice(1).flatMap((width, index) => [
    wave([WIDTHS[index]!, width], 0.1, phase + index),
    wave([width], 0.1, phase - index),
  ]);
}

/** Inputs and wanted outputs. */
export function denseData(size: number): [NdArray, NdArray] {
  return [wave([size, WIDTHS[0]], 1, 2), wave([size, WIDTHS[3]], 1, 3)];
}

export function denseLoss(parameters: readonly Tensor[], x: Tensor, y: Tensor): Tensor {
  let h = x;
  for (let at = 0; at < parameters.length; at += 2) {
    const z = add(matmul(h, parameters[at]!), parameters[at + 1]!);
    h = at + 2 < parameters.length ? relu(z) : z;
  }
  const error = sub(h, y);
  return mean(mul(error, error));
}
