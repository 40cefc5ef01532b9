import { checkInteger, createRng, InvalidArgumentError, ShapeError, type Rng, type Seed } from '@pct/core';
import type { Frame, Track } from '@pct/detector';
import { blendRewards } from '../reward/blend.js';
import { FrameEpisode, type DecisionPart } from './FrameEpisode.js';
import { frameStatics } from './frameStatics.js';
import {
  checkMaxSteps,
  episodeSettings,
  type EpisodeSettings,
  type TrackingEnvironmentOptions,
} from './settings.js';
import type { Decision, FrameStatics, StepResult } from './types.js';

const NAME = 'trackingEnvironment';

/** What a reset returns. */
export interface ResetResult {
  /** The first decision. */
  readonly observations: Decision;
  readonly info: {
    /** Which of the environment's frames run, by their index in its list; [parallel]. */
    readonly frames: Int32Array;
    /** Whether there is nothing to decide in any of them. */
    readonly done: boolean;
  };
}

/** A decision process of many agents on readout frames; see {@link trackingEnvironment}. */
export interface TrackingEnvironment {
  /** The decision that the next joint action is for. */
  readonly decision: Decision;
  /** Frames of the running episodes, in the order of {@link Decision.environment}; [parallel]. */
  readonly statics: readonly FrameStatics[];
  /** Number of groups that {@link StepInfo.group} tells apart. */
  readonly groups: number;
  /** Whether several agents may take the same hit. */
  readonly sharedHits: boolean;
  /**
   * Starts new episodes.
   *
   * @param options - `seed` of the frames to draw; without one, the environment's own draws go on
   */
  reset(options?: { readonly seed?: Seed | undefined }): ResetResult;
  /**
   * Carries out a joint action.
   *
   * @param jointAction - pair of the decision that every agent takes, −1 for none; [agents]
   * @returns what came of it, and the next decision
   * @throws ShapeError if it does not have one entry per agent
   * @throws InvalidArgumentError if an entry is not a pair of its agent, or two agents take one hit and must not
   * @throws NumericalError that names frame and agent if a reward is not finite
   */
  step(jointAction: ArrayLike<number>): StepResult;
  /**
   * Tracks of the running episodes that have ended.
   *
   * @param minHits - least number of their hits, >= 1 @defaultValue `1`
   * @returns of each frame, by their first hit; [parallel]
   */
  tracks(minHits?: number): Track[][];
}

/**
 * Tracking as a decentralised partially observable Markov decision process. In each frame agents are the tracks that
 * grow: they start at the hits of the deepest layer. An action is a candidate hit of the next layer, one that the angular
 * mask allows. Hits that no agent takes start new tracks, agents without a hit end theirs, and the episode ends at
 * the front. The reward of an action is −θ²/2σ², θ the kink that it makes, and σ its standard deviation by Highland's
 * formula at the energy that the deposits of the track imply.
 *
 * Frames run side by side, in one decision per layer from the end of each.
 *
 * @param frames - at least one; a frame without candidate segments has nothing to decide
 * @param options - {@link TrackingEnvironmentOptions}
 * @returns an environment, reset
 * @throws InvalidArgumentError if an option is out of range or a frame is malformed; `reset` throws it as well
 * @example
 * ```ts
 * const environment = trackingEnvironment(frames);
 * while (!done) ({ rewards, info: { done } } = environment.step(choose(environment.decision)));
 * ```
 * @see Kortus, Keidel, Gauger and Kieseler 2025, arXiv:2501.05113; Kortus et al. 2023, doi:10.1109/TPAMI.2023.3305027
 */
export function trackingEnvironment(
  frames: readonly Frame[],
  options: TrackingEnvironmentOptions = {},
): TrackingEnvironment {
  return new FrameEnvironment(frames, options, episodeSettings(NAME, options));
}

/** {@link trackingEnvironment} with its settings at hand. */
export class FrameEnvironment implements TrackingEnvironment {
  readonly groups: number;
  readonly sharedHits: boolean;
  readonly #frames: readonly Frame[];
  readonly #options: TrackingEnvironmentOptions;
  readonly #settings: EpisodeSettings;
  readonly #parallel: number;
  readonly #maxSteps: number;
  #rng: Rng;
  #running = new Int32Array(0);
  #statics: readonly FrameStatics[] = [];
  #episodes: readonly FrameEpisode[] = [];
  #decision: Decision;
  #steps = 0;

