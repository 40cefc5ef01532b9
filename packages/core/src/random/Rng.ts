import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';
import { checkFinite, checkInteger, describeValue } from '../check.js';
import { InvalidArgumentError } from '../errors.js';
import { drawBelow, drawInside, drawNormal, drawUniform } from './draws.js';
import { absorb, BlockKind, type Words } from './mix.js';
import { drawPoisson } from './poisson.js';
import { checkSeed, identityOfChild, identityOfSeed, type Seed } from './seed.js';
import { readState, type RngState } from './state.js';
import { checkWeights } from './weights.js';

/**
 * A seeded stream of random numbers: xoroshiro128+ of `pure-rand`, with 128 bits of state and identity.
 *
 * The same seed gives the same numbers on every machine and in every version of this package until its
 * next major one. Draws change the object; nothing else does. Make one with {@link createRng} or
 * {@link Rng.fromSeed}, and one per independent piece of work with {@link Rng.split}.
 *
 * Not for cryptography.
 *
 * @remarks The lowest bits of xoroshiro128+ follow a linear recurrence, so they only ever become the lowest
 * bits of a number. Several engines round `Math.exp` and `Math.log` differently, so outside V8
 * (Node, Chrome) the last bit of a non-uniform number may differ.
 * @example
 * ```ts
 * const rng = createRng(7);
 * const energies = rng.fillNormal(new Float64Array(1000), 230, 1.5); // MeV
 * const streams = [0, 1, 2].map((history) => rng.split(history));
 * ```
 * @see Blackman & Vigna 2021, ACM Trans. Math. Softw. 47(4), doi:10.1145/3460772
 */
export class Rng {
  private readonly identity: Words;
  // A generator inlined into this class is no faster (see bench/rng.bench.ts): V8 inlines next().
  private readonly generator: JumpableRandomGenerator;

  private constructor(identity: Words, state: readonly number[]) {
    this.identity = identity;
    this.generator = xoroshiro128plusFromState(state);
  }

  /**
   * A stream from a seed, spread over all 128 bits of state.
   *
   * @param seed - a safe integer, a bigint or a string; 7 and 7n are the same seed, 7 and '7' are not
   * @throws {@link InvalidArgumentError} for anything else
   */
  static fromSeed(seed: Seed): Rng {
    checkSeed('Rng.fromSeed', seed);
    return Rng.ofIdentity(identityOfSeed(seed));
  }

  /**
   * The stream that {@link Rng.getState} described, at the same place.
   *
   * @param state - what `getState` returned, also after a round trip through JSON
   * @throws {@link InvalidArgumentError} if it is not such a state
   */
  static fromState(state: RngState): Rng {
    const { identity, generator } = readState(state);
    return new Rng(identity, generator);
  }

  private static ofIdentity(identity: Words): Rng {
    const state = absorb(identity, 0, 0, 0, BlockKind.stream);
    // All zero is the one state that xoroshiro128+ cannot leave.
    const usable = (state[0] | state[1] | state[2] | state[3]) !== 0;
    return new Rng(identity, usable ? state : [1, 0, 0, 0]);
  }

  /**
   * A child stream, fixed by this stream's identity and the key alone: neither draws nor other splits, made
   * before or after, change it. So item i of a parallel job has the same stream whichever worker runs it.
   *
   * Children with different integer keys always have different identities; any other two streams
   * coincide with a probability of about 2⁻¹²⁸.
   *
   * @param key - a safe integer or a string; 1 and '1' give different children
   * @throws {@link InvalidArgumentError} for anything else
   * @example
   * ```ts
   * const noise = createRng(7).split('noise').split(42); // of item 42
   * ```
   */
  split(key: number | string): Rng {
    return Rng.ofIdentity(identityOfChild(this.identity, key));
  }

  /** A stream that continues as this one would, and is independent of it from then on. */
  clone(): Rng {
    return new Rng(this.identity, this.generator.getState());
  }

  /** Where the stream is: plain JSON, for {@link Rng.fromState}. */
  getState(): RngState {
    return {
      algorithm: 'xoroshiro128plus',
      version: 1,
      identity: [...this.identity],
      generator: [...this.generator.getState()],
    };
  }

