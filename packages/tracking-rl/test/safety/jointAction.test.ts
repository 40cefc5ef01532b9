import { createRng, NumericalError, ShapeError } from '@pct/core';
import {
  assignJointAction,
  assignmentBlocks,
  independentAction,
  joinBlocks,
  trackingEnvironment,
  type Decision,
  type FrameStatics,
} from '@pct/tracking-rl';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, randomFrame, randomLogits } from '../environment/frames.js';

/** First decision of some random frames with few hits per layer. */
function smallDecision(seed: number, frames = 1): { decision: Decision; statics: readonly FrameStatics[] } {
  const rng = createRng(seed);
  return trackingEnvironment(
    Array.from({ length: frames }, (_, index) =>
      randomFrame(seed + index, { particles: rng.integer(1, 6), deepest: 5, front: 4, spot: 0.8, index }),
    ),
  );
}

/** Hit that every agent gets, −1 for none. */
function hitsOf(
  { environment, edge }: Decision,
  statics: readonly FrameStatics[],
  action: Int32Array,
): number[] {
  return [...action].map((pair, i) =>
    pair < 0 ? -1 : statics[environment[i]!]!.graph.targets[edge[pair]!]!,
  );
}

/** Most agents with a hit, then the largest total, over all joint actions of one frame. */
function bruteForce(
  decision: Decision,
  statics: readonly FrameStatics[],
  logits: Float64Array,
): [number, number] {
  const go = (i: number, taken: ReadonlySet<number>): [number, number] => {
    if (i === decision.agents) return [0, 0];
    let best = go(i + 1, taken);
    for (let p = decision.offsets[i]!; p < decision.offsets[i + 1]!; p++) {
      const hit = statics[0]!.graph.targets[decision.edge[p]!]!;
      if (taken.has(hit)) continue;
      const [count, total] = go(i + 1, new Set([...taken, hit]));
      const with_: [number, number] = [count + 1, total + logits[p]!];
      if (with_[0] > best[0] || (with_[0] === best[0] && with_[1] > best[1])) best = with_;
    }
    return best;
  };
  return go(0, new Set());
}

describe('assignJointAction', () => {
  it('gives as many agents as can a hit of their own, at the largest total', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0.01, 1, 1e4), (seed, scale) => {
        const { decision, statics } = smallDecision(seed);
        const logits = randomLogits(decision.pairs, seed).map((value) => scale * value);
        const action = assignJointAction(decision, statics, logits);
        let total = 0;
        action.forEach((pair, i) => {
          if (pair < 0) return;
          expect(pair).toBeGreaterThanOrEqual(decision.offsets[i]!);
          expect(pair).toBeLessThan(decision.offsets[i + 1]!);
          total += logits[pair]!;
        });
        const hits = hitsOf(decision, statics, action).filter((hit) => hit >= 0);
        expect(new Set(hits).size).toBe(hits.length);
        const [count, best] = bruteForce(decision, statics, logits);
        expect(hits.length).toBe(count);
        expect(total / scale).toBeCloseTo(best / scale, 9);
      }),
      { numRuns: 80 },
    );
  });

  it('solves each frame by itself', () => {
    const { decision, statics } = smallDecision(3, 4);
    const logits = randomLogits(decision.pairs, 1);
    const action = assignJointAction(decision, statics, logits);
    const { agentOffsets } = assignmentBlocks(decision, statics);
    expect(agentOffsets).toHaveLength(5);
    statics.forEach(({ frame }, f) => {
      const { decision: own, statics: alone } = trackingEnvironment([frame]);
      const [first, last] = [agentOffsets[f]!, agentOffsets[f + 1]!];
      const base = decision.offsets[first]!;
      const part = assignJointAction(own, alone, logits.subarray(base, decision.offsets[last]));
      expect([...action.subarray(first, last)].map((pair) => (pair < 0 ? -1 : pair - base))).toEqual([
        ...part,
      ]);
    });
  });

  it('is feasible and random with noise, the same for the same seed, and the best without', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { decision, statics } = smallDecision(seed, 2);
        const logits = randomLogits(decision.pairs, seed);
        const best = assignJointAction(decision, statics, logits);
        const zero = assignJointAction(decision, statics, logits, { rng: createRng(1), temperature: 0 });
        expect(zero).toEqual(best);
        const noisy = assignJointAction(decision, statics, logits, { rng: createRng(seed) });
        expect(assignJointAction(decision, statics, logits, { rng: createRng(seed) })).toEqual(noisy);
        const hits = hitsOf(decision, statics, noisy)
          .map((hit, i) => `${decision.environment[i]} ${hit}`)
          .filter((name) => !name.endsWith('-1'));
        expect(new Set(hits).size).toBe(hits.length);
        // As many agents have a hit, whatever the logits.
        expect(noisy.filter((pair) => pair < 0)).toHaveLength(best.filter((pair) => pair < 0).length);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps its random stream from version to version', () => {
    const { decision, statics } = smallDecision(21, 3);
    const action = assignJointAction(decision, statics, new Float64Array(decision.pairs), {
      rng: createRng(5),
    });
    expect([...action].join(' ')).toMatchInlineSnapshot(`"1 8 10 11 13"`);
  });

  it('draws the two joint actions of two agents as often as Gumbel numbers favour them', () => {
    // Two hits that both agents reach: crossed or not. Sums of two Gumbel numbers decide.
    const { decision, statics } = trackingEnvironment([
      frameOf([{ layer: 6 }, { layer: 6, x: 1 }, { layer: 5 }, { layer: 5, x: 1 }]),
    ]);
    const logits = [0.8, 0, 0, 0.4];
    const rng = createRng(11);
    const trials = 4000;
    let straight = 0;
    for (let t = 0; t < trials; t++) {
      const action = assignJointAction(decision, statics, logits, { rng });
      expect([
        [0, 3],
        [1, 2],
      ]).toContainEqual([...action]);
      if (action[0] === 0) straight++;
    }
    const other = createRng(12);
    let expected = 0;
    for (let t = 0; t < 100_000; t++)
      if (1.2 + other.gumbel() + other.gumbel() > other.gumbel() + other.gumbel()) expected++;
    expect(straight / trials).toBeCloseTo(expected / 100_000, 1.4);
    expect(straight / trials).toBeGreaterThan(0.6);
  });

  it('refuses logits that do not fit or are not finite', () => {
    const { decision, statics } = smallDecision(4, 2);
    expect(() => assignJointAction(decision, statics, [1])).toThrow(ShapeError);
    const logits = new Float64Array(decision.pairs);
    logits[decision.pairs - 1] = NaN;
    const last = decision.agents - 1;
    for (const choose of [assignJointAction, independentAction]) {
      expect(() => choose(decision, statics, logits)).toThrow(NumericalError);
      expect(() => choose(decision, statics, logits)).toThrow(
        `the logits of agent ${last} of frame 1 must be finite, got NaN for pair ${decision.pairs - 1}`,
      );
    }
    expect(() => assignJointAction(decision, statics, logits, { temperature: -1 })).toThrow(/temperature/);
  });
});

