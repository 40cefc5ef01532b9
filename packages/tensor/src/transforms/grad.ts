import { InvalidArgumentError, ShapeError, describeValue } from '@pct/core';
import { describeType } from '../graph/describe.js';
import { isFloat } from '../graph/dtype.js';
import { onesLike } from '../primitives/full.js';
import { keepNames } from '../trace/names.js';
import { Tensor } from '../trace/Tensor.js';
import { derivativeTree, placeInputs } from './arguments.js';
import { pullback } from './pullback.js';

/** Position of an argument, or of several. */
export type ArgumentChoice = number | readonly number[];

/** Options of {@link grad} and {@link valueAndGrad}. */
export interface GradOptions<K extends ArgumentChoice = 0> {
  /**
   * Position of the argument with respect to which to differentiate, or a list of positions; for a list the
   * gradient is a list.
   * @defaultValue `0`
   */
  readonly argument?: K | undefined;
}

/** Type of a gradient: that of the argument, or a list of those. */
export type GradientOf<A extends readonly unknown[], K extends ArgumentChoice> = K extends number
  ? A[K]
  : { -readonly [I in keyof K]: K[I] extends number ? A[K[I]] : never };

/**
 * Gradient of a scalar function.
 *
 * @param fn - function of trees of tensors whose result is one floating point number, [] in shape
 * @param options - {@link GradOptions}
 * @returns function of the same arguments; its result is a tree like the chosen argument
 * @throws when called: {@link ShapeError} if the result has axes, {@link InvalidArgumentError} if it or a leaf
 *   of the chosen argument is not floating point
 * @example
 * ```ts
 * const slope = grad((x: Tensor) => sum(mul(x, x))); // 2 x
 * const curvature = grad((x: Tensor) => sum(slope(x))); // 2
 * ```
 */
export function grad<A extends readonly unknown[]>(fn: (...args: A) => Tensor): (...args: A) => A[0];
export function grad<A extends readonly unknown[], const K extends ArgumentChoice = 0>(
  fn: (...args: A) => Tensor,
  options: GradOptions<K>,
): (...args: A) => GradientOf<A, K>;
export function grad<A extends readonly unknown[], const K extends ArgumentChoice = 0>(
  fn: (...args: A) => Tensor,
  options: GradOptions<K> = {},
): (...args: A) => GradientOf<A, K> {
  return keepNames((...args: A) => differentiate('grad', fn, args, options).gradient, fn);
}

/**
 * Value and gradient of a scalar function at once.
 *
 * @param fn - as for {@link grad}; with `auxiliary` its result is `[loss, more]`
 * @param options - {@link GradOptions}; with `auxiliary: true` the result is `[value, gradient, more]`, where
 *   `more` is any tree of tensors that is not differentiated, such as new running statistics
 */
export function valueAndGrad<A extends readonly unknown[]>(
  fn: (...args: A) => Tensor,
): (...args: A) => [value: Tensor, gradient: A[0]];
export function valueAndGrad<A extends readonly unknown[], X, const K extends ArgumentChoice = 0>(
  fn: (...args: A) => readonly [Tensor, X],
  options: GradOptions<K> & { readonly auxiliary: true },
): (...args: A) => [value: Tensor, gradient: GradientOf<A, K>, more: X];
export function valueAndGrad<A extends readonly unknown[], const K extends ArgumentChoice = 0>(
  fn: (...args: A) => Tensor,
  options: GradOptions<K> & { readonly auxiliary?: false | undefined },
): (...args: A) => [value: Tensor, gradient: GradientOf<A, K>];
export function valueAndGrad<A extends readonly unknown[], X, const K extends ArgumentChoice = 0>(
  fn: (...args: A) => Tensor | readonly [Tensor, X],
  options: GradOptions<K> & { readonly auxiliary?: boolean | undefined } = {},
): (...args: A) => [Tensor, GradientOf<A, K>, X] | [Tensor, GradientOf<A, K>] {
  if (options.auxiliary !== true)
    return keepNames((...args: A): [Tensor, GradientOf<A, K>] => {
      const { value, gradient } = differentiate('valueAndGrad', fn, args, options);
      return [value, gradient];
    }, fn);
  return keepNames((...args: A): [Tensor, GradientOf<A, K>, X] => {
    let more: { readonly tree: X } | undefined;
    const loss = (...placed: A): unknown => {
      const result = fn(...placed);
      if (result instanceof Tensor || !Array.isArray(result))
        throw new InvalidArgumentError('valueAndGrad: with auxiliary the function must return [loss, more]');
      const [value, tree] = result as readonly [Tensor, X];
      more = { tree };
      return value;
    };
    const { value, gradient } = differentiate('valueAndGrad', loss, args, options);
    return [value, gradient, more!.tree];
  }, fn);
}

function differentiate<A extends readonly unknown[], K extends ArgumentChoice>(
  name: string,
  fn: (...args: A) => unknown,
  args: A,
  { argument }: GradOptions<K>,
): { value: Tensor; gradient: GradientOf<A, K> } {
  const choice: ArgumentChoice = argument ?? 0;
  const positions = typeof choice === 'number' ? [choice] : choice;
  if (new Set(positions).size !== positions.length)
    throw new InvalidArgumentError(
      `${name}: argument must name different positions, got [${positions.join(', ')}]`,
    );
  const placed = positions.map((position) => {
    if (!Number.isInteger(position) || position < 0 || position >= args.length)
      throw new InvalidArgumentError(
        `${name}: there is no argument ${position}, the function got ${args.length}`,
      );
    return placeInputs(name, `args[${position}]`, args[position]);
  });
  const all: unknown[] = [...args];
  positions.forEach((position, i) => (all[position] = placed[i]!.tree));
  const value = fn(...(all as unknown as A));
  checkLoss(name, value);
  const inputs = placed.flatMap(({ leaves }) => leaves);
  const derivatives = pullback([value], [onesLike(value)], inputs);
  let next = 0;
  const gradients = placed.map(({ structure, leaves }) => {
    const part = derivatives.slice(next, next + leaves.length);
    next += leaves.length;
    return derivativeTree(structure, part, leaves);
  });
  return { value, gradient: (typeof choice === 'number' ? gradients[0] : gradients) as GradientOf<A, K> };
}

function checkLoss(name: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor))
    throw new InvalidArgumentError(`${name}: the function must return a tensor, got ${describeValue(value)}`);
  if (!isFloat(value.dtype))
    throw new InvalidArgumentError(
      `${name}: the function must return a floating point number, got ${describeType(value)}`,
    );
  if (value.rank !== 0)
    throw new ShapeError(
      `${name}: the function must return one number, got ${describeType(value)}; reduce it with sum or mean, or use vjp`,
    );
}
