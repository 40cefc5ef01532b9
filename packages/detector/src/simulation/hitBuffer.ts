import type { Hits } from '../hits.js';

/** Hits while they are being made: columns that grow by doubling. */
export class HitBuffer {
  count = 0;
  #capacity: number;
  #positions: Float64Array;
  #ids: Int32Array;

  constructor(capacity = 1024) {
    this.#capacity = capacity;
    this.#positions = new Float64Array(capacity * 4);
    this.#ids = new Int32Array(capacity * 4);
  }

  push(
    x: number,
    y: number,
    z: number,
    edep: number,
    eventID: number,
    trackID: number,
    parentID: number,
    layer: number,
  ): void {
    if (this.count === this.#capacity) this.#grow();
    const at = this.count * 4;
    this.#positions[at] = x;
    this.#positions[at + 1] = y;
    this.#positions[at + 2] = z;
    this.#positions[at + 3] = edep;
    this.#ids[at] = eventID;
    this.#ids[at + 1] = trackID;
    this.#ids[at + 2] = parentID;
    this.#ids[at + 3] = layer;
    this.count++;
  }

  #grow(): void {
    this.#capacity *= 2;
    const positions = new Float64Array(this.#capacity * 4);
    positions.set(this.#positions);
    this.#positions = positions;
    const ids = new Int32Array(this.#capacity * 4);
    ids.set(this.#ids);
    this.#ids = ids;
  }

  /** The hits so far, as columns of their own. */
  toHits(): Hits {
    const { count } = this;
    const positions = this.#positions;
    const ids = this.#ids;
    const real = (offset: number): Float64Array => {
      const column = new Float64Array(count);
      for (let k = 0; k < count; k++) column[k] = positions[k * 4 + offset]!;
      return column;
    };
    const integer = (offset: number): Int32Array => {
      const column = new Int32Array(count);
      for (let k = 0; k < count; k++) column[k] = ids[k * 4 + offset]!;
      return column;
    };
    return {
      count,
      posX: real(0),
      posY: real(1),
      posZ: real(2),
      edep: real(3),
      eventID: integer(0),
      trackID: integer(1),
      parentID: integer(2),
      layer: integer(3),
    };
  }
}
