import {
  denseSolver,
  linearSumAssignment,
  multidimensionalAssignment,
  sparseSolver,
  type AssignmentSolver,
  type Chain,
  type LinkCosts,
  type MultidimensionalOptions,
} from '@pct/assignment';
import { createRng, InfeasibleAssignmentError, InvalidArgumentError, ShapeError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Costs between consecutive layers, with the numbers of hits in each. */
interface Layers {
  readonly hits: number[];
  readonly costs: number[][][];
}

/** Random costs between layers of random sizes, a share of which is forbidden. */
function randomLayers(seed: number, forbidden: number): Layers {
  const rng = createRng(seed);
  const hits = Array.from({ length: rng.integer(2, 6) }, () => rng.integer(1, 7));
  const costs = hits
    .slice(1)
    .map((columns, l) =>
      Array.from({ length: hits[l]! }, () =>
        Array.from({ length: columns }, () => (rng.uniform() < forbidden ? Infinity : rng.uniform())),
      ),
    );
  return { hits, costs };
}

function openPrice(layer: number, hit: number): number {
  return 0.1 + ((layer * 7 + hit * 3) % 5) / 17;
}

function closePrice(layer: number, hit: number): number {
  return 0.05 + ((layer * 3 + hit * 5) % 7) / 19;
}

const PRICED = { openCost: openPrice, closeCost: closePrice };

function listed(chains: readonly Chain[]): [number, number[]][] {
  return chains.map(({ firstLayer, hits }) => [firstLayer, [...hits]]);
}

/** Each hit in exactly one chain, and costs that add up. */
function expectConsistent({ hits, costs }: Layers, chains: readonly Chain[], total: number): void {
  const seen = hits.map((count) => new Array<number>(count).fill(0));
  let sum = 0;
  for (const chain of chains) {
    let cost = chain.firstLayer > 0 ? openPrice(chain.firstLayer, chain.hits[0]!) : 0;
    chain.hits.forEach((hit, k) => {
      const layer = chain.firstLayer + k;
      seen[layer]![hit]!++;
      if (k > 0) cost += costs[layer - 1]![chain.hits[k - 1]!]![hit]!;
    });
    const end = chain.firstLayer + chain.hits.length - 1;
    if (end < hits.length - 1) cost += closePrice(end, chain.hits.at(-1)!);
    expect(chain.cost).toBeCloseTo(cost, 12);
    sum += chain.cost;
  }
  for (const layer of seen) expect(layer).toEqual(layer.map(() => 1));
  expect(total).toBeCloseTo(sum, 12);
}

describe('multidimensionalAssignment', () => {
  it('links three layers', () => {
    const { chains, cost } = multidimensionalAssignment(
      [
        [
          [1, 9],
          [9, 2],
        ],
        [[3], [9]],
      ],
      { openCost: 4, closeCost: 4 },
    );
    expect(chains).toEqual([
      { firstLayer: 0, hits: Int32Array.of(0, 0, 0), cost: 4 },
      { firstLayer: 0, hits: Int32Array.of(1, 1), cost: 6 },
    ]);
    expect(cost).toBe(10);
  });

  it('opens and closes chains rather than making dear links', () => {
    const { chains, cost } = multidimensionalAssignment([[[5]], [[1]]], { openCost: 2, closeCost: 2 });
    expect(listed(chains)).toEqual([
      [0, [0]],
      [1, [0, 0]],
    ]);
    expect(cost).toBe(2 + 2 + 1);
    expect(multidimensionalAssignment([[[3]]], { closeCost: 4 }).chains).toHaveLength(1);
    expect(multidimensionalAssignment([[[3]]], { closeCost: 2 }).chains).toHaveLength(2);
    expect(multidimensionalAssignment([[[3]]], { openCost: 2 }).cost).toBe(2);
  });

  it('links as many as it can without prices', () => {
    const { chains, cost } = multidimensionalAssignment([[[5, 7]], [[1], [2]]]);
    expect(listed(chains)).toEqual([
      [0, [0, 0, 0]],
      [1, [1]],
    ]);
    expect(cost).toBe(6);
  });

  it('has no chains without layers, and hits without links', () => {
    expect(multidimensionalAssignment([])).toEqual({ chains: [], cost: 0 });
    const none = { rows: 2, columns: 0, data: [] };
    expect(listed(multidimensionalAssignment([none]).chains)).toEqual([
      [0, [0]],
      [0, [1]],
    ]);
  });

  it('takes sparse costs', () => {
    const sparse = { rows: 2, columns: 2, rowOffsets: [0, 1, 2], columnIndices: [1, 0], values: [1, 2] };
    const { chains, cost } = multidimensionalAssignment([sparse, sparse], { openCost: 9 });
    expect(listed(chains)).toEqual([
      [0, [0, 1, 0]],
      [0, [1, 0, 1]],
    ]);
    expect(cost).toBe(6);
  });

  it('lets costs depend on the chains so far', () => {
    // Positions of hits; a link costs its kink, so straight lines win where single steps would cross over.
    const positions = [
      [0, 3],
      [1, 2],
      [2, 1],
      [0, 3],
    ];
    const seen: Chain[] = [];
    const kinks: LinkCosts[] = positions.slice(1).map((next, l) => ({ layer, hits, chainOf }) => {
      expect(layer).toBe(l);
      expect(hits).toBe(l === 0 ? 0 : 2);
      return positions[l]!.map((here, i) =>
        next.map((there) => {
          if (l === 0) return Math.abs(there - here);
          const chain = chainOf(i);
          seen.push(chain);
          return Math.abs(there - here - (here - positions[l - 1]![chain.hits.at(-2)!]!));
        }),
      );
    });
    const { chains, cost } = multidimensionalAssignment(kinks);
    expect(listed(chains)).toEqual([
      [0, [0, 0, 0, 1]],
      [0, [1, 1, 1, 0]],
    ]);
    expect(cost).toBe(2);
    expect(seen[0]).toEqual({ firstLayer: 0, hits: Int32Array.of(0, 0), cost: 1 });
    expect(() =>
      multidimensionalAssignment([
        ({ chainOf }) => {
          chainOf(0);
          return [[1]];
        },
      ]),
    ).toThrow('multidimensionalAssignment, chainOf: hit must be an integer');
  });

  it('puts each hit in one chain, costs that add up, the least for each pair of layers', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 0.3, 0.9), (seed, forbidden) => {
        const layers = randomLayers(seed, forbidden);
        const { chains, cost } = multidimensionalAssignment(layers.costs, PRICED);
        expectConsistent(layers, chains, cost);
        const least = layers.costs.map(
          (costs, l) =>
            linearSumAssignment(costs, {
              unmatchedCost: {
                rows: costs.map((_, i) => closePrice(l, i)),
                columns: costs[0]!.map((_, j) => openPrice(l + 1, j)),
              },
            }).cost,
        );
        expect(cost).toBeCloseTo(
          least.reduce((sum, part) => sum + part, 0),
          12,
        );
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('gives the same with any solver', () => {
    const solvers: AssignmentSolver[] = [
      denseSolver(),
      sparseSolver(),
      { solve: (cost) => linearSumAssignment(cost) },
    ];
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 0.5), fc.boolean(), (seed, forbidden, priced) => {
        const { costs } = randomLayers(seed, forbidden);
        const options = priced ? PRICED : {};
        const run = (solver?: AssignmentSolver): unknown => {
          try {
            const { chains, cost } = multidimensionalAssignment(costs, { ...options, solver });
            return [listed(chains), cost];
          } catch (error) {
            expect(error).toBeInstanceOf(InfeasibleAssignmentError);
            return 'infeasible';
          }
        };
        for (const solver of solvers) expect(run(solver)).toEqual(run());
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('does not mind the order of the hits', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { hits, costs } = randomLayers(seed, 0.2);
        const rng = createRng(seed + 1);
        const places = hits.map((count) => rng.permutation(count));
        // Hit h of a layer is moved to places[layer][h].
        const moved = costs.map((matrix, l) => {
          const target = matrix.map((row) => new Array<number>(row.length).fill(0));
          matrix.forEach((row, i) => {
            row.forEach((c, j) => (target[places[l]![i]!]![places[l + 1]![j]!] = c));
          });
          return target;
        });
        const options: MultidimensionalOptions = { openCost: 0.21, closeCost: 0.13 };
        const keys = (chains: [number, number[]][]): string[] => chains.map((chain) => chain.join()).sort();
        const before = listed(multidimensionalAssignment(costs, options).chains).map(
          ([first, chain]): [number, number[]] => [first, chain.map((hit, k) => places[first + k]![hit]!)],
        );
        expect(keys(listed(multidimensionalAssignment(moved, options).chains))).toEqual(keys(before));
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('says which layers do not fit, and which have no assignment', () => {
    const call = (layers: unknown, options?: MultidimensionalOptions) => (): unknown =>
      multidimensionalAssignment(layers as LinkCosts[], options);
    expect(call([[[1, 2]], [[1]]])).toThrow(ShapeError);
    expect(call([[[1, 2]], [[1]]])).toThrow(
      'multidimensionalAssignment, layers[1]: costs must have as many rows as the ones before have columns, 2, got 1',
    );
    expect(call([[[1]], [[Infinity]]])).toThrow(InfeasibleAssignmentError);
    expect(call([[[1]], [[Infinity]]])).toThrow('multidimensionalAssignment, layers[1]: no assignment');
    expect(call([[[1]], [[NaN]]])).toThrow('multidimensionalAssignment, layers[1]: cost at row 0, column 0');
    expect(call(undefined)).toThrow('layers must be costs or functions one after the other, got undefined');
    expect(call([[[1]]], { openCost: NaN })).toThrow('openCost must be a finite number, got NaN');
    expect(call([[[1]]], { closeCost: () => Infinity })).toThrow(
      'closeCost(0, 0) must be a finite number, got Infinity',
    );
    expect(call([[[1]]], { solver: {} as never })).toThrow(
      'solver must have a function solve, got undefined',
    );
  });

  it('does not trust a solver', () => {
    const answering = (...rowToColumn: number[]): AssignmentSolver => ({
      solve: (cost) => ({ ...linearSumAssignment(cost), rowToColumn: Int32Array.from(rowToColumn) }),
    });
    const costs = [
      [1, 2],
      [3, 4],
    ];
    const call =
      (solver: AssignmentSolver, options = {}) =>
      (): unknown =>
        multidimensionalAssignment([costs], { solver, ...options });
    expect(call(answering(0))).toThrow('solver must return rowToColumn as Int32Array of length 2');
    expect(call(answering(0, 0))).toThrow(InvalidArgumentError);
    expect(call(answering(0, 0))).toThrow('an allowed column of its own, got 0 for row 1');
    expect(call(answering(2, 0))).toThrow('got 2 for row 0');
    expect(call(answering(0, -1))).toThrow('solver must match 2 rows of the [2, 2] costs, got 1');
    expect(call(answering(0, 2), { openCost: 1 })).toThrow('got 2 for row 1');
    expect(call(answering(0, 3), { openCost: 1 })).not.toThrow();
  });
});
