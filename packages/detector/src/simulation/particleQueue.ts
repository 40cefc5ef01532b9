/** Fields of a waiting particle: position, direction, energy, step, track, parent. */
const particleSize = 10;

/** Particles of one event that wait to be followed, last in first out. */
export class ParticleQueue {
  #fields = new Float64Array(particleSize * 64);
  #count = 0;
  #lastTrack = 0;

  get count(): number {
    return this.#count;
  }

  /** Starts a new event: nothing waits, and tracks count from 1. */
  clear(): void {
    this.#count = 0;
    this.#lastTrack = 0;
  }

  /** Gives the particle the next track number. Position in millimetres, `direction` a unit vector [3]. */
  push(
    x: number,
    y: number,
    z: number,
    direction: Float64Array,
    energyMeV: number,
    step: number,
    parentID: number,
  ): void {
    const at = this.#count * particleSize;
    if (at === this.#fields.length) {
      const larger = new Float64Array(2 * this.#fields.length);
      larger.set(this.#fields);
      this.#fields = larger;
    }
    const fields = this.#fields;
    fields[at] = x;
    fields[at + 1] = y;
    fields[at + 2] = z;
    fields.set(direction, at + 3);
    fields[at + 6] = energyMeV;
    fields[at + 7] = step;
    fields[at + 8] = ++this.#lastTrack;
    fields[at + 9] = parentID;
    this.#count++;
  }

  /** Takes the last particle out into `direction` [3] and `out` [7]: x, y, z, energy, step, track, parent. */
  pop(direction: Float64Array, out: Float64Array): void {
    const at = --this.#count * particleSize;
    const fields = this.#fields;
    for (let k = 0; k < 3; k++) {
      out[k] = fields[at + k]!;
      direction[k] = fields[at + 3 + k]!;
    }
    for (let k = 0; k < 4; k++) out[3 + k] = fields[at + 6 + k]!;
  }
}
