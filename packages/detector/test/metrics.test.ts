import type { Progress } from '@pct/core';
import { InvalidArgumentError, createRng } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame, Track } from '../src/frame.js';
import { hitGraph } from '../src/graphs/hitGraph.js';
import { averageMetrics, evaluateFrames } from '../src/metrics/average.js';
import { checkTracks } from '../src/metrics/checkTracks.js';
import type { TrackMetrics } from '../src/metrics/evaluate.js';
import { evaluate } from '../src/metrics/evaluate.js';
import { angleBetween, difference, frameOf, randomFrame } from './graphs/frames.js';

const track = (...hits: number[]): Track => ({ hits: Int32Array.from(hits) });

/** Tracks of the truth: hits of every event, deepest first. */
function trueTracks(frame: Frame): Track[] {
  const events = [...new Set(frame.eventID)];
  return events.map((event) => track(...[...frame.eventID.keys()].filter((i) => frame.eventID[i] === event)));
}

/** Random paths down the layers, without any physics; hits may be shared. */
function randomTracks(frame: Frame, seed: number): Track[] {
  const rng = createRng(seed);
  return Array.from({ length: 10 }, () => {
    const hits: number[] = [];
    frame.layers.forEach((_, k) => {
      if (rng.uniform() < 0.2) return;
      const start = frame.layerOffsets[k]!;
      hits.push(start + Math.floor(rng.uniform() * (frame.layerOffsets[k + 1]! - start)));
    });
    return track(...hits);
  }).filter(({ hits }) => hits.length > 0);
}

/** The definitions once more, on sets and objects. */
function literal(tracks: Track[], frame: Frame, minHits: number, minEndDeposit: number, maxKink: number) {
  const hits = [...frame.eventID.keys()].map((i) => ({
    event: frame.eventID[i]!,
    primary: frame.parentID[i] === 0,
    edep: frame.edep[i]!,
    layer: frame.layer[i]!,
  }));
  const accepted = tracks.filter(({ hits: list }) => {
    const kinks = [...list]
      .slice(2)
      .map((hit, k) =>
        angleBetween(difference(frame, list[k]!, list[k + 1]!), difference(frame, list[k + 1]!, hit)),
      );
    return (
      list.length >= minHits && hits[list[0]!]!.edep > minEndDeposit && kinks.every((kink) => kink < maxKink)
    );
  });
  const primary = accepted.filter(({ hits: list }) => [...list].every((i) => hits[i]!.primary));
  const correct = primary.filter(
    ({ hits: list }) => new Set([...list].map((i) => hits[i]!.event)).size === 1,
  );
  const events = [...new Set(hits.map(({ event }) => event))];
  const truth = events.filter((event) => hits.every((hit) => hit.event !== event || hit.primary));
  const used = new Set(
    tracks.flatMap(({ hits: list }) => [...list].slice(1).map((hit, k) => `${list[k]}-${hit}`)),
  );
  const cells = { tp: 0, fp: 0, fn: 0, tn: 0 };
  const edges = new Set<string>();
  hits.forEach((a, i) =>
    hits.forEach((b, j) => {
      if (b.layer !== a.layer - 1) return;
      if (angleBetween(difference(frame, i, j), [0, 0, 1]) >= (a.layer < 3 ? 0.2 : 0.4)) return;
      edges.add(`${i}-${j}`);
      const assigned = used.has(`${i}-${j}`);
      const same = a.event === b.event;
      cells[assigned ? (same ? 'tp' : 'fp') : same ? 'fn' : 'tn']++;
    }),
  );
  const appearances = hits.map((_, i) => tracks.filter(({ hits: list }) => list.includes(i)).length);
  return {
    purity: correct.length / primary.length,
    efficiency: correct.length / truth.length,
    rejectionRate: (tracks.length - accepted.length) / tracks.length,
    edgeTruePositiveRate: cells.tp / (cells.tp + cells.fn),
    edgeFalsePositiveRate: cells.fp / (cells.fp + cells.tn),
    counts: {
      reconstructed: tracks.length,
      accepted: accepted.length,
      acceptedPrimary: primary.length,
      correct: correct.length,
      truePrimary: truth.length,
      truePositives: cells.tp,
      falsePositives: cells.fp,
      falseNegatives: cells.fn,
      trueNegatives: cells.tn,
      stepsOffGraph: tracks
        .flatMap(({ hits: list }) => [...list].slice(1).map((hit, k) => `${list[k]}-${hit}`))
        .filter((step) => !edges.has(step)).length,
      sharedHits: appearances.filter((count) => count > 1).length,
    },
  };
}

