import { assemble } from '@pct/core/wasm';
import { createRng } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlainScans } from '../../src/kernels/plainScans.js';
import { closeRows, openScans, type CostStorage, type RowScans } from '../../src/kernels/rowScans.js';
import { SimdScans } from '../../src/kernels/simdScans.js';
import { rowScans } from '../../src/kernels/wasm/source.js';

const ROWS = 3;

/** Both implementations with the same numbers, and room for more so that rows do not end with the memory. */
function pair(storage: CostStorage, columns: number, seed: number): [RowScans, RowScans] {
  const rng = createRng(seed);
  const choices = [() => rng.integer(-3, 3), () => rng.uniform(), () => Infinity, () => 1e12];
  const entry = (): number => choices[rng.integer(0, 3)]!();
  const costs = Array.from({ length: ROWS * columns }, entry);
  const duals = Array.from({ length: columns }, () => (rng.uniform() < 0.1 ? -Infinity : rng.integer(-2, 2)));
  const rows = Array.from({ length: columns }, () => (rng.uniform() < 0.3 ? -1 : rng.integer(0, 5)));
  const entries = (ROWS + 1) * columns;
  const scans: [RowScans, RowScans] = [
    new PlainScans(entries, columns + 5, storage),
    SimdScans.create(entries, columns + 5, storage)!,
  ];
  for (const one of scans) {
    one.cost.fill(NaN);
    openScans(one, columns);
    one.cost.set(costs);
    closeRows(one, ROWS, columns);
    one.columnDuals.set(duals);
    one.columnToRow.set(rows);
  }
  return scans;
}

describe.each(['float64', 'float32'] as const)('SIMD scans of %s costs', (storage) => {
  it('give bit for bit what the plain ones give', () => {
    const shape = fc.record({ columns: fc.integer({ min: 1, max: 40 }), seed: fc.nat() });
    fc.assert(
      fc.property(shape, ({ columns, seed }) => {
        const [plain, simd] = pair(storage, columns, seed);
        const expectSame = (act: (scans: RowScans) => unknown): void => {
          expect(act(simd)).toEqual(act(plain));
          expect([...simd.distance.subarray(0, columns)]).toEqual([...plain.distance.subarray(0, columns)]);
        };
        expectSame((scans) => scans.readCosts(0, ROWS, columns));
        expectSame((scans) => scans.smallestPositive(ROWS, columns));
        for (let row = 0; row < ROWS; row++) {
          expectSame((scans) => [scans.chooseColumn(row, columns), ...scans.lowest]);
        }
        expectSame((scans) => scans.startSearch(0, columns, 0.5));
        for (let row = 1; row < ROWS; row++) {
          expectSame((scans) => scans.relaxRow(row, columns, 0.25 * row, -row));
          const nearest = plain.distance.subarray(0, columns).reduce((a, b) => Math.min(a, b), Infinity);
          if (nearest === Infinity) continue;
          expectSame((scans) => {
            const count = scans.columnsAt(columns, nearest);
            return [count, ...scans.found.subarray(0, Math.max(0, count))];
          });
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it.each([NaN, -Infinity, 2e300])('tell that %d is no cost, wherever it is', (bad) => {
    // A float32 cannot hold what is too large.
    if (storage === 'float32' && bad === 2e300) return;
    for (const columns of [1, 7, 8, 9, 20]) {
      for (let at = 0; at < ROWS * columns; at++) {
        for (const scans of pair(storage, columns, at)) {
          expect(scans.readCosts(0, ROWS, columns)).toBe(true);
          scans.cost[at] = bad;
          expect(scans.readCosts(0, ROWS, columns)).toBe(false);
        }
      }
    }
  });

  it('are a module that browsers compile synchronously', () => {
    expect(assemble(rowScans(storage)).length).toBeLessThan(4096);
  });
});
