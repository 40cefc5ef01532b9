import {
  cholesky,
  createRng,
  GrowingCholesky,
  InvalidArgumentError,
  NumericalError,
  ShapeError,
} from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  referenceCholesky,
  referenceProduct,
  referenceSolveLower,
  referenceSolveUpper,
} from '../../src/linalg/reference.js';
import { covariance, dense, distance, lower, randomSpd, select, vector } from './support.js';

const sizes = fc.integer({ min: 1, max: 40 });
const seeds = fc.integer();

describe.each(['auto', 'plain'] as const)('GrowingCholesky, %s kernels', (kernels) => {
  const made = (matrix: Parameters<typeof cholesky>[0]) => cholesky(matrix, { kernels });

  it('factors a small matrix exactly', () => {
    const factor = made([
      [4, 2, 2],
      [2, 5, 5],
      [2, 5, 14],
    ]);
    expect(lower(factor)).toEqual(new Float64Array([2, 0, 0, 1, 2, 0, 1, 2, 3]));
    expect(factor.toPacked()).toEqual(new Float64Array([2, 1, 2, 1, 2, 3]));
    expect(factor.logDeterminant()).toBeCloseTo(Math.log(144), 14);
    expect(factor.conditionLowerBound()).toBe(2.25);
    expect(factor.size).toBe(3);
  });

  it('agrees with the textbook factor and solves', () => {
    fc.assert(
      fc.property(sizes, seeds, fc.integer({ min: 1, max: 20 }), (n, seed, count) => {
        const rng = createRng(seed);
        const matrix = randomSpd(rng, n);
        const factor = made(matrix);
        const expected = referenceCholesky(matrix.data)!;
        expect(distance(lower(factor), expected)).toBeLessThan(1e-13);
        const b = vector(rng, count * n);
        const perVector = (solve: (x: Float64Array) => Float64Array) =>
          Array.from({ length: count }, (_, v) => [...solve(b.slice(v * n, (v + 1) * n))]).flat();
        const downThenUp = (x: Float64Array) =>
          referenceSolveUpper(expected, referenceSolveLower(expected, x));
        expect(
          distance(
            factor.solveLower(b),
            perVector((x) => referenceSolveLower(expected, x)),
          ),
        ).toBeLessThan(1e-11);
        expect(
          distance(
            factor.solveUpper(b),
            perVector((x) => referenceSolveUpper(expected, x)),
          ),
        ).toBeLessThan(1e-11);
        expect(distance(factor.solve(b), perVector(downThenUp))).toBeLessThan(1e-11);
      }),
      { numRuns: 40 },
    );
  });

  it('factors sizes around its blocks', () => {
    const matrix = randomSpd(createRng(5), 150);
    for (const n of [63, 64, 65, 66, 67, 68, 127, 128, 129, 150]) {
      const part = select(
        matrix,
        Array.from({ length: n }, (_, i) => i),
      );
      expect(distance(lower(made(part)), referenceCholesky(part.data)!)).toBeLessThan(1e-13);
    }
  });

  it('appends one row, or a block, as a new factor would have them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }), seeds, (n, t, seed) => {
        const { data } = randomSpd(createRng(seed), n + t);
        const entry = (i: number, j: number) => data[i * (n + t) + j]!;
        const expected = referenceCholesky(data)!;
        const first = dense(n, entry);
        const rowwise = new GrowingCholesky({ capacity: 1, kernels });
        rowwise.factor(first);
        for (let i = n; i < n + t; i++) {
          const row = Array.from({ length: i }, (_, j) => entry(i, j));
          expect(rowwise.append(row, entry(i, i)).status).toBe('ok');
        }
        expect(distance(lower(rowwise), expected)).toBeLessThan(1e-13);

        const blockwise = made(first);
        const cross = Array.from({ length: t }, (_, i) =>
          Array.from({ length: n }, (__, j) => entry(n + i, j)),
        );
        expect(
          blockwise.appendBlock(
            cross,
            dense(t, (i, j) => entry(n + i, n + j)),
          ).status,
        ).toBe('ok');
        expect(distance(lower(blockwise), expected)).toBeLessThan(1e-13);
      }),
      { numRuns: 40 },
    );
  });

  it('deletes and truncates', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), seeds, (n, pick, seed) => {
        const matrix = randomSpd(createRng(seed), n);
        const index = pick % n;
        const factor = made(matrix);
        factor.delete(index);
        const rest = select(
          matrix,
          Array.from({ length: n }, (_, i) => i).filter((i) => i !== index),
        );
        expect(distance(lower(factor), referenceCholesky(rest.data)!)).toBeLessThan(1e-12);

        const cut = made(matrix);
        cut.truncate(index);
        const front = select(
          matrix,
          Array.from({ length: index }, (_, i) => i),
        );
        expect(distance(lower(cut), referenceCholesky(front.data)!)).toBeLessThan(1e-12);
      }),
      { numRuns: 40 },
    );
  });

  it('adds v vᵀ and takes it away again', () => {
    fc.assert(
      fc.property(sizes, seeds, (n, seed) => {
        const rng = createRng(seed);
        const { data } = randomSpd(rng, n);
        const v = vector(rng, n);
        const factor = made({ rows: n, columns: n, data });
        const before = lower(factor);
        factor.update(v);
        const updated = dense(n, (i, j) => data[i * n + j]! + v[i]! * v[j]!);
        expect(distance(lower(factor), referenceCholesky(updated.data)!)).toBeLessThan(1e-12);
        expect(factor.downdate(v).status).toBe('ok');
        expect(distance(lower(factor), before)).toBeLessThan(1e-9);
      }),
      { numRuns: 40 },
    );
  });

  it('reports a downdate that would lose definiteness and changes nothing', () => {
    const factor = made([
      [4, 2],
      [2, 5],
    ]);
    const before = factor.toPacked();
    expect(factor.downdate([2, 1])).toMatchObject({ status: 'notPositiveDefinite', jitter: 0 });
    expect(factor.downdate([3, 1]).status).toBe('notPositiveDefinite');
    expect(factor.toPacked()).toEqual(before);
    expect(factor.downdate([1, 0]).status).toBe('ok');
    expect(distance(referenceProduct(lower(factor)), [3, 2, 2, 5])).toBeLessThan(1e-15);
  });

  it('stays within 1e-9 of a new factor over 2000 random changes', () => {
    const rng = createRng(11);
    const pool = 400;
    const matrix = randomSpd(rng, pool, 1e-4);
    const entry = (i: number, j: number) => matrix.data[i * pool + j]!;
    const factor = new GrowingCholesky({ kernels });
    const members: number[] = [];
    const outside = Array.from({ length: pool }, (_, i) => i);
    for (let step = 0; step < 2000; step++) {
      const appends = members.length < 2 || (members.length < 120 && rng.uniform() < 0.53);
      if (appends) {
        const [added] = outside.splice(rng.integer(0, outside.length), 1);
        const report = factor.append(
          members.map((j) => entry(added!, j)),
          entry(added!, added!),
        );
        expect(report.status).toBe('ok');
        members.push(added!);
      } else {
        const index = rng.integer(0, members.length);
        factor.delete(index);
        outside.push(...members.splice(index, 1));
      }
      if (step % 100 === 99) {
        const expected = referenceCholesky(select(matrix, members).data)!;
        expect(distance(lower(factor), expected)).toBeLessThan(1e-9);
      }
    }
    expect(members.length).toBeGreaterThan(20);
  });

  it('survives any sequence of changes', () => {
    const change = fc.record({
      kind: fc.constantFrom('append', 'append', 'delete', 'update'),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(seeds, fc.array(change, { maxLength: 60 }), (seed, changes) => {
        const rng = createRng(seed);
        const factor = new GrowingCholesky({ capacity: 2, kernels });
        let rows: number[][] = [];
        for (const { kind, pick } of changes) {
          if (kind === 'append') {
            const row = rows.map(() => 0.3 * rng.normal());
            // Diagonally dominant by far, whatever was added so far.
            const diagonal = 40 + rng.uniform();
            factor.append(row, diagonal);
            rows.forEach((other, i) => other.push(row[i]!));
            rows.push([...row, diagonal]);
          } else if (kind === 'update') {
            const v = vector(rng, rows.length);
            factor.update(v);
            rows = rows.map((row, i) => row.map((x, j) => x + v[i]! * v[j]!));
          } else if (rows.length > 0) {
            const index = pick % rows.length;
            factor.delete(index);
            rows.splice(index, 1);
            rows.forEach((row) => row.splice(index, 1));
          }
        }
        expect(distance(lower(factor), referenceCholesky(rows.flat())!)).toBeLessThan(1e-11);
      }),
      { numRuns: 40 },
    );
  });
});

