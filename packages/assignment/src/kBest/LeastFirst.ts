/** A queue that gives back the least of what is in it; of equals, what came first. */
export class LeastFirst<T> {
  private readonly heap: { readonly item: T; readonly turn: number }[] = [];
  private readonly compare: (a: T, b: T) => number;
  private turn = 0;

  /**
   * @param compare - below 0 if `a` goes first, above 0 if `b` does
   */
  constructor(compare: (a: T, b: T) => number) {
    this.compare = compare;
  }

  push(item: T): void {
    const { heap } = this;
    let at = heap.length;
    heap.push({ item, turn: this.turn++ });
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(at, parent)) break;
      this.swap(at, parent);
      at = parent;
    }
  }

  /** Takes out the least, `undefined` if there is nothing. */
  pop(): T | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top?.item;
    heap[0] = last;
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.isBefore(child, least)) least = child;
      }
      if (least === at) return top.item;
      this.swap(at, least);
      at = least;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const first = this.heap[a]!;
    const second = this.heap[b]!;
    const difference = this.compare(first.item, second.item);
    return difference < 0 || (difference === 0 && first.turn < second.turn);
  }

  private swap(a: number, b: number): void {
    const { heap } = this;
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  }
}
