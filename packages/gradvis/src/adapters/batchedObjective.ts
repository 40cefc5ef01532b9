import { checkInteger, InvalidArgumentError, type Objective } from '@pct/core';
import type { CurvatureObjective } from '../objective/curvatureObjective.js';

/** Examples that are evaluated together. */
export interface Batch<T> {
  /** Number of examples, from 1. */
  readonly examples: number;
  readonly data: T;
}

/**
 * The mean loss over many examples from objectives of some of them: in a fixed order, every batch counts by its number of
 * examples, and the sum is divided once. So value, gradient and products do not depend on how the examples were divided,
 * up to rounding.
 *
 * @param objectiveOfBatch - makes the objective of one batch: the mean loss over its examples; called once per batch,
 *   in order
 * @param batches - at least one
 * @param options - the label: name of the objective and its data, for captions
 * @returns an objective with those of gradient, Hessian products and Gauss–Newton products that all batches have; it
 *   owns the objectives and disposes them
 * @throws {@link InvalidArgumentError} if there are no batches, a count is not such, or the objectives differ in size
 * @example
 * ```ts
 * const whole = await batchedObjective(
 *   ({ x, y }) => objective(loss, parameters, [x, y]),
 *   [{ examples: 512, data: first }, { examples: 100, data: second }],
 * );
 * ```
 */
export async function batchedObjective<T>(
  objectiveOfBatch: (data: T, index: number) => CurvatureObjective | Promise<CurvatureObjective>,
  batches: readonly Batch<T>[],
  options: Pick<CurvatureObjective, 'label'> = {},
): Promise<CurvatureObjective & AsyncDisposable> {
  const name = 'batchedObjective';
  if (batches.length === 0) throw new InvalidArgumentError(`${name}: needs at least one batch, got none`);
  const counts = batches.map(({ examples }, i) =>
    checkInteger(name, `batches[${i}].examples`, examples, { min: 1 }),
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  const parts: CurvatureObjective[] = [];
  for (const [i, { data }] of batches.entries()) parts.push(await objectiveOfBatch(data, i));
  const { size, blocks, outputAxis } = parts[0]!;
  const other = parts.find((part) => part.size !== size);
  if (other !== undefined)
    throw new InvalidArgumentError(
      `${name}: all batches must have objectives of size ${size}, got one of ${other.size}`,
    );

  type Evaluate = (part: CurvatureObjective, at: Float64Array, vector: Float64Array) => unknown;
  const summed =
    (evaluate: Evaluate) =>
    async (at: Float64Array, vector: Float64Array = at): Promise<Float64Array> => {
      const result = new Float64Array(size);
      for (const [i, part] of parts.entries()) {
        const own = (await evaluate(part, at, vector)) as Float64Array;
        for (let k = 0; k < size; k++) result[k]! += counts[i]! * own[k]!;
      }
      return result.map((value) => value / total);
    };
  const all = (method: 'gradient' | 'hessianVectorProduct' | 'gaussNewtonVectorProduct'): boolean =>
    parts.every((part) => part[method] !== undefined);
  return {
    size,
    ...(blocks === undefined ? {} : { blocks }),
    outputAxis,
    label: options.label,
    async loss(parameters) {
      let sum = 0;
      for (const [i, part] of parts.entries()) sum += counts[i]! * (await part.loss(parameters));
      return sum / total;
    },
    ...(all('gradient') ? { gradient: summed((part, at) => part.gradient!(at)) } : {}),
    ...(all('hessianVectorProduct')
      ? { hessianVectorProduct: summed((part, at, vector) => part.hessianVectorProduct!(at, vector)) }
      : {}),
    ...(all('gaussNewtonVectorProduct')
      ? { gaussNewtonVectorProduct: summed((part, at, vector) => part.gaussNewtonVectorProduct!(at, vector)) }
      : {}),
    async [Symbol.asyncDispose]() {
      for (const part of parts) await (part as Objective & Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
    },
  };
}
