import type { Track } from '@pct/detector';

/** Tracks while they grow: each hit of a track knows the one before it. */
export class TrackForest {
  #hit = new Int32Array(256);
  #before = new Int32Array(256);
  #count = 0;
  readonly #ends: number[] = [];

  /**
   * Adds a hit.
   *
   * @param before - place of the track's last hit, −1 to start a track
   * @returns place of the new hit
   */
  add(hit: number, before: number): number {
    if (this.#count === this.#hit.length) {
      this.#hit = doubled(this.#hit);
      this.#before = doubled(this.#before);
    }
    this.#hit[this.#count] = hit;
    this.#before[this.#count] = before;
    return this.#count++;
  }

  /** Says that the track with this last hit is complete. */
  end(place: number): void {
    this.#ends.push(place);
  }

  /** All complete tracks with at least so many hits, by their first hit; those that share it, as they were completed. */
  tracks(minHits: number): Track[] {
    const tracks: Track[] = [];
    for (const end of this.#ends) {
      let length = 0;
      for (let place = end; place >= 0; place = this.#before[place]!) length++;
      if (length < minHits) continue;
      const hits = new Int32Array(length);
      for (let place = end; place >= 0; place = this.#before[place]!) hits[--length] = this.#hit[place]!;
      tracks.push({ hits });
    }
    return tracks.sort((a, b) => a.hits[0]! - b.hits[0]!);
  }
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * values.length);
  larger.set(values);
  return larger;
}
