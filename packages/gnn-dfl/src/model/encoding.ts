import { InvalidArgumentError } from '@pct/core';

/** Settings of {@link KinkEncoding}. */
export interface KinkEncodingOptions {
  /**
   * Channels, an even number.
   * @defaultValue `128`
   */
  readonly channels?: number | undefined;
  /**
   * Smallest wavelength over 2π, in √rad; the longest is 1.
   * @defaultValue `0.001`
   */
  readonly finest?: number | undefined;
  /**
   * Knots of the table that the encoding is interpolated from.
   * @defaultValue `2048`
   */
  readonly knots?: number | undefined;
  /**
   * Largest angle of the table, rad; larger ones are encoded as this one.
   * @defaultValue `0.8`
   */
  readonly maxAngle?: number | undefined;
}

/** Mean and mean square deviation of every channel over the edges of a graph, [channels]. */
export interface EncodingMoments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/**
 * Sinusoidal encoding of the angle θ between two segments, with u = √θ:
 *
 * sin(u ω₀), cos(u ω₀), sin(u ω₂), cos(u ω₂), ..., ω_k = s^(−k/d), k = 0, 2, ..., d − 2.
 *
 * As a linear layer follows, the layer's output is a function of one number, and cubic Hermite interpolation between
 * the knots of a table gives it: a table of values and slopes times the layer's weight is the layer's table. The
 * error of a channel is at most (ω h)⁴ / 384 for knots h apart: 6e-5 at the highest frequency with the defaults.
 *
 * @see Vaswani et al. 2017, arXiv:1706.03762, for the encoding; Kortus, Keidel and Gauger 2024, arXiv:2407.13420,
 * for its use on √θ
 */
export class KinkEncoding {
  readonly channels: number;
  readonly knots: number;
  readonly maxAngle: number;
  /** ω of every pair of channels, [channels / 2]. */
  readonly frequencies: Float64Array;
  /** At every knot the values, then the derivatives times the distance of knots; [knots, 2, channels]. */
  readonly table: Float32Array;
  /** The same of cos(2 u ω), [knots, 2, channels / 2]: the mean of squares follows from it. */
  private readonly doubled: Float64Array;
  /** Knots per √rad. */
  private readonly perRoot: number;

  constructor(options: KinkEncodingOptions = {}) {
    const { channels = 128, finest = 0.001, knots = 2048, maxAngle = 0.8 } = options;
    if (!(Number.isInteger(channels) && channels > 0 && channels % 2 === 0))
      throw new InvalidArgumentError(`kink encoding: channels must be an even number, got ${channels}`);
    if (!(finest > 0 && finest < 1))
      throw new InvalidArgumentError(`kink encoding: finest must be between 0 and 1, got ${finest}`);
    if (!(Number.isInteger(knots) && knots >= 2))
      throw new InvalidArgumentError(`kink encoding: knots must be an integer of 2 or more, got ${knots}`);
    if (!(maxAngle > 0 && maxAngle <= Math.PI))
      throw new InvalidArgumentError(`kink encoding: maxAngle must be in (0, π], got ${maxAngle}`);
    this.channels = channels;
    this.knots = knots;
    this.maxAngle = maxAngle;
    const pairs = channels / 2;
    this.frequencies = Float64Array.from({ length: pairs }, (_, k) => finest ** ((-2 * k) / channels));
    this.perRoot = (knots - 1) / Math.sqrt(maxAngle);
    this.table = new Float32Array(knots * 2 * channels);
    this.doubled = new Float64Array(knots * 2 * pairs);
    for (let knot = 0; knot < knots; knot++) {
      for (let k = 0; k < pairs; k++) {
        const turn = this.frequencies[k]! / this.perRoot;
        const phase = knot * turn;
        const at = knot * 2 * channels + 2 * k;
        this.table[at] = Math.sin(phase);
        this.table[at + 1] = Math.cos(phase);
        this.table[at + channels] = turn * Math.cos(phase);
        this.table[at + channels + 1] = -turn * Math.sin(phase);
        this.doubled[knot * 2 * pairs + k] = Math.cos(2 * phase);
        this.doubled[knot * 2 * pairs + pairs + k] = -2 * turn * Math.sin(2 * phase);
      }
    }
  }

  /** The exact encoding of an angle, rad, written to `out` [channels]. */
  encode(angle: number, out: Float32Array | Float64Array): void {
    const u = Math.sqrt(Math.min(angle, this.maxAngle));
    this.frequencies.forEach((frequency, k) => {
      out[2 * k] = Math.sin(u * frequency);
      out[2 * k + 1] = Math.cos(u * frequency);
    });
  }

  /** Place of an angle, rad, in the table, in knots: from 0 to knots − 1, where all larger angles are. */
  position(angle: number): number {
    return Math.min(this.knots - 1, Math.sqrt(angle) * this.perRoot);
  }

  /** Moments of the encoding over some places in the table; zeros and ones if there are none. */
  moments(positions: Float32Array): EncodingMoments {
    const { channels, knots } = this;
    const pairs = channels / 2;
    const count = positions.length;
    if (count === 0)
      return { mean: new Float64Array(channels), variance: new Float64Array(channels).fill(1) };
    const weights = knotWeights(positions, knots);
    const mean = weightedSum(weights, this.table, channels);
    const doubled = weightedSum(weights, this.doubled, pairs);
    const variance = new Float64Array(channels);
    for (let c = 0; c < channels; c++) {
      mean[c]! /= count;
      // sin² and cos² are (1 ∓ cos 2φ) / 2.
      const sign = c % 2 === 0 ? -1 : 1;
      const meanSquare = (1 + (sign * doubled[c >> 1]!) / count) / 2;
      variance[c] = Math.max(0, meanSquare - mean[c]! ** 2);
    }
    return { mean, variance };
  }
}

/** How much values and slopes of every knot count in the sum over some places, [knots, 2]. */
function knotWeights(positions: Float32Array, knots: number): Float64Array {
  // The weights of cubic Hermite interpolation at f between two knots are polynomials in f, so sums of powers do.
  const powers = new Float64Array(4 * knots);
  for (let e = 0; e < positions.length; e++) {
    const position = positions[e]!;
    const knot = Math.trunc(position);
    const f = position - knot;
    const at = 4 * knot;
    powers[at]! += 1;
    powers[at + 1]! += f;
    powers[at + 2]! += f * f;
    powers[at + 3]! += f * f * f;
  }
  const weights = new Float64Array(2 * (knots + 1));
  for (let knot = 0; knot < knots; knot++) {
    const zeroth = powers[4 * knot]!;
    const first = powers[4 * knot + 1]!;
    const second = powers[4 * knot + 2]!;
    const third = powers[4 * knot + 3]!;
    weights[2 * knot]! += zeroth - 3 * second + 2 * third;
    weights[2 * knot + 1]! += first - 2 * second + third;
    weights[2 * knot + 2]! += 3 * second - 2 * third;
    weights[2 * knot + 3]! += third - second;
  }
  // The last knot has no neighbour, and its weight is 0.
  return weights.subarray(0, 2 * knots);
}

/** Σ weights[row] table[row], [columns]. */
function weightedSum(
  weights: Float64Array,
  table: Float32Array | Float64Array,
  columns: number,
): Float64Array {
  const sum = new Float64Array(columns);
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    for (let c = 0; c < columns; c++) sum[c]! += weight * table[row * columns + c]!;
  }
  return sum;
}
