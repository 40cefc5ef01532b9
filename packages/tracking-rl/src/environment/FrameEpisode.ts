import { InvalidArgumentError, NumericalError } from '@pct/core';
import type { Track } from '@pct/detector';
import { RANGES, startRangeFit } from '../reward/rangeFit.js';
import { makeAgents, widthAfter, type Agents } from './agents.js';
import { kinkCosine, leastCosine } from './reach.js';
import type { EpisodeSettings } from './settings.js';
import { TrackForest } from './TrackForest.js';
import type { FrameStatics } from './types.js';

const NAME = 'trackingEnvironment';

/** Arrays of a decision over several frames that one frame writes its part of, from an agent and a pair on. */
export interface DecisionPart {
  readonly environment: Int32Array;
  readonly hit: Int32Array;
  readonly previousEdge: Int32Array;
  readonly width: Float32Array;
  readonly offsets: Int32Array;
  readonly edge: Int32Array;
  readonly cosine: Float32Array;
}

/** Arrays of a step over several frames, by agent. */
export interface StepPart {
  readonly individual: Float64Array;
  readonly group: Uint8Array;
  readonly terminated: Uint8Array;
  /** Index among the frame's next agents, −1 for tracks that have ended. */
  readonly successor: Int32Array;
}

/** One episode in one frame: tracks grow from the deepest layer to the front. */
export class FrameEpisode {
  readonly #statics: FrameStatics;
  readonly #settings: EpisodeSettings;
  readonly #forest = new TrackForest();
  /** Index in `frame.layers` of the layer where agents stand. */
  #layer = 0;
  #agents: Agents;
  #next: Agents;
  /** Agent that arrived at each hit + 1, 0 where nobody came; all 0 between steps. */
  readonly #arrivals: Int32Array;

  constructor(statics: FrameStatics, settings: EpisodeSettings) {
    this.#statics = statics;
    this.#settings = settings;
    const { frame } = statics;
    let room = 0;
    for (let k = 0; k < frame.layers.length; k++)
      room = Math.max(room, frame.layerOffsets[k + 1]! - frame.layerOffsets[k]!);
    // Where hits may be shared, tracks only ever become more.
    if (settings.sharedHits) room = frame.count;
    this.#agents = makeAgents(room);
    this.#next = makeAgents(room);
    this.#arrivals = new Int32Array(frame.count);
    if (frame.layers.length > 0) this.#openLayer(0, new Int32Array(0), new Int32Array(0));
    this.#skipIdleLayers();
  }

  /** Agents that decide now. */
  get agents(): number {
    return this.#agents.count;
  }

  /** Their pairs. */
  get pairs(): number {
    return this.#agents.candidates.count;
  }

  /** Writes this frame's part of a decision. */
  describe(slot: number, { environment, ...part }: DecisionPart, agentBase: number, pairBase: number): void {
    const { count, hit, previousEdge, width, candidates, candidatesEnd } = this.#agents;
    for (let i = 0; i < count; i++) {
      const at = agentBase + i;
      environment[at] = slot;
      part.hit[at] = hit[i]!;
      part.previousEdge[at] = previousEdge[i]!;
      part.width[at] = width[i]!;
      part.offsets[at + 1] = pairBase + candidatesEnd[i]!;
    }
    part.edge.set(candidates.edge.subarray(0, candidates.count), pairBase);
    part.cosine.set(candidates.cosine.subarray(0, candidates.count), pairBase);
  }

