import {
  certificate,
  type Assignment,
  type AssignmentSolver,
  type CostMatrix,
  type LinearSumAssignmentOptions,
} from '@pct/assignment';
import { createRng, InfeasibleAssignmentError, InvalidArgumentError, ShapeError } from '@pct/core';
import fc from 'fast-check';
import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { costs, flat } from './helpers/arbitraries.js';
import { bruteForce } from './helpers/bruteForce.js';
import { expectClose } from './helpers/certificate.js';
import { unmatchedFor } from './helpers/unmatched.js';

/** What every exact solver has to do, whatever its method; `create` makes one with fixed options. */
export function describeSolver(
  name: string,
  create: (options: LinearSumAssignmentOptions) => AssignmentSolver,
): void {
  const solve = (
    cost: ReturnType<typeof flat>,
    options: LinearSumAssignmentOptions,
  ): Assignment | undefined => {
    try {
      return create(options).solve(cost);
    } catch (error) {
      if (error instanceof InfeasibleAssignmentError) return undefined;
      throw error;
    }
  };

  describe(`${name} is an exact AssignmentSolver`, () => {
    it('finds a known optimum in every form of costs', () => {
      const nested = [
        [4, 1, 3],
        [2, 0, 5],
      ];
      const forms = [nested, { rows: 2, columns: 3, data: nested.flat() }, new Matrix(nested)];
      for (const form of forms) {
        const { rowToColumn, columnToRow, cost } = create({}).solve(form);
        expect(rowToColumn).toEqual(Int32Array.of(1, 0));
        expect(columnToRow).toEqual(Int32Array.of(1, 0, -1));
        expect(cost).toBe(3);
      }
      expect(create({ maximize: true }).solve(nested).cost).toBe(9);
      expect(create({ unmatchedCost: 0.25 }).solve(nested).rowToColumn).toEqual(Int32Array.of(-1, 1));
    });

    it.each([
      [0, 0],
      [0, 2],
      [2, 0],
    ])('solves %d x %d', (rows, columns) => {
      const { rowToColumn, columnToRow, cost } = create({}).solve({ rows, columns, data: [] });
      expect(rowToColumn).toEqual(new Int32Array(rows).fill(-1));
      expect(columnToRow).toEqual(new Int32Array(columns).fill(-1));
      expect(cost).toBe(0);
    });

    it.each([false, true])('finds what trying every matching finds, maximize %s', (maximize) => {
      const problem = costs(5, { forbidden: maximize ? -Infinity : Infinity }).chain((matrix) =>
        fc.record({
          matrix: fc.constant(matrix),
          unmatchedCost: fc.option(unmatchedFor(matrix), { nil: undefined }),
        }),
      );
      fc.assert(
        fc.property(problem, ({ matrix, unmatchedCost }) => {
          const options = { maximize, unmatchedCost };
          const wanted = bruteForce(matrix.cost, matrix.columns, options);
          const found = solve(flat(matrix), options);
          expect(found === undefined).toBe(wanted === undefined);
          if (found === undefined || wanted === undefined) return;
          const proof = certificate(flat(matrix), found, options);
          expect(proof.status, proof.advice).toBe('optimal');
          const sizes = [...matrix.cost.flat().filter(Number.isFinite), ...found.rowDuals];
          expectClose(found.cost, wanted, sizes, 'cost');
        }),
        { numRuns: 200, seed: 1 },
      );
    });

    it('proves larger ones, the same way every time', () => {
      const rng = createRng(2);
      for (const [rows, columns] of [
        [60, 60],
        [40, 70],
        [70, 40],
      ] as const) {
        const data = new Float64Array(rows * columns).map(() =>
          rng.uniform() < 0.5 ? Infinity : rng.uniform(),
        );
        const cost = { rows, columns, data };
        const found = create({}).solve(cost);
        expect(certificate(cost, found).optimal).toBe(true);
        expect(create({}).solve(cost)).toEqual(found);
      }
    });

    it('changes nothing that it is given', () => {
      const data = Float64Array.of(3, 1, 2, 9);
      create({ maximize: true }).solve({ rows: 2, columns: 2, data });
      expect([...data]).toEqual([3, 1, 2, 9]);
    });

    it('refuses what is no problem', () => {
      const solver = create({});
      const call = (cost: CostMatrix): Assignment => solver.solve(cost);
      expect(() => call([[1, NaN]])).toThrow(InvalidArgumentError);
      expect(() => call([[1, NaN]])).toThrow('cost at row 0, column 1');
      expect(() => call([[1, -Infinity]])).toThrow('Infinity forbids a pair');
      expect(() => call([[1, 2], [3]])).toThrow(ShapeError);
      expect(() => call(3 as never)).toThrow(InvalidArgumentError);
      expect(() => create({ unmatchedCost: NaN }).solve([[1]])).toThrow(InvalidArgumentError);
      const blocked = [
        [1, Infinity],
        [2, Infinity],
      ];
      expect(() => call(blocked)).toThrow(InfeasibleAssignmentError);
      expect(() => call(blocked)).toThrow('column 1 has no allowed pair');
    });
  });
}
