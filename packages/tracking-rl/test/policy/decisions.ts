import { simulateFrames, type Frame } from '@pct/detector';
import { actor, rollout, trackingEnvironment, type Decision, type FrameStatics } from '@pct/tracking-rl';

/** A few small frames. */
export function smallFrames(frames: number, seed: number, primariesPerFrame = 6): Promise<Frame[]> {
  return simulateFrames({ phantomMm: 200, frames, primariesPerFrame, seed });
}

/** Decisions of an episode in which agents go as straight on as they can. */
export async function straightDecisions(
  frames: readonly Frame[],
): Promise<{ statics: readonly FrameStatics[]; decisions: readonly Decision[] }> {
  return rollout(
    trackingEnvironment(frames),
    actor(({ cosine }) => ({ logits: cosine })),
  );
}

/** The same agents in another order within their frames. */
export function reordered(decision: Decision, order: readonly number[]): Decision {
  const pairs = order.flatMap((i) =>
    Array.from(
      { length: decision.offsets[i + 1]! - decision.offsets[i]! },
      (_, k) => decision.offsets[i]! + k,
    ),
  );
  const offsets = [0];
  for (const i of order) offsets.push(offsets.at(-1)! + decision.offsets[i + 1]! - decision.offsets[i]!);
  const agents = (key: 'environment' | 'hit' | 'previousEdge') =>
    Int32Array.from(order, (i) => decision[key][i]!);
  return {
    ...{ agents: decision.agents, pairs: decision.pairs, offsets: Int32Array.from(offsets) },
    ...{ environment: agents('environment'), hit: agents('hit'), previousEdge: agents('previousEdge') },
    width: Float32Array.from(order, (i) => decision.width[i]!),
    edge: Int32Array.from(pairs, (p) => decision.edge[p]!),
    cosine: Float32Array.from(pairs, (p) => decision.cosine[p]!),
  };
}