  constructor(frames: readonly Frame[], options: TrackingEnvironmentOptions, settings: EpisodeSettings) {
    if (frames.length === 0)
      throw new InvalidArgumentError(`${NAME}: frames must hold at least one frame, got none`);
    const { parallel = frames.length, maxSteps = Infinity, seed = 0 } = options;
    checkInteger(NAME, 'parallel', parallel, { min: 1, max: frames.length });
    checkMaxSteps(NAME, maxSteps);
    this.#frames = [...frames];
    this.#options = { ...options };
    this.#settings = settings;
    this.#parallel = parallel;
    this.#maxSteps = maxSteps;
    this.#rng = createRng(seed);
    this.groups = this.#settings.trackerLayers + 2;
    this.sharedHits = this.#settings.sharedHits;
    this.#decision = this.reset().observations;
  }

  get decision(): Decision {
    return this.#decision;
  }

  get statics(): readonly FrameStatics[] {
    return this.#statics;
  }

  reset({ seed }: { readonly seed?: Seed | undefined } = {}): ResetResult {
    if (seed !== undefined) this.#rng = createRng(seed);
    const count = this.#frames.length;
    const chosen =
      this.#parallel === count
        ? Int32Array.from({ length: count }, (_, f) => f)
        : this.#rng.permutation(count).slice(0, this.#parallel);
    const known = new Map(this.#statics.map((statics, slot) => [this.#running[slot]!, statics]));
    this.#statics = Array.from(chosen, (f) => known.get(f) ?? frameStatics(this.#frames[f]!, this.#options));
    this.#running = chosen;
    this.#episodes = this.#statics.map((statics) => new FrameEpisode(statics, this.#settings));
    this.#steps = 0;
    this.#decision = this.#describe();
    return {
      observations: this.#decision,
      info: { frames: chosen.slice(), done: this.#decision.agents === 0 },
    };
  }

  step(jointAction: ArrayLike<number>): StepResult {
    const { agents, environment } = this.#decision;
    const edges = chosenEdges(this.#decision, jointAction);
    const part = {
      individual: new Float64Array(agents),
      group: new Uint8Array(agents),
      terminated: new Uint8Array(agents),
      successor: new Int32Array(agents).fill(-1),
    };
    const truncated = new Uint8Array(agents);
    let first = 0;
    let nextFirst = 0;
    for (const episode of this.#episodes) {
      const count = episode.agents;
      if (count === 0) continue;
      episode.step(edges.subarray(first, first + count), part, first);
      for (let i = first; i < first + count; i++)
        if (part.successor[i]! >= 0) part.successor[i]! += nextFirst;
      first += count;
      nextFirst += episode.agents;
    }
    if (++this.#steps >= this.#maxSteps) {
      for (let i = 0; i < agents; i++) if (part.successor[i]! >= 0) truncated[i] = 1;
      part.successor.fill(-1);
      for (const episode of this.#episodes) episode.cut();
    }
    this.#decision = this.#describe();
    const { individual, group, terminated, successor } = part;
    return {
      observations: this.#decision,
      rewards: blendRewards(individual, environment, this.#options),
      terminated,
      truncated,
      info: { individual, group, successor, done: this.#decision.agents === 0 },
    };
  }

  tracks(minHits = 1): Track[][] {
    checkInteger(NAME, 'minHits', minHits, { min: 1 });
    return this.#episodes.map((episode) => episode.tracks(minHits));
  }

  #describe(): Decision {
    let agents = 0;
    let pairs = 0;
    for (const episode of this.#episodes) {
      agents += episode.agents;
      pairs += episode.pairs;
    }
    const part: DecisionPart = {
      environment: new Int32Array(agents),
      hit: new Int32Array(agents),
      previousEdge: new Int32Array(agents),
      width: new Float32Array(agents),
      offsets: new Int32Array(agents + 1),
      edge: new Int32Array(pairs),
      cosine: new Float32Array(pairs),
    };
    let agent = 0;
    let pair = 0;
    this.#episodes.forEach((episode, slot) => {
      episode.describe(slot, part, agent, pair);
      agent += episode.agents;
      pair += episode.pairs;
    });
    return { agents, pairs, ...part };
  }
}

/** Edges that agents take, −1 for none. */
function chosenEdges({ agents, offsets, edge }: Decision, jointAction: ArrayLike<number>): Int32Array {
  if (jointAction?.length !== agents)
    throw new ShapeError(
      `${NAME}: jointAction must have one entry for each of the ${agents} agents, got ${jointAction?.length}`,
    );
  const edges = new Int32Array(agents);
  for (let i = 0; i < agents; i++) {
    const pair = jointAction[i]!;
    if (pair !== -1 && !(Number.isInteger(pair) && pair >= offsets[i]! && pair < offsets[i + 1]!))
      throw new InvalidArgumentError(
        `${NAME}: the action of agent ${i} must be a pair from ${offsets[i]} to ${offsets[i + 1]! - 1}, or -1, got ${pair}`,
      );
    edges[i] = pair === -1 ? -1 : edge[pair]!;
  }
  return edges;
}
