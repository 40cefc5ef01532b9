import { checkOneOf, checkPositive, InvalidArgumentError, type Objective } from '@pct/core';
import { checksum, objectiveKey } from '../journal/key.js';
import { norm } from '../linalg/vectors.js';
import { checkVector } from '../objective/check.js';
import type { CurvatureObjective } from '../objective/curvatureObjective.js';
import {
  factsOf,
  isObjectiveSource,
  openObjective,
  resolveObjective,
  sourceFor,
  type ObjectiveLike,
} from '../objective/source.js';
import { gather, rangesOf, scatter, type BlockChoice, type IndexRange } from './blocks.js';
import type { OperatorPlan, OperatorRecipe, SymmetricOperator } from './operator.js';

/** Step of central differences for float64: the cube root of the rounding error. */
const DEFAULT_RELATIVE_STEP = Math.cbrt(Number.EPSILON);

/** Options of {@link gaussNewtonOperator}. */
export interface OperatorOptions {
  /**
   * Which parameters the matrix is about, for curvature by layer: it is then the diagonal block of theirs.
   * @defaultValue all
   */
  readonly block?: BlockChoice | undefined;
}

/** Options of {@link hessianOperator}. */
export interface HessianOperatorOptions extends OperatorOptions {
  /**
   * How products are made: by the objective, by central differences of its gradient, or by the objective if it
   * offers them and by differences otherwise.
   * @defaultValue `'auto'`
   */
  readonly products?: 'auto' | 'exact' | 'differences' | undefined;
  /**
   * Step of the differences for a vector of length 1 at the origin; it grows with the length of the parameters. Take about
   * 5e-3 if the gradient is computed in float32.
   * @defaultValue the cube root of 2⁻⁵², 6.06e-6
   */
  readonly relativeStep?: number | undefined;
}

/**
 * The Hessian of an objective at a point, by its products with vectors.
 *
 * @param objective - with `hessianVectorProduct`, or at least `gradient`; a source if worker threads shall share the
 *   work. It must give the same value at every call: all the data in a fixed order, no augmentation, no dropout
 * @param at - the point, [size]; copied
 * @param options - {@link HessianOperatorOptions}
 * @remarks Where the gradient has kinks (ReLU), the Hessian misses them, and differences across one disagree with it.
 * @throws {@link InvalidArgumentError} if the objective offers neither, or an option is not such · `ShapeError` if
 *   `at` has another length
 * @see Pearlmutter 1994, Neural Computation 6(1), doi:10.1162/neco.1994.6.1.147
 */
export function hessianOperator(
  objective: ObjectiveLike,
  at: Float64Array,
  options: HessianOperatorOptions = {},
): Promise<SymmetricOperator> {
  return operatorOf('hessianOperator', 'hessian', objective, at, options);
}

/**
 * The Gauss-Newton matrix of an objective at a point, by its products with vectors; the Fisher matrix if the loss is
 * a softmax cross-entropy or a squared error. Positive semidefinite for convex losses.
 *
 * @param objective - a {@link CurvatureObjective} with `gaussNewtonVectorProduct`, such as one of `networkObjective`
 * @param at - the point, [size]; copied
 * @param options - {@link OperatorOptions}
 * @throws {@link InvalidArgumentError} if the objective does not offer the products · `ShapeError` if `at` has another
 *   length
 * @see Schraudolph 2002, Neural Computation 14(7), doi:10.1162/08997660260028683
 */
export function gaussNewtonOperator(
  objective: ObjectiveLike,
  at: Float64Array,
  options: OperatorOptions = {},
): Promise<SymmetricOperator> {
  return operatorOf('gaussNewtonOperator', 'gauss-newton', objective, at, options);
}

/** The operator that a recipe describes, for worker threads. */
export async function operatorFromRecipe(recipe: OperatorRecipe): Promise<SymmetricOperator> {
  const objective = await openObjective(recipe.source);
  return { ...operatorAt(objective, recipe), recipe };
}