describe('evaluate', () => {
  it('is perfect for the true tracks', () => {
    const frame = randomFrame(1, { spot: 30, kink: 0.005, divergence: 0 });
    const metrics = evaluate(trueTracks(frame), frame);
    expect(metrics).toMatchObject({
      purity: 1,
      efficiency: 1,
      rejectionRate: 0,
      edgeTruePositiveRate: 1,
      edgeFalsePositiveRate: NaN,
    });
    expect(metrics.counts).toMatchObject({ reconstructed: 8, correct: 8, truePrimary: 8, sharedHits: 0 });
  });

  it('agrees with the literal definitions', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(0, 0.1),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(0, 0.0625, 0.08),
        fc.constantFrom(0.1, 0.271, Infinity),
        (seed, secondaries, minHits, minEndDeposit, maxKink) => {
          const frame = randomFrame(seed, { particles: 6, deepest: 6, spot: 1, secondaries });
          const tracks = [...trueTracks(frame), ...randomTracks(frame, seed)];
          const metrics = evaluate(tracks, frame, { minHits, minEndDeposit, maxKink });
          expect(metrics).toEqual(literal(tracks, frame, minHits, minEndDeposit, maxKink));
        },
      ),
      { numRuns: 60 },
    );
  });

  const column = [5, 4, 3, 2, 1, 0].map((layer) => ({ layer, edep: 0.07, event: 1 }));

  it('needs more than four hits and a deposit above 0.0625 MeV by default', () => {
    const frame = frameOf(column);
    expect(evaluate([track(0, 1, 2, 3, 4)], frame).counts.accepted).toBe(1);
    expect(evaluate([track(0, 1, 2, 3)], frame).counts.accepted).toBe(0);
    const weak = frameOf(column.map((hit) => ({ ...hit, edep: 0.0625 })));
    expect(evaluate([track(0, 1, 2, 3, 4)], weak).counts.accepted).toBe(0);
  });

  it('rejects kinks at the limit and above', () => {
    const frame = frameOf(column.map((hit) => ({ ...hit, x: hit.layer === 5 ? 5.5 * Math.tan(0.3) : 0 })));
    const whole = [track(0, 1, 2, 3, 4, 5)];
    expect(evaluate(whole, frame).rejectionRate).toBe(0);
    expect(evaluate(whole, frame, { maxKink: 0.301 }).rejectionRate).toBe(0);
    expect(evaluate(whole, frame, { maxKink: 0.271 }).rejectionRate).toBe(1);
  });

  it('counts a fragment as correct, and events with secondaries not at all', () => {
    const frame = frameOf([...column, ...column.map((hit) => ({ ...hit, x: 20, event: 2, parent: 1 }))]);
    const hitsOf = (event: number) => [...frame.eventID.keys()].filter((i) => frame.eventID[i] === event);
    const metrics = evaluate([track(...hitsOf(1).slice(0, 5)), track(...hitsOf(2))], frame);
    expect(metrics).toMatchObject({ purity: 1, efficiency: 1 });
    expect(metrics.counts).toMatchObject({ accepted: 2, acceptedPrimary: 1, truePrimary: 1 });
  });

  it('counts edges on the graph it is given', () => {
    const frame = randomFrame(2, { spot: 1, kink: 0.05 });
    const graph = hitGraph(frame, { maxAngleCalorimeter: 0.05 });
    const { truePositives, falseNegatives, falsePositives, trueNegatives, stepsOffGraph } = evaluate(
      trueTracks(frame),
      frame,
      { graph },
    ).counts;
    expect(truePositives + falseNegatives + falsePositives + trueNegatives).toBe(graph.edgeCount);
    expect(falseNegatives + falsePositives).toBe(0);
    expect(stepsOffGraph).toBeGreaterThan(0);
  });

  it('gives NaN for rates of nothing', () => {
    const metrics = evaluate([], frameOf([]));
    expect(metrics).toMatchObject({
      purity: NaN,
      efficiency: NaN,
      rejectionRate: NaN,
      edgeTruePositiveRate: NaN,
    });
  });

  it('refuses bad options and foreign graphs', () => {
    const frame = frameOf(column);
    for (const [options, message] of [
      [{ minHits: 0 }, /evaluate: minHits/],
      [{ minHits: 2.5 }, /evaluate: minHits/],
      [{ minEndDeposit: NaN }, /evaluate: minEndDeposit/],
      [{ maxKink: NaN }, /evaluate: maxKink must be an angle above 0/],
      [{ maxKink: 0 }, /evaluate: maxKink/],
      [{ graph: hitGraph(randomFrame(1)) }, /evaluate: the hit graph must be built from the given frame/],
    ] as const) {
      expect(() => evaluate([], frame, options)).toThrow(InvalidArgumentError);
      expect(() => evaluate([], frame, options)).toThrow(message);
    }
  });
});

