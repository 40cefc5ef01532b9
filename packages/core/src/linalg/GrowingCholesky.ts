import { checkFinite, checkInteger } from '../check.js';
import { InvalidArgumentError, ShapeError } from '../errors.js';
import { throwIfAborted } from '../eventLoop.js';
import { trackProgress, type Progress } from '../progress.js';
import { failedReport, jitterAmounts, OK, type FactorReport, type JitterPolicy } from './jitter.js';
import { BLOCK, dot, factorRows, isPivot } from './kernels/factorRows.js';
import { FIRST_ROW, rowStart } from './kernels/layout.js';
import { deleteFromFactor, downdateFactor, updateFactor } from './kernels/rankOne.js';
import { forwardOne } from './kernels/substitute.js';
import { checkVector, openMatrix, type MatrixLike } from './matrix.js';
import { PackedFactor, type GrowingCholeskyOptions } from './PackedFactor.js';

/** Options of the methods of {@link GrowingCholesky} that can meet a matrix that is not positive definite. */
export interface FactorOptions {
  /**
   * What to do then.
   * @defaultValue `'none'`
   */
  readonly jitter?: JitterPolicy | undefined;
}

/** Options of the methods of {@link GrowingCholesky} that can take seconds. */
export interface BlockFactorOptions extends FactorOptions {
  /** Throws its reason between two blocks of rows once it is aborted; nothing is appended then. */
  readonly signal?: AbortSignal | undefined;
  /** Is told the number of rows that are done; the cost of a row grows with the square of its number. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Cholesky factor of a symmetric positive definite matrix that grows and shrinks: A = L Lᵀ with rows and columns
 * appended, removed and changed in O(n²) each instead of O(n³) for a new factor.
 *
 * L is kept packed by rows in float64, n (n + 1) / 2 numbers in a block whose room doubles; nothing else is
 * allocated by `append`, `delete` or a solve with `out`. Right-hand sides and results are the caller's; none is
 * kept. A matrix counts as not positive definite when a pivot is below its own rounding error, (i + 1) ε A_ii.
 *
 * @example
 * ```ts
 * const factor = new GrowingCholesky();
 * factor.factor([[4, 2], [2, 5]]);
 * factor.append([2, 3], 6); // now of [[4, 2, 2], [2, 5, 3], [2, 3, 6]]
 * factor.solve([8, 10, 11]); // Float64Array [1, 1, 1]
 * factor.delete(0); // now of [[5, 3], [3, 6]]
 * ```
 * @see Golub & Van Loan 2013, Matrix Computations, sections 4.2 and 6.5.4
 */
export class GrowingCholesky extends PackedFactor {
  /**
   * Replaces everything by the factor of a matrix. O(n³ / 3), blocked.
   *
   * @param matrix - symmetric, `[n, n]`; only its lower triangle is read
   * @param options - {@link BlockFactorOptions}; jitter is added to the whole diagonal
   * @returns what it came to; after `notPositiveDefinite` the factor is empty
   * @throws {@link ShapeError} if the matrix is not square · {@link InvalidArgumentError} if an entry is not finite
   */
  factor(matrix: MatrixLike, options: BlockFactorOptions = {}): FactorReport {
    const source = openMatrix('factor: matrix', matrix);
    const { rows, columns } = source;
    if (rows !== columns) {
      throw new ShapeError(`factor: matrix must be square, got ${rows} rows and ${columns} columns`);
    }
    const amounts = jitterAmounts('factor', options.jitter ?? 'none');
    this.rows = 0;
    this.reserve(rows);
    return this.factorNewRows(rows, amounts, options, (row, data, at) =>
      source.copyRow(row, row + 1, data, at),
    );
  }

