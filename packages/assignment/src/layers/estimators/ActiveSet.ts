import { bounded } from './oracle.js';

/** Two assignments of an {@link ActiveSet} between which weight may move. */
export interface Pair {
  readonly from: number;
  readonly to: number;
  /** How much steeper the first is than the second. */
  readonly gap: number;
}

/**
 * A point y in the convex hull of assignments as a mixture of some of them, and the quadratic
 * f(y) = ⟨c, y⟩ + (μ / 2) ‖y‖² to be made small, whose slopes are c + μ y.
 */
export class ActiveSet {
  /** `[n, m]` */
  readonly y: Float64Array;
  private readonly linear: Float64Array;
  private readonly weight: number;
  private readonly rows: number;
  private readonly columns: number;
  private readonly matchings: Int32Array[] = [];
  private readonly shares: number[] = [];

  /**
   * @param linear - c, `[n, m]`, 0 where forbidden
   * @param weight - μ
   */
  constructor(linear: Float64Array, weight: number, rows: number, columns: number) {
    this.linear = linear;
    this.weight = weight;
    this.rows = rows;
    this.columns = columns;
    this.y = new Float64Array(rows * columns);
  }

  /** Makes y this assignment, column of each row or -1. */
  start(matching: Int32Array): void {
    this.matchings.push(matching.slice());
    this.shares.push(1);
    this.addTo(matching, 1);
  }

  /** Total of the sizes of the slopes of the first assignment: what rounding errors of gaps are relative to. */
  magnitude(): number {
    return this.matchings[0]!.reduce((sum, j, i) => sum + Math.abs(this.slope(i, j)), 0);
  }

  /** Costs of the linear problem at y: slopes where allowed. */
  slopes(cost: Float64Array): Float64Array {
    return cost.map((c, at) => (c === Infinity ? c : bounded(c + this.weight * this.y[at]!)));
  }

  /** The steepest and the least steep of the assignments. */
  widestPair(): Pair {
    let from = 0;
    let to = 0;
    let highest = -Infinity;
    let lowest = Infinity;
    for (let k = 0; k < this.matchings.length; k++) {
      const slope = this.along(this.matchings[k]!);
      if (slope > highest) [highest, from] = [slope, k];
      if (slope < lowest) [lowest, to] = [slope, k];
    }
    return { from, to, gap: highest - lowest };
  }

  /** Moves weight between two of the assignments, as far as f falls. */
  movePair({ from, to, gap }: Pair): void {
    const a = this.matchings[from]!;
    const b = this.matchings[to]!;
    let square = 0;
    for (let i = 0; i < this.rows; i++) {
      if (a[i] !== b[i]) square += (a[i]! >= 0 ? 1 : 0) + (b[i]! >= 0 ? 1 : 0);
    }
    const share = this.shares[from]!;
    const step = Math.min(share, gap / (this.weight * square));
    this.addTo(a, -step);
    this.addTo(b, step);
    this.shares[to] = this.shares[to]! + step;
    if (step < share) this.shares[from] = share - step;
    else this.remove(from);
  }

  /** How much f falls per step from y to an assignment; where it is the least steep of all, the duality gap. */
  gapTo(matching: Int32Array): number {
    let gap = -this.along(matching);
    for (let at = 0; at < this.y.length; at++) {
      gap += (this.linear[at]! + this.weight * this.y[at]!) * this.y[at]!;
    }
    return gap;
  }

  /** Moves from y towards an assignment, as far as f falls. */
  moveTo(matching: Int32Array): void {
    const gap = this.gapTo(matching);
    let square = 0;
    for (let at = 0; at < this.y.length; at++) square += this.y[at]! * this.y[at]!;
    for (let i = 0; i < this.rows; i++) {
      const j = matching[i]!;
      if (j >= 0) square += 1 - 2 * this.y[i * this.columns + j]!;
    }
    const step = Math.min(1, gap / (this.weight * square));
    if (!(step > 0)) return;
    for (let k = 0; k < this.shares.length; k++) this.shares[k] = this.shares[k]! * (1 - step);
    const known = this.matchings.findIndex((other) => other.every((j, i) => j === matching[i]));
    if (known >= 0) this.shares[known] = this.shares[known]! + step;
    else {
      this.matchings.push(matching.slice());
      this.shares.push(step);
    }
    if (step === 1)
      for (let k = this.shares.length - 1; k >= 0; k--) if (this.shares[k] === 0) this.remove(k);
    this.rebuild();
  }

  /** y once more, from the mixture, so that pairs of no assignment are exactly 0. */
  rebuild(): Float64Array {
    this.y.fill(0);
    for (let k = 0; k < this.matchings.length; k++) this.addTo(this.matchings[k]!, this.shares[k]!);
    return this.y;
  }

  private remove(k: number): void {
    this.matchings.splice(k, 1);
    this.shares.splice(k, 1);
  }

  private addTo(matching: Int32Array, share: number): void {
    for (let i = 0; i < this.rows; i++) {
      const j = matching[i]!;
      if (j >= 0) this.y[i * this.columns + j] = this.y[i * this.columns + j]! + share;
    }
  }

  private along(matching: Int32Array): number {
    let sum = 0;
    for (let i = 0; i < this.rows; i++) sum += this.slope(i, matching[i]!);
    return sum;
  }

  private slope(row: number, column: number): number {
    if (column < 0) return 0;
    const at = row * this.columns + column;
    return this.linear[at]! + this.weight * this.y[at]!;
  }
}
