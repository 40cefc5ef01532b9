import type { SortedLayers } from '../graphs/sortedLayers.js';
import { ConeSearch } from './coneSearch.js';
import type { Links } from './linkLayers.js';
import type { ScatteringModel } from './scatteringModel.js';

/** Parameters of the costs; see the options of `assignmentTracker` for meaning and units. */
export interface LinkRules {
  readonly beamDivergence: number;
  readonly resolutionMm: number;
  readonly kinkScale: number;
  readonly tailShare: number;
  readonly tailScale: number;
  readonly maxKink: number;
  readonly maxFirstAngle: number;
  readonly endProbability: number;
  readonly startProbability: number;
  readonly lookahead: number;
}

/** Area that hits are spread over at least, mm²; few hits say little about the spot. */
const smallestSpotMm2 = 100;

/** The active tracks of a frame, and what it costs to link them to the hits of the next layer. */
export class LinkCosts {
  readonly #hits: SortedLayers;
  readonly #layers: Int32Array;
  readonly #model: ScatteringModel;
  readonly #rules: LinkRules;
  readonly #cones: ConeSearch;
  /** Hits per mm² of every layer, [layers]. */
  readonly #density: Float64Array;
  // Per hit: unit direction of the segment that leads to it (of the beam, if there is none), the depth
  // that the segment spans (0: none) and the residual range behind the hit's sensor.
  readonly #ux: Float64Array;
  readonly #uy: Float64Array;
  readonly #uz: Float64Array;
  readonly #span: Float64Array;
  readonly #range: Float64Array;
  #column = new Int32Array(256);
  #cost = new Float64Array(256);

  constructor(hits: SortedLayers, layers: Int32Array, model: ScatteringModel, rules: LinkRules) {
    this.#hits = hits;
    this.#layers = layers;
    this.#model = model;
    this.#rules = rules;
    this.#cones = new ConeSearch(hits);
    this.#density = Float64Array.from(layers, (_, k) => hitDensity(hits, k));
    this.#ux = new Float64Array(hits.count);
    this.#uy = new Float64Array(hits.count);
    this.#uz = new Float64Array(hits.count).fill(-1);
    this.#span = new Float64Array(hits.count);
    this.#range = new Float64Array(hits.count);
  }

  /** Starts a track at every marked hit of the k-th layer. */
  startTracks(k: number, starts: Uint8Array): void {
    const { offsets, edep } = this.#hits;
    for (let hit = offsets[k]!; hit < offsets[k + 1]!; hit++) {
      if (starts[hit] === 1) this.#range[hit] = this.#model.endRange(this.#layers[k]!, edep[hit]!);
    }
  }

  /** Extends the track that ends in `from`, a hit of the k-th layer, to a hit of the next. */
  extendTrack(k: number, from: number, to: number): void {
    const { x, y, z } = this.#hits;
    const dx = x[to]! - x[from]!;
    const dy = y[to]! - y[from]!;
    const dz = z[to]! - z[from]!;
    const scale = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
    this.#ux[to] = dx * scale;
    this.#uy[to] = dy * scale;
    this.#uz[to] = dz * scale;
    this.#span[to] = -dz;
    this.#range[to] = this.#range[from]! + this.#gap(k);
  }

  /** Links between the tracks that end in the k-th layer and the hits of the next; valid until the next call. */
  link(k: number): Links {
    const { offsets } = this.#hits;
    const start = offsets[k]!;
    const rows = offsets[k + 1]! - start;
    const columns = offsets[k + 2]! - offsets[k + 1]!;
    const { startProbability, endProbability } = this.#rules;
    const startShare = Math.max(startProbability, 1 - (rows * (1 - endProbability)) / columns);
    const startDensity = startShare * this.#density[k + 1]!;
    const rowOffsets = new Int32Array(rows + 1);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      this.#reserve(count + columns);
      count = this.#linkRow(k, start + row, startDensity, count);
      rowOffsets[row + 1] = count;
    }
    return { rows, columns, offsets: rowOffsets, column: this.#column, cost: this.#cost };
  }

