import { InvalidArgumentError } from '@pct/core';
import type { Frame } from '@pct/detector';
import {
  frameLoss,
  graphArrays,
  graphSpecs,
  interactionNetwork,
  targetsOf,
  targetSpecs,
  trackingObjective,
} from '@pct/gnn-dfl';
import {
  compile,
  flattenParameters,
  grad,
  interpreter,
  mapTree,
  shapesOf,
  unflattenParameters,
} from '@pct/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallFrames } from './support.js';

let frames: Frame[];
const start = flattenParameters(interactionNetwork().initialize(1));
beforeAll(async () => {
  frames = await smallFrames(2, 7, 12);
});

/** Small against the distance to kinks of ReLUs, large against the rounding of float32. */
const STEP = 1e-3;

const along = (at: Float64Array, direction: Float64Array, distance: number): Float64Array =>
  at.map((value, k) => value + distance * direction[k]!);
describe('trackingObjective', () => {
  it('has the gradient and the curvature of its loss', async () => {
    await using objective = trackingObjective(frames, { mode: 'predict-then-track' });
    expect(objective.size).toBe(4961);
    expect(objective.blocks.reduce((sum, { shape }) => sum + shape.reduce((p, n) => p * n, 1), 0)).toBe(4961);
    const gradient = await objective.gradient(start);
    const length = Math.hypot(...gradient);
    const direction = gradient.map((value) => value / length);
    const [before, after] = [-STEP, STEP].map((distance) => along(start, direction, distance));
    const slope = ((await objective.loss(after!)) - (await objective.loss(before!))) / (2 * STEP);
    expect(Math.abs(slope / length - 1)).toBeLessThan(0.02);

    // Across kinks of ReLUs gradients jump, which exact products do not see: a step in float64 that meets none.
    const product = await objective.hessianVectorProduct(start, direction);
    const plain = interactionNetwork({ messages: 'plain' });
    const like = plain.initialize(0);
    await using program = await compile(
      grad(frameLoss(plain, { mode: 'predict-then-track' })),
      [shapesOf(like), plain.sampleSpecs, graphSpecs, targetSpecs],
      { runtime: interpreter(), precision: 'float64' },
    );
    const wide = mapTree(like, ({ data, shape }) => ({ data: Float64Array.from(data), shape }));
    const curvature = new Float64Array(start.length);
    for (const frame of frames) {
      const { graph, sample } = plain.prepare(frame);
      const gradients: Float64Array[] = [];
      for (const distance of [-1e-7, 1e-7]) {
        const exact = unflattenParameters(along(start, direction, distance), wide);
        gradients.push(
          flattenParameters(
            await program.run(exact, sample, graphArrays(graph), targetsOf(frame, graph, frames.length)),
          ),
        );
      }
      curvature.forEach((_, k) => (curvature[k]! += (gradients[1]![k]! - gradients[0]![k]!) / 2e-7));
    }
    const apart = Math.hypot(...product.map((value, k) => value - curvature[k]!));
    expect(apart / Math.hypot(...curvature)).toBeLessThan(0.02);
  });

  it('takes the derivative of the assignment as a constant', async () => {
    const estimator = { name: 'blackbox', lambda: 20 } as const;
    await using objective = trackingObjective(frames, { mode: 'predict-and-track', estimator });
    expect(await objective.loss(start)).toBeGreaterThan(0);
    const gradient = await objective.gradient(start);
    const product = await objective.hessianVectorProduct(start, gradient);
    expect(product.every(Number.isFinite)).toBe(true);
    expect(product.some((value) => value !== 0)).toBe(true);
  });

  it('refuses what does not fit', async () => {
    expect(() => trackingObjective([], { mode: 'predict-then-track' })).toThrow(InvalidArgumentError);
    await using objective = trackingObjective(frames, { mode: 'predict-then-track' });
    await expect(objective.loss(new Float64Array(3))).rejects.toThrow('length 4961');
  });
});