async function operatorOf(
  name: string,
  matrix: OperatorPlan['matrix'],
  objective: ObjectiveLike,
  at: Float64Array,
  options: HessianOperatorOptions,
): Promise<SymmetricOperator> {
  const opened = await resolveObjective(name, objective);
  const plan = planOf(name, opened, matrix, options);
  const parts = { ...plan, at: checkVector(name, 'at', at, opened.size).slice() };
  return {
    ...operatorAt(opened, parts),
    recipe: isObjectiveSource(objective) ? { ...parts, source: sourceFor(name, objective) } : undefined,
    facts: factsOf(objective),
    // When asked for, since it takes all parameters.
    get key() {
      return operatorKey(objective, parts);
    },
  };
}

/** What decides the products of an operator, for journals. */
function operatorKey(
  objective: ObjectiveLike,
  { matrix, ranges, relativeStep, at }: Omit<OperatorRecipe, 'source'>,
): string {
  return JSON.stringify({
    matrix,
    ranges,
    relativeStep,
    at: checksum(at),
    objective: objectiveKey(objective),
  });
}

/** How operators of an objective are to be made, checked. */
export function planOf(
  name: string,
  objective: CurvatureObjective,
  matrix: OperatorPlan['matrix'],
  { block, products = 'auto', relativeStep = DEFAULT_RELATIVE_STEP }: HessianOperatorOptions,
): OperatorPlan {
  checkOneOf(name, 'option products', products, ['auto', 'exact', 'differences']);
  checkPositive(name, 'option relativeStep', relativeStep);
  const ranges = block === undefined ? undefined : rangesOf(name, objective, block);
  if (matrix === 'gauss-newton') {
    if (typeof objective.gaussNewtonVectorProduct !== 'function')
      throw new InvalidArgumentError(
        `${name}: the objective must offer gaussNewtonVectorProduct; networkObjective makes one that does`,
      );
    return { matrix, ranges };
  }
  const exact = typeof objective.hessianVectorProduct === 'function';
  if (products === 'exact' && !exact)
    throw new InvalidArgumentError(
      `${name}: products "exact" need an objective with hessianVectorProduct; take "differences"`,
    );
  if (exact && products !== 'differences') return { matrix, ranges };
  if (typeof objective.gradient !== 'function')
    throw new InvalidArgumentError(
      `${name}: the objective must offer hessianVectorProduct or gradient, got one without`,
    );
  return { matrix, ranges, relativeStep };
}

/** The operator of an objective that is there already. */
export function operatorAt(
  objective: CurvatureObjective,
  { matrix, at, ranges, relativeStep }: Omit<OperatorRecipe, 'source'>,
): SymmetricOperator {
  let product: (vector: Float64Array) => Float64Array | Promise<Float64Array>;
  if (relativeStep !== undefined) product = differenceProduct(objective, at, relativeStep);
  else if (matrix === 'hessian') product = (vector) => objective.hessianVectorProduct!(at, vector);
  else product = (vector) => objective.gaussNewtonVectorProduct!(at, vector);
  if (ranges === undefined) return { size: at.length, matrix, apply: product };
  return {
    size: ranges.reduce((sum, [, length]) => sum + length, 0),
    matrix,
    apply: blockProduct(product, at.length, ranges),
  };
}

/** (∇L(θ + h v) − ∇L(θ − h v)) / 2h with a step h of constant length in parameter space. */
function differenceProduct(objective: Objective, at: Float64Array, relativeStep: number) {
  const length = relativeStep * (1 + norm(at));
  return async (vector: Float64Array): Promise<Float64Array> => {
    const long = norm(vector);
    if (long === 0) return new Float64Array(at.length);
    const h = length / long;
    const upper = await objective.gradient!(at.map((theta, k) => theta + h * vector[k]!));
    const lower = await objective.gradient!(at.map((theta, k) => theta - h * vector[k]!));
    return upper.map((value, k) => (value - lower[k]!) / (2 * h));
  };
}

function blockProduct(
  product: (vector: Float64Array) => Float64Array | Promise<Float64Array>,
  size: number,
  ranges: readonly IndexRange[],
) {
  return async (part: Float64Array): Promise<Float64Array> => {
    const full = new Float64Array(size);
    scatter(part, ranges, full);
    return gather(await product(full), ranges);
  };
}
