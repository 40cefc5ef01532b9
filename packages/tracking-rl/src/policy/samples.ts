import { float32, int32, type NdArray, type TensorSpec } from '@pct/tensor';
import {
  SEGMENT_FEATURES,
  TYPICAL_KINK,
  WIDEST_KINK,
  type Decision,
  type FrameStatics,
} from '../environment/types.js';
import type { Sample } from './types.js';

/**
 * Features of an agent's track: those of the segment by which it came, zeros for a new track; 1 if there is one; and
 * ln(σ / 0.02 rad) of the width σ that its next kink is expected to have.
 */
export const TRACK_FEATURES = SEGMENT_FEATURES + 2;

/**
 * Features of a candidate: those of the segment; ln(1 + θ / σ) of its kink, of a new track its angle to the beam, on the
 * scale of the agent's reward; and the same of the smallest kinks one and two layers ahead.
 */
export const CANDIDATE_FEATURES = SEGMENT_FEATURES + 3;

/** Types of the arrays of {@link decisionSample}. */
export const decisionSpecs = {
  /** Row of the hit at which each agent stands. */
  hit: int32('agents'),
  track: float32('agents', TRACK_FEATURES),
  /** Agents of one frame that decide at once, which a centralised critic sees together. */
  pool: int32('agents'),
  poolSize: float32('pools'),
  /** Agent of each candidate. */
  agent: int32('pairs'),
  /** Row of the hit to which the candidate leads. */
  target: int32('pairs'),
  candidate: float32('pairs', CANDIDATE_FEATURES),
  /** Angle between the agent's last segment and the candidate, rad; 0 for a new track. */
  kink: float32('pairs'),
} as const satisfies Sample<TensorSpec>;

/** Arrays of indices, by what they count: they are shifted when samples are joined. */
const indexOf: Readonly<Record<string, string>> = {
  pool: 'poolSize',
  agent: 'hit',
  query: 'agent',
  key: 'agent',
};

const vector = (data: NdArray['data']): NdArray => ({ data, shape: [data.length] });

/** First row of every frame's hits when those of all frames stand one after the other, and their number; [frames + 1]. */
export function hitOffsets(statics: readonly FrameStatics[]): Int32Array {
  const offsets = new Int32Array(statics.length + 1);
  statics.forEach(({ graph }, f) => (offsets[f + 1] = offsets[f]! + graph.nodeCount));
  return offsets;
}

/** Features of all frames' hits or segments, one below the other; [rows, columns]. */
export function joinRows(
  statics: readonly FrameStatics[],
  key: 'nodeFeatures' | 'segmentFeatures',
  columns: number,
): NdArray {
  const parts = statics.map((frame) => frame[key]);
  const data = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return { data, shape: [data.length / columns, columns] };
}

/** What all policies see of a decision. */
export function decisionSample(
  statics: readonly FrameStatics[],
  decision: Decision,
): Sample & Readonly<Record<keyof typeof decisionSpecs, NdArray>> {
  const { agents, pairs, environment, previousEdge, width, offsets, edge } = decision;
  const rows = hitOffsets(statics);
  const hit = new Int32Array(agents);
  const track = new Float32Array(agents * TRACK_FEATURES);
  const agent = new Int32Array(pairs);
  const target = new Int32Array(pairs);
  const candidate = new Float32Array(pairs * CANDIDATE_FEATURES);
  const kink = new Float32Array(pairs);
  for (let i = 0; i < agents; i++) {
    const { graph, segmentFeatures, directions, ahead } = statics[environment[i]!]!;
    const base = rows[environment[i]!]!;
    const before = previousEdge[i]!;
    hit[i] = base + decision.hit[i]!;
    const at = i * TRACK_FEATURES;
    if (before >= 0) {
      for (let k = 0; k < SEGMENT_FEATURES; k++)
        track[at + k] = segmentFeatures[before * SEGMENT_FEATURES + k]!;
      track[at + SEGMENT_FEATURES] = 1;
    }
    track[at + SEGMENT_FEATURES + 1] = Math.log(width[i]! / TYPICAL_KINK);
    for (let p = offsets[i]!; p < offsets[i + 1]!; p++) {
      const e = edge[p]!;
      agent[p] = i;
      target[p] = base + graph.targets[e]!;
      const row = p * CANDIDATE_FEATURES;
      for (let k = 0; k < SEGMENT_FEATURES; k++)
        candidate[row + k] = segmentFeatures[e * SEGMENT_FEATURES + k]!;
      if (before >= 0) kink[p] = angleBetween(directions, before, e);
      const angle = before >= 0 ? kink[p]! : angleToBeam(directions, e);
      candidate[row + SEGMENT_FEATURES] = Math.log1p(angle / width[i]!);
      candidate[row + SEGMENT_FEATURES + 1] = Math.log1p(Math.min(ahead.one[e]!, WIDEST_KINK) / width[i]!);
      candidate[row + SEGMENT_FEATURES + 2] = Math.log1p(Math.min(ahead.two[e]!, WIDEST_KINK) / width[i]!);
    }
  }
  return {
    hit: vector(hit),
    track: { data: track, shape: [agents, TRACK_FEATURES] },
    ...pools(environment),
    agent: vector(agent),
    target: vector(target),
    candidate: { data: candidate, shape: [pairs, CANDIDATE_FEATURES] },
    kink: vector(kink),
  };
}

/** Angle between two unit vectors, rad: by the arc tangent, which is exact for small angles too. */
function angleBetween(directions: Float64Array, a: number, b: number): number {
  const [ax, ay, az] = [directions[3 * a]!, directions[3 * a + 1]!, directions[3 * a + 2]!];
  const [bx, by, bz] = [directions[3 * b]!, directions[3 * b + 1]!, directions[3 * b + 2]!];
  const cross = Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx);
  return Math.atan2(cross, ax * bx + ay * by + az * bz);
}

/** Angle between a unit vector and the beam, which comes from the front, rad; directions point to the front. */
function angleToBeam(directions: Float64Array, e: number): number {
  return Math.atan2(Math.hypot(directions[3 * e]!, directions[3 * e + 1]!), -directions[3 * e + 2]!);
}

/** Runs of agents of the same frame. */
function pools(environment: Int32Array): { pool: NdArray; poolSize: NdArray } {
  const pool = new Int32Array(environment.length);
  const sizes: number[] = [];
  for (let i = 0; i < environment.length; i++) {
    if (i === 0 || environment[i] !== environment[i - 1]) sizes.push(0);
    pool[i] = sizes.length - 1;
    sizes[sizes.length - 1]!++;
  }
  return { pool: vector(pool), poolSize: vector(Float32Array.from(sizes)) };
}

/**
 * Joins the samples of decisions in the same frames to one: agents, pairs and pools one after the other.
 *
 * @param samples - of one policy, at least one
 */
export function joinSamples(samples: readonly Sample[]): Sample {
  const first = samples[0]!;
  return Object.fromEntries(
    Object.keys(first).map((name) => {
      const counted = indexOf[name];
      let length = 0;
      for (const sample of samples) length += sample[name]!.data.length;
      const data =
        first[name]!.data instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
      let at = 0;
      let shift = 0;
      for (const sample of samples) {
        const part = sample[name]!.data;
        if (counted === undefined) data.set(part, at);
        else for (let k = 0; k < part.length; k++) data[at + k] = part[k]! + shift;
        at += part.length;
        if (counted !== undefined) shift += sample[counted]!.shape[0]!;
      }
      const [, ...rest] = first[name]!.shape;
      const width = rest.reduce((product, size) => product * size, 1);
      return [name, { data, shape: [length / width, ...rest] }];
    }),
  );
}
