import { checkInteger, type Rng } from '@pct/core';
import { DIRECTION_NUMBERS } from './directionNumbers.js';

const BITS = 32;

/** Dimensions that a {@link SobolSequence} can have at most. */
export const SOBOL_DIMENSIONS = DIRECTION_NUMBERS.length + 1;

/** Options of {@link SobolSequence}. */
export interface SobolOptions {
  /**
   * Scrambles the sequence: a random linear scramble of the digits and a random shift. The points stay as evenly spread, each
   * is uniform, and none lies at the origin. The rng is moved.
   * @defaultValue not scrambled
   */
  readonly scramble?: Rng | undefined;
}

/**
 * Sobol' sequence in up to 128 dimensions: points of [0, 1)^d of which any first 2^k are spread far more evenly than random
 * ones. Points are found by their index, so that several workers share a sequence without talking; the order is that of
 * Gray codes.
 *
 * @see Joe and Kuo 2008, doi:10.1137/070709359; Matoušek 1998, J. Complexity 14(4), 527-556, for the scramble
 */
export class SobolSequence {
  readonly dimensions: number;
  /** Direction numbers, [dimensions, BITS]. */
  private readonly directions: Uint32Array;
  private readonly shifts: Uint32Array;

  /**
   * @param dimensions - from 1 to 128
   * @param options - {@link SobolOptions}
   * @throws {@link InvalidArgumentError} if there are fewer or more
   */
  constructor(dimensions: number, options: SobolOptions = {}) {
    checkInteger('SobolSequence', 'dimensions', dimensions, { min: 1, max: SOBOL_DIMENSIONS });
    const { scramble } = options;
    this.dimensions = dimensions;
    this.directions = new Uint32Array(dimensions * BITS);
    this.shifts = new Uint32Array(dimensions);
    for (let j = 0; j < dimensions; j++) {
      const own = this.directions.subarray(j * BITS, (j + 1) * BITS);
      fillDirections(own, j);
      if (scramble === undefined) continue;
      scrambleDigits(own, scramble);
      this.shifts[j] = drawWord(scramble);
    }
  }

  /**
   * A point of the sequence.
   *
   * @param index - from 0 to 2³² − 1
   * @param out - receives the point, `[dimensions]` @defaultValue a new array
   * @returns out
   * @throws {@link InvalidArgumentError} if the index is out of range
   */
  point(index: number, out = new Float64Array(this.dimensions)): Float64Array {
    checkInteger('SobolSequence.point', 'index', index, { min: 0, max: 2 ** BITS - 1 });
    const gray = (index ^ (index >>> 1)) >>> 0;
    for (let j = 0; j < this.dimensions; j++) {
      let word = this.shifts[j]!;
      for (let bit = 0, rest = gray; rest !== 0; bit++, rest >>>= 1) {
        if ((rest & 1) === 1) word ^= this.directions[j * BITS + bit]!;
      }
      out[j] = (word >>> 0) * 2 ** -BITS;
    }
    return out;
  }
}

/** The recurrence of the direction numbers, Joe and Kuo 2008, eq. 2. */
function fillDirections(out: Uint32Array, dimension: number): void {
  if (dimension === 0) {
    for (let k = 0; k < BITS; k++) out[k] = 1 << (BITS - 1 - k);
    return;
  }
  const { polynomial, initial } = DIRECTION_NUMBERS[dimension - 1]!;
  const degree = initial.length;
  for (let k = 0; k < BITS; k++) {
    if (k < degree) {
      out[k] = initial[k]! << (BITS - 1 - k);
      continue;
    }
    let word = out[k - degree]! ^ (out[k - degree]! >>> degree);
    for (let i = 1; i < degree; i++) {
      if (((polynomial >>> (degree - i)) & 1) === 1) word ^= out[k - i]!;
    }
    out[k] = word;
  }
}

/** Multiplies by a random lower triangular matrix of bits with ones on the diagonal: digit r gets some of the digits above. */
function scrambleDigits(directions: Uint32Array, rng: Rng): void {
  const rows = Uint32Array.from({ length: BITS }, (_, r) => {
    const diagonal = 2 ** (BITS - 1 - r);
    return diagonal + (r === 0 ? 0 : rng.integer(0, 2 ** r) * 2 ** (BITS - r));
  });
  for (let k = 0; k < BITS; k++) {
    let word = 0;
    for (let r = 0; r < BITS; r++) word |= parity(rows[r]! & directions[k]!) << (BITS - 1 - r);
    directions[k] = word;
  }
}

function parity(word: number): number {
  let bits = word ^ (word >>> 16);
  bits ^= bits >>> 8;
  bits ^= bits >>> 4;
  bits ^= bits >>> 2;
  bits ^= bits >>> 1;
  return bits & 1;
}

function drawWord(rng: Rng): number {
  return rng.integer(0, 2 ** BITS);
}