  /**
   * A uniform number in [0, 1), a multiple of 2⁻⁵³; or in [low, high).
   *
   * @param low - finite
   * @param high - finite, above low, with a finite difference
   * @throws {@link InvalidArgumentError} if the limits are not such
   */
  uniform(): number;
  uniform(low: number, high: number): number;
  uniform(low?: number, high?: number): number {
    const u = drawUniform(this.generator);
    if (low === undefined && high === undefined) return u;
    return this.stretch(u, low, high);
  }

  private stretch(u: number, low: number | undefined, high: number | undefined): number {
    if (low === undefined || high === undefined || !(low < high && high - low < Infinity)) {
      throw new InvalidArgumentError(
        `Rng.uniform: needs finite low < high, got ${describeValue(low)} and ${describeValue(high)}`,
      );
    }
    let x = low + (high - low) * u;
    // Rounding can reach the open end.
    while (x >= high) x = low + (high - low) * drawUniform(this.generator);
    return x;
  }

  /**
   * A normal number, by the ziggurat method.
   *
   * @param mean - finite @defaultValue `0`
   * @param sd - standard deviation, finite and at least 0 @defaultValue `1`
   * @throws {@link InvalidArgumentError} if mean or sd is not such
   */
  normal(mean = 0, sd = 1): number {
    if (!(mean - mean === 0 && sd >= 0 && sd < Infinity)) {
      checkFinite('Rng.normal', 'mean', mean);
      checkFinite('Rng.normal', 'sd', sd, { min: 0 });
    }
    return mean + sd * drawNormal(this.generator);
  }

  /**
   * An exponential number, above 0, by inversion.
   *
   * @param rate - 1 / mean, finite and above 0 @defaultValue `1`
   * @throws {@link InvalidArgumentError} if the rate is not such
   */
  exponential(rate = 1): number {
    if (!(rate > 0 && rate < Infinity)) throw outOfRange('exponential', 'rate', 'finite and above 0', rate);
    return -Math.log(drawInside(this.generator)) / rate;
  }

  /**
   * A Gumbel number (of the maximum kind): location − scale·log(exponential number), by inversion.
   *
   * @param location - the mode, finite @defaultValue `0`
   * @param scale - finite and above 0 @defaultValue `1`
   * @throws {@link InvalidArgumentError} if location or scale is not such
   */
  gumbel(location = 0, scale = 1): number {
    if (!(location - location === 0)) throw outOfRange('gumbel', 'location', 'finite', location);
    if (!(scale > 0 && scale < Infinity)) throw outOfRange('gumbel', 'scale', 'finite and above 0', scale);
    return location - scale * Math.log(-Math.log(drawInside(this.generator)));
  }

  /**
   * An integer in [low, high): low can come, high cannot. Without bias.
   *
   * @param low - a safe integer
   * @param high - a safe integer above low, with a safe difference
   * @throws {@link InvalidArgumentError} if the limits are not such
   * @see Lemire 2019, ACM Trans. Model. Comput. Simul. 29(1), doi:10.1145/3230636 (for up to 2²¹ values)
   */
  integer(low: number, high: number): number {
    const count = high - low;
    if (!(
      count >= 1 &&
      Number.isSafeInteger(low) &&
      Number.isSafeInteger(high) &&
      Number.isSafeInteger(count)
    )) {
      throw new InvalidArgumentError(
        `Rng.integer: needs integers low < high whose difference is below 2^53, ` +
          `got ${describeValue(low)} and ${describeValue(high)}`,
      );
    }
    return low + drawBelow(this.generator, count);
  }

  /**
   * A Poisson number.
   *
   * @param mean - in [0, 1e9]
   * @throws {@link InvalidArgumentError} if the mean is not such
   */
  poisson(mean: number): number {
    if (!(mean >= 0 && mean <= 1e9)) throw outOfRange('poisson', 'mean', 'from 0 to 1e9', mean);
    return drawPoisson(this.generator, mean);
  }

