/** What a {@link LineSearch} wants next. */
export type LineSearchState =
  /** The value and slope at `step`. */
  | 'evaluate'
  /** Nothing: `step` satisfies both conditions, or is as far as allowed with the first satisfied. */
  | 'done'
  /** Nothing: the interval became too small for float64. */
  | 'stuck';

/** φ(α) ≤ φ(0) + SUFFICIENT α φ′(0): the first strong Wolfe condition. */
const SUFFICIENT = 1e-3;
/** |φ′(α)| ≤ CURVATURE |φ′(0)|: the second. */
const CURVATURE = 0.9;
/** Relative width of the interval below which the search ends. */
const NARROW = 1e-14;

/**
 * Line search of Moré and Thuente for a step in (0, maximum] that satisfies the strong Wolfe conditions. It asks
 * for values instead of calling a function: `start`, then `tell` the value and slope at `step` (or `reject` the
 * step where there are none) until the state is not `evaluate`. One object serves any number of searches.
 *
 * @see Moré & Thuente 1994, ACM TOMS 20(3), pp. 286-307, doi:10.1145/192115.192132; equation numbers are theirs
 */
export class LineSearch {
  /** Step to evaluate, or found. */
  step = 0;
  private value0 = 0;
  private slope0 = 0;
  private maximum = 0;
  private shortest = 0;
  /** End of the interval of uncertainty with the least value, and the other end. */
  private low = 0;
  private lowValue = 0;
  private lowSlope = 0;
  private high = 0;
  private highValue = 0;
  private highSlope = 0;
  private bracketed = false;
  /** Until a step meets the first condition with a rising slope, the search is for a minimum of ψ (eq. 2.5). */
  private auxiliary = true;
  private width = 0;
  private widthBefore = 0;

  /** Best step so far; 0 if none was better than the start. */
  get best(): number {
    return this.low;
  }

  /**
   * Begins a search.
   *
   * @param value, slope - φ(0) and φ′(0) < 0
   * @param first - first step to try
   * @param maximum - largest step allowed, above 0
   */
  start(value: number, slope: number, first: number, maximum: number): void {
    this.value0 = this.lowValue = this.highValue = value;
    this.slope0 = this.lowSlope = this.highSlope = slope;
    this.low = this.high = 0;
    this.maximum = maximum;
    this.step = Math.min(first, maximum);
    this.shortest = Math.max(1e-20 * this.step, (0.25 * Number.EPSILON * Math.abs(value)) / -slope);
    this.bracketed = false;
    this.auxiliary = true;
    this.width = maximum;
    this.widthBefore = 2 * maximum;
  }

  /** Says that there is no finite value at `step`: steps from there on are out of bounds. */
  reject(): LineSearchState {
    this.maximum = this.low + 0.5 * (this.step - this.low);
    this.bracketed = false;
    this.high = this.low;
    this.step = this.low + 0.2 * (this.step - this.low);
    return this.step > this.low && !this.tooShort() ? 'evaluate' : this.stop();
  }

  /** Says what φ and φ′ are at `step`. */
  tell(value: number, slope: number): LineSearchState {
    const { step, value0, slope0, maximum } = this;
    const allowed = value0 + SUFFICIENT * slope0 * step;
    const decreased = value <= allowed;
    if (decreased && Math.abs(slope) <= -CURVATURE * slope0) return 'done';
    if (step >= maximum && decreased && slope <= SUFFICIENT * slope0) return 'done';
    if (this.auxiliary && decreased && slope >= 0) this.auxiliary = false;

    if (this.auxiliary && value <= this.lowValue && value > allowed) this.advanceOnPsi(value, slope);
    else this.advance(value, slope);

    if (this.bracketed) {
      const width = Math.abs(this.high - this.low);
      // Two steps that did not cut the interval by a third: halve it (section 4, last paragraph).
      if (width >= 0.66 * this.widthBefore) this.step = this.low + 0.5 * (this.high - this.low);
      this.widthBefore = this.width;
      this.width = width;
      if (width <= NARROW * Math.max(this.low, this.high)) return this.stop();
    }
    return this.step !== this.low && !this.tooShort() ? 'evaluate' : this.stop();
  }

  /** Whether the step could not be told from the start any more, by itself or by what it can lower the value. */
  private tooShort(): boolean {
    return this.low === 0 && this.step <= this.shortest;
  }