  /** Appends the links of one track at position `count` and returns the new count. */
  #linkRow(k: number, from: number, startDensity: number, count: number): number {
    const { endProbability, maxKink, maxFirstAngle, lookahead } = this.#rules;
    const cones = this.#cones;
    const span = this.#span[from]!;
    const depth = cones.depth(k + 1, from);
    if (!(depth > 0)) return count;
    const variance = this.#variance(k, this.#range[from]!, span, depth);
    // A link beats its alternative, an end and a start, if its likelihood is above this.
    const alternative = (endProbability / (1 - endProbability)) * startDensity * depth * depth;
    const range = this.#range[from]! + this.#gap(k);
    // What comes next can make up for a link that is less likely, by no more than it could lose it.
    const gate = lookahead > 0 ? alternative * endProbability : alternative;
    const angle = Math.min(span === 0 ? maxFirstAngle : maxKink, this.#widestAngle(variance, gate));
    cones.push(k + 1, from, this.#ux[from]!, this.#uy[from]!, this.#uz[from]!, angle);
    const found = cones.top;
    for (let i = 0; i < found; i++) {
      const likelihood = this.#likelihood(variance, cones.chord2[i]!);
      if (!(likelihood > gate)) continue;
      const cost = Math.log(alternative / likelihood) - this.#ahead(k + 1, i, depth, range, lookahead);
      if (cost >= 0) continue;
      this.#column[count] = cones.hit[i]! - this.#hits.offsets[k + 1]!;
      this.#cost[count++] = cost;
    }
    cones.top = 0;
    return count;
  }

  /**
   * How much better the best continuation of a segment explains the next layers than chance does: the sum over
   * layers of log(p(θ) / density of hits), or log(endProbability) where nothing continues.
   *
   * @param k - position of the layer that the segment leads to
   * @param candidate - the segment, a position on the stack of the cone search
   * @param span - depth that the segment spans, mm
   * @param range - residual range behind the segment's shallower end
   * @param left - layers to look ahead
   */
  #ahead(k: number, candidate: number, span: number, range: number, left: number): number {
    if (left === 0 || k + 1 === this.#layers.length) return 0;
    const cones = this.#cones;
    const hit = cones.hit[candidate]!;
    const depth = cones.depth(k + 1, hit);
    const { endProbability, maxKink } = this.#rules;
    const end = Math.log(endProbability);
    if (!(depth > 0)) return end;
    const variance = this.#variance(k, range, span, depth);
    const chance = this.#chance(k, depth);
    const nextRange = range + this.#gap(k);
    const angle = Math.min(maxKink, this.#widestAngle(variance, chance * endProbability));
    const first = cones.top;
    cones.push(k + 1, hit, cones.ux[candidate]!, cones.uy[candidate]!, cones.uz[candidate]!, angle);
    const found = cones.top;
    let best = end;
    for (let i = first; i < found; i++) {
      const value = Math.log(this.#likelihood(variance, cones.chord2[i]!) / chance);
      if (value <= end) continue;
      best = Math.max(best, value + this.#ahead(k + 1, i, depth, nextRange, left - 1));
    }
    cones.top = first;
    return best;
  }

  /** Density per solid angle of the hits of the layer after the k-th, over the probability that a track goes on. */
  #chance(k: number, depth: number): number {
    return (this.#density[k + 1]! * depth * depth) / (1 - this.#rules.endProbability);
  }

  /** Likelihood per solid angle of a kink whose chord is given squared; the chord stands for the angle. */
  #likelihood(variance: number, chord2: number): number {
    const { tailShare, tailScale } = this.#rules;
    const wide = tailScale * tailScale;
    const exponent = -chord2 / (2 * variance);
    const sum = (1 - tailShare) * Math.exp(exponent) + (tailShare / wide) * Math.exp(exponent / wide);
    return sum / (2 * Math.PI * variance);
  }

  /** An angle beyond which the likelihood is below a threshold for sure, rad; 0 if it is below everywhere. */
  #widestAngle(variance: number, threshold: number): number {
    const { tailShare, tailScale } = this.#rules;
    const width = tailShare > 0 ? tailScale * Math.sqrt(variance) : Math.sqrt(variance);
    const chord = width * Math.sqrt(2 * Math.max(0, Math.log(this.#likelihood(variance, 0) / threshold)));
    return 2 * Math.asin(Math.min(1, chord / 2));
  }

  /** Variance of the projected angle between a track's next segment and the direction it is compared with, rad². */
  #variance(k: number, range: number, span: number, depth: number): number {
    const { beamDivergence, kinkScale, resolutionMm } = this.#rules;
    const layer = this.#layers[k]!;
    const scale2 = kinkScale * kinkScale;
    const blur2 = 2 * resolutionMm * resolutionMm;
    let variance = blur2 / (depth * depth);
    if (span === 0) {
      variance += scale2 * this.#model.angleVariance(layer, range) + beamDivergence * beamDivergence;
    } else {
      variance +=
        scale2 * this.#model.kinkVariance(layer, range) + blur2 / (span * span) + blur2 / (span * depth);
    }
    // A floor keeps the density finite in detectors without material.
    return Math.max(1e-12, variance);
  }

  /** Water-equivalent thickness between the k-th layer and the next shallower one. */
  #gap(k: number): number {
    return this.#model.thickness[this.#layers[k]!]!;
  }

  #reserve(length: number): void {
    if (length <= this.#column.length) return;
    const column = new Int32Array(2 * length);
    const cost = new Float64Array(2 * length);
    column.set(this.#column);
    cost.set(this.#cost);
    this.#column = column;
    this.#cost = cost;
  }
}

/** Hits per mm² of the k-th layer, as a hit sees it on average if the spot is Gaussian: n / 4πσ². */
function hitDensity({ x, y, offsets }: SortedLayers, k: number): number {
  const start = offsets[k]!;
  const end = offsets[k + 1]!;
  const count = end - start;
  let meanX = 0;
  let meanY = 0;
  for (let hit = start; hit < end; hit++) {
    meanX += x[hit]! / count;
    meanY += y[hit]! / count;
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let hit = start; hit < end; hit++) {
    const dx = x[hit]! - meanX;
    const dy = y[hit]! - meanY;
    xx += (dx * dx) / count;
    xy += (dx * dy) / count;
    yy += (dy * dy) / count;
  }
  return count / Math.max(smallestSpotMm2, 4 * Math.PI * Math.sqrt(Math.max(0, xx * yy - xy * xy)));
}