describe('checkTracks', () => {
  const frame = frameOf([{ layer: 2 }, { layer: 1 }, { layer: 1, x: 1 }, { layer: 0 }]);

  it('counts hits that are in several tracks', () => {
    expect(checkTracks([track(0, 1, 3), track(2, 3), track(0, 3)], frame)).toEqual({ sharedHits: 2 });
    expect(checkTracks([track(0, 3)], frame)).toEqual({ sharedHits: 0 });
  });

  it.each([
    [track(), /track 1 must have a hit, got none/],
    [track(0, 4), /track 1 must hold hit indices from 0 to 3, got 4/],
    [track(-1), /track 1 must hold hit indices from 0 to 3, got -1/],
    [
      track(3, 1),
      /track 1 must list one hit per layer, deepest first, got hit 1 \(layer 1\) after hit 3 \(layer 0\)/,
    ],
    [track(1, 2), /track 1 must list one hit per layer/],
  ])('refuses %j', (bad, message) => {
    expect(() => checkTracks([track(0), bad], frame)).toThrow(InvalidArgumentError);
    expect(() => checkTracks([track(0), bad], frame)).toThrow(message);
  });
});

describe('averageMetrics', () => {
  const metrics = (purity: number): TrackMetrics => ({
    ...evaluate([], frameOf([])),
    purity,
    efficiency: 0.5,
  });

  it('averages over frames and leaves undefined rates out', () => {
    const result = averageMetrics([metrics(0.8), metrics(NaN), metrics(0.9), metrics(1)]);
    expect(result.purity.mean).toBeCloseTo(0.9, 12);
    expect(result.purity.std).toBeCloseTo(0.1, 12);
    expect(result.purity.standardError).toBeCloseTo(0.1 / Math.sqrt(3), 12);
    expect(result.purity.frames).toBe(3);
    expect(result.efficiency).toEqual({ mean: 0.5, std: 0, standardError: 0, frames: 4 });
    expect(result.rejectionRate).toMatchObject({ mean: NaN, frames: 0 });
  });

  it('has no spread for a single frame', () => {
    expect(averageMetrics([metrics(0.8)]).purity).toEqual({
      mean: 0.8,
      std: NaN,
      standardError: NaN,
      frames: 1,
    });
  });
});

describe('evaluateFrames', () => {
  const frames = [1, 2, 3].map((seed) => randomFrame(seed, { spot: 1 }));
  const perfect = { reconstruct: async (frame: Frame) => trueTracks(frame) };

  it('evaluates every frame, averages and reports progress', async () => {
    const progress: Progress[] = [];
    const result = await evaluateFrames(perfect, frames, {
      minHits: 7,
      onProgress: (state) => progress.push(state),
    });
    expect(result.frames).toEqual(frames.map((frame) => evaluate(trueTracks(frame), frame, { minHits: 7 })));
    expect(result.average).toEqual(averageMetrics(result.frames));
    expect(progress[0]).toMatchObject({ done: 1, total: 3 });
    expect(progress.at(-1)).toMatchObject({ done: 3, total: 3, remainingMs: 0 });
  });

  it('reads frames from a stream', async () => {
    async function* stream() {
      yield* frames;
    }
    expect((await evaluateFrames(perfect, stream())).frames).toHaveLength(3);
  });

  it('stops when aborted', async () => {
    const controller = new AbortController();
    const done = evaluateFrames(perfect, frames, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(done).rejects.toThrow('enough');
  });

  it('refuses what is not a tracker', async () => {
    const result = evaluateFrames({} as typeof perfect, frames);
    await expect(result).rejects.toThrow(InvalidArgumentError);
    await expect(result).rejects.toThrow(/tracker must have a method reconstruct/);
  });
});
