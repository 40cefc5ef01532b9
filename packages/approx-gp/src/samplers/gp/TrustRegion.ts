/** Sides of the box when it is new, at most and at least, in the unit of the coordinates and before they are stretched. */
const FIRST_SIDE = 0.4;
const WIDEST_SIDE = 0.8;
/** Side of the core at most. */
const CORE_SIDE = 0.2;
const NARROWEST_SIDE = 1 / 64;
/** Improvements in a row that double the sides. */
const SUCCESSES = 3;
/** Least number of failures in a row that halve them; in many dimensions, one per dimension. */
const FEWEST_FAILURES = 4;
/** By how much a side may be stretched or squeezed. */
const STRETCH = 4;

/** A box inside the cube. */
export interface Box {
  /** `[d]` */
  readonly lower: Float64Array;
  /** `[d]` */
  readonly upper: Float64Array;
}

/**
 * Box around the best point in which some of the questions are answered: it grows with success and shrinks with failure. When
 * it is too small it starts anew, is searched out, and gets half of its share of questions until a point outside of it turns
 * out better.
 *
 * @see Eriksson, Pearce, Gardner, Turner & Poloczek 2019, Scalable Global Optimization via Local Bayesian Optimization,
 *   arXiv:1910.01739, section 2
 */
export class TrustRegion {
  private readonly tolerance: number;
  private side = FIRST_SIDE;
  private successes = 0;
  private failures = 0;
  private least = Infinity;
  private searchedOut = false;

  /** @param dimensions - d */
  constructor(dimensions: number) {
    this.tolerance = Math.max(FEWEST_FAILURES, dimensions);
  }

  /** What the box gets of the questions that are meant for it, from 0 to 1. */
  get share(): number {
    return this.searchedOut ? 0.5 : 1;
  }

  /**
   * Takes in the value of a new trial.
   *
   * @param wasInside - whether it was looked for inside the box
   * @param enough - what counts as an improvement, at least 0
   */
  told(value: number, wasInside: boolean, enough: number): void {
    const isBetter = value < this.least - enough || this.least === Infinity;
    this.least = Math.min(this.least, value);
    if (!wasInside) {
      if (isBetter) this.restart(false);
      return;
    }
    this.successes = isBetter ? this.successes + 1 : 0;
    this.failures = isBetter ? 0 : this.failures + 1;
    if (this.successes === SUCCESSES) this.resize(2);
    else if (this.failures === this.tolerance) this.resize(0.5);
    if (this.side < NARROWEST_SIDE) this.restart(true);
  }

  private resize(factor: number): void {
    this.side = Math.min(WIDEST_SIDE, factor * this.side);
    this.successes = 0;
    this.failures = 0;
  }

  private restart(searchedOut: boolean): void {
    this.searchedOut = searchedOut;
    this.side = FIRST_SIDE;
    this.successes = 0;
    this.failures = 0;
  }

  /**
   * The box: longer along dimensions of long length-scales.
   *
   * @param center - `[d]`
   * @param lengthScales - `[d]`
   */
  box(center: Float64Array, lengthScales: ArrayLike<number>): Box {
    return boxAround(center, lengthScales, this.side);
  }

  /** Its middle, which questions about the rest of the space leave out; arguments as of {@link box}. */
  core(center: Float64Array, lengthScales: ArrayLike<number>): Box {
    return boxAround(center, lengthScales, Math.min(CORE_SIDE, this.side));
  }
}

function boxAround(center: Float64Array, lengthScales: ArrayLike<number>, side: number): Box {
  const d = center.length;
  let logs = 0;
  for (let j = 0; j < d; j++) logs += Math.log(lengthScales[j]!) / d;
  const lower = new Float64Array(d);
  const upper = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    const stretch = lengthScales[j]! / Math.exp(logs);
    const half = 0.5 * side * Math.min(STRETCH, Math.max(1 / STRETCH, stretch));
    lower[j] = Math.max(0, center[j]! - half);
    upper[j] = Math.min(1, center[j]! + half);
  }
  return { lower, upper };
}

/** Whether a point is in the box, its faces included. */
export function isInside(x: Float64Array, { lower, upper }: Box): boolean {
  for (let j = 0; j < x.length; j++) if (x[j]! < lower[j]! || x[j]! > upper[j]!) return false;
  return true;
}
