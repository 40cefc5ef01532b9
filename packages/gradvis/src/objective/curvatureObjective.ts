import type { DescribedObjective } from './source.js';

/** An objective that may offer products with its Gauss-Newton matrix. */
export interface CurvatureObjective extends DescribedObjective {
  /**
   * Product of the Gauss-Newton matrix Jᵀ B J with a vector: J the derivative of the model's outputs with respect to the
   * parameters, B the Hessian of the loss with respect to the outputs.
   *
   * @param parameters - [size]
   * @param vector - [size]
   * @returns [size]
   */
  gaussNewtonVectorProduct?(
    parameters: Float64Array,
    vector: Float64Array,
  ): Float64Array | Promise<Float64Array>;
}
