import type { Tensor } from '../trace/Tensor.js';
import { keepNames } from '../trace/names.js';
import type { GradOptions } from './grad.js';
import { grad } from './grad.js';
import { jvp } from './jvp.js';
import { vjp } from './vjp.js';

/**
 * Product of the Hessian of a scalar function with a vector, exact, at the price of a few evaluations of the
 * gradient: the derivative of the gradient along the vector.
 *
 * @param fn - function of trees of tensors whose result is one floating point number
 * @param options - {@link GradOptions}, for one argument
 * @returns function of a vector (a tree like the chosen argument) and the arguments
 * @see Pearlmutter 1994, Neural Computation 6(1), doi:10.1162/neco.1994.6.1.147
 */
export function hessianVectorProduct<A extends readonly unknown[]>(
  fn: (...args: A) => Tensor,
): (vector: A[0], ...args: A) => A[0];
export function hessianVectorProduct<A extends readonly unknown[], const K extends number = 0>(
  fn: (...args: A) => Tensor,
  options: GradOptions<K>,
): (vector: A[K], ...args: A) => A[K];
export function hessianVectorProduct<A extends readonly unknown[], const K extends number = 0>(
  fn: (...args: A) => Tensor,
  options: GradOptions<K> = {},
): (vector: A[K], ...args: A) => A[K] {
  const position: number = options.argument ?? 0;
  const gradient = grad(fn, { argument: position });
  const product = (vector: A[K], ...args: A): A[K] => {
    const atArgument = (argument: A[K]): A[K] => gradient(...(args.with(position, argument) as unknown as A));
    const [, derivative] = jvp(atArgument, [args[position] as A[K]], [vector]);
    return derivative;
  };
  return keepNames(product, fn, ['vector']);
}

/**
 * Product of the Gauss-Newton matrix Jᵀ H J with a vector, where J is the derivative of a model with respect
 * to its parameters and H the Hessian of a loss of the model's result. For a convex loss it is positive
 * semidefinite.
 *
 * @param model - result (a tree of floating point tensors) from parameters
 * @param loss - one number from the result
 * @returns function of a vector (a tree like the parameters) and the parameters
 * @see Schraudolph 2002, Neural Computation 14(7), doi:10.1162/08997660260028683
 */
export function gaussNewtonVectorProduct<P, R>(
  model: (parameters: P) => R,
  loss: (result: R) => Tensor,
): (vector: P, parameters: P) => P {
  const product = (vector: P, parameters: P): P => {
    const [, direction] = jvp(model, [parameters], [vector]);
    const [result, pull] = vjp(model, parameters);
    const [derivative] = pull(hessianVectorProduct(loss)(direction, result));
    return derivative;
  };
  return keepNames(product, model, ['vector']);
}
