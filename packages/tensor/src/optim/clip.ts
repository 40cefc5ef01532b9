import { checkPositive, NumericalError } from '@pct/core';
import { leavesOf, withLeaves, type FloatArray, type ParameterTree } from './parameters.js';

/** Keeps the quotient finite where the norm is 0; PyTorch's value. */
const NORM_EPSILON = 1e-6;

/**
 * Euclidean norm of all elements of all arrays together.
 *
 * @param tree - gradients or parameters
 * @throws {@link NumericalError} if an element is NaN or infinite
 */
export function globalNorm(tree: ParameterTree): number {
  return normOf('globalNorm', tree);
}

/**
 * Scales gradients so that their common norm is at most `maxNorm`, as PyTorch's `clip_grad_norm_` does: times
 * min(1, maxNorm / (norm + 1e-6)).
 *
 * @param gradients - not changed
 * @param maxNorm - above 0
 * @returns new gradients
 * @throws {@link NumericalError} if a gradient is NaN or infinite
 * @see Pascanu et al. 2013, arXiv:1211.5063, algorithm 1
 */
export function clipByGlobalNorm<P extends ParameterTree>(gradients: P, maxNorm: number): P {
  const copy = copyOf('clipByGlobalNorm', gradients);
  scaleToNorm('clipByGlobalNorm', copy, maxNorm);
  return copy;
}

/** As {@link clipByGlobalNorm}, but overwrites the gradients. Returns the norm that they had. */
export function clipByGlobalNormInPlace(gradients: ParameterTree, maxNorm: number): number {
  return scaleToNorm('clipByGlobalNormInPlace', gradients, maxNorm);
}

/**
 * Limits every element of gradients to [-limit, limit].
 *
 * @param gradients - not changed
 * @param limit - above 0
 * @returns new gradients
 * @throws {@link NumericalError} if a gradient is NaN
 */
export function clipByValue<P extends ParameterTree>(gradients: P, limit: number): P {
  const copy = copyOf('clipByValue', gradients);
  limitElements('clipByValue', copy, limit);
  return copy;
}

/** As {@link clipByValue}, but overwrites the gradients. */
export function clipByValueInPlace(gradients: ParameterTree, limit: number): void {
  limitElements('clipByValueInPlace', gradients, limit);
}

function copyOf<P extends ParameterTree>(name: string, tree: P): P {
  const copies = leavesOf(name, 'gradients', tree).map(({ data }): FloatArray => data.slice());
  return withLeaves(tree, copies);
}

function normOf(name: string, tree: ParameterTree): number {
  let sum = 0;
  for (const { data } of leavesOf(name, 'gradients', tree)) {
    for (let i = 0; i < data.length; i++) sum += data[i]! * data[i]!;
  }
  const norm = Math.sqrt(sum);
  if (!Number.isFinite(norm)) {
    throw new NumericalError(
      `${name}: elements must be finite, but their norm is ${norm}; lower the learning rate`,
    );
  }
  return norm;
}

function scaleToNorm(name: string, tree: ParameterTree, maxNorm: number): number {
  checkPositive(name, 'maxNorm', maxNorm);
  const norm = normOf(name, tree);
  const scale = maxNorm / (norm + NORM_EPSILON);
  if (scale < 1) {
    for (const { data } of leavesOf(name, 'gradients', tree)) {
      for (let i = 0; i < data.length; i++) data[i]! *= scale;
    }
  }
  return norm;
}

function limitElements(name: string, tree: ParameterTree, limit: number): void {
  checkPositive(name, 'limit', limit);
  const leaves = leavesOf(name, 'gradients', tree);
  for (const { path, data } of leaves) {
    if (data.some(Number.isNaN)) throw new NumericalError(`${name}: ${path} holds NaN`);
  }
  for (const { data } of leaves) {
    for (let i = 0; i < data.length; i++) data[i] = Math.min(limit, Math.max(-limit, data[i]!));
  }
}
