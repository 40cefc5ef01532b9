import { InvalidArgumentError, type Executor } from '@pct/core';
import type { OperatorRecipe, SymmetricOperator } from './operator.js';
import { paced } from './pace.js';
import { operatorProduct } from './tasks.js';

/** What worker threads need to make the operator. */
export function recipeFor(functionName: string, operator: SymmetricOperator): OperatorRecipe {
  if (operator.recipe !== undefined) return operator.recipe;
  throw new InvalidArgumentError(
    `${functionName}: with an executor, the operator must be made from an ObjectiveSource { module, name, settings }, ` +
      'since an Objective cannot be sent to another thread: pass the source to hessianOperator',
  );
}

/**
 * Products with vectors, in order, by an executor if there is one.
 *
 * @param vectors - taken one by one, not much sooner than needed; each must stay unchanged
 * @param use - receives each product, which it may change, with the place of its vector
 */
export async function forEachProduct(
  functionName: string,
  operator: SymmetricOperator,
  vectors: Iterable<Float64Array>,
  use: (product: Float64Array, index: number) => void,
  executor: Executor | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (executor === undefined) {
    const pause = paced(signal);
    let index = 0;
    for (const vector of vectors) {
      await pause();
      use(await operator.apply(vector), index++);
    }
    return;
  }
  const recipe = recipeFor(functionName, operator);
  const inputs = (function* () {
    for (const vector of vectors) yield { recipe, vector };
  })();
  // Products come in any order but are used in that of their vectors, so that sums have the same bits.
  const waiting = new Map<number, Float64Array>();
  let next = 0;
  for await (const { index, output } of executor.map(operatorProduct, inputs, { signal })) {
    waiting.set(index, output);
    for (let product = waiting.get(next); product !== undefined; product = waiting.get(next)) {
      waiting.delete(next);
      use(product, next++);
    }
  }
}
