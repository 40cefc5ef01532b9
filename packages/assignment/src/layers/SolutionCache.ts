import { checkInteger, checkProbability, createRng, describeValue, InvalidArgumentError } from '@pct/core';
import type { Rng, Seed } from '@pct/core';

/** Options of {@link SolutionCache}. */
export interface SolutionCacheOptions {
  /** Rows of the problems, at least 1. */
  readonly rows: number;
  /** Columns of the problems, at least 1. */
  readonly columns: number;
  /**
   * Most assignments that are kept, at least 1; a new one then takes the place of the oldest. Losses compute with so
   * many places, filled or not.
   *
   * @defaultValue `256`
   */
  readonly capacity?: number | undefined;
  /**
   * Probability from 0 to 1 with which a run of a loss solves its predicted costs and adds the solutions.
   *
   * @defaultValue `0.1`
   */
  readonly solveProbability?: number | undefined;
  /**
   * Seed of these choices.
   *
   * @defaultValue `0`
   */
  readonly seed?: Seed | undefined;
}

/**
 * Pool of different feasible assignments of problems of one shape, over which losses compare costs instead of
 * solving a problem in each step.
 *
 * It changes: the losses that are given a cache add the true assignments they see and, now and then, solutions of
 * predicted costs. So what such a loss is depends on the runs before, in the order of the runs, and calls of one program
 * must not overlap. Use one cache per training, and another one (or none) for validation.
 *
 * @see Mulamba et al. 2021, "Contrastive losses and solution caching for predict-and-optimize", IJCAI,
 *   arXiv:2011.05354
 * @example
 * ```ts
 * const cache = new SolutionCache({ rows: 5, columns: 5, seed: 1 });
 * cache.add([0, 1, 2, 3, 4]); // column of each row
 * ```
 */
export class SolutionCache {
  readonly rows: number;
  readonly columns: number;
  /** Most assignments that are kept. */
  readonly capacity: number;
  readonly #solveProbability: number;
  readonly #rng: Rng;
  /** Key of each place, for finding what is already there. */
  readonly #keys: string[] = [];
  readonly #known = new Set<string>();
  /** Column of each row of each place, [capacity, rows]. */
  readonly #places: Int32Array;
  #next = 0;

  /** @throws `InvalidArgumentError` if an option is out of range */
  constructor({ rows, columns, capacity = 256, solveProbability = 0.1, seed = 0 }: SolutionCacheOptions) {
    const name = 'SolutionCache';
    this.rows = checkInteger(name, 'rows', rows, { min: 1 });
    this.columns = checkInteger(name, 'columns', columns, { min: 1 });
    this.capacity = checkInteger(name, 'capacity', capacity, { min: 1 });
    this.#solveProbability = checkProbability(name, 'solveProbability', solveProbability);
    this.#rng = createRng(seed);
    this.#places = new Int32Array(capacity * rows);
  }

  /** Number of assignments in the pool. */
  get size(): number {
    return this.#keys.length;
  }

  /**
   * Adds an assignment, unless it is there already.
   *
   * @param rowToColumn - column of each row, -1 for none, `[rows]`; as many pairs as the shorter side has
   * @returns whether it was new
   * @throws `InvalidArgumentError` if it is no such assignment
   */
  add(rowToColumn: ArrayLike<number>): boolean {
    this.#check(rowToColumn);
    const key = Array.from(rowToColumn).join();
    if (this.#known.has(key)) return false;
    const old = this.#keys[this.#next];
    if (old !== undefined) this.#known.delete(old);
    this.#known.add(key);
    this.#keys[this.#next] = key;
    this.#places.set(rowToColumn, this.#next * this.rows);
    this.#next = (this.#next + 1) % this.capacity;
    return true;
  }

  /** Whether an assignment, given as the column of each row, is in the pool. */
  has(rowToColumn: ArrayLike<number>): boolean {
    return this.#known.has(Array.from(rowToColumn).join());
  }

  /** Column of each row of one of the assignments, `[rows]`; a copy. */
  at(place: number): Int32Array {
    checkInteger('SolutionCache.at', 'place', place, { min: 0, max: this.size - 1 });
    return this.#places.slice(place * this.rows, (place + 1) * this.rows);
  }

  /** Draws whether the predicted costs are to be solved now; always if the pool is empty. */
  drawSolve(): boolean {
    const drawn = this.#rng.uniform() < this.#solveProbability;
    return drawn || this.size === 0;
  }

  #check(rowToColumn: ArrayLike<number> | null): asserts rowToColumn is ArrayLike<number> {
    const name = 'SolutionCache.add';
    const { rows, columns } = this;
    if (typeof rowToColumn !== 'object' || rowToColumn === null || rowToColumn.length !== rows)
      throw new InvalidArgumentError(
        `${name}: rowToColumn must have a column for each of ${rows} rows, got ${describeValue(rowToColumn)}`,
      );
    const taken = new Uint8Array(columns);
    let pairs = 0;
    for (let i = 0; i < rows; i++) {
      const j = rowToColumn[i]!;
      if (j === -1) continue;
      if (!(Number.isInteger(j) && j >= 0 && j < columns) || taken[j] !== 0)
        throw new InvalidArgumentError(
          `${name}: rowToColumn must be different columns from 0 to ${columns - 1}, or -1, got ${describeValue(j)} for row ${i}`,
        );
      taken[j] = 1;
      pairs++;
    }
    if (pairs !== Math.min(rows, columns))
      throw new InvalidArgumentError(
        `${name}: rowToColumn must have ${Math.min(rows, columns)} pairs, as many as the shorter side, got ${pairs}`,
      );
  }
}
