import { describeValue, InvalidArgumentError, ShapeError, type Objective } from '@pct/core';

/**
 * Checks a vector of parameters, a direction and the like.
 *
 * @param functionName - opens the messages
 * @param name - of the argument
 * @param size - number of parameters, where it is known
 * @throws {@link ShapeError} for another type or length · {@link InvalidArgumentError} if an element is not finite
 */
export function checkVector(
  functionName: string,
  name: string,
  vector: unknown,
  size?: number,
): Float64Array {
  if (!(vector instanceof Float64Array) || (size !== undefined && vector.length !== size))
    throw new ShapeError(
      `${functionName}: ${name} must be a Float64Array` +
        `${size === undefined ? '' : ` of length ${size}, one number per parameter`}, got ${describeValue(vector)}` +
        (isOtherNumbers(vector) ? '; convert it by Float64Array.from' : ''),
    );
  const bad = vector.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new InvalidArgumentError(
      `${functionName}: ${name} must be finite, got ${String(vector[bad])} at ${bad}`,
    );
  return vector;
}

/** Whether Float64Array.from makes sense of it: other typed arrays, and lists of numbers. */
function isOtherNumbers(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((one) => typeof one === 'number');
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Float64Array);
}

/** Checks that a point has as many coordinates as the objective has parameters. */
export function checkSize(objective: Objective, parameters: Float64Array): void {
  if (objective.size !== parameters.length)
    throw new ShapeError(
      `the objective has ${objective.size} parameters, the point ${parameters.length}; do they belong to the same model?`,
    );
}

/** Checks that a loss is a number; which one does not matter. */
export function checkLoss(loss: unknown): number {
  if (typeof loss !== 'number')
    throw new InvalidArgumentError(`objective.loss must give a number, got ${describeValue(loss)}`);
  return loss;
}