describe('jitter', () => {
  const singular = [
    [1, 1, 0],
    [1, 1, 0],
    [0, 0, 1],
  ];

  it('is not added unless asked for', () => {
    const factor = new GrowingCholesky();
    const report = factor.factor(singular);
    expect(report).toMatchObject({ status: 'notPositiveDefinite', jitter: 0, attempts: 1, row: 1 });
    expect(report.advice).toMatch(/at row 1.*jitter/);
    expect(factor.size).toBe(0);
    expect(() => cholesky(singular)).toThrow(NumericalError);
    expect(() => cholesky(singular)).toThrow(/^cholesky: .*not numerically positive definite at row 1/);
  });

  it('is raised until the matrix is definite, relative to its diagonal, and reported', () => {
    for (const scale of [1e-12, 1, 1e12]) {
      const factor = new GrowingCholesky();
      const matrix = singular.map((row) => row.map((x) => x * scale));
      const report = factor.factor(matrix, { jitter: { initial: 1e-17, factor: 10, maximum: 1e-3 } });
      expect(report).toMatchObject({ status: 'jittered', row: 1 });
      // 1e-17 and 1e-16 are below the rounding error of the pivot, 2ε; whether 1e-15 is above it is for it to say.
      expect(report.attempts).toBe(4);
      expect(report.jitter).toBeCloseTo(1e-15 * scale, 25 - Math.log10(scale));
      const rebuilt = referenceProduct(lower(factor));
      expect(distance(rebuilt, matrix.flat())).toBeLessThan(3e-15);
    }
  });

  it('stops at the maximum', () => {
    const indefinite = [
      [1, 2],
      [2, 1],
    ];
    const factor = new GrowingCholesky();
    const report = factor.factor(indefinite, { jitter: {} });
    expect(report).toMatchObject({ status: 'notPositiveDefinite', attempts: 8, jitter: 0 });
    expect(() => cholesky(indefinite, { jitter: {} })).toThrow(NumericalError);
  });

  it('goes to the new row alone when one is appended', () => {
    const factor = cholesky([[2]]);
    const before = factor.toPacked();
    expect(factor.append([2], 2).status).toBe('notPositiveDefinite');
    expect(factor.size).toBe(1);
    const report = factor.append([2], 2, { jitter: { initial: 1e-6 } });
    expect(report).toMatchObject({ status: 'jittered', jitter: 2e-6, attempts: 2, row: 1 });
    expect(factor.toPacked().slice(0, 1)).toEqual(before);
    expect(distance(referenceProduct(lower(factor)), [2, 2, 2, 2 + 2e-6])).toBeLessThan(1e-15);
  });

  it('goes to the diagonal of an appended block', () => {
    const factor = cholesky([[1]]);
    const block = [
      [1, 1],
      [1, 1],
    ];
    expect(factor.appendBlock([[0], [0]], block)).toMatchObject({ status: 'notPositiveDefinite', row: 2 });
    expect(factor.size).toBe(1);
    const report = factor.appendBlock([[0], [0]], block, { jitter: { initial: 1e-4, maximum: 1 } });
    expect(report).toMatchObject({ status: 'jittered', jitter: 1e-4, row: 2 });
    expect(distance(referenceProduct(lower(factor)), [1, 0, 0, 0, 1.0001, 1, 0, 1, 1.0001])).toBeLessThan(
      1e-15,
    );
  });

  it('lets a noise-free covariance take points it has already', () => {
    const rng = createRng(8);
    const points = Array.from({ length: 60 }, () => Float64Array.from({ length: 3 }, () => rng.uniform()));
    for (let i = 20; i < 60; i += 4) points[i] = points[i - 13]!;
    const entry = covariance(points, 0);
    const factor = new GrowingCholesky();
    const statuses = points.map((_, i) => {
      const row = Array.from({ length: i }, (__, j) => entry(i, j));
      return factor.append(row, entry(i, i), { jitter: {} }).status;
    });
    const repeats = points.map((point, i) => points.indexOf(point) < i);
    expect(statuses).toEqual(repeats.map((repeat) => (repeat ? 'jittered' : 'ok')));
    const rebuilt = referenceProduct(lower(factor));
    expect(distance(rebuilt, dense(60, entry).data)).toBeLessThan(1.1e-10);
    expect(factor.solve(vector(rng, 60)).every(Number.isFinite)).toBe(true);
  });

  it('does not save a matrix with a diagonal entry of 0 or less', () => {
    expect(new GrowingCholesky().append([], 0, { jitter: {} }).status).toBe('notPositiveDefinite');
    expect(new GrowingCholesky().append([], -1, { jitter: {} }).status).toBe('notPositiveDefinite');
    expect(new GrowingCholesky().factor([[0]], { jitter: {} }).status).toBe('notPositiveDefinite');
  });
});

