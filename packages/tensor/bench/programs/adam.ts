import { add, div, mul, pow, sqrt, sub } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';

const [BETA1, BETA2, RATE, EPSILON] = [0.9, 0.999, 1e-3, 1e-8];

/** Parameters and running averages of Adam. */
export interface AdamState<T> {
  readonly parameters: readonly T[];
  readonly means: readonly T[];
  readonly squares: readonly T[];
}

/**
 * One update by Adam, to be inside of the program.
 *
 * @param step - number of the step, from 1
 * @see Kingma and Ba 2015, arXiv:1412.6980, algorithm 1
 */
export function adamUpdate(
  gradients: readonly Tensor[],
  { parameters, means, squares }: AdamState<Tensor>,
  step: Tensor,
): AdamState<Tensor> {
  const correction = (beta: number): Tensor => sub(1, pow(beta, step));
  const length = div(RATE, correction(BETA1));
  const root = sqrt(correction(BETA2));
  const nextMeans = gradients.map((g, i) => add(mul(BETA1, means[i]!), mul(1 - BETA1, g)));
  const nextSquares = gradients.map((g, i) => add(mul(BETA2, squares[i]!), mul(1 - BETA2, mul(g, g))));
  return {
    parameters: parameters.map((p, i) => {
      const size = add(div(sqrt(nextSquares[i]!), root), EPSILON);
      return sub(p, mul(length, div(nextMeans[i]!, size)));
    }),
    means: nextMeans,
    squares: nextSquares,
  };
}
