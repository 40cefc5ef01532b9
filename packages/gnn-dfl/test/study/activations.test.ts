import { InvalidArgumentError } from '@pct/core';
import {
  interactionNetwork,
  subLayerReader,
  type GraphSample,
  type InteractionParameters,
  type SubLayerReader,
} from '@pct/gnn-dfl';
import { compile, shapesOf, type Tensor } from '@pct/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frameOf, smallFrames } from '../support.js';

const network = interactionNetwork({ hidden: 8 });
const parameters = network.initialize(1);
let reader: SubLayerReader;
beforeAll(() => {
  reader = subLayerReader(network, { threads: 1 });
});
afterAll(() => reader.dispose());

describe('subLayerReader', () => {
  it('reads every sub-layer, up to the logits of the network', async () => {
    const [frame] = await smallFrames(1, 3);
    const { graph, sample } = network.prepare(frame!);
    const { message, object, score } = await reader.read(parameters, frame!, { rows: 1e6 });
    expect(message.map(({ shape }) => shape[1])).toEqual([144, 8, 8, 8, 8, 8, 8, 8]);
    expect(object.map(({ shape }) => shape[1])).toEqual([16, 8, 8, 8, 8, 8, 8, 8, 8, 8]);
    expect(score.map(({ shape }) => shape[1])).toEqual([8, 8, 8, 8, 8, 8, 8, 1]);
    expect(score[0]!.shape[0]).toBe(graph.edgeCount);
    const program = await compile(
      (p: InteractionParameters, s: GraphSample<Tensor>) => network.logits(p, s),
      [shapesOf(parameters), network.sampleSpecs],
      { threads: 1 },
    );
    const sorted = (values: ArrayLike<number>): number[] => Array.from(values).sort((x, y) => x - y);
    const logits = sorted((await program.run(parameters, sample)).data);
    sorted(score[7]!.data).forEach((value, k) => expect(value).toBeCloseTo(logits[k]!, 3));
    await program.dispose();
  });

  it('takes the same rows for all networks', async () => {
    const [frame] = await smallFrames(1, 3);
    const read = (seed: number, rng: number) =>
      reader.read(network.initialize(seed), frame!, { rows: 7, rng });
    const [one, two, others] = [await read(1, 0), await read(2, 0), await read(1, 1)];
    expect(one.message[0]!.shape).toEqual([7, 144]);
    // The first batch norm has no trained parameters yet: the same of both networks.
    expect(two.message[0]!.data).toEqual(one.message[0]!.data);
    expect(two.message[1]!.data).not.toEqual(one.message[1]!.data);
    expect(others.message[0]!.data).not.toEqual(one.message[0]!.data);
  });

  it('refuses what does not fit', async () => {
    expect(() => subLayerReader(interactionNetwork({ kind: 'hit' }))).toThrow(InvalidArgumentError);
    const [frame] = await smallFrames(1, 3);
    await expect(reader.read(interactionNetwork().initialize(0), frame!)).rejects.toThrow('[144, 8]');
    await expect(reader.read(parameters, frame!, { rows: 0 })).rejects.toThrow('rows');
    const pair = frameOf([
      [4, 0, 0, 0],
      [3, 0, 0, 0],
    ]);
    await expect(reader.read(parameters, pair)).rejects.toThrow('no two consecutive segments');
  });
});
