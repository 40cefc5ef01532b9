import { evaluateFrames, simulateFrames } from '@pct/detector';
import { gnnTracker, interactionNetwork, pretrainedModel } from '@pct/gnn-dfl';
import { describe, expect, it } from 'vitest';

describe('pretrainedModel', () => {
  it('is the default network, a new one at every call', () => {
    const { network, parameters } = pretrainedModel();
    expect(network.architecture).toEqual(interactionNetwork().architecture);
    parameters.score.third.bias.data[0]! += 1;
    expect(pretrainedModel().parameters.score.third.bias.data[0]).not.toBe(
      parameters.score.third.bias.data[0],
    );
  });

  it.each([
    [100, 3, 0.87, 0.78],
    [10, 10, 0.95, 0.82],
  ])('finds the tracks of frames of %i primaries', async (primariesPerFrame, count, purity, efficiency) => {
    const frames = await simulateFrames({ phantomMm: 200, frames: count, primariesPerFrame, seed: 77 });
    await using tracker = gnnTracker(pretrainedModel(), { threads: 1 });
    const { average } = await evaluateFrames(tracker, frames);
    expect(average.purity.mean).toBeGreaterThan(purity);
    expect(average.efficiency.mean).toBeGreaterThan(efficiency);
    expect(average.edgeTruePositiveRate.mean).toBeGreaterThan(0.985);
  });
});
