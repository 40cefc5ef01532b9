/** What the study measures. */
import { edgeLabels, evaluate, hitGraph, type Frame, type Track, type Tracker } from '@pct/detector';
import { disagreement } from '@pct/gnn-dfl';
import { independentAction, type Evaluate } from '@pct/tracking-rl';

/** Numbers of one frame; NaN where there is nothing to divide by. */
export interface FrameNumbers {
  readonly purity: number;
  readonly efficiency: number;
  readonly rejection: number;
  /** Mean of √Σθ² over the kinks θ of each track with at least 5 hits, mrad. */
  readonly scattering: number;
  /** Share of the taken hits that several agents would take if each chose by itself. */
  readonly shared: number;
}

/** Tracks and numbers of some frames. */
export interface Measured {
  readonly numbers: readonly FrameNumbers[];
  /** 1 for the segments of the hit graph that tracks use, of each frame. */
  readonly used: readonly Uint8Array[];
}

/** Counts hits that agents would take twice while a policy runs. */
export class SharedHits {
  private taken = 0;
  private twice = 0;

  /** The same scores, counted. */
  counting(evaluate: Evaluate): Evaluate {
    return async (decision, statics) => {
      const evaluation = await evaluate(decision, statics);
      const choice = independentAction(decision, statics, evaluation.logits);
      const agentsAt = new Map<string, number>();
      choice.forEach((pair, i) => {
        const frame = decision.environment[i]!;
        const hit = `${frame} ${statics[frame]!.graph.targets[decision.edge[pair]!]}`;
        agentsAt.set(hit, (agentsAt.get(hit) ?? 0) + 1);
      });
      for (const agents of agentsAt.values()) {
        this.taken++;
        if (agents > 1) this.twice++;
      }
      return evaluation;
    };
  }

  /** Share since the last call. */
  next(): number {
    const share = this.twice / this.taken;
    this.taken = this.twice = 0;
    return share;
  }
}

/** Tracks some frames. */
export async function measure(
  tracker: Tracker,
  frames: readonly Frame[],
  shared?: SharedHits,
): Promise<Measured> {
  const numbers: FrameNumbers[] = [];
  const used: Uint8Array[] = [];
  for (const frame of frames) {
    const tracks = await tracker.reconstruct(frame);
    const { purity, efficiency, rejectionRate } = evaluate(tracks, frame);
    numbers.push({
      ...{ purity, efficiency, rejection: rejectionRate },
      scattering: 1000 * meanScattering(frame, tracks),
      shared: shared?.next() ?? NaN,
    });
    used.push(usedSegments(frame, tracks));
  }
  return { numbers, used };
}

/** Mean over frames in which it is defined. */
export function meanOf(numbers: readonly FrameNumbers[], key: keyof FrameNumbers): number {
  const defined = numbers.map((entry) => entry[key]).filter((value) => !Number.isNaN(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

/** Mean over pairs of runs and frames of the min-max normalised disagreement; NaN for a single run. */
export function meanDisagreement(frames: readonly Frame[], runs: readonly Measured[]): number {
  const values: number[] = [];
  frames.forEach((frame, f) => {
    const truth = edgeLabels(hitGraph(frame), frame);
    runs.forEach((a, i) => {
      for (const b of runs.slice(i + 1)) {
        const { minmax } = disagreement(a.used[f]!, b.used[f]!, truth);
        if (!Number.isNaN(minmax)) values.push(minmax);
      }
    });
  });
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function usedSegments(frame: Frame, tracks: readonly Track[]): Uint8Array {
  const { edgeCount, rowOffsets, targets } = hitGraph(frame);
  const used = new Uint8Array(edgeCount);
  for (const { hits } of tracks)
    for (let k = 0; k + 1 < hits.length; k++)
      for (let e = rowOffsets[hits[k]!]!; e < rowOffsets[hits[k]! + 1]!; e++)
        if (targets[e] === hits[k + 1]) used[e] = 1;
  return used;
}

function meanScattering({ posX, posY, posZ }: Frame, tracks: readonly Track[]): number {
  const direction = (from: number, to: number): [number, number, number] => {
    const d = [posX[to]! - posX[from]!, posY[to]! - posY[from]!, posZ[to]! - posZ[from]!] as const;
    const length = Math.hypot(...d);
    return [d[0] / length, d[1] / length, d[2] / length];
  };
  let sum = 0;
  let count = 0;
  for (const { hits } of tracks) {
    if (hits.length < 5) continue;
    let squares = 0;
    for (let k = 1; k + 1 < hits.length; k++) {
      const a = direction(hits[k - 1]!, hits[k]!);
      const b = direction(hits[k]!, hits[k + 1]!);
      squares += (2 * Math.asin(Math.min(1, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) / 2))) ** 2;
    }
    sum += Math.sqrt(squares);
    count++;
  }
  return sum / count;
}
