import { linearSumAssignment } from '@pct/assignment';
import { createRng } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { makeCosts } from '../bench/costs.js';
import { expectCertified } from './helpers/certificate.js';

/** Random costs in [0, 1), nested. */
function uniformCosts(rows: number, columns: number, seed: number): number[][] {
  const data = makeCosts('uniform', rows, columns, seed);
  return Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);
}

describe('linearSumAssignment keeps its digits', () => {
  it.each([
    [20, 20, 0.3],
    [20, 20, 0.02],
    [15, 30, 0.1],
    [30, 15, 0.1],
  ])('when 1e12 stands for "rather not", %d x %d', (rows, columns, share) => {
    const rng = createRng(3);
    // A diagonal of ordinary costs, so that no 1e12 is ever needed.
    const soft = uniformCosts(rows, columns, 4).map((row, i) =>
      row.map((c, j) => (i === j || rng.uniform() < share ? c : 1e12)),
    );
    const hard = soft.map((row) => row.map((c) => (c === 1e12 ? Infinity : c)));
    const assignment = linearSumAssignment(soft);
    expectCertified(assignment, soft, columns);
    expect(assignment.rowToColumn).toEqual(linearSumAssignment(hard).rowToColumn);
    const proven = [...assignment.rowDuals, ...assignment.columnDuals].reduce((sum, dual) => sum + dual, 0);
    expect(Math.abs(proven - assignment.cost)).toBeLessThan(1e-9 * assignment.cost);
  });

  it('in blocks that are 1e12 apart in scale', () => {
    const scales = [1e-6, 1, 1e6];
    const size = 8;
    const blocks = scales.map((scale, k) =>
      uniformCosts(size, size, 10 + k).map((row) => row.map((c) => c * scale)),
    );
    const all = Array.from({ length: 3 * size }, (_, i) =>
      Array.from({ length: 3 * size }, (_, j) =>
        Math.floor(i / size) === Math.floor(j / size)
          ? blocks[Math.floor(i / size)]![i % size]![j % size]!
          : Infinity,
      ),
    );
    const { rowToColumn, rowDuals, columnDuals } = linearSumAssignment(all);
    blocks.forEach((block, b) => {
      const from = b * size;
      const alone = linearSumAssignment(block);
      expect([...rowToColumn.subarray(from, from + size)]).toEqual(
        [...alone.rowToColumn].map((j) => from + j),
      );
      const own = {
        ...alone,
        rowDuals: rowDuals.slice(from, from + size),
        columnDuals: columnDuals.slice(from, from + size),
      };
      expectCertified(own, block, size);
    });
  });

  it('when one row is offset by 1e12, whichever it is', () => {
    const size = 16;
    const data = makeCosts('spatial', size, size + 2, 5);
    const plain = Array.from({ length: size }, (_, i) => [
      ...data.subarray(i * (size + 2), (i + 1) * (size + 2)),
    ]);
    for (let moved = 0; moved < size; moved++) {
      // The entries of that row are multiples of 1 / 16: the offset itself rounds nothing away.
      const coarse = plain.map((row, i) => row.map((c) => (i === moved ? Math.floor(16 * c) / 16 : c)));
      const offset = coarse.map((row, i) => row.map((c) => (i === moved ? c + 1e12 : c)));
      const { rowToColumn, rowDuals, columnDuals } = linearSumAssignment(offset);
      const total = (matching: Int32Array): number =>
        coarse.reduce((sum, row, i) => sum + row[matching[i]!]!, 0);
      expect(total(rowToColumn)).toBeCloseTo(linearSumAssignment(coarse).cost, 12);
      offset.forEach((row, i) => {
        const slack = row.map((c, j) => c - rowDuals[i]! - columnDuals[j]!);
        if (i === moved) return;
        expect(Math.min(...slack)).toBeGreaterThan(-1e-12);
        expect(Math.abs(slack[rowToColumn[i]!]!)).toBeLessThan(1e-12);
      });
    }
  });

  it('at the ends of the number range', () => {
    for (const scale of [1e-300, 1e299]) {
      const cost = uniformCosts(20, 20, 6).map((row) => row.map((c) => c * scale));
      expectCertified(linearSumAssignment(cost), cost, 20);
    }
  });
});

describe('linearSumAssignment ends', () => {
  it('where rows outbid each other by less than rounding shows', () => {
    const rng = createRng(7);
    const cost = Array.from({ length: 40 }, () =>
      Array.from({ length: 40 }, () => 1e15 + Math.floor(3 * rng.uniform()) / 8),
    );
    expectCertified(linearSumAssignment(cost), cost, 40);
  });

  it('where two columns are worth a long war between three rows', () => {
    const cost = [
      [0, 0, 1e9],
      [0, 1e-9, 1e9],
      [1e-9, 0, 1e9],
    ];
    const assignment = linearSumAssignment(cost);
    expectCertified(assignment, cost, 3);
    expect(assignment.cost).toBe(1e9);
  });

  it('on negative costs', () => {
    const cost = uniformCosts(25, 40, 8).map((row) => row.map((c) => c - 5));
    expectCertified(linearSumAssignment(cost), cost, 40);
  });

  it.each([0, 7, -1, 1e300, 1e-320])('where all %d costs are equal', (value) => {
    for (const [rows, columns] of [
      [200, 200],
      [150, 200],
    ] as const) {
      const cost = { rows, columns, data: new Float64Array(rows * columns).fill(value) };
      const { rowToColumn } = linearSumAssignment(cost);
      expect([...rowToColumn]).toEqual(Array.from({ length: rows }, (_, i) => i));
    }
  });

  it('on large costs with many ties', () => {
    for (const scale of [1, 1e299, 2 ** -1074]) {
      const data = makeCosts('binary', 120, 120, 12).map((c) => c * scale);
      const cost = Array.from({ length: 120 }, (_, i) => [...data.subarray(i * 120, (i + 1) * 120)]);
      expectCertified(linearSumAssignment(cost), cost, 120);
    }
  });

  it('where every path leads through every column', () => {
    const size = 150;
    const cost = Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (__, j) => (i + 1) * (j + 1)),
    );
    const assignment = linearSumAssignment(cost);
    expectCertified(assignment, cost, size);
    expect([...assignment.rowToColumn]).toEqual(Array.from({ length: size }, (_, i) => size - 1 - i));
  });

  it('the same way every time', () => {
    const cost = { rows: 50, columns: 50, data: makeCosts('binary', 50, 50, 9) };
    expect(linearSumAssignment(cost)).toEqual(linearSumAssignment(cost));
  });
});