  /**
   * Appends a row and column: A becomes [[A, aᵀ], [a, α]]. O(n²).
   *
   * @param row - a, `[n]`
   * @param diagonal - α
   * @param options - {@link FactorOptions}; jitter is added to α alone
   * @returns what it came to; after `notPositiveDefinite` the factor is as before
   * @throws {@link ShapeError} if the row has another length · {@link InvalidArgumentError} if a number is not finite
   * @see Osborne 2010, Bayesian Gaussian Processes for Sequential Prediction, appendix B
   */
  append(row: ArrayLike<number>, diagonal: number, options: FactorOptions = {}): FactorReport {
    const n = this.rows;
    checkVector('append', 'row', row, n);
    checkFinite('append', 'diagonal', diagonal);
    const amounts = jitterAmounts('append', options.jitter ?? 'none');
    this.reserve(n + 1);
    const { data, tiles } = this.arena;
    const at = rowStart(n);
    for (let k = 0; k < n; k++) data[at + k] = row[k]!;
    forwardOne(data, tiles, n, at);
    const pivot = diagonal - dot(data, at, at, n);
    let attempt = 0;
    let jitter = 0;
    while (!isPivot(pivot + jitter, diagonal + jitter, n)) {
      if (attempt === amounts.length) return failedReport(n, undefined, attempt + 1);
      jitter = amounts[attempt++]! * diagonal;
    }
    data[at + n] = Math.sqrt(pivot + jitter);
    this.rows = n + 1;
    return attempt === 0 ? OK : failedReport(n, jitter, attempt + 1);
  }

  /**
   * Appends t rows and columns at once: A becomes [[A, Bᵀ], [B, C]]. O(t n² + t² n + t³ / 3), and faster than t
   * calls of {@link append}.
   *
   * @param cross - B, `[t, n]`
   * @param block - C, symmetric, `[t, t]`; only its lower triangle is read
   * @param options - {@link BlockFactorOptions}; jitter is added to the diagonal of C
   * @returns what it came to; after `notPositiveDefinite` the factor is as before
   * @throws {@link ShapeError} if the shapes do not fit · {@link InvalidArgumentError} if a number is not finite
   */
  appendBlock(cross: MatrixLike, block: MatrixLike, options: BlockFactorOptions = {}): FactorReport {
    const n = this.rows;
    const left = openMatrix('appendBlock: cross', cross);
    const right = openMatrix('appendBlock: block', block);
    if (right.rows !== right.columns) {
      throw new ShapeError(
        `appendBlock: block must be square, got ${right.rows} rows and ${right.columns} columns`,
      );
    }
    // An array of no rows does not say how many columns they would have.
    if (left.rows !== right.rows || (left.columns !== n && left.rows > 0)) {
      throw new ShapeError(
        `appendBlock: cross must be [${right.rows}, ${n}] (rows of block, size), got [${left.rows}, ${left.columns}]`,
      );
    }
    const amounts = jitterAmounts('appendBlock', options.jitter ?? 'none');
    this.reserve(n + right.rows);
    return this.factorNewRows(n + right.rows, amounts, options, (row, data, at) => {
      left.copyRow(row - n, n, data, at);
      right.copyRow(row - n, row - n + 1, data, at + n);
    });
  }

  private factorNewRows(
    size: number,
    amounts: readonly number[],
    { signal, onProgress }: BlockFactorOptions,
    fill: (row: number, data: Float64Array, at: number) => void,
  ): FactorReport {
    const { data, tiles } = this.arena;
    const first = this.rows;
    const progress = trackProgress(size - first, onProgress);
    let failedRow = -1;
    for (let attempt = 0; attempt <= amounts.length; attempt++) {
      let trace = 0;
      for (let row = first; row < size; row++) {
        fill(row, data, rowStart(row));
        trace += data[rowStart(row) + row]!;
      }
      const jitter = attempt === 0 ? 0 : (amounts[attempt - 1]! * trace) / (size - first);
      for (let row = first; row < size; row++) data[rowStart(row) + row]! += jitter;
      let failed = -1;
      for (let start = first; start < size && failed === -1; start += BLOCK) {
        throwIfAborted(signal);
        const stop = Math.min(size, start + BLOCK);
        failed = factorRows(data, tiles, start, stop);
        progress.report(stop - first);
      }
      if (failed === -1) {
        progress.finish();
        this.rows = size;
        return attempt === 0 ? OK : failedReport(failedRow, jitter, attempt + 1);
      }
      if (attempt === 0) failedRow = failed;
    }
    return failedReport(failedRow, undefined, amounts.length + 1);
  }

