import { createRng, InvalidArgumentError, NumericalError, ShapeError } from '@pct/core';
import { checkTracks, digitalTrackingCalorimeter, hitGraph } from '@pct/detector';
import {
  assignJointAction,
  independentAction,
  SEGMENT_FEATURES,
  trackingEnvironment,
} from '@pct/tracking-rl';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, randomFrame, zOf } from './frames.js';

/**
 * Two particles in layers 6, 5 and 4, where both can reach both hits of the next layer: particle 0 goes straight at
 * x = 0, and particle 1 from x = 1 to 1 to 1.3. Hits 0, 1 are in layer 6, hits 2, 3 in layer 5, hits 4, 5 in layer 4.
 */
const pair = frameOf([
  { layer: 6, x: 0, edep: 0.2 },
  { layer: 6, x: 1, edep: 0.2 },
  { layer: 5, x: 0 },
  { layer: 5, x: 1 },
  { layer: 4, x: 0 },
  { layer: 4, x: 1.3 },
]);

/** Pair of the decision that leads agent i to a hit. */
function toHit(environment: ReturnType<typeof trackingEnvironment>, i: number, hit: number): number {
  const { decision, statics } = environment;
  const { graph } = statics[decision.environment[i]!]!;
  for (let p = decision.offsets[i]!; p < decision.offsets[i + 1]!; p++)
    if (graph.targets[decision.edge[p]!] === hit) return p;
  throw new Error(`agent ${i} cannot reach hit ${hit}`);
}

/** Runs to the end with random joint actions; every result. */
function runRandomly(environment: ReturnType<typeof trackingEnvironment>, seed: number) {
  const rng = createRng(seed);
  const steps = [];
  while (environment.decision.agents > 0) {
    const { decision, statics } = environment;
    const logits = new Float64Array(decision.pairs);
    const choose = environment.sharedHits ? independentAction : assignJointAction;
    const action = choose(decision, statics, logits, { rng });
    steps.push({ decision, action, result: environment.step(action) });
  }
  return steps;
}

