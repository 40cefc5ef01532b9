/** Candidates of the agents of one layer, one agent after the other; grows as it is filled, and is used again. */
export class CandidateList {
  /** Edge of each candidate, [>= count]. */
  edge: Int32Array;
  /** Cosine of its kink, [>= count]. */
  cosine: Float32Array;
  count = 0;

  constructor(room = 64) {
    this.edge = new Int32Array(room);
    this.cosine = new Float32Array(room);
  }

  add(edge: number, cosine: number): void {
    if (this.count === this.edge.length) this.#grow();
    this.edge[this.count] = edge;
    this.cosine[this.count++] = cosine;
  }

  #grow(): void {
    const [edge, cosine] = [this.edge, this.cosine];
    this.edge = new Int32Array(2 * this.count);
    this.cosine = new Float32Array(2 * this.count);
    this.edge.set(edge);
    this.cosine.set(cosine);
  }
}
