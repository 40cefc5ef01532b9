import { describeValue } from '../check.js';
import { InvalidArgumentError } from '../errors.js';

/** Checks weights of a discrete distribution and returns their sum. */
export function checkWeights(functionName: string, weights: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index]!;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new InvalidArgumentError(
        `${functionName}: weights must be finite and at least 0, got ${describeValue(weight)} at index ${index}`,
      );
    }
    sum += weight;
  }
  if (!(sum > 0 && sum < Infinity)) {
    throw new InvalidArgumentError(
      `${functionName}: the sum of the weights must be finite and above 0, got ${describeValue(sum)} ` +
        `from ${weights.length} weights`,
    );
  }
  return sum;
}
