import { createRng } from '@pct/core';
import { digitalTrackingCalorimeter } from '@pct/detector';
import { assignJointAction, trackingEnvironment, trueDecision } from '@pct/tracking-rl';
import { describe, expect, it } from 'vitest';
import { CANDIDATE_FEATURES, decisionSample, TRACK_FEATURES } from '../../src/policy/samples.js';
import { KinkModel } from '../../src/reward/KinkModel.js';
import { frameOf, randomFrame } from './frames.js';

describe('the width that an agent expects of its next kink', () => {
  it('is the one that its reward is made of, and the unit of what it sees', () => {
    const environment = trackingEnvironment([randomFrame(5, { particles: 8 })], { firstWidth: 0.07 });
    const { directions, segmentFeatures } = environment.statics[0]!;
    const rng = createRng(2);
    const angleBetween = (a: readonly number[], b: readonly number[]): number =>
      2 * Math.asin(Math.hypot(...a.map((value, k) => value - b[k]!)) / 2);
    const seen = { first: 0, later: 0 };
    while (environment.decision.agents > 0) {
      const { decision, statics } = environment;
      const { track, candidate } = decisionSample(statics, decision);
      const action = assignJointAction(decision, statics, new Float64Array(decision.pairs), { rng });
      const { info } = environment.step(action);
      for (let i = 0; i < decision.agents; i++) {
        const [before, width] = [decision.previousEdge[i]!, decision.width[i]!];
        seen[before < 0 ? 'first' : 'later']++;
        if (before < 0) expect(width).toBeCloseTo(0.07, 6);
        expect(track.data[TRACK_FEATURES * i + 9]).toBeCloseTo(Math.log(width / 0.02), 5);
        if (action[i]! < 0) continue;
        const e = decision.edge[action[i]!]!;
        const of = (edge: number): number[] => [...directions.subarray(3 * edge, 3 * edge + 3)];
        const kink = angleBetween(of(e), before < 0 ? [0, 0, -1] : of(before));
        expect(info.individual[i]).toBeCloseTo(Math.max(-50, -(kink ** 2) / (2 * width ** 2)), 4);
        const at = CANDIDATE_FEATURES * action[i]! + 8;
        expect(candidate.data[at]).toBeCloseTo(Math.log1p(kink / width), 4);
        for (const k of [0, 1]) {
          const ahead = 0.02 * Math.expm1(segmentFeatures[8 * e + 6 + k]!);
          expect(candidate.data[at + 1 + k]).toBeCloseTo(Math.log1p(ahead / width), 4);
        }
      }
    }
    expect(Math.min(seen.first, seen.later)).toBeGreaterThan(5);
  });

  it('falls as a proton is found to have more range, and is the same along true tracks', () => {
    // Two straight tracks side by side: a stopping proton, and one with the deposits of a fast one.
    const frame = frameOf(
      [7, 6, 5, 4].flatMap((layer) =>
        [0, 1].map((event) => ({ layer, x: 3 * event, event, edep: event === 0 ? 0.25 : 0.02 })),
      ),
    );
    const environment = trackingEnvironment([frame]);
    const { decision: truth, actions } = trueDecision(environment.statics);
    const model = new KinkModel('test', digitalTrackingCalorimeter(), 230);
    let at = 0;
    while (environment.decision.agents > 0) {
      const { width } = environment.decision;
      expect([...width]).toEqual([...truth.width.subarray(at, at + 2)]);
      if (at === 0) expect([...width]).toEqual([Math.fround(0.08), Math.fround(0.08)]);
      else {
        expect(width[1]).toBeLessThan(0.8 * width[0]!);
        const widest = Math.sqrt(model.kinkVariance(frame.layer[environment.decision.hit[0]!]!, 0));
        expect(width[0]).toBeLessThan(widest);
      }
      const { offsets, edge } = environment.decision;
      environment.step(Array.from(width, (_, i) => edge.indexOf(truth.edge[actions[at + i]!]!, offsets[i])));
      at += width.length;
    }
    expect(at).toBe(6);
  });
});