describe('independentAction', () => {
  it('takes the best candidate of each agent, the first of equal ones', () => {
    const { decision, statics } = smallDecision(9);
    const logits = randomLogits(decision.pairs, 2);
    const action = independentAction(decision, statics, logits);
    action.forEach((pair, i) => {
      const own = logits.slice(decision.offsets[i], decision.offsets[i + 1]);
      expect(logits[pair]).toBe(Math.max(...own));
    });
    const equal = independentAction(decision, statics, new Float64Array(decision.pairs));
    expect([...equal]).toEqual([...decision.offsets.slice(0, -1)]);
  });

  it('follows the softmax with noise', () => {
    const { decision, statics } = trackingEnvironment([
      frameOf([{ layer: 6 }, { layer: 5 }, { layer: 5, x: 1 }, { layer: 5, x: -1 }]),
    ]);
    const logits = [0, 1, -0.5];
    const counts = [0, 0, 0];
    const rng = createRng(8);
    for (let t = 0; t < 6000; t++) counts[independentAction(decision, statics, logits, { rng })[0]!]!++;
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    logits.forEach((logit, k) => {
      expect(counts[k]! / 6000).toBeCloseTo(Math.exp(logit) / total, 1.6);
    });
  });
});

describe('assignmentBlocks', () => {
  it('numbers hits within their layer, and joins', () => {
    const { decision, statics } = smallDecision(3, 3);
    const blocks = assignmentBlocks(decision, statics);
    expect([...blocks.pairOffsets]).toEqual([...decision.offsets]);
    for (let i = 0; i < decision.agents; i++) {
      const { graph, frame } = statics[decision.environment[i]!]!;
      for (let p = decision.offsets[i]!; p < decision.offsets[i + 1]!; p++)
        expect(blocks.columns[p]).toBe(graph.targets[decision.edge[p]!]! - frame.layerOffsets[1]!);
    }
    const twice = joinBlocks([blocks, blocks]);
    const { agents, pairs } = decision;
    expect([...twice.agentOffsets]).toEqual([
      ...blocks.agentOffsets,
      ...[...blocks.agentOffsets.slice(1)].map((offset) => offset + agents),
    ]);
    expect(twice.pairOffsets[agents + 1]).toBe(pairs + decision.offsets[1]!);
    expect(twice.columns).toHaveLength(2 * pairs);
    expect(joinBlocks([]).pairOffsets).toEqual(Int32Array.of(0));
  });
});
