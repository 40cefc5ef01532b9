import { ShapeError } from '@pct/core';
import { sameShape } from '../graph/check.js';
import { describeTypes } from '../graph/describe.js';
import type { Tensor } from '../trace/Tensor.js';
import { add } from '../primitives/add.js';
import { mul } from '../primitives/mul.js';
import { neg } from '../primitives/neg.js';
import { softplus } from '../primitives/softplus.js';
import { sub } from '../primitives/sub.js';
import { sum } from '../primitives/sum.js';
import { where } from '../primitives/where.js';
import { oneHot } from '../ops/shapes.js';
import { logSoftmax } from './activations.js';

/**
 * Cross-entropy of classes: -Σ target log softmax(logits), per example.
 *
 * @param logits - floating point, [..., classes]
 * @param labels - int32 class of each example, [...]; or probabilities of the classes, [..., classes], such as
 *   one-hot ones, of the logits' element type. The loss for an integer that is no class is 0. A class that is
 *   ruled out by a logit of -Infinity needs integers: as a probability of 0 it gives NaN
 * @returns [...]; take the `mean` of it
 * @throws {@link ShapeError} if the shapes do not fit
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  const classes = logits.shape.at(-1);
  const wanted = labels.dtype === 'int32' ? logits.shape.slice(0, -1) : logits.shape;
  if (classes === undefined || !sameShape(labels.shape, wanted))
    throw new ShapeError(
      `crossEntropy: needs logits [..., classes] and labels int32 [...] or probabilities [..., classes], got ${describeTypes([logits, labels])}`,
    );
  const logs = logSoftmax(logits);
  // A choice, not a product: classes that are ruled out by a logit of -Infinity count nothing.
  const terms =
    labels.dtype === 'int32' ? where(oneHot(labels, classes, 'bool'), logs, 0) : mul(labels, logs);
  return neg(sum(terms, { axes: -1 }));
}

/**
 * Cross-entropy of yes and no: -target log sigmoid(logit) - (1 - target) log(1 - sigmoid(logit)), per element.
 *
 * @param logits - floating point
 * @param targets - probabilities of yes, same shape and element type
 * @returns like logits
 * @throws {@link ShapeError} if the shapes differ
 */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  if (!sameShape(logits.shape, targets.shape))
    throw new ShapeError(`binaryCrossEntropy: shapes must be equal, got ${describeTypes([logits, targets])}`);
  // Unlike softplus(logits) - targets logits, this has no cancellation where the answer is right and sure.
  return add(mul(targets, softplus(neg(logits))), mul(sub(1, targets), softplus(logits)));
}
