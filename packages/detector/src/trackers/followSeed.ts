import { angleOfChord } from '../graphs/edgeValues.js';
import type { SortedLayers } from '../graphs/sortedLayers.js';
import { ConeSearch, doubled } from './coneSearch.js';

/** Rules of the search; see the options of `trackFollower` for meaning and units. */
export interface FollowRules {
  readonly maxScore: number;
  readonly freeKink: number;
  readonly maxChildren: number;
  readonly maxSeedChildren: number;
  readonly firstAngle: number;
  readonly firstAngleTracker: number;
  readonly seedSkip: number;
}

/** Pairs of layers whose shallower end is below this layer cross the gap to the trackers or lie between them. */
const firstCalorimeterLayer = 2;

/**
 * Best track from a seed towards the front.
 *
 * The search tree of all tracks that obey the rules grows exponentially, but what may follow a segment depends
 * only on that segment and on the score so far, and less score never allows less. So it is enough to keep, layer
 * by layer, the best way to reach each segment: the result is that of the full tree.
 */
export class SeedSearch {
  readonly #hits: SortedLayers;
  readonly #used: Uint8Array;
  readonly #layers: Int32Array;
  readonly #rules: FollowRules;
  readonly #cones: ConeSearch;

  // One state per segment reached: its shallower hit, the state before, Σθ², unit direction.
  #hit = new Int32Array(256);
  #parent = new Int32Array(256);
  #score2 = new Float64Array(256);
  #ux = new Float64Array(256);
  #uy = new Float64Array(256);
  #uz = new Float64Array(256);
  #states = 0;
  /** Chains of the newest states per shallower hit. */
  readonly #firstState: Int32Array;
  #nextState = new Int32Array(256);

  // Children of the state in hand, nearest first.
  readonly #childHit: Int32Array;
  readonly #childChord2: Float64Array;
  #children = 0;

  /**
   * @param layers - layer numbers, deepest first, [layers]
   * @param used - 1 for hits that belong to a track; read on every search, [hits]
   */
  constructor(hits: SortedLayers, layers: Int32Array, used: Uint8Array, rules: FollowRules) {
    this.#hits = hits;
    this.#layers = layers;
    this.#used = used;
    this.#rules = rules;
    this.#firstState = new Int32Array(hits.count).fill(-1);
    const children = Math.min(hits.count, Math.max(rules.maxChildren, rules.maxSeedChildren));
    this.#childHit = new Int32Array(children);
    this.#childChord2 = new Float64Array(children);
    this.#cones = new ConeSearch(hits);
  }

