/** Networks that come with the packages of this repository, as objectives around their weights. */
import { emulatorObjective, pretrainedEmulator } from '@climate/m7-emulator';
import { generatePairs } from '@climate/m7-emulator/data';
import type { Objective } from '@pct/core';
import { simulateFrames } from '@pct/detector';
import { pretrainedModel, trackingObjective } from '@pct/gnn-dfl';
import { flattenParameters } from '@pct/tensor';
import { policyObjective, pretrainedPolicy } from '@pct/tracking-rl';
import type { ObjectiveFacts } from '@viz/gradvis';

/** An objective with the weights to look around. */
export interface Shipped {
  readonly objective: Objective & ObjectiveFacts & AsyncDisposable;
  readonly parameters: Float64Array;
}

/** Frames of the detector that no network was trained on. */
const frames = (count: number, primariesPerFrame: number) =>
  simulateFrames({ phantomMm: 150, frames: count, primariesPerFrame, seed: 777 });

export const shippedNetworks = {
  /** The tracking network's loss of segments. */
  async tracker(tiny: boolean): Promise<Shipped> {
    const [count, primaries] = tiny ? [1, 3] : [3, 20];
    const { parameters } = pretrainedModel();
    const objective = trackingObjective(await frames(count, primaries), { mode: 'predict-then-track' });
    const label = `@pct/gnn-dfl, segments of ${count} frames of ${primaries} primaries`;
    return { objective: { ...objective, label }, parameters: flattenParameters(parameters) };
  },

  /** The emulator's training loss. */
  async emulator(tiny: boolean): Promise<Shipped> {
    const rows = tiny ? 20 : 2000;
    const model = await pretrainedEmulator();
    const [inputs, outputs] = [new Float64Array(rows * 32), new Float64Array(rows * 28)];
    for await (const chunk of generatePairs({ rows, split: 'validation', seed: 7, edgeShare: 0 })) {
      inputs.set(chunk.inputs, chunk.first * 32);
      outputs.set(chunk.outputs, chunk.first * 28);
    }
    const objective = emulatorObjective(model, { inputs, outputs }, { threads: 1 });
    const label = `@climate/m7-emulator, ${rows} pairs`;
    return { objective: { ...objective, label }, parameters: flattenParameters(model.parameters) };
  },

  /** Minus the policy's return with fixed noise. */
  async policy(tiny: boolean): Promise<Shipped> {
    const [count, primaries] = tiny ? [1, 3] : [2, 20];
    const { policy, parameters } = pretrainedPolicy();
    const objective = policyObjective(policy, await frames(count, primaries), { threads: 1 });
    const label = `@pct/tracking-rl, ${count} frames of ${primaries} primaries`;
    return { objective: { ...objective, label }, parameters: flattenParameters(parameters) };
  },
};