describe('trackingEnvironment', () => {
  it('lists the agents of the deepest layer, their candidates and the angles to the beam', () => {
    const { observations } = trackingEnvironment([pair]).reset();
    expect(observations.agents).toBe(2);
    expect(observations.pairs).toBe(4);
    expect([...observations.hit]).toEqual([0, 1]);
    expect([...observations.previousEdge]).toEqual([-1, -1]);
    expect([...observations.offsets]).toEqual([0, 2, 4]);
    expect([...observations.edge]).toEqual([0, 1, 2, 3]);
    expect([...observations.environment]).toEqual([0, 0]);
    const slanted = 5.5 / Math.hypot(5.5, 1);
    [1, slanted, slanted, 1].forEach((cosine, p) => {
      expect(observations.cosine[p]).toBeCloseTo(cosine, 6);
    });
  });

  it('gives −θ²/2σ² for kinks, with the width that it is given', () => {
    const widths: [number, number][] = [];
    const environment = trackingEnvironment([pair], {
      kinkWidth: (layer, range) => {
        widths.push([layer, range]);
        return 0.02;
      },
    });
    const first = environment.step([toHit(environment, 0, 2), toHit(environment, 1, 3)]);
    // Straight along the beam.
    expect([...first.rewards]).toEqual([0, 0]);
    expect([...first.info.group]).toEqual([0, 0]);
    expect([...first.info.successor]).toEqual([0, 1]);
    expect([...first.terminated]).toEqual([0, 0]);
    expect(first.info.done).toBe(false);
    expect([...first.observations.previousEdge]).toEqual([0, 3]);
    const angle = Math.atan(0.3 / 5.5);
    expect(first.observations.cosine[1 + 2]).toBeCloseTo(Math.cos(angle), 6);

    const second = environment.step([toHit(environment, 0, 4), toHit(environment, 1, 5)]);
    expect(second.rewards[0]).toBeCloseTo(0, 12);
    expect(second.rewards[1]).toBeCloseTo((-0.5 * angle ** 2) / 0.02 ** 2, 10);
    expect([...second.terminated]).toEqual([1, 1]);
    expect([...second.info.successor]).toEqual([-1, -1]);
    expect([...second.info.group]).toEqual([3, 3]);
    expect(second.info.done).toBe(true);
    expect(environment.tracks()).toEqual([
      [{ hits: Int32Array.of(0, 2, 4) }, { hits: Int32Array.of(1, 3, 5) }],
    ]);
    // Both stopped behind layer 6: at layer 5 they have one layer, 0.83 g/cm², and a rest left.
    expect(widths.map(([layer]) => layer)).toEqual([5, 5]);
    for (const [, range] of widths) expect(range).toBeGreaterThan(0.83);
    for (const [, range] of widths) expect(range).toBeLessThan(2 * 0.84);
  });

  it('takes the width of the beam for first segments, and Highland’s formula for others', () => {
    const environment = trackingEnvironment([pair], { firstWidth: 0.1 });
    // Both cross over, 1 mm in 5.5 mm.
    const { rewards } = environment.step([toHit(environment, 0, 3), toHit(environment, 1, 2)]);
    const angle = Math.atan(1 / 5.5);
    for (const reward of rewards) expect(reward).toBeCloseTo((-0.5 * angle ** 2) / 0.1 ** 2, 10);
    const none = trackingEnvironment([pair], { firstSegment: 'none' });
    expect([...none.decision.cosine]).toEqual([1, 1, 1, 1]);
    expect([...none.step([toHit(none, 0, 3), toHit(none, 1, 2)]).rewards]).toEqual([0, 0]);
  });

  it('never counts a kink as worse than leastReward', () => {
    const options = { kinkWidth: () => 0.001, leastReward: -7 };
    const environment = trackingEnvironment([pair], options);
    environment.step([toHit(environment, 0, 2), toHit(environment, 1, 3)]);
    expect([...environment.step([toHit(environment, 0, 4), toHit(environment, 1, 5)]).rewards]).toEqual([
      0, -7,
    ]);
    const free = trackingEnvironment([pair], { ...options, leastReward: -Infinity });
    free.step([toHit(free, 0, 2), toHit(free, 1, 3)]);
    expect(free.step([toHit(free, 0, 4), toHit(free, 1, 5)]).rewards[1]).toBeLessThan(-1000);
  });

  it('ends unassigned agents and starts tracks at hits that nobody takes', () => {
    const environment = trackingEnvironment([pair], { unassignedReward: -3 });
    const first = environment.step([toHit(environment, 0, 3), -1]);
    expect(first.rewards[1]).toBe(-3);
    expect([...first.terminated]).toEqual([0, 1]);
    // Hit 2 starts a track; the track of hit 3 came second.
    expect([...first.info.successor]).toEqual([1, -1]);
    expect([...first.observations.hit]).toEqual([2, 3]);
    expect([...first.observations.previousEdge]).toEqual([-1, 1]);
    environment.step([-1, -1]);
    expect(environment.tracks()[0]!.map(({ hits }) => [...hits])).toEqual([[0, 3], [1], [2], [4], [5]]);
    expect(environment.tracks(2)[0]!.map(({ hits }) => [...hits])).toEqual([[0, 3]]);
  });

  it('ends tracks at hits without candidates, and goes on behind a layer where nobody can', () => {
    // The hit in layer 5 is too far from those in layer 4.
    const environment = trackingEnvironment([
      frameOf([{ layer: 6 }, { layer: 5 }, { layer: 4, x: 50 }, { layer: 3, x: 50 }]),
    ]);
    const first = environment.step([0]);
    expect([...first.terminated]).toEqual([1]);
    expect([...first.observations.hit]).toEqual([2]);
    expect(environment.step([0]).info.done).toBe(true);
    expect(environment.tracks()[0]!.map(({ hits }) => [...hits])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('lets tracks share hits if asked, and only then', () => {
    const strict = trackingEnvironment([pair]);
    const clash = [toHit(strict, 0, 2), toHit(strict, 1, 2)];
    expect(() => strict.step(clash)).toThrow(InvalidArgumentError);
    expect(() => strict.step(clash)).toThrow(/two agents for hit 2 of frame 0; let assignJointAction choose/);
    // Nothing has happened yet.
    expect(strict.step([clash[0]!, -1]).observations.agents).toBe(2);

    const environment = trackingEnvironment([pair], { sharedHits: true });
    const { observations, info } = environment.step(clash);
    expect([...observations.hit]).toEqual([2, 2, 3]);
    expect([...info.successor]).toEqual([0, 1]);
    expect([...observations.previousEdge]).toEqual([0, 2, -1]);
    environment.step([toHit(environment, 0, 4), toHit(environment, 1, 4), toHit(environment, 2, 4)]);
    expect(environment.tracks()[0]!.map(({ hits }) => [...hits])).toEqual([
      [0, 2, 4],
      [1, 2, 4],
      [3, 4],
      [5],
    ]);
  });

  it('offers no kinks above maxKink widths, and ends tracks that have no other way', () => {
    const environment = trackingEnvironment([pair], { kinkWidth: () => 0.02, maxKink: 2 });
    const { terminated, info, observations } = environment.step([
      toHit(environment, 0, 2),
      toHit(environment, 1, 3),
    ]);
    // Particle 1 would have to turn by 54 mrad; particle 0 can only go straight on.
    expect([...terminated]).toEqual([0, 1]);
    expect([...info.successor]).toEqual([0, -1]);
    expect([...observations.hit]).toEqual([2]);
    expect(observations.pairs).toBe(1);
    expect(toHit(environment, 0, 4)).toBe(0);
    environment.step([0]);
    expect(environment.tracks()[0]!.map(({ hits }) => [...hits])).toEqual([[0, 2, 4], [1, 3], [5]]);
    const wide = trackingEnvironment([pair], { kinkWidth: () => 0.02, maxKink: 3 });
    wide.step([toHit(wide, 0, 2), toHit(wide, 1, 3)]);
    expect(wide.decision.agents).toBe(2);
    expect(toHit(wide, 1, 5)).toBe(1);
  });

  it('offers, of what it would offer without maxKink, exactly the kinks below', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.5, max: 8, noNaN: true }), (seed, maxKink) => {
        const frame = randomFrame(seed, { deepest: 8 });
        const [free, limited] = [trackingEnvironment([frame]), trackingEnvironment([frame], { maxKink })];
        const { decision } = limited;
        expect(decision.edge).toEqual(free.decision.edge);
        const first = assignJointAction(decision, limited.statics, new Float64Array(decision.pairs));
        free.step(first);
        limited.step(first);
        const layerOf = ({ hit }: typeof decision): number => frame.layer[hit[0] ?? 0]!;
        // Where all tracks have ended, the limited one is a layer ahead.
        fc.pre(layerOf(limited.decision) === layerOf(free.decision));
        const within = ({ offsets, agents, cosine, edge, width, previousEdge }: typeof decision) =>
          Array.from({ length: agents }, (_, i) => {
            const inReach = (p: number) =>
              previousEdge[i]! < 0 || Math.acos(Math.min(1, cosine[p]!)) <= maxKink * width[i]! + 1e-4;
            const pairs = Array.from({ length: offsets[i + 1]! - offsets[i]! }, (_, k) => offsets[i]! + k);
            return pairs.filter(inReach).map((p) => edge[p]);
          }).filter((edges) => edges.length > 0);
        const all = within(limited.decision);
        expect(all.flat()).toHaveLength(limited.decision.pairs);
        expect(all.flat().length).toBeLessThanOrEqual(free.decision.pairs);
        for (const edges of all) expect(within(free.decision)).toContainEqual(edges);
      }),
      { numRuns: 50 },
    );
  });

  it('cuts episodes off after maxSteps', () => {
    const environment = trackingEnvironment([pair], { maxSteps: 1 });
    const { truncated, terminated, info, observations } = environment.step([toHit(environment, 0, 2), -1]);
    expect([...truncated]).toEqual([1, 0]);
    expect([...terminated]).toEqual([0, 1]);
    expect(info.done).toBe(true);
    expect([...info.successor]).toEqual([-1, -1]);
    expect(observations.agents).toBe(0);
    expect(environment.tracks(2)[0]!.map(({ hits }) => [...hits])).toEqual([[0, 2]]);
  });

  it('blends rewards with those of the team', () => {
    const options = { kinkWidth: () => 0.02, individualShare: 0.25 } as const;
    const act = (environment: ReturnType<typeof trackingEnvironment>) => {
      environment.step([toHit(environment, 0, 2), toHit(environment, 1, 3)]);
      return environment.step([toHit(environment, 0, 4), toHit(environment, 1, 5)]);
    };
    const mean = act(trackingEnvironment([pair], options));
    const bad = mean.info.individual[1]!;
    expect(bad).toBeLessThan(-3);
    expect(mean.rewards[0]).toBeCloseTo(0.75 * (bad / 2), 10);
    expect(mean.rewards[1]).toBeCloseTo(0.25 * bad + 0.75 * (bad / 2), 10);
    const sum = act(trackingEnvironment([pair], { ...options, team: 'sum' }));
    expect(sum.rewards[0]).toBeCloseTo(0.75 * bad, 10);
  });

  const runs = fc.record({
    seed: fc.integer(),
    particles: fc.integer({ min: 1, max: 14 }),
    deepest: fc.integer({ min: 0, max: 9 }),
  });

  it('puts every hit into exactly one track, whatever agents do', () => {
    fc.assert(
      fc.property(runs, ({ seed, ...options }) => {
        const frames = [0, 1].map((index) => randomFrame(seed + index, { ...options, index }));
        const environment = trackingEnvironment(frames);
        const steps = runRandomly(environment, seed);
        expect(steps.length).toBeLessThanOrEqual(options.deepest);
        for (const { decision, action, result } of steps) {
          for (let i = 0; i < decision.agents; i++) {
            expect(decision.offsets[i + 1]!).toBeGreaterThan(decision.offsets[i]!);
            const next = result.info.successor[i]!;
            expect(next >= 0).toBe(result.terminated[i] === 0);
            if (next >= 0) {
              const { graph } = environment.statics[decision.environment[i]!]!;
              const edge = decision.edge[action[i]!]!;
              expect(result.observations.previousEdge[next]).toBe(edge);
              expect(result.observations.hit[next]).toBe(graph.targets[edge]);
              expect(result.observations.environment[next]).toBe(decision.environment[i]);
            }
            expect(result.rewards[i]).toBeLessThanOrEqual(0);
            expect(result.rewards[i]).toBeGreaterThanOrEqual(-50);
          }
        }
        environment.tracks().forEach((tracks, f) => {
          expect(checkTracks(tracks, frames[f]!).sharedHits).toBe(0);
          const hits = tracks.flatMap((track) => [...track.hits]);
          expect(hits.sort((a, b) => a - b)).toEqual([...Array(frames[f]!.count).keys()]);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('lets independent agents reach every hit too', () => {
    fc.assert(
      fc.property(runs, ({ seed, ...options }) => {
        const frame = randomFrame(seed, options);
        const environment = trackingEnvironment([frame], { sharedHits: true });
        runRandomly(environment, seed);
        const [tracks] = environment.tracks();
        checkTracks(tracks!, frame);
        expect(new Set(tracks!.flatMap(({ hits }) => [...hits])).size).toBe(frame.count);
      }),
      { numRuns: 30 },
    );
  });

  it('gives each of several frames what it gives it alone', () => {
    const frames = [4, 0, 9, 6].map((deepest, index) => randomFrame(index, { deepest, index }));
    const options = { individualShare: 0.3, team: 'sum' } as const;
    const together = trackingEnvironment(frames, options);
    const alone = frames.map((frame) => trackingEnvironment([frame], options));
    while (together.decision.agents > 0) {
      const { decision, statics } = together;
      const logits = Float64Array.from(decision.cosine);
      const { rewards } = together.step(assignJointAction(decision, statics, logits));
      const separate = alone.flatMap((environment) => {
        if (environment.decision.agents === 0) return [];
        const own = environment.decision;
        const action = assignJointAction(own, environment.statics, own.cosine);
        return [...environment.step(action).rewards];
      });
      expect([...rewards]).toEqual(separate);
    }
    expect(together.tracks()).toEqual(alone.map((environment) => environment.tracks()[0]));
  });

  it('repeats itself with the same seed', () => {
    const frames = Array.from({ length: 9 }, (_, index) => randomFrame(index, { index }));
    const one = trackingEnvironment(frames, { parallel: 3 });
    const other = trackingEnvironment(frames, { parallel: 3 });
    const drawn = [...one.reset({ seed: 7 }).info.frames];
    expect(new Set(drawn).size).toBe(3);
    expect([...other.reset({ seed: 7 }).info.frames]).toEqual(drawn);
    expect(one.statics.map(({ frame }) => frame.index)).toEqual(drawn);
    const [a, b] = [runRandomly(one, 1), runRandomly(other, 1)];
    expect(a.map(({ result }) => result)).toEqual(b.map(({ result }) => result));
    // Without a seed the draws go on, the same in both.
    const later = [...one.reset().info.frames];
    expect(later).not.toEqual(drawn);
    expect([...other.reset().info.frames]).toEqual(later);
    expect(runRandomly(one, 1)).not.toEqual(a);
  });

  it('has nothing to decide in frames without segments', () => {
    for (const hits of [
      [],
      [{ layer: 3 }],
      [{ layer: 3 }, { layer: 3, x: 2 }],
      [{ layer: 4, x: 9 }, { layer: 3 }],
    ]) {
      const environment = trackingEnvironment([frameOf(hits)]);
      expect(environment.reset().info.done).toBe(true);
      expect(environment.decision.agents).toBe(0);
      expect(environment.tracks()[0]).toHaveLength(hits.length);
      expect(environment.step([]).info.done).toBe(true);
    }
  });

  it('measures deposits of 0 and of any size', () => {
    for (const edep of [0, 1e-9, 1e6]) {
      const frame = frameOf([6, 5, 4, 3].map((layer) => ({ layer, edep, x: 0.1 * (layer % 2) })));
      for (const { result } of runRandomly(trackingEnvironment([frame]), 1))
        for (const reward of result.rewards) expect(reward).toBeLessThanOrEqual(0);
    }
  });

  it('leaves frames and actions alone', () => {
    const frame = randomFrame(3);
    const before = structuredClone(frame);
    runRandomly(trackingEnvironment([frame]), 2);
    expect(frame).toEqual(before);
  });

  it.each([NaN, 0, Infinity])('stops at width %s, naming frame and agent', (width) => {
    const environment = trackingEnvironment([{ ...pair, index: 31 }], { kinkWidth: () => width });
    const bad = () => environment.step([-1, toHit(environment, 1, 3)]);
    expect(bad).toThrow(NumericalError);
    expect(bad).toThrow(/width of the kink of agent 1 \(at hit 3 in layer 5\) of frame 31 must be positive/);
  });

  it('stops at a reward that is not finite, naming frame and agent', () => {
    const options = { kinkWidth: () => 1e-200, leastReward: -Infinity };
    const environment = trackingEnvironment([{ ...pair, index: 31 }], options);
    environment.step([toHit(environment, 0, 2), toHit(environment, 1, 3)]);
    const bad = () => environment.step([-1, toHit(environment, 1, 5)]);
    expect(bad).toThrow(NumericalError);
    expect(bad).toThrow('reward of agent 1 (at hit 3 in layer 5) of frame 31 must be finite, got -Infinity');
  });

  it('refuses actions that are none', () => {
    const environment = trackingEnvironment([pair]);
    expect(() => environment.step([0])).toThrow(ShapeError);
    expect(() => environment.step([0])).toThrow(/one entry for each of the 2 agents, got 1/);
    for (const action of [
      [2, 3],
      [0, 4],
      [0, 0.5],
      [NaN, 2],
      [-2, 2],
    ]) {
      expect(() => environment.step(action)).toThrow(InvalidArgumentError);
      expect(() => environment.step(action)).toThrow(/must be a pair from/);
    }
  });

  it('refuses malformed frames and options', () => {
    expect(() => trackingEnvironment([])).toThrow(/frames must hold at least one frame/);
    const broken = { ...pair, edep: pair.edep.map((value, h) => (h === 2 ? NaN : value)) };
    expect(() => trackingEnvironment([broken])).toThrow(InvalidArgumentError);
    expect(() => trackingEnvironment([broken])).toThrow(/hit 2 must have a finite position and edep/);
    const shallow = { geometry: digitalTrackingCalorimeter({ calorimeterLayers: 3 }) };
    expect(() => trackingEnvironment([pair], shallow)).toThrow(/layers of frame 0 must be below 5/);
    const bad: [Record<string, unknown>, RegExp][] = [
      [{ parallel: 2 }, /parallel must be an integer from 1 to 1, got 2/],
      [{ maxSteps: 0 }, /maxSteps must be an integer of at least 1/],
      [{ beamEnergyMeV: 0 }, /beamEnergyMeV/],
      [{ firstSegment: 'truth' }, /firstSegment must be one of "beam", "none"/],
      [{ firstWidth: 0 }, /firstWidth must be a finite number above 0/],
      [{ leastReward: 0 }, /leastReward must be below 0/],
      [{ leastReward: NaN }, /leastReward must be below 0/],
      [{ unassignedReward: NaN }, /unassignedReward/],
      [{ kinkWidth: 0.1 }, /kinkWidth must be a function/],
      [{ individualShare: 1.5 }, /individualShare must be a probability/],
      [{ team: 'max' }, /team must be one of/],
      [{ sharedHits: 1 }, /sharedHits/],
      [{ maxAngleTracker: 2 }, /maxAngleTracker/],
    ];
    for (const [options, message] of bad) {
      expect(() => trackingEnvironment([pair], options)).toThrow(InvalidArgumentError);
      expect(() => trackingEnvironment([pair], options)).toThrow(message);
    }
    const environment = trackingEnvironment([pair]);
    expect(() => environment.tracks(0)).toThrow(InvalidArgumentError);
  });
});

describe('the frame statics of an environment', () => {
  it('are the hit graph with directions and features', () => {
    const frame = randomFrame(1, { particles: 4 });
    const [statics] = trackingEnvironment([frame]).statics;
    const { graph, directions, segmentFeatures, nodeFeatures, offsets } = statics!;
    expect(graph).toEqual(hitGraph(frame));
    expect([...offsets]).toEqual([...graph.rowOffsets]);
    for (let e = 0; e < graph.edgeCount; e++) {
      const [deep, shallow] = [graph.sources[e]!, graph.targets[e]!];
      const d = [
        frame.posX[shallow]! - frame.posX[deep]!,
        frame.posY[shallow]! - frame.posY[deep]!,
        zOf(frame.layer[shallow]!) - zOf(frame.layer[deep]!),
      ];
      const length = Math.hypot(...d);
      d.forEach((value, k) => {
        expect(directions[3 * e + k]).toBeCloseTo(value / length, 12);
      });
      const layer = frame.layer[shallow]!;
      [
        Math.log(length / 5.5),
        (10 * d[0]!) / length,
        (10 * d[1]!) / length,
        10 * Math.acos(-d[2]! / length),
        layer === 0 ? 1 : 0,
        layer === 1 ? 1 : 0,
      ].forEach((value, k) => {
        expect(segmentFeatures[SEGMENT_FEATURES * e + k]).toBeCloseTo(value, 4);
      });
    }
    [0.5, Math.log1p(frame.edep[2]! / 0.06), frame.posX[2]! / 100, frame.posY[2]! / 100].forEach(
      (value, k) => {
        expect(nodeFeatures[12 + k]).toBeCloseTo(value, 6);
      },
    );
    expect(nodeFeatures[12 + 4]).toBeCloseTo((2 * frame.layer[2]!) / 49 - 1, 6);
    const inFront = [...frame.layer].map((layer) => (layer < 2 ? 1 : 0));
    expect(inFront.map((_, h) => nodeFeatures[6 * h + 5])).toEqual(inFront);
  });
});