  /**
   * An index drawn with a probability proportional to its weight.
   *
   * @param weights - at least 0 and finite, with a finite sum above 0; [n]
   * @returns an index in [0, n); never one of weight 0
   * @throws {@link InvalidArgumentError} if the weights are not such
   */
  categorical(weights: ArrayLike<number>): number {
    let rest = this.uniform() * checkWeights('Rng.categorical', weights);
    let last = 0;
    for (let index = 0; index < weights.length; index++) {
      const weight = weights[index]!;
      if (weight === 0) continue;
      if (rest < weight) return index;
      rest -= weight;
      last = index;
    }
    // Only rounding of the sum leads here.
    return last;
  }

  /** The elements in random order, in a new array; all n! orders are equally likely. */
  shuffle<T>(array: Iterable<T>): T[] {
    return this.shuffleInPlace([...array]);
  }

  /** Puts the elements of the given array (or typed array) in random order, and returns it. */
  shuffleInPlace<A extends { readonly length: number; [index: number]: unknown }>(array: A): A {
    for (let end = array.length; end > 1; end--) {
      const at = drawBelow(this.generator, end);
      const moved: unknown = array[end - 1];
      (array as { [index: number]: unknown })[end - 1] = array[at];
      (array as { [index: number]: unknown })[at] = moved;
    }
    return array;
  }

  /**
   * The integers 0 … n − 1 in random order, [n].
   *
   * @param n - from 0 to 2³¹ − 1
   * @throws {@link InvalidArgumentError} if n is not such
   */
  permutation(n: number): Int32Array {
    checkInteger('Rng.permutation', 'n', n, { min: 0, max: 0x7fff_ffff });
    const order = new Int32Array(n);
    for (let index = 1; index < n; index++) order[index] = index;
    return this.shuffleInPlace(order);
  }

  /**
   * Fills an array with uniform numbers in [0, 1), the same as repeated {@link Rng.uniform}; for a
   * `Float32Array` they are cut to 24 bits, since rounding could give 1.
   *
   * @param out - is overwritten
   * @returns out
   */
  fillUniform<A extends Float64Array | Float32Array>(out: A): A {
    if (out instanceof Float32Array) {
      for (let index = 0; index < out.length; index++) {
        out[index] = Math.floor(this.uniform() * 0x100_0000) * 2 ** -24;
      }
    } else {
      for (let index = 0; index < out.length; index++) out[index] = this.uniform();
    }
    return out;
  }

  /**
   * Fills an array with normal numbers, the same as repeated {@link Rng.normal}.
   *
   * @param out - is overwritten
   * @param mean - finite @defaultValue `0`
   * @param sd - standard deviation, finite and at least 0 @defaultValue `1`
   * @returns out
   * @throws {@link InvalidArgumentError} if mean or sd is not such
   */
  fillNormal<A extends Float64Array | Float32Array>(out: A, mean = 0, sd = 1): A {
    checkFinite('Rng.fillNormal', 'mean', mean);
    checkFinite('Rng.fillNormal', 'sd', sd, { min: 0 });
    for (let index = 0; index < out.length; index++) out[index] = mean + sd * drawNormal(this.generator);
    return out;
  }
}

/**
 * A stream from a seed; short for {@link Rng.fromSeed}.
 *
 * @param seed - a safe integer, a bigint or a string; 7 and 7n are the same seed, 7 and '7' are not
 * @throws {@link InvalidArgumentError} for anything else
 * @example
 * ```ts
 * createRng('calibration').uniform();
 * ```
 */
export function createRng(seed: Seed): Rng {
  checkSeed('createRng', seed);
  return Rng.fromSeed(seed);
}

/**
 * The stream itself, or a new one from a seed: what functions with an `rng: Rng | number` option call.
 *
 * @param rng - a stream (returned as it is, so draws move it) or a seed
 * @param functionName - the caller, for the message of the error @defaultValue `'toRng'`
 * @throws {@link InvalidArgumentError} if it is neither
 */
export function toRng(rng: Rng | Seed, functionName = 'toRng'): Rng {
  if (rng instanceof Rng) return rng;
  checkSeed(functionName, rng, 'rng must be an Rng or a seed: ');
  return Rng.fromSeed(rng);
}

function outOfRange(
  method: string,
  argument: string,
  expected: string,
  value: unknown,
): InvalidArgumentError {
  return new InvalidArgumentError(
    `Rng.${method}: ${argument} must be ${expected}, got ${describeValue(value)}`,
  );
}
