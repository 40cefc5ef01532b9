import { inlineExecutor, type Executor, type Task, type TaskResult } from '@pct/core';
import { resolveObjective, sourceFor, type ObjectiveLike } from './source.js';
import { lossAtPoint, lossOf, type PointOrder } from './tasks.js';

/** Options of functions that evaluate an objective at many points. */
export interface EvaluateOptions {
  /**
   * Runs the evaluations, for instance `threadExecutor()` of `@pct/core/node`; it is not closed. The objective must be
   * given by its source then.
   * @defaultValue none: one after the other in this thread
   */
  readonly executor?: Executor | undefined;
  /** Stops the work; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Losses at some points, in the order in which they are finished.
 *
 * @param functionName - opens the messages
 * @param points - taken one by one when their turn comes; each must be a vector of its own, and is given away
 */
export async function* lossesAt(
  functionName: string,
  objective: ObjectiveLike,
  points: Iterable<Float64Array>,
  { executor, signal }: EvaluateOptions,
): AsyncGenerator<TaskResult<number>, void, undefined> {
  if (executor === undefined) {
    const resolved = await resolveObjective(functionName, objective);
    const task: Task<Float64Array, number> = {
      module: import.meta.url,
      name: functionName,
      run: (parameters) => lossOf(resolved, parameters),
    };
    yield* inlineExecutor().map(task, points, { signal });
  } else {
    const source = sourceFor(functionName, objective);
    yield* executor.map(lossAtPoint, ordersOf(source, points), { signal });
  }
}

function* ordersOf(
  source: ReturnType<typeof sourceFor>,
  points: Iterable<Float64Array>,
): Generator<PointOrder, void, undefined> {
  for (const parameters of points) yield { source, parameters };
}

/**
 * θ = origin + Σ cᵢ dᵢ in a new vector, summed in the order of the directions: the same bits wherever it is computed.
 *
 * @param origin - [size]
 * @param directions - [size] each
 * @param coordinates - [directions]
 */
export function pointAt(
  origin: Float64Array,
  directions: readonly Float64Array[],
  coordinates: ArrayLike<number>,
): Float64Array {
  const point = origin.slice();
  directions.forEach((direction, axis) => {
    const coordinate = coordinates[axis]!;
    if (coordinate === 0) return;
    for (let k = 0; k < point.length; k++) point[k]! += coordinate * direction[k]!;
  });
  return point;
}
