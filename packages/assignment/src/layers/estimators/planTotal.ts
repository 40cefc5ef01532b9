import { NumericalError } from '@pct/core';

/** How far the total of a plan may be off because of rounding errors, relatively. */
const MOST_LOST = 0.01;

/**
 * @throws {@link NumericalError} if a plan, slack lines included, does not have the total that iterations give it but
 * for rounding errors
 */
export function checkTotal(name: string, temperature: number, total: number, expected: number): void {
  if (Math.abs(total - expected) <= MOST_LOST * expected) return;
  throw new NumericalError(
    `${name}: the plan sums to ${total} instead of ${expected}, as the costs are too large for a temperature of ` +
      `${temperature} to matter beside them; raise it, scale the costs down, or forbid dear pairs with Infinity`,
  );
}
