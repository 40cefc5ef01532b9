import { InvalidArgumentError } from '@pct/core';
import { keepNames } from '../trace/names.js';
import type { Tensor } from '../trace/Tensor.js';
import type { ArgumentChoice, GradientOf, GradOptions } from './grad.js';
import { grad } from './grad.js';
import type { ExampleAxes } from './vmap.js';
import { vmap } from './vmap.js';

/** Options of {@link perExampleGradients}. */
export interface PerExampleOptions<K extends ArgumentChoice = 0> extends GradOptions<K> {
  /**
   * Axis of the examples in each argument; see `vmap`.
   * @defaultValue `null`, the same for all examples, for the arguments that are differentiated; 0 for the others
   */
  readonly inAxes?: readonly ExampleAxes[] | undefined;
}

/**
 * Gradient of the loss of each example by itself: `vmap` of `grad`, for clipping per example, the variance of
 * gradients, empirical Fisher matrices or influence functions.
 *
 * For a dense layer it is the outer product of what comes in and the derivative of what goes out, so it costs about
 * as much as the gradient of the sum; its memory is that of the gradient times the number of examples.
 *
 * @param loss - one number from the parameters and one example: no axis for the batch
 * @param options - {@link PerExampleOptions}
 * @returns function of the parameters and many examples, along their first axis; its result is a tree like the chosen
 *   argument with a new first axis for the examples
 * @throws when called: what `vmap` and `grad` throw
 * @see Goodfellow 2015, "Efficient per-example gradient computations", arXiv:1510.01799
 * @example
 * ```ts
 * const loss = (p: Params, x: Tensor, y: Tensor) => sum(square(sub(network(p, x), y))); // x [34], y [28]
 * const gradients = perExampleGradients(loss); // of p, x [batch, 34], y [batch, 28]
 * ```
 */
export function perExampleGradients<A extends readonly unknown[]>(
  loss: (...args: A) => Tensor,
): (...args: A) => A[0];
export function perExampleGradients<A extends readonly unknown[], const K extends ArgumentChoice = 0>(
  loss: (...args: A) => Tensor,
  options: PerExampleOptions<K>,
): (...args: A) => GradientOf<A, K>;
export function perExampleGradients<A extends readonly unknown[], const K extends ArgumentChoice = 0>(
  loss: (...args: A) => Tensor,
  options: PerExampleOptions<K> = {},
): (...args: A) => GradientOf<A, K> {
  const choice: ArgumentChoice = options.argument ?? 0;
  const positions: readonly number[] = typeof choice === 'number' ? [choice] : choice;
  const gradient = grad<A, K>(loss, { argument: choice as K });
  return keepNames((...args: A): GradientOf<A, K> => {
    if (options.inAxes === undefined && args.every((_, i) => positions.includes(i)))
      throw new InvalidArgumentError(
        `perExampleGradients: no argument has examples: all ${args.length} are differentiated; give inAxes`,
      );
    const inAxes = options.inAxes ?? args.map((_, i) => (positions.includes(i) ? null : 0));
    return vmap(gradient, { inAxes })(...args);
  }, loss);
}
