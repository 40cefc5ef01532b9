/**
 * A binary min-heap of integers 0 to `size` - 1, each at most once, of which the keys may fall; it never grows.
 *
 * Equal keys come out in an order that depends only on the calls made.
 */
export class IndexedHeap {
  /** Key of each integer that was pushed since the last `clear`, else Infinity; only to be read. */
  readonly keys: Float64Array;
  private readonly heap: Int32Array;
  /** Place in `heap`, -1 for integers that are not in it. */
  private readonly place: Int32Array;
  /** Integers pushed since the last `clear`. */
  private readonly touched: Int32Array;
  private touchedCount = 0;
  private count = 0;

  constructor(size: number) {
    this.keys = new Float64Array(size).fill(Infinity);
    this.heap = new Int32Array(size);
    this.place = new Int32Array(size).fill(-1);
    this.touched = new Int32Array(size);
  }

  /**
   * Adds `item`, or lowers its key. One that was taken out already stays out.
   *
   * @param key - below Infinity
   * @returns whether anything changed
   */
  lower(item: number, key: number): boolean {
    const { keys, heap, place } = this;
    if (key >= keys[item]!) return false;
    let at = place[item]!;
    if (at < 0) {
      if (keys[item]! < Infinity) return false;
      this.touched[this.touchedCount++] = item;
      at = this.count++;
    }
    keys[item] = key;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent]!;
      if (keys[above]! <= key) break;
      heap[at] = above;
      place[above] = at;
      at = parent;
    }
    heap[at] = item;
    place[item] = at;
    return true;
  }

  /** The integer with the smallest key, or -1. */
  peek(): number {
    return this.count === 0 ? -1 : this.heap[0]!;
  }

  /** Takes out the integer with the smallest key, -1 if there is none. */
  pop(): number {
    if (this.count === 0) return -1;
    const { keys, heap, place } = this;
    const top = heap[0]!;
    place[top] = -1;
    const item = heap[--this.count]!;
    if (this.count === 0) return top;
    const key = keys[item]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.count) break;
      if (child + 1 < this.count && keys[heap[child + 1]!]! < keys[heap[child]!]!) child++;
      const below = heap[child]!;
      if (keys[below]! >= key) break;
      heap[at] = below;
      place[below] = at;
      at = child;
    }
    heap[at] = item;
    place[item] = at;
    return top;
  }

  /** Forgets everything, in time that follows the number of integers pushed. */
  clear(): void {
    const { keys, place, touched } = this;
    for (let k = 0; k < this.touchedCount; k++) {
      const item = touched[k]!;
      keys[item] = Infinity;
      place[item] = -1;
    }
    this.touchedCount = 0;
    this.count = 0;
  }
}
