import { describeValue, InvalidArgumentError } from '@pct/core';

/** How basis vectors are kept: `float32` halves the memory, and orthogonality then holds to 1e-7. */
export type BasisPrecision = 'float64' | 'float32';

type Stored = Float64Array | Float32Array;

/** Bytes of basis vectors that are worked on together; they stay in the second-level cache. */
const CACHE_BYTES = 1 << 18;

/** Entries of one vector that stay in the first-level cache. */
const CHUNK = 2048;

/**
 * Orthonormal vectors that grow one by one, and the operations against all of them at once.
 *
 * Memory is taken vector by vector as it grows, and kept by `truncate` for the vectors to come.
 */
export class Basis {
  /** Length of the vectors. */
  readonly size: number;
  /** Σ over both passes of the projections that the last `orthogonalise` took off, [at least count]. */
  coefficients: Float64Array = new Float64Array(16);
  private correction = new Float64Array(16);
  private readonly float32: boolean;
  private readonly vectors: Stored[] = [];
  private used = 0;

  constructor(size: number, precision: BasisPrecision = 'float64') {
    if (precision !== 'float64' && precision !== 'float32')
      throw new InvalidArgumentError(
        `Basis: precision must be one of "float64", "float32", got ${describeValue(precision)}`,
      );
    this.size = size;
    this.float32 = precision === 'float32';
  }

  /** Number of vectors. */
  get count(): number {
    return this.used;
  }

  /** Appends factor · vector. */
  append(vector: Float64Array, factor: number): void {
    const { size } = this;
    const target = (this.vectors[this.used] ??= this.float32
      ? new Float32Array(size)
      : new Float64Array(size));
    for (let k = 0; k < size; k++) target[k] = factor * vector[k]!;
    this.used++;
  }

  /** The vectors themselves. */
  arrays(): readonly (Float64Array | Float32Array)[] {
    return this.vectors.slice(0, this.used);
  }

  /** Forgets all but the first vectors; their memory is used again. */
  truncate(count: number): void {
    this.used = count;
  }

  /**
   * Takes off the part of a vector inside the span by classical Gram-Schmidt, twice, since once is not enough where
   * much cancels. Three sweeps through memory: the second removes the first projections and measures what is left of them
   * while the vectors are in the cache.
   *
   * @param vector - overwritten by its part orthogonal to the basis
   * @returns the length of what is left; `coefficients` tells the projections
   * @see Giraud et al. 2005, Numer. Math. 101, doi:10.1007/s00211-005-0615-4 (twice is enough)
   */
  orthogonalise(vector: Float64Array): number {
    const { size, used } = this;
    if (this.coefficients.length < used) {
      this.coefficients = new Float64Array(2 * used);
      this.correction = new Float64Array(2 * used);
    }
    const { coefficients, correction } = this;
    coefficients.fill(0);
    correction.fill(0);
    for (let from = 0; from < size; from += CHUNK)
      this.project(vector, from, Math.min(size, from + CHUNK), coefficients);
    const rows = Math.max(64, Math.floor(CACHE_BYTES / ((this.float32 ? 4 : 8) * Math.max(1, used))));
    for (let from = 0; from < size; from += rows) {
      const to = Math.min(size, from + rows);
      this.subtract(vector, from, to, coefficients);
      this.project(vector, from, to, correction);
    }
    let squares = 0;
    for (let from = 0; from < size; from += CHUNK) {
      const to = Math.min(size, from + CHUNK);
      this.subtract(vector, from, to, correction);
      squares += sumOfSquares(vector, from, to);
    }
    for (let j = 0; j < used; j++) coefficients[j]! += correction[j]!;
    return Math.sqrt(squares);
  }

  /** Σ weights[j] · vector j, written to `out`. */
  combine(weights: Float64Array, out: Float64Array): Float64Array {
    out.fill(0);
    const negative = weights.map((weight) => -weight);
    for (let from = 0; from < this.size; from += CHUNK)
      this.subtract(out, from, Math.min(this.size, from + CHUNK), negative);
    return out;
  }

  /**
   * Replaces the vectors by combinations of them, in place, a few rows at a time.
   *
   * @param weights - [kept, count] row-major; row i makes the new vector i
   * @param kept - number of new vectors, at most `count`
   */
  rotate(weights: Float64Array, kept: number): void {
    const { size, used, vectors } = this;
    const rows = 256;
    const old = new Float64Array(used * rows);
    for (let from = 0; from < size; from += rows) {
      const length = Math.min(rows, size - from);
      for (let j = 0; j < used; j++) old.set(vectors[j]!.subarray(from, from + length), j * rows);
      for (let i = 0; i < kept; i++) {
        const target = vectors[i]!.subarray(from, from + length).fill(0);
        for (let j = 0; j < used; j++) {
          const weight = weights[i * used + j]!;
          const start = j * rows;
          for (let k = 0; k < length; k++) target[k]! += weight * old[start + k]!;
        }
      }
    }
    this.used = kept;
  }

  /** Adds the products of all vectors with `vector` over rows [from, to) to `out`. */
  private project(vector: Float64Array, from: number, to: number, out: Float64Array): void {
    const { vectors, used } = this;
    const even = used - (used % 4);
    for (let j = 0; j < even; j += 4)
      projectFour(vectors[j]!, vectors[j + 1]!, vectors[j + 2]!, vectors[j + 3]!, vector, from, to, out, j);
    for (let j = even; j < used; j++) out[j]! += projectOne(vectors[j]!, vector, from, to);
  }

  /** Takes weights[j] · vector j off `vector`, for all j, over rows [from, to). */
  private subtract(vector: Float64Array, from: number, to: number, weights: Float64Array): void {
    const { vectors, used } = this;
    const even = used - (used % 4);
    for (let j = 0; j < even; j += 4)
      subtractFour(
        vectors[j]!,
        vectors[j + 1]!,
        vectors[j + 2]!,
        vectors[j + 3]!,
        vector,
        from,
        to,
        weights,
        j,
      );
    for (let j = even; j < used; j++) subtractOne(vectors[j]!, vector, from, to, weights[j]!);
  }
}

function projectFour(
  a: Stored,
  b: Stored,
  c: Stored,
  d: Stored,
  vector: Float64Array,
  from: number,
  to: number,
  out: Float64Array,
  at: number,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let k = from; k < to; k++) {
    const x = vector[k]!;
    s0 += a[k]! * x;
    s1 += b[k]! * x;
    s2 += c[k]! * x;
    s3 += d[k]! * x;
  }
  out[at]! += s0;
  out[at + 1]! += s1;
  out[at + 2]! += s2;
  out[at + 3]! += s3;
}

function projectOne(a: Stored, vector: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let k = from; k < to; k++) sum += a[k]! * vector[k]!;
  return sum;
}

function subtractFour(
  a: Stored,
  b: Stored,
  c: Stored,
  d: Stored,
  vector: Float64Array,
  from: number,
  to: number,
  weights: Float64Array,
  at: number,
): void {
  const w0 = weights[at]!;
  const w1 = weights[at + 1]!;
  const w2 = weights[at + 2]!;
  const w3 = weights[at + 3]!;
  for (let k = from; k < to; k++) vector[k]! -= a[k]! * w0 + b[k]! * w1 + (c[k]! * w2 + d[k]! * w3);
}

function subtractOne(a: Stored, vector: Float64Array, from: number, to: number, weight: number): void {
  for (let k = from; k < to; k++) vector[k]! -= weight * a[k]!;
}

function sumOfSquares(vector: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let k = from; k < to; k++) sum += vector[k]! * vector[k]!;
  return sum;
}
