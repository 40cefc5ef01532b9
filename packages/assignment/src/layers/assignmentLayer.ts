import { checkFinite, checkOneOf, describeValue, InvalidArgumentError } from '@pct/core';
import {
  add,
  cast,
  customOp,
  describeType,
  mul,
  neg,
  reshape,
  sub,
  Tensor,
  type TensorType,
} from '@pct/tensor';
import { checkedCosts } from './checkedCosts.js';
import { estimatorOp } from './estimatorOp.js';
import { blackbox } from './estimators/blackbox.js';
import { batchDims, checkLikeCost } from './shapes.js';
import { checkSolver } from './solve.js';
import type { AssignmentLayerOptions, Estimator, Margin, TracedEstimator } from './types.js';

const NAME = 'assignmentLayer';

/**
 * Assignments of least total cost as an operation of a program, with a derivative.
 *
 * Forward, most estimators give y = argmin ⟨c, y⟩ over assignments, 0/1, exactly; its true derivative is 0 nearly
 * everywhere, and the estimator says what is used instead. Others give a smoothed y with a true derivative. One
 * derivative is defined, unless the estimator is a {@link TracedEstimator}.
 *
 * @param cost - costs c, `[n, m]` or a batch `[b, n, m]`, float32 or float64, sizes may be named; `Infinity` forbids
 * a pair
 * @param options - {@link AssignmentLayerOptions}
 * @returns y, of the type of `cost`: 1 for matched pairs, else 0 (or between, as the estimator has it)
 * @throws {@link ShapeError} or {@link InvalidArgumentError}, while tracing, for tensors that do not fit; while
 * running, {@link InvalidArgumentError} for a cost or gradient that is NaN, and {@link InfeasibleAssignmentError} if
 * forbidden pairs leave no assignment, with the index of the problem
 * @example
 * ```ts
 * const loss = (p, x, truth) => mean(square(sub(assignmentLayer(network(p, x), { estimator: blackbox() }), truth)));
 * const step = await compile(valueAndGrad(loss), [shapesOf(params), float32('b', 4), float32('b', 'n', 'm')]);
 * ```
 */
export function assignmentLayer(cost: Tensor, options: AssignmentLayerOptions = {}): Tensor {
  const { estimator = blackbox(), mask, unmatchedCost, solver, margin, maximize = false, examples } = options;
  checkTensor('cost', cost);
  const { batch } = batchDims(NAME, 'cost', cost);
  checkOneOf(NAME, 'maximize', maximize, [true, false]);
  checkSolver(NAME, solver, unmatchedCost);
  checkEstimator(estimator);
  if (mask !== undefined) {
    checkTensor('mask', mask);
    if (mask.dtype !== 'bool') throw wrongType('mask', 'bool', mask);
    checkLikeCost(NAME, 'mask', mask, cost);
  }
  if (examples !== undefined) {
    checkTensor('examples', examples);
    if (examples.dtype !== 'int32' || examples.shape.length !== 1 || examples.shape[0] !== batch) {
      throw wrongType('examples', `int32[${batch}] with one index per problem`, examples);
    }
  }
  const name = `${NAME}(${estimator.name})`;
  const costs = withMargin(maximize ? neg(cost) : cost, margin);
  let y: Tensor;
  if ('trace' in estimator) {
    const { finite, allowed } = checkedCosts(name, costs, mask, unmatchedCost);
    y = reshape(estimator.trace(finite, allowed, { name, unmatchedCost }), cost.shape);
  } else {
    const seed = checkSeed(estimator);
    y = estimatorOp(name, costs, estimator, { mask, seed, examples, unmatchedCost, solver });
  }
  return margin?.kind === 'totalCost' ? withPrice(y, costs, margin.alpha) : y;
}

/** Costs with half of α added to the true pairs and taken off all others. */
function withMargin(costs: Tensor, margin: Margin | undefined): Tensor {
  if (margin === undefined) return costs;
  checkOneOf(NAME, 'margin.kind', margin.kind, ['pairwise', 'totalCost']);
  const alpha = checkFinite(NAME, 'margin.alpha', margin.alpha);
  if (margin.kind === 'totalCost') return costs;
  const { truth } = margin;
  checkTensor('margin.truth', truth);
  if (truth.dtype !== 'bool' && truth.dtype !== costs.dtype) {
    throw wrongType('margin.truth', `bool or ${costs.dtype}`, truth);
  }
  checkLikeCost(NAME, 'margin.truth', truth, costs);
  const isTrue = truth.dtype === 'bool' ? cast(truth, costs.dtype) : truth;
  return add(costs, mul(alpha, sub(isTrue, 0.5)));
}

/** y itself; α y is added to the gradient with respect to the costs. */
function withPrice(y: Tensor, costs: Tensor, alpha: number): Tensor {
  const [priced] = customOp({
    name: `${NAME} margin`,
    infer: ([output]) => [output!],
    run: ([output]) => [output!.data],
    vjp: ([output], _outputs, [g]) => [g, g && mul(alpha, output!)],
    jvp: () => {
      throw new InvalidArgumentError(
        `${NAME}: margin of kind totalCost adds to gradients and has no forward derivative; use grad or vjp`,
      );
    },
  })(y, costs);
  return priced!;
}

function checkTensor(argument: string, value: unknown): void {
  if (!(value instanceof Tensor)) {
    throw new InvalidArgumentError(
      `${NAME}: ${argument} must be a tensor of @pct/tensor, got ${describeValue(value)}`,
    );
  }
}

function checkEstimator(estimator: Estimator | TracedEstimator): void {
  const functions: readonly string[] =
    typeof estimator !== 'object' || estimator === null
      ? []
      : ['trace', 'forward', 'backward'].filter(
          (key) => typeof (estimator as unknown as Record<string, unknown>)[key] === 'function',
        );
  if (functions.includes('trace') || functions.length === 2) return;
  throw new InvalidArgumentError(
    `${NAME}: estimator must have forward and backward, or trace; call the function that makes it, ` +
      `such as blackbox({ lambda: 20 }); got ${describeValue(estimator)}`,
  );
}

function checkSeed({ seed }: Estimator): number | Tensor {
  if (seed instanceof Tensor) {
    if (seed.dtype !== 'int32' || seed.shape.length !== 0) throw wrongType('seed', 'int32[]', seed);
    return seed;
  }
  return seed ?? 0;
}

function wrongType(argument: string, expected: string, type: TensorType): InvalidArgumentError {
  return new InvalidArgumentError(`${NAME}: ${argument} must be ${expected}, got ${describeType(type)}`);
}
