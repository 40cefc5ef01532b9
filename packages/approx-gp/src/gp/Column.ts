/** A growing list of rows of the same width in one block, `[rows, width]`; the block doubles when it is full. */
export class Column {
  readonly width: number;
  /** The numbers; a new array whenever the block grows, so it must be read anew after {@link push}. */
  data: Float64Array;

  constructor(width = 1, capacity = 32) {
    this.width = width;
    this.data = new Float64Array(width * capacity);
  }

  /** Makes room for some rows, and keeps what is there. */
  reserve(rows: number): void {
    if (rows * this.width <= this.data.length) return;
    const larger = new Float64Array(Math.max(rows * this.width, 2 * this.data.length));
    larger.set(this.data);
    this.data = larger;
  }

  /** Removes one of `rows` rows. */
  remove(index: number, rows: number): void {
    this.data.copyWithin(index * this.width, (index + 1) * this.width, rows * this.width);
  }
}
