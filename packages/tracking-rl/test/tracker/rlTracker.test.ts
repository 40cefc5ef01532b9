import { createRng, InvalidArgumentError, NumericalError } from '@pct/core';
import { checkTracks, evaluate, type Frame, type Tracker } from '@pct/detector';
import { rlTracker, type Evaluate } from '@pct/tracking-rl';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpreter } from '@pct/tensor';
import { PolicyRunner } from '../../src/policy/PolicyRunner.js';
import { simplePolicy } from '../../src/policy/simplePolicy.js';
import { frameOf, randomFrame, zOf } from '../environment/frames.js';

/** The straightest joint action. */
const straight: Evaluate = ({ cosine }) => ({
  logits: Float64Array.from(cosine, (value) => -Math.acos(Math.min(1, value))),
});

const hitsOf = async (tracker: Tracker, frame: Frame): Promise<number[][]> =>
  (await tracker.reconstruct(frame)).map(({ hits }) => [...hits]);

/** Many hits in each of two layers, in the order of x. */
function crowd(hitsPerLayer: number): Frame {
  const rng = createRng(1);
  return frameOf(
    [9, 8].flatMap((layer) =>
      Array.from({ length: hitsPerLayer }, (_, k) => ({
        layer,
        x: (80 * (k + rng.uniform())) / hitsPerLayer,
        y: 80 * rng.uniform(),
      })),
    ),
  );
}

describe('rlTracker', () => {
  it('makes valid tracks that share no hit, the same every time', async () => {
    const tracker = rlTracker(straight);
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 0, max: 10 }), async (seed, deepest) => {
        const frame = randomFrame(seed, { deepest });
        const tracks = await tracker.reconstruct(frame);
        expect(checkTracks(tracks, frame)).toEqual({ sharedHits: 0 });
        for (const { hits } of tracks) {
          expect(hits).toBeInstanceOf(Int32Array);
          expect(hits.length).toBeGreaterThanOrEqual(2);
        }
        const starts = tracks.map(({ hits }) => hits[0]!);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
        expect(await rlTracker(straight).reconstruct(frame)).toEqual(tracks);
      }),
      { numRuns: 40 },
    );
  });

  it('reconstructs well separated particles completely', async () => {
    const frame = frameOf(
      [0, 1, 2, 3, 4, 5].flatMap((event) =>
        Array.from({ length: 8 + (event % 3) }, (_, layer) => ({
          x: (event % 3) * 40 - 40 + 0.002 * zOf(layer),
          y: Math.floor(event / 3) * 40 - 40 - 0.001 * zOf(layer),
          layer,
          event,
          edep: layer === 7 + (event % 3) ? 0.12 : 0.04,
        })),
      ),
    );
    const tracks = await rlTracker(straight).reconstruct(frame);
    const { purity, efficiency } = evaluate(tracks, frame);
    expect({ purity, efficiency, tracks: tracks.length }).toEqual({ purity: 1, efficiency: 1, tracks: 6 });
  });

  it('shares hits without constraint', async () => {
    const frame = frameOf([{ layer: 6 }, { layer: 6, x: 0.5 }, { layer: 5 }, { layer: 5, x: 2 }]);
    expect(await hitsOf(rlTracker(straight, { constraint: 'none' }), frame)).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(await hitsOf(rlTracker(straight), frame)).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  it('runs a policy with its parameters, also after it was disposed', async () => {
    const policy = simplePolicy({ hidden: 4 });
    const model = { policy, parameters: policy.initialize(3) };
    const runtime = interpreter();
    const frame = randomFrame(5, { particles: 5, deepest: 5 });
    const runner = new PolicyRunner(policy, { runtime });
    const expected = await rlTracker(runner.evaluate(model.parameters)).reconstruct(frame);
    const tracker = rlTracker(model, { runtime });
    expect(await tracker.reconstruct(frame)).toEqual(expected);
    await tracker.dispose();
    expect(await tracker.reconstruct(frame)).toEqual(expected);
    await tracker.dispose();
    await runner.dispose();
    const { observation, ...others } = model.parameters;
    expect(observation).toBeDefined();
    expect(() => rlTracker({ policy, parameters: others })).toThrow(/rlTracker: observation\.\w+ is missing/);
    expect(() => rlTracker({} as typeof model)).toThrow(
      /policy must be a model \{ policy, parameters \} or a function/,
    );
  });

  it('ends tracks whose straightest way on is too wide', async () => {
    // One particle that turns by 0.18 rad at the hit in layer 5.
    const frame = frameOf([7, 6, 5, 4, 3].map((layer) => ({ layer, x: layer < 5 ? 5 - layer : 0 })));
    const kinkWidth = (): number => 0.02;
    const hits = (maxKink?: number) => hitsOf(rlTracker(straight, { kinkWidth, maxKink }), frame);
    expect(await hits()).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    expect(await hits(8)).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    expect(await hits(10)).toEqual([[0, 1, 2, 3, 4]]);
    expect(await hits(Infinity)).toEqual([[0, 1, 2, 3, 4]]);
  });

  it('finds nothing in empty frames and in single hits, unless asked', async () => {
    for (const hits of [[], [{ layer: 0 }], [{ layer: 20 }], [{ layer: 4 }, { layer: 4, x: 1 }]])
      expect(await hitsOf(rlTracker(straight), frameOf(hits))).toEqual([]);
    expect(
      await hitsOf(rlTracker(straight, { minHits: 1 }), frameOf([{ layer: 4 }, { layer: 4, x: 1 }])),
    ).toEqual([[0], [1]]);
  });

  it('copes with thousands of hits in one layer, or says what is too much', async () => {
    const frame = crowd(1500);
    const tracks = await rlTracker(straight).reconstruct(frame);
    expect(tracks.length).toBeGreaterThan(1000);
    expect(checkTracks(tracks, frame).sharedHits).toBe(0);
    const error: unknown = await rlTracker(straight, { maxAngleCalorimeter: 1.56 })
      .reconstruct(frame)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect((error as Error).message).toMatch(
      /frame 0 may have at most 2097152 candidate segments, got \d+; lower maxAngleCalorimeter/,
    );
  });

  it('refuses malformed frames, options, and scores that are no numbers', async () => {
    const frame = randomFrame(7);
    const broken = { ...frame, edep: frame.edep.map((value, h) => (h === 3 ? NaN : value)) };
    await expect(rlTracker(straight).reconstruct(broken)).rejects.toThrow(InvalidArgumentError);
    await expect(rlTracker(straight).reconstruct(broken)).rejects.toThrow(
      /hit 3 must have a finite position/,
    );
    const lost: Evaluate = ({ pairs }) => ({ logits: new Float32Array(pairs).fill(NaN) });
    await expect(rlTracker(lost).reconstruct({ ...frame, index: 12 })).rejects.toThrow(NumericalError);
    await expect(rlTracker(lost).reconstruct({ ...frame, index: 12 })).rejects.toThrow(/agent 0 of frame 12/);
    const bad: [Record<string, unknown>, RegExp][] = [
      [{ minHits: 0 }, /minHits/],
      [{ constraint: 'some' }, /constraint must be one of/],
      [{ maxAngleCalorimeter: 0 }, /maxAngleCalorimeter/],
      [{ firstSegment: 'any' }, /firstSegment/],
      [{ maxKink: 0 }, /maxKink/],
      [{ maxKink: NaN }, /maxKink/],
    ];
    for (const [options, message] of bad) {
      expect(() => rlTracker(straight, options)).toThrow(InvalidArgumentError);
      expect(() => rlTracker(straight, options)).toThrow(message);
    }
  });
});