  /**
   * Removes a row and the column of the same number. O((n − index)²), and always stable.
   *
   * @param index - from 0 to size − 1
   * @throws {@link InvalidArgumentError} if there is no such row
   */
  delete(index: number): void {
    checkInteger('delete', 'index', index, { min: 0, max: this.rows - 1 });
    deleteFromFactor(this.arena.data, this.rows, index, this.vector(0), this.vector(1));
    this.rows--;
  }

  /**
   * Keeps the first rows and columns only. O(1).
   *
   * @param size - how many, from 0 to the present size
   * @throws {@link InvalidArgumentError} if there are not that many
   */
  truncate(size: number): void {
    this.rows = checkInteger('truncate', 'size', size, { min: 0, max: this.rows });
  }

  /**
   * Adds v vᵀ to the matrix. O(n²).
   *
   * @param v - `[n]`
   * @throws {@link ShapeError} if v has another length · {@link InvalidArgumentError} if an entry is not finite
   */
  update(v: ArrayLike<number>): void {
    checkVector('update', 'v', v, this.rows);
    const { data } = this.arena;
    data.set(v, this.vector(2));
    updateFactor(data, this.rows, this.vector(2), this.vector(0), this.vector(1));
  }

  /**
   * Subtracts v vᵀ from the matrix. O(n²). To lower the noise of one row, deleting and appending it is safer.
   *
   * @param v - `[n]`
   * @returns `ok`, or `notPositiveDefinite` if A − v vᵀ is not; the factor is then as before
   * @throws {@link ShapeError} if v has another length · {@link InvalidArgumentError} if an entry is not finite
   */
  downdate(v: ArrayLike<number>): FactorReport {
    const n = this.rows;
    checkVector('downdate', 'v', v, n);
    const { data, tiles } = this.arena;
    const p = this.vector(2);
    data.set(v, p);
    forwardOne(data, tiles, n, p);
    const left = 1 - dot(data, p, p, n);
    if (!isPivot(left, 1, n)) return failedReport(n - 1, undefined, 1);
    downdateFactor(data, n, p, Math.sqrt(left), this.vector(0), this.vector(1));
    return OK;
  }

  /**
   * Takes over a packed factor, as from {@link toPacked}.
   *
   * @param packed - L by rows, `[n (n + 1) / 2]`, its diagonal above 0; copied
   * @param options - {@link GrowingCholeskyOptions}
   * @throws {@link ShapeError} if no n has that length · {@link InvalidArgumentError} if an entry is not finite or
   *   a diagonal entry not above 0
   */
  static fromPacked(packed: ArrayLike<number>, options: GrowingCholeskyOptions = {}): GrowingCholesky {
    const n = Math.round((Math.sqrt(8 * packed.length + 1) - 1) / 2);
    if ((n * (n + 1)) / 2 !== packed.length) {
      throw new ShapeError(`fromPacked: packed must hold n (n + 1) / 2 numbers, got ${packed.length}`);
    }
    checkVector('fromPacked', 'packed', packed, packed.length);
    for (let i = 0; i < n; i++) {
      const at = rowStart(i) - FIRST_ROW + i;
      if (!(packed[at]! > 0)) {
        throw new InvalidArgumentError(
          `fromPacked: packed[${at}], on the diagonal, must be above 0, got ${packed[at]}`,
        );
      }
    }
    const factor = new GrowingCholesky({ ...options, capacity: Math.max(n, options.capacity ?? 1, 1) });
    factor.arena.data.set(packed, FIRST_ROW);
    factor.rows = n;
    return factor;
  }
}