  /**
   * Follows one seed.
   *
   * @param k - position of the seed's layer in `layers`
   * @returns sorted hits of the track that reaches the shallowest layer with the smallest score, deepest first
   */
  search(k: number, seed: number): Int32Array {
    this.#states = 0;
    const { seedSkip } = this.#rules;
    let level = k + 1;
    for (; level <= k + 1 + seedSkip && level < this.#layers.length; level++) {
      this.#startFrom(seed, level);
      if (this.#states > 0) break;
    }
    let start = 0;
    let end = this.#states;
    while (++level < this.#layers.length && end > start) {
      for (let state = start; state < end; state++) this.#extend(state, level, seed);
      this.#clearChains(end);
      if (this.#states === end) break;
      start = end;
      end = this.#states;
    }
    return this.#backtrack(seed, start, end);
  }

  /** First segments: no direction yet, so the angle to the beam decides. */
  #startFrom(seed: number, level: number): void {
    const { firstAngle, firstAngleTracker, maxSeedChildren } = this.#rules;
    const angle = this.#layers[level]! < firstCalorimeterLayer ? firstAngleTracker : firstAngle;
    this.#findChildren(seed, level, 0, 0, -1, angle, maxSeedChildren);
    for (let c = 0; c < this.#children; c++) this.#append(seed, this.#childHit[c]!, -1, 0);
  }

  #extend(state: number, level: number, seed: number): void {
    const { maxScore, freeKink, maxChildren } = this.#rules;
    const from = this.#hit[state]!;
    const score2 = this.#score2[state]!;
    const limit = Math.max(freeKink, Math.sqrt(Math.max(0, maxScore * maxScore - score2)));
    this.#findChildren(from, level, this.#ux[state]!, this.#uy[state]!, this.#uz[state]!, limit, maxChildren);
    for (let c = 0; c < this.#children; c++) {
      const hit = this.#childHit[c]!;
      const kink = angleOfChord(Math.sqrt(this.#childChord2[c]!));
      this.#reach(from, hit, state, score2 + kink * kink, seed);
    }
  }

  /** Unused hits of a layer within an angle of a direction, nearest first, at most `most`. */
  #findChildren(
    from: number,
    level: number,
    ux: number,
    uy: number,
    uz: number,
    angle: number,
    most: number,
  ): void {
    const cones = this.#cones;
    cones.top = 0;
    cones.push(level, from, ux, uy, uz, angle);
    this.#children = 0;
    for (let i = 0; i < cones.top; i++) {
      if (this.#used[cones.hit[i]!] === 0) this.#keepChild(cones.hit[i]!, cones.chord2[i]!, most);
    }
  }

  #keepChild(hit: number, chord2: number, most: number): void {
    let position = this.#children;
    if (position === most) {
      if (chord2 >= this.#childChord2[most - 1]!) return;
      position--;
    } else {
      this.#children++;
    }
    while (position > 0 && this.#childChord2[position - 1]! > chord2) {
      this.#childHit[position] = this.#childHit[position - 1]!;
      this.#childChord2[position] = this.#childChord2[position - 1]!;
      position--;
    }
    this.#childHit[position] = hit;
    this.#childChord2[position] = chord2;
  }

  /** Records that the segment from → hit can be had with a score, unless it is known with a better one. */
  #reach(from: number, hit: number, parent: number, score2: number, seed: number): void {
    for (let state = this.#firstState[hit]!; state >= 0; state = this.#nextState[state]!) {
      const before = this.#parent[state]!;
      if ((before < 0 ? seed : this.#hit[before]!) !== from) continue;
      if (score2 < this.#score2[state]!) {
        this.#score2[state] = score2;
        this.#parent[state] = parent;
      }
      return;
    }
    const state = this.#append(from, hit, parent, score2);
    this.#nextState[state] = this.#firstState[hit]!;
    this.#firstState[hit] = state;
  }

  #append(from: number, hit: number, parent: number, score2: number): number {
    const state = this.#states++;
    if (state === this.#hit.length) this.#grow();
    const { x, y, z } = this.#hits;
    const dx = x[hit]! - x[from]!;
    const dy = y[hit]! - y[from]!;
    const dz = z[hit]! - z[from]!;
    const scale = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
    this.#hit[state] = hit;
    this.#parent[state] = parent;
    this.#score2[state] = score2;
    this.#ux[state] = dx * scale;
    this.#uy[state] = dy * scale;
    this.#uz[state] = dz * scale;
    return state;
  }

  #clearChains(from: number): void {
    for (let state = from; state < this.#states; state++) this.#firstState[this.#hit[state]!] = -1;
  }

  /** Path of the state with the smallest score among states start..end, or the seed alone. */
  #backtrack(seed: number, start: number, end: number): Int32Array {
    let best = -1;
    for (let state = start; state < end; state++) {
      if (best < 0 || this.#score2[state]! < this.#score2[best]!) best = state;
    }
    let length = 1;
    for (let state = best; state >= 0; state = this.#parent[state]!) length++;
    const track = new Int32Array(length);
    track[0] = seed;
    for (let state = best; state >= 0; state = this.#parent[state]!) track[--length] = this.#hit[state]!;
    return track;
  }

  #grow(): void {
    this.#hit = doubledIntegers(this.#hit);
    this.#parent = doubledIntegers(this.#parent);
    this.#nextState = doubledIntegers(this.#nextState);
    this.#score2 = doubled(this.#score2);
    this.#ux = doubled(this.#ux);
    this.#uy = doubled(this.#uy);
    this.#uz = doubled(this.#uz);
  }
}

function doubledIntegers(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * values.length);
  longer.set(values);
  return longer;
}
