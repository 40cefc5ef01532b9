/** Connected parts of a growing set of vertices: union-find with path halving and union by size. */
export class Components {
  private readonly parent: Int32Array;
  private readonly size: Int32Array;

  constructor(count: number) {
    this.parent = new Int32Array(count).fill(-1);
    this.size = new Int32Array(count).fill(1);
  }

  add(vertex: number): void {
    this.parent[vertex] = vertex;
  }

  has(vertex: number): boolean {
    return this.parent[vertex]! >= 0;
  }

  find(vertex: number): number {
    const { parent } = this;
    let at = vertex;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  }

  /** Number of vertices of the part with this root. */
  sizeOf(root: number): number {
    return this.size[root]!;
  }

  /** Joins the parts with these roots, and tells the root of both. */
  join(a: number, b: number): number {
    const [small, large] = this.size[a]! < this.size[b]! ? [a, b] : [b, a];
    this.parent[small] = large;
    this.size[large]! += this.size[small]!;
    return large;
  }
}
