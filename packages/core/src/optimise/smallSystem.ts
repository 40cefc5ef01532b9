/**
 * A small square system of linear equations, factored by Gaussian elimination with partial pivoting, in room
 * that is used again and again.
 */
export class SmallSystem {
  /** Coefficients `[size, size]` row-major, to be written before {@link factor}. */
  readonly matrix: Float64Array;
  /** Number of equations, to be set before {@link factor}. */
  size = 0;
  private readonly pivots: Int32Array;

  constructor(capacity: number) {
    this.matrix = new Float64Array(capacity * capacity);
    this.pivots = new Int32Array(capacity);
  }

  /** @returns whether the matrix is regular to working precision */
  factor(): boolean {
    const { matrix, pivots, size } = this;
    for (let k = 0; k < size; k++) {
      let pivot = k;
      for (let i = k + 1; i < size; i++) {
        if (Math.abs(matrix[i * size + k]!) > Math.abs(matrix[pivot * size + k]!)) pivot = i;
      }
      const value = matrix[pivot * size + k]!;
      if (!(Math.abs(value) > 0 && Math.abs(value) < Infinity)) return false;
      pivots[k] = pivot;
      for (let j = 0; j < size; j++) {
        const moved = matrix[k * size + j]!;
        matrix[k * size + j] = matrix[pivot * size + j]!;
        matrix[pivot * size + j] = moved;
      }
      for (let i = k + 1; i < size; i++) {
        const ratio = (matrix[i * size + k]! /= value);
        for (let j = k + 1; j < size; j++) matrix[i * size + j]! -= ratio * matrix[k * size + j]!;
      }
    }
    return true;
  }

  /** Replaces the right-hand side `[size]` by the solution. */
  solve(x: Float64Array): void {
    const { matrix, pivots, size } = this;
    for (let k = 0; k < size; k++) {
      const pivot = pivots[k]!;
      const value = x[pivot]!;
      x[pivot] = x[k]!;
      x[k] = value;
    }
    for (let i = 1; i < size; i++) {
      for (let j = 0; j < i; j++) x[i]! -= matrix[i * size + j]! * x[j]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let j = i + 1; j < size; j++) x[i]! -= matrix[i * size + j]! * x[j]!;
      x[i]! /= matrix[i * size + i]!;
    }
  }
}
