import fc from 'fast-check';

/** A cost matrix; `columns` tells 0 x n from 0 x 0. */
export interface Costs {
  readonly columns: number;
  readonly cost: number[][];
}

/** Multiples of 2^-16 in [-100, 100]: halving them loses nothing. */
const real = fc.integer({ min: -100 * 2 ** 16, max: 100 * 2 ** 16 }).map((k) => k / 2 ** 16);

/** Kinds of costs that try an algorithm in different ways. */
export const entries = {
  real,
  ties: fc.integer({ min: -3, max: 3 }),
  scales: fc.tuple(real, fc.constantFrom(1e-6, 1, 1e6)).map(([x, scale]) => x * scale),
  degenerate: fc.integer({ min: 0, max: 2 }).map((k) => 1 + k * Number.EPSILON),
  constant: fc.constant(7),
} satisfies Record<string, fc.Arbitrary<number>>;

/** Matrices of one kind of entry each, a share of which is `forbidden` if this is given. */
export function costs(
  most: number,
  { least = 0, forbidden }: { least?: number; forbidden?: number } = {},
): fc.Arbitrary<Costs> {
  const side = fc.integer({ min: least, max: most });
  return fc
    .tuple(side, side, fc.constantFrom(...Object.values(entries)), fc.constantFrom(0, 2, 10))
    .chain(([rows, columns, entry, weight]) => {
      const value =
        forbidden === undefined || weight === 0
          ? entry
          : fc.oneof({ arbitrary: entry, weight: 5 }, { arbitrary: fc.constant(forbidden), weight });
      const row = fc.array(value, { minLength: columns, maxLength: columns });
      return fc.record({
        columns: fc.constant(columns),
        cost: fc.array(row, { minLength: rows, maxLength: rows }),
      });
    });
}

/** The flat form of `costs`, which keeps the number of columns when there are no rows. */
export function flat({ columns, cost }: Costs): { rows: number; columns: number; data: Float64Array } {
  return { rows: cost.length, columns, data: Float64Array.from(cost.flat()) };
}

/** Rows become columns. */
export function transpose({ columns, cost }: Costs): Costs {
  return {
    columns: cost.length,
    cost: Array.from({ length: columns }, (_, j) => cost.map((row) => row[j]!)),
  };
}
