/**
 * The scans of `../plainScans.ts` in WebAssembly with 128-bit SIMD: eight columns per round, in four independent
 * pairs so that the processor can overlap them. Same operations in the same order, hence the same results bit by bit.
 *
 * Rows of costs are not padded: a scan reads on into the next row, where the padding of the duals (-Infinity)
 * makes the difference Infinity whatever the cost is.
 */
import type { FunctionSource } from '@pct/core/wasm';
import { chooseColumn, readCosts, smallestPositive } from './costScans.js';
import { STORAGES } from './lanes.js';
import { columnsAt, relaxRow, startSearch } from './searchScans.js';
import type { CostStorage } from '../rowScans.js';

/** The functions for one kind of storage: less than 4 kB, which every browser compiles synchronously. */
export function rowScans(storage: CostStorage): FunctionSource[] {
  const costs = STORAGES[storage];
  return [
    readCosts(costs),
    smallestPositive(costs),
    chooseColumn(costs),
    startSearch(costs),
    relaxRow(costs),
    columnsAt(),
  ];
}
