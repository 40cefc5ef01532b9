import { describeValue, InvalidArgumentError } from '@pct/core';
import type { ObjectiveSource } from '../objective/source.js';
import type { ProvenanceFacts } from '../results/provenance.js';
import type { IndexRange } from './blocks.js';

/**
 * A symmetric matrix that is known by its products with vectors. All functions of this folder take one: of a model's
 * curvature by `hessianOperator` or `gaussNewtonOperator`, or one of your own.
 */
export interface SymmetricOperator {
  /** Order of the matrix, at least 1. */
  readonly size: number;
  /**
   * Which matrix it is, for results.
   * @defaultValue `'hessian'`
   */
  readonly matrix?: 'hessian' | 'gauss-newton' | undefined;
  /**
   * Product with a vector. The result belongs to the caller, who may change it.
   *
   * @param vector - [size]; must not be changed or kept
   * @returns [size]
   */
  apply(vector: Float64Array): Float64Array | Promise<Float64Array>;
  /** How worker threads make the same operator; without it the functions work in this thread only. */
  readonly recipe?: OperatorRecipe | undefined;
  /**
   * What tells it from other operators of the same size, in journals: whatever decides its products.
   * @defaultValue none: a journal then cannot tell whether it was kept for this operator
   */
  readonly key?: string | undefined;
  /** What results say about the model. */
  readonly facts?: Pick<ProvenanceFacts, 'objective' | 'batchNorm'> | undefined;
}

/** How operators of an objective are made, whatever the point. */
export interface OperatorPlan {
  readonly matrix: 'hessian' | 'gauss-newton';
  /** Which parameters the matrix is about; all if left out. */
  readonly ranges?: readonly IndexRange[] | undefined;
  /** Step of finite differences if products are made by them. */
  readonly relativeStep?: number | undefined;
}

/** Everything that a worker thread needs to make an operator. */
export interface OperatorRecipe extends OperatorPlan {
  readonly source: ObjectiveSource;
  /** Parameters, [all parameters of the objective]. */
  readonly at: Float64Array;
}

/** Checks what is taken as an operator. */
export function checkIsOperator(functionName: string, operator: SymmetricOperator): void {
  const { size, apply } = (operator ?? {}) as Partial<SymmetricOperator>;
  if (!Number.isSafeInteger(size) || size! < 1 || typeof apply !== 'function')
    throw new InvalidArgumentError(
      `${functionName}: operator must be { size, apply } with a size of at least 1, got ${describeValue(operator)}; ` +
        'make one from an objective by hessianOperator',
    );
}
