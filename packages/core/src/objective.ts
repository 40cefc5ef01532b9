/** Part of a parameter vector: one array of a model. */
export interface ParameterBlock {
  /** Path in the model, such as `layers[0].weight`; unique. */
  readonly name: string;
  /** Place of the first element in the vector. */
  readonly offset: number;
  /** Shape of the array, row-major; its product is the number of elements. */
  readonly shape: readonly number[];
  /** What the array does: multiplies inputs, is added, or scales and shifts normalised values. */
  readonly kind: 'kernel' | 'bias' | 'norm';
}

/**
 * Scalar function of one flat parameter vector: what trainers minimise and what is analysed as a loss
 * landscape. Implementations do not change or keep the vectors they are given; results belong to the caller.
 */
export interface Objective {
  /** Number of parameters. */
  readonly size: number;
  /** The arrays that make up the vector, in order and without gaps. */
  readonly blocks?: readonly ParameterBlock[] | undefined;
  /**
   * Value.
   *
   * @param parameters - [size]
   */
  loss(parameters: Float64Array): number | Promise<number>;
  /**
   * Gradient.
   *
   * @param parameters - [size]
   * @returns [size]
   */
  gradient?(parameters: Float64Array): Float64Array | Promise<Float64Array>;
  /**
   * Product of the Hessian with a vector.
   *
   * @param parameters - [size]
   * @param vector - [size]
   * @returns [size]
   */
  hessianVectorProduct?(parameters: Float64Array, vector: Float64Array): Float64Array | Promise<Float64Array>;
}
