import { checkOneOf } from '@pct/core';
import {
  crossEntropy,
  log,
  mean,
  mul,
  neg,
  oneHot,
  square,
  sub,
  sum,
  where,
  type NdArray,
  type Tensor,
} from '@pct/tensor';

/**
 * A loss of outputs and targets, averaged over the examples:
 * - `crossEntropy`: of logits [..., classes] and int32 classes [...] or probabilities [..., classes];
 * - `negativeLogLikelihood`: the same of probabilities [..., classes], for networks that end with a softmax;
 * - `meanSquaredError`: of arrays of one shape, averaged over all elements (without a factor 1/2);
 * - or an array program that returns one number.
 */
export type LossChoice = LossName | ((outputs: Tensor, targets: Tensor) => Tensor);

/** Names of common losses; see {@link LossChoice}. */
export type LossName = (typeof names)[number];

const names = ['crossEntropy', 'negativeLogLikelihood', 'meanSquaredError'] as const;

/** The array program of a choice. */
export function lossProgram(
  functionName: string,
  choice: LossChoice,
): (outputs: Tensor, targets: Tensor) => Tensor {
  if (typeof choice === 'function') return choice;
  switch (checkOneOf(functionName, 'loss', choice, names)) {
    case 'crossEntropy':
      return (outputs, targets) => mean(crossEntropy(outputs, targets));
    case 'meanSquaredError':
      return (outputs, targets) => mean(square(sub(outputs, targets)));
    case 'negativeLogLikelihood':
      return (outputs, targets) => {
        const logs = log(outputs);
        const terms =
          targets.dtype === 'int32'
            ? where(oneHot(targets, outputs.shape.at(-1)!, 'bool'), logs, 0)
            : mul(targets, logs);
        return neg(mean(sum(terms, { axes: -1 })));
      };
  }
}

/** An array with floating point elements of a type; others stay as they are. */
export function withFloats(array: NdArray, dtype: 'float32' | 'float64'): NdArray {
  const { data, shape } = array;
  const wanted = dtype === 'float64' ? Float64Array : Float32Array;
  const isFloat = data instanceof Float32Array || data instanceof Float64Array;
  return !isFloat || data instanceof wanted ? array : { data: wanted.from(data), shape };
}
