import type { Direction } from '../samplers/types.js';

/** Whether one set of values is nowhere worse than another and somewhere better. */
export function dominates(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  directions: readonly Direction[],
): boolean {
  let better = false;
  for (let k = 0; k < directions.length; k++) {
    const gain = directions[k] === 'maximize' ? a[k]! - b[k]! : b[k]! - a[k]!;
    if (gain < 0) return false;
    if (gain > 0) better = true;
  }
  return better;
}

/** Those items whose values no other's dominate, in their order. O(n²). */
export function paretoFront<T>(
  items: readonly T[],
  valuesOf: (item: T) => ArrayLike<number>,
  directions: readonly Direction[],
): T[] {
  return items.filter(
    (item) => !items.some((other) => dominates(valuesOf(other), valuesOf(item), directions)),
  );
}