  private stop(): LineSearchState {
    this.step = this.low;
    return 'stuck';
  }

  /** {@link advance} for ψ(α) = φ(α) − SUFFICIENT φ′(0) α, in whose terms the ends are for this once (eq. 2.5). */
  private advanceOnPsi(value: number, slope: number): void {
    const tilt = SUFFICIENT * this.slope0;
    this.lowValue -= tilt * this.low;
    this.highValue -= tilt * this.high;
    this.lowSlope -= tilt;
    this.highSlope -= tilt;
    this.advance(value - tilt * this.step, slope - tilt);
    this.lowValue += tilt * this.low;
    this.highValue += tilt * this.high;
    this.lowSlope += tilt;
    this.highSlope += tilt;
  }

  /** Chooses the next step (section 4) and updates the interval (section 2, "updating algorithm"). */
  private advance(value: number, slope: number): void {
    const { step, low, lowValue, lowSlope, high, maximum } = this;
    const cubic = cubicMinimiser(low, lowValue, lowSlope, step, value, slope);
    const secant = step - (slope * (step - low)) / (slope - lowSlope);
    const turned = slope * Math.sign(lowSlope) < 0;
    let next: number;
    if (value > lowValue) {
      // Case 1: a minimum lies between; the quadratic takes both values and the slope at the low end.
      const quadratic = low + (0.5 * (step - low)) / ((lowValue - value) / ((step - low) * lowSlope) + 1);
      next = Math.abs(cubic - low) < Math.abs(quadratic - low) ? cubic : 0.5 * (cubic + quadratic);
      this.bracketed = true;
    } else if (turned) {
      // Case 2: the slope changed its sign; of the two candidates the one farther from the step.
      next = Math.abs(cubic - step) >= Math.abs(secant - step) ? cubic : secant;
      this.bracketed = true;
    } else if (Math.abs(slope) <= Math.abs(lowSlope)) {
      // Case 3: the slope flattens; the cubic counts only if its minimum is beyond the step.
      const beyond = (cubic - step) * (step - low) > 0;
      if (this.bracketed) {
        next = beyond && Math.abs(cubic - step) < Math.abs(secant - step) ? cubic : secant;
        const limit = step + 0.66 * (high - step);
        next = step > low ? Math.min(next, limit) : Math.max(next, limit);
      } else {
        next = beyond && Math.abs(cubic - step) > Math.abs(secant - step) ? cubic : secant;
      }
    } else {
      // Case 4: the slope steepens: nothing to go by but the far end.
      next = this.bracketed
        ? cubicMinimiser(high, this.highValue, this.highSlope, step, value, slope)
        : maximum;
    }
    if (value > lowValue) this.setHigh(step, value, slope);
    else {
      if (turned) this.setHigh(low, lowValue, lowSlope);
      this.low = step;
      this.lowValue = value;
      this.lowSlope = slope;
    }
    if (this.bracketed) {
      const least = Math.min(this.low, this.high);
      const most = Math.max(this.low, this.high);
      this.step = next > least && next < most ? next : 0.5 * (least + most);
    } else {
      // Extrapolation by 1.1 to 4 times the last stride (eq. 2.2, δ = 4).
      const stride = step - low;
      const from = step + 1.1 * stride;
      const to = step + 4 * stride;
      this.step = Math.min(maximum, Number.isNaN(next) ? to : Math.min(to, Math.max(from, next)));
    }
  }

  private setHigh(step: number, value: number, slope: number): void {
    this.high = step;
    this.highValue = value;
    this.highSlope = slope;
  }
}

/**
 * Minimiser of the cubic with these values and slopes at a and b; NaN if it has none.
 *
 * @see Nocedal & Wright 2006, Numerical Optimization, eq. 3.59
 */
export function cubicMinimiser(
  a: number,
  valueA: number,
  slopeA: number,
  b: number,
  valueB: number,
  slopeB: number,
): number {
  const d1 = slopeA + slopeB - (3 * (valueA - valueB)) / (a - b);
  const scale = Math.max(Math.abs(d1), Math.abs(slopeA), Math.abs(slopeB));
  const d2 = Math.sign(b - a) * scale * Math.sqrt((d1 / scale) ** 2 - (slopeA / scale) * (slopeB / scale));
  return b - ((b - a) * (slopeB + d2 - d1)) / (slopeB - slopeA + 2 * d2);
}