  /**
   * Carries out the part of a joint action that belongs to this frame.
   *
   * @param edges - edge that every agent takes, −1 for none; [agents]
   * @throws InvalidArgumentError if two agents take one hit and must not
   * @throws NumericalError if a width is not a positive number, or a reward is not a finite one
   */
  step(edges: Int32Array, part: StepPart, agentBase: number): void {
    const { graph } = this.#statics;
    const agents = this.#agents;
    if (!this.#settings.sharedHits) this.#checkDistinct(edges);
    const arriving = new Int32Array(agents.count);
    let arrivals = 0;
    for (let i = 0; i < agents.count; i++) {
      const at = agentBase + i;
      const edge = edges[i]!;
      part.group[at] = this.#group(edge >= 0 && agents.previousEdge[i]! < 0);
      const reward = edge < 0 ? this.#settings.unassignedReward : this.#reward(i, edge);
      if (!Number.isFinite(reward)) throw this.#badReward(i, reward);
      part.individual[at] = reward;
      if (edge < 0) {
        this.#forest.end(agents.place[i]!);
        part.terminated[at] = 1;
        continue;
      }
      agents.place[i] = this.#forest.add(graph.targets[edge]!, agents.place[i]!);
      arriving[arrivals++] = i;
    }
    const successors = this.#openLayer(this.#layer + 1, arriving.subarray(0, arrivals), edges);
    for (let k = 0; k < arrivals; k++) {
      part.successor[agentBase + arriving[k]!] = successors[k]!;
      if (successors[k]! < 0) part.terminated[agentBase + arriving[k]!] = 1;
    }
    this.#skipIdleLayers();
  }

  /** Ends all tracks where they are. */
  cut(): void {
    for (let i = 0; i < this.#agents.count; i++) this.#forest.end(this.#agents.place[i]!);
    this.#agents.count = 0;
    this.#agents.candidates.count = 0;
  }

  /** Tracks that have ended, with at least so many hits. */
  tracks(minHits: number): Track[] {
    return this.#forest.tracks(minHits);
  }

  /** −θ²/2σ² of the kink that an agent makes. */
  #reward(i: number, edge: number): number {
    const { firstSegment, leastReward } = this.#settings;
    const { directions } = this.#statics;
    const before = this.#agents.previousEdge[i]!;
    let chord: number;
    if (before < 0) {
      if (firstSegment === 'none') return 0;
      chord = Math.hypot(directions[3 * edge]!, directions[3 * edge + 1]!, directions[3 * edge + 2]! + 1);
    } else {
      const dx = directions[3 * edge]! - directions[3 * before]!;
      const dy = directions[3 * edge + 1]! - directions[3 * before + 1]!;
      const dz = directions[3 * edge + 2]! - directions[3 * before + 2]!;
      chord = Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
    // Unlike the arc cosine of the product, exact for small angles.
    const angle = 2 * Math.asin(Math.min(1, chord / 2));
    return Math.max(leastReward, 0 - (angle / this.#agents.width[i]!) ** 2 / 2);
  }

  #group(first: boolean): number {
    const target = this.#statics.frame.layers[this.#layer + 1]!;
    return first ? 0 : 1 + Math.min(target, this.#settings.trackerLayers);
  }

  /**
   * Moves to a layer: agents that arrive there go on if they have candidates, and all hits with candidates that none has
   * reached start tracks.
   *
   * @param arriving - agents that took an edge
   * @param edges - that they take, by agent
   * @returns index of each arriving agent among those of the layer, −1 where its track has ended
   */
  #openLayer(k: number, arriving: Int32Array, edges: Int32Array): Int32Array {
    const { frame, graph } = this.#statics;
    const { model } = this.#settings;
    const agents = this.#agents;
    const next = this.#next;
    const arrivals = this.#arrivals;
    const [first, last] = [frame.layerOffsets[k]!, frame.layerOffsets[k + 1]!];
    const successors = new Int32Array(arriving.length).fill(-1);
    // Agents that share a hit form a list: its head is arrivals[hit] − 1, and others[j] − 1 follows j.
    const others = new Int32Array(arriving.length);
    for (let j = arriving.length - 1; j >= 0; j--) {
      const hit = graph.targets[edges[arriving[j]!]!]!;
      others[j] = arrivals[hit]!;
      arrivals[hit] = j + 1;
    }
    next.count = next.candidates.count = 0;
    for (let hit = first; hit < last; hit++) {
      const head = arrivals[hit]!;
      arrivals[hit] = 0;
      if (head === 0) {
        next.place[next.count] = this.#forest.add(hit, -1);
        next.previousEdge[next.count] = -1;
        next.start[next.count] = frame.layer[hit]!;
        startRangeFit(model, frame.layer[hit]!, next.chi2, next.count * RANGES);
        this.#arrive(next, hit);
      }
      for (let j = head - 1; j >= 0; j = others[j]! - 1) {
        const [i, to] = [arriving[j]!, next.count];
        next.place[to] = agents.place[i]!;
        next.previousEdge[to] = edges[i]!;
        next.start[to] = agents.start[i]!;
        for (let g = 0; g < RANGES; g++) next.chi2[to * RANGES + g] = agents.chi2[i * RANGES + g]!;
        if (this.#arrive(next, hit)) successors[j] = to;
      }
    }
    this.#agents = next;
    this.#next = agents;
    this.#layer = k;
    return successors;
  }

  /**
   * Puts the next agent at a hit, the deposit of which tells its range; ends the track if nothing is within its reach.
   *
   * @returns whether it has candidates
   * @throws NumericalError if the width of its next kink is not a positive number
   */
  #arrive(agents: Agents, hit: number): boolean {
    const { frame, offsets, directions } = this.#statics;
    const { layer, edep, index } = frame;
    const { start, previousEdge, chi2, candidates } = agents;
    // Neither kinks nor ranges where nothing follows.
    if (offsets[hit] === offsets[hit + 1]) return this.#ended(agents);
    const i = agents.count;
    const [l, before, at] = [layer[hit]!, previousEdge[i]!, i * RANGES];
    const width = widthAfter(this.#settings, start[i]!, l, edep[hit]!, before < 0, chi2, at);
    if (!(width > 0 && width < Infinity))
      throw new NumericalError(
        `${NAME}: the width of the kink of agent ${i} (at hit ${hit} in layer ${l}) of frame ${index} must be positive ` +
          `and finite, got ${width}; look at kinkWidth and at the frame`,
      );
    const { maxKink, firstSegment } = this.#settings;
    const known = candidates.count;
    if (before < 0)
      for (let e = offsets[hit]!; e < offsets[hit + 1]!; e++)
        candidates.add(e, firstSegment === 'beam' ? -directions[3 * e + 2]! : 1);
    else {
      const least = leastCosine(maxKink, width);
      for (let e = offsets[hit]!; e < offsets[hit + 1]!; e++) {
        const cosine = kinkCosine(directions, before, e);
        if (cosine >= least) candidates.add(e, cosine);
      }
    }
    if (candidates.count === known) return this.#ended(agents);
    agents.hit[i] = hit;
    agents.width[i] = width;
    agents.candidatesEnd[i] = candidates.count;
    agents.count++;
    return true;
  }

  /** Ends the track of an agent that was about to arrive. */
  #ended({ place, count }: Agents): false {
    this.#forest.end(place[count]!);
    return false;
  }

  /** Goes on to the next layer where somebody can decide. */
  #skipIdleLayers(): void {
    const none = new Int32Array(0);
    while (this.#agents.count === 0 && this.#layer + 1 < this.#statics.frame.layers.length)
      this.#openLayer(this.#layer + 1, none, none);
  }

  #checkDistinct(edges: Int32Array): void {
    const { targets } = this.#statics.graph;
    const arrivals = this.#arrivals;
    let clash = -1;
    let taken = 0;
    for (; taken < edges.length && clash < 0; taken++) {
      if (edges[taken]! < 0) continue;
      const hit = targets[edges[taken]!]!;
      if (arrivals[hit] !== 0) clash = hit;
      else arrivals[hit] = 1;
    }
    for (let i = 0; i < taken; i++) if (edges[i]! >= 0) arrivals[targets[edges[i]!]!] = 0;
    if (clash >= 0)
      throw new InvalidArgumentError(
        `${NAME}: each hit may be taken once, got two agents for hit ${clash} of frame ${this.#statics.frame.index}; ` +
          'let assignJointAction choose, or set sharedHits',
      );
  }

  #badReward(i: number, reward: number): NumericalError {
    const { frame } = this.#statics;
    const hit = this.#agents.hit[i]!;
    return new NumericalError(
      `${NAME}: the reward of agent ${i} (at hit ${hit} in layer ${frame.layer[hit]}) of frame ${frame.index} must be ` +
        `finite, got ${reward}; look at kinkWidth and at the frame`,
    );
  }
}
