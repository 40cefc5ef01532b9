import { throwIfAborted, type Seed } from '@pct/core';
import type { TrackingEnvironment } from '../environment/trackingEnvironment.js';
import type { Decision, FrameStatics } from '../environment/types.js';
import { assignmentBlocks, joinBlocks, type AssignmentBlocks } from '../safety/blocks.js';
import type { Act } from './actor.js';

/**
 * Episodes of all frames of an environment, decision by decision. A step is one agent's part in one decision; the steps of
 * all decisions stand one after the other.
 */
export interface Rollout {
  /** The frames, in the order of {@link Decision.environment}. */
  readonly statics: readonly FrameStatics[];
  readonly decisions: readonly Decision[];
  /** Steps of decision d are starts[d] to starts[d + 1], exclusive; [decisions + 1]. */
  readonly starts: Int32Array;
  /** Pair of its decision that every agent took, −1 for none; [decisions][agents]. */
  readonly actions: readonly Int32Array[];
  /** As the environment gave them, [steps]. */
  readonly rewards: Float64Array;
  /** Rewards of the agents by themselves, [steps]. */
  readonly individual: Float64Array;
  /** Group of the transition, [steps]. */
  readonly groups: Uint8Array;
  /** Number of the decision in one frame that the step is part of, ascending from 0; [steps]. */
  readonly teams: Int32Array;
  /** 1 where a track ended, [steps]. */
  readonly terminated: Uint8Array;
  /** 1 where a track was cut off, [steps]. */
  readonly truncated: Uint8Array;
  /** Step by which the same track goes on, −1 at its end; [steps]. */
  readonly next: Int32Array;
}

/** Options of {@link rollout}. */
export interface RolloutOptions {
  /** Passed to `environment.reset`. */
  readonly seed?: Seed | undefined;
  /** Stops between joint actions. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs one episode in every frame of an environment, which it resets first.
 *
 * @param environment - at its end when this resolves, so that its `tracks` are those of the episodes
 * @param act - what chooses joint actions, such as an `actor`
 * @param options - {@link RolloutOptions}
 * @returns rejects with what `act` and the environment throw, and with the signal's reason
 */
export async function rollout(
  environment: TrackingEnvironment,
  act: Act,
  { seed, signal }: RolloutOptions = {},
): Promise<Rollout> {
  let decision = environment.reset({ seed }).observations;
  const { statics } = environment;
  const decisions: Decision[] = [];
  const actions: Int32Array[] = [];
  const results: ReturnType<TrackingEnvironment['step']>[] = [];
  const starts = [0];
  while (decision.agents > 0) {
    throwIfAborted(signal);
    const action = Int32Array.from(await act(decision, statics));
    const result = environment.step(action);
    decisions.push(decision);
    actions.push(action);
    results.push(result);
    starts.push(starts.at(-1)! + decision.agents);
    decision = result.observations;
  }
  const steps = starts.at(-1)!;
  const teams = new Int32Array(steps);
  const next = new Int32Array(steps);
  let team = -1;
  results.forEach(({ info: { successor } }, d) => {
    const { environment: frame, agents } = decisions[d]!;
    for (let i = 0; i < agents; i++) {
      if (i === 0 || frame[i] !== frame[i - 1]) team++;
      teams[starts[d]! + i] = team;
      next[starts[d]! + i] = successor[i]! < 0 ? -1 : starts[d + 1]! + successor[i]!;
    }
  });
  return {
    ...{ statics, decisions, starts: Int32Array.from(starts), actions, teams, next },
    rewards: joined(
      new Float64Array(steps),
      results.map(({ rewards }) => rewards),
    ),
    individual: joined(
      new Float64Array(steps),
      results.map(({ info }) => info.individual),
    ),
    groups: joined(
      new Uint8Array(steps),
      results.map(({ info }) => info.group),
    ),
    terminated: joined(
      new Uint8Array(steps),
      results.map(({ terminated }) => terminated),
    ),
    truncated: joined(
      new Uint8Array(steps),
      results.map(({ truncated }) => truncated),
    ),
  };
}

/** The assignment problems of all decisions of a rollout: their agents are its steps. */
export function rolloutBlocks({ decisions, statics }: Rollout): AssignmentBlocks {
  return joinBlocks(decisions.map((decision) => assignmentBlocks(decision, statics)));
}

/** Arrays one after the other. */
function joined<A extends Float64Array | Uint8Array>(out: A, parts: readonly A[]): A {
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