describe('input and output', () => {
  it('reads flat, nested and get(row, column) matrices alike', () => {
    const flat = randomSpd(createRng(3), 9);
    const nested = Array.from({ length: 9 }, (_, i) => flat.data.slice(9 * i, 9 * i + 9));
    // As ml-matrix has it: rows of their own under data, and get.
    const object = { rows: 9, columns: 9, data: nested, get: (i: number, j: number) => nested[i]![j]! };
    const expected = cholesky(flat).toPacked();
    expect(cholesky(nested).toPacked()).toEqual(expected);
    expect(cholesky(object).toPacked()).toEqual(expected);
  });

  it('reads only the lower triangle, changes and keeps nothing it is given', () => {
    const matrix = { rows: 2, columns: 2, data: new Float64Array([4, NaN, 2, 5]) };
    const factor = cholesky(matrix);
    expect(matrix.data).toEqual(new Float64Array([4, NaN, 2, 5]));
    const b = new Float64Array([8, 9]);
    expect(factor.solve(b)).toEqual(new Float64Array([1.375, 1.25]));
    expect(b).toEqual(new Float64Array([8, 9]));
    factor.toPacked().fill(0);
    factor.toLower().data.fill(0);
    factor.row(1).fill(0);
    expect(factor.solve(b)).toEqual(new Float64Array([1.375, 1.25]));
  });

  it('writes to out, which may be b', () => {
    const factor = cholesky([
      [4, 2],
      [2, 5],
    ]);
    const b = new Float64Array([8, 9, 4, 2]);
    expect(factor.solve(b, b)).toBe(b);
    expect(b).toEqual(new Float64Array([1.375, 1.25, 1, 0]));
    const row = new Float64Array(5).fill(7);
    expect(factor.row(1, row)).toBe(row);
    expect(row).toEqual(new Float64Array([1, 2, 7, 7, 7]));
  });

  it('goes through its packed form', () => {
    const packed = cholesky(randomSpd(createRng(3), 7)).toPacked();
    const factor = GrowingCholesky.fromPacked(packed);
    expect(factor.size).toBe(7);
    expect(factor.toPacked()).toEqual(packed);
    expect(GrowingCholesky.fromPacked([]).size).toBe(0);
  });

  it('doubles its room and keeps what is there', () => {
    const factor = new GrowingCholesky({ capacity: 2 });
    for (let n = 0; n < 200; n++) factor.append(new Float64Array(n), (n + 1) ** 2);
    expect(factor.capacity).toBe(256);
    expect(Array.from({ length: 200 }, (_, i) => factor.row(i)[i])).toEqual(
      Array.from({ length: 200 }, (_, i) => i + 1),
    );
  });

  it('can be empty', () => {
    const factor = cholesky([]);
    expect([factor.size, factor.logDeterminant(), factor.conditionLowerBound()]).toEqual([0, 0, 1]);
    expect(factor.solve([])).toEqual(new Float64Array(0));
    expect(factor.toLower()).toEqual({ rows: 0, columns: 0, data: new Float64Array(0) });
  });

  it('tells its progress and stops between blocks of rows', () => {
    const matrix = dense(300, (i, j) => (i === j ? 1 : 0));
    const done: number[] = [];
    cholesky(matrix, { onProgress: (progress) => done.push(progress.done) });
    expect(done[0]).toBe(64);
    expect(done.at(-1)).toBe(300);

    const controller = new AbortController();
    const factor = cholesky([[4]]);
    const stopping = { signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) };
    const cross = matrix.data.slice(0, 300).fill(0.01);
    expect(() => factor.appendBlock({ rows: 300, columns: 1, data: cross }, matrix, stopping)).toThrow(
      'enough',
    );
    expect(factor.solve([8])).toEqual(new Float64Array([2]));
    expect(() => cholesky(matrix, { signal: AbortSignal.abort(new Error('before')) })).toThrow('before');
  });

  const two = () => cholesky([[1, 0], [0, 1]]); // prettier-ignore
  it.each([
    [
      'factor, not square',
      () => cholesky([[1, 2]]),
      ShapeError,
      /factor: matrix must be square, got 1 rows and 2/,
    ],
    ['factor, ragged', () => cholesky([[1], [1, 2]]), ShapeError, /row 1 is list|row 1 is Array of length 2/],
    [
      'factor, short data',
      () => cholesky({ rows: 2, columns: 2, data: [1] }),
      ShapeError,
      /2 \* 2 numbers, got 1/,
    ],
    [
      'factor, NaN',
      () => cholesky([[1], [NaN]].map((r) => [r[0]!, 1])),
      InvalidArgumentError,
      /NaN at row 1, column 0/,
    ],
    ['factor, no matrix', () => cholesky(7 as never), InvalidArgumentError, /get\(row, column\), got 7/],
    ['factor, null', () => cholesky(null as never), InvalidArgumentError, /got null/],
    [
      'factor, jitter',
      () => cholesky([[1]], { jitter: { initial: 0 } }),
      InvalidArgumentError,
      /jitter\.initial/,
    ],
    [
      'factor, jitter factor',
      () => cholesky([[1]], { jitter: { factor: 1 } }),
      InvalidArgumentError,
      /jitter\.factor/,
    ],
    [
      'factor, jitter maximum',
      () => cholesky([[1]], { jitter: { maximum: 1e-20 } }),
      InvalidArgumentError,
      /maximum/,
    ],
    [
      'factor, jitter kind',
      () => cholesky([[1]], { jitter: 'some' as never }),
      InvalidArgumentError,
      /'none' or/,
    ],
    [
      'append, length',
      () => two().append([1], 1),
      ShapeError,
      /append: row must hold 2 numbers, got Array of length 1/,
    ],
    [
      'append, NaN',
      () => two().append([1, NaN], 1),
      InvalidArgumentError,
      /row\[1\] must be a finite number, got NaN/,
    ],
    ['append, diagonal', () => two().append([0, 0], NaN), InvalidArgumentError, /diagonal/],
    [
      'appendBlock, cross',
      () => two().appendBlock([[1]], [[1]]),
      ShapeError,
      /cross must be \[1, 2\].*got \[1, 1\]/,
    ],
    ['appendBlock, block', () => two().appendBlock([[1, 1]], [[1, 1]]), ShapeError, /block must be square/],
    ['delete', () => two().delete(2), InvalidArgumentError, /index must be an integer from 0 to 1, got 2/],
    ['truncate', () => two().truncate(3), InvalidArgumentError, /size must be an integer from 0 to 2/],
    ['update', () => two().update([1]), ShapeError, /v must hold 2/],
    ['downdate', () => two().downdate([1, Infinity]), InvalidArgumentError, /v\[1\]/],
    ['solve, length', () => two().solve([1, 2, 3]), ShapeError, /multiple of the size 2, got 3/],
    ['solve, NaN', () => two().solve([1, NaN]), InvalidArgumentError, /b\[1\]/],
    ['solve, out', () => two().solve([1, 2], new Float64Array(3)), ShapeError, /out must hold 2/],
    ['row', () => two().row(-1), InvalidArgumentError, /index/],
    ['row, out', () => two().row(1, new Float64Array(1)), ShapeError, /at least 2/],
    ['fromPacked, length', () => GrowingCholesky.fromPacked([1, 2]), ShapeError, /got 2/],
    [
      'fromPacked, diagonal',
      () => GrowingCholesky.fromPacked([1, 2, 0]),
      InvalidArgumentError,
      /packed\[2\].*above 0/,
    ],
    ['capacity', () => new GrowingCholesky({ capacity: 0 }), InvalidArgumentError, /capacity/],
    ['kernels', () => new GrowingCholesky({ kernels: 'gpu' as never }), InvalidArgumentError, /kernels/],
  ])('refuses: %s', (_, call, errorClass, message) => {
    expect(call).toThrow(errorClass);
    expect(call).toThrow(message);
  });
});
