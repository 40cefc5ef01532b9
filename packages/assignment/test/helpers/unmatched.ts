import type { LinearSumAssignmentOptions } from '@pct/assignment';
import fc from 'fast-check';
import { entries, type Costs } from './arbitraries.js';

const price = fc.oneof(entries.real, entries.ties, entries.scales);

/** Prices of staying unmatched, in each of the accepted forms. */
export function unmatchedFor({
  cost,
  columns,
}: Costs): fc.Arbitrary<LinearSumAssignmentOptions['unmatchedCost']> {
  const many = (length: number): fc.Arbitrary<Float64Array> =>
    fc.array(price, { minLength: length, maxLength: length }).map((prices) => Float64Array.from(prices));
  return fc.oneof(
    price,
    fc.record({ rows: fc.oneof(price, many(cost.length)), columns: fc.oneof(price, many(columns)) }),
  );
}
