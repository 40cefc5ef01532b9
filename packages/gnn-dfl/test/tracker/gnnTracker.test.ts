import { InvalidArgumentError, NumericalError, ShapeError } from '@pct/core';
import { evaluate } from '@pct/detector';
import { decodeModel, encodeModel, gnnTracker, interactionNetwork, type TrackingModel } from '@pct/gnn-dfl';
import { afterAll, describe, expect, it } from 'vitest';
import { frameOf, smallFrames, type HitAt } from '../support.js';

const network = interactionNetwork();
const model: TrackingModel = { network, parameters: network.initialize(1) };
const tracker = gnnTracker(model, { threads: 1 });
afterAll(() => tracker.dispose());

/** Parallel straight tracks far apart: every hit has one candidate. */
const straight: HitAt[] = [6, 5, 4, 3].flatMap((layer) =>
  [0, 1, 2].map((k) => [layer, 50 * k, 0, k] as const),
);

describe('gnnTracker', () => {
  it('finds tracks that cannot be missed', async () => {
    const tracks = await tracker.reconstruct(frameOf(straight));
    expect(tracks.map(({ hits }) => [...hits])).toEqual([
      [0, 3, 6, 9],
      [1, 4, 7, 10],
      [2, 5, 8, 11],
    ]);
  });

  it('gives a probability per segment and every hit to one track at most', async () => {
    for (const frame of await smallFrames(2, 3, 15)) {
      const { graph, probabilities } = await tracker.score(frame);
      expect(probabilities.length).toBe(graph.edgeCount);
      expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
      const tracks = await tracker.reconstruct(frame);
      const used = tracks.flatMap(({ hits }) => [...hits]);
      expect(new Set(used).size).toBe(used.length);
      expect(evaluate(tracks, frame).counts.reconstructed).toBe(tracks.length);
    }
  });

  it.each([
    ['no hits', []],
    ['a single hit', [[3, 0, 0, 0]]],
    ['one layer', [0, 1, 2].map((x) => [4, x, 0, 0] as const)],
    ['no segment within the mask', [[4, 0, 0, 0] as const, [3, 90, 0, 0] as const]],
  ] as [string, HitAt[]][])('gives no tracks for %s', async (_, hits) => {
    expect(await tracker.reconstruct(frameOf(hits))).toEqual([]);
  });

  it('refuses a frame with a deposit that is no number', async () => {
    const frame = frameOf(straight);
    frame.edep[2] = NaN;
    await expect(tracker.reconstruct(frame)).rejects.toThrow('hit 2 must have a finite position and edep');
  });

  it('rejects where a deposit is too large for float32', async () => {
    const frame = frameOf(straight);
    frame.edep[2] = 1e300;
    await expect(tracker.reconstruct(frame)).rejects.toThrow(NumericalError);
    await expect(tracker.reconstruct(frame)).rejects.toThrow('the score of segment');
  });

  it('takes thousands of hits in a layer', async () => {
    const grid = Array.from(
      { length: 3000 },
      (_, k) => [4, 3 * (k % 60), 3 * Math.floor(k / 60), k] as const,
    );
    const frame = frameOf([[5, 30, 30, 7000], ...grid, [3, 30, 30, 7000]]);
    const tracks = await tracker.reconstruct(frame);
    expect(tracks.length).toBeGreaterThan(0);
    expect(tracks.every(({ hits }) => hits.length <= 3)).toBe(true);
  });

  it('refuses graphs that no memory holds', async () => {
    const layer = (z: number) => Array.from({ length: 700 }, (_, k) => [z, 1e-3 * k, 0, k] as const);
    const frame = frameOf([...layer(5), ...layer(4), ...layer(3)]);
    await expect(tracker.reconstruct(frame)).rejects.toThrow(InvalidArgumentError);
    await expect(tracker.reconstruct(frame)).rejects.toThrow('put fewer primaries into a frame');
    const hit = interactionNetwork({ kind: 'hit', hidden: 400 });
    expect(() => hit.prepare(frame)).toThrow('at most 223696 edges, got 980000 from 2100 hits');
    const plain = interactionNetwork({ messages: 'plain' });
    expect(() => plain.prepare(frame)).toThrow('put fewer primaries into a frame');
  });

  it('keeps short tracks if wanted', async () => {
    const all = gnnTracker(model, { minHits: 1, threads: 1 });
    expect((await all.reconstruct(frameOf([[3, 0, 0, 0]]))).length).toBe(1);
    await all.dispose();
    expect(() => gnnTracker(model, { minHits: 0 })).toThrow('minHits');
  });
});

describe('model files', () => {
  it('give the same tracks', async () => {
    const copy = decodeModel(encodeModel(model));
    expect(copy.network.architecture).toEqual(network.architecture);
    expect(copy.parameters).toEqual(model.parameters);
  });

  it('name the first tensor of another architecture', () => {
    const other = interactionNetwork({ hidden: 8 });
    const mixed = { network: other, parameters: model.parameters };
    expect(() => encodeModel(mixed)).toThrow('message.first.weight must be float32 [144, 8]');
    expect(() => gnnTracker(mixed)).toThrow(InvalidArgumentError);
    const bytes = encodeModel(model);
    const text = new TextDecoder('latin1').decode(bytes);
    const at = text.indexOf('\\"hidden\\":16');
    const forged = bytes.slice();
    forged.set(new TextEncoder().encode('\\"hidden\\":12'), at);
    expect(() => decodeModel(forged)).toThrow(ShapeError);
    expect(() => decodeModel(forged)).toThrow('message.first.weight');
  });

  it('are refused if they are something else', () => {
    expect(() => decodeModel(new Uint8Array(20), { file: 'a.safetensors' })).toThrow('a.safetensors');
    const { parameters } = model;
    const broken = structuredClone(parameters);
    broken.score.third.bias.data[0] = NaN;
    expect(() => gnnTracker({ network, parameters: broken })).toThrow('score.third.bias must be finite');
  });
});
