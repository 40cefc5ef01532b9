import { createRng, InvalidArgumentError } from '@pct/core';
import {
  assignJointAction,
  assignmentBlocks,
  blockArrays,
  blockSpecs,
  joinBlocks,
  safeAssignment,
  trackingEnvironment,
  type AssignmentBlocks,
  type SafeAssignmentOptions,
} from '@pct/tracking-rl';
import {
  compile,
  float32,
  float64,
  interpreter,
  mul,
  onnxruntimeNode,
  sum,
  valueAndGrad,
  type NdArray,
  type Runtime,
  type Tensor,
} from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { solveBlocks } from '../../src/safety/blocks.js';
import { randomFrame, randomLogits } from '../environment/frames.js';

type Margin = 'none' | 'totalCost' | 'pairwise';

/** Problems of all layers of two frames, as a random walk through them goes. */
function problems(seed: number): AssignmentBlocks {
  const environment = trackingEnvironment(
    [0, 1].map((index) => randomFrame(seed + index, { particles: 7, deepest: 6, front: 2, spot: 1, index })),
  );
  const parts: AssignmentBlocks[] = [];
  const rng = createRng(seed);
  while (environment.decision.agents > 0) {
    const { decision, statics } = environment;
    parts.push(assignmentBlocks(decision, statics));
    environment.step(assignJointAction(decision, statics, new Float64Array(decision.pairs), { rng }));
  }
  return joinBlocks(parts);
}

const vector = (data: Float64Array | Float32Array): NdArray => ({ data, shape: [data.length] });

/** 0/1 of the best joint actions. */
function best(blocks: AssignmentBlocks, costs: Float64Array): Float64Array {
  const y = new Float64Array(costs.length);
  for (const pair of solveBlocks(blocks, costs)) if (pair >= 0) y[pair] = 1;
  return y;
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((total, value, k) => total + value * b[k]!, 0);

/** Output and gradient of ⟨g, y⟩ with respect to the logits. */
async function run(
  blocks: AssignmentBlocks,
  arrays: readonly [logits: Float64Array, g: Float64Array, chosen: Float64Array],
  { margin, alpha = 0, lambda }: { margin: Margin; alpha?: number; lambda: number },
  { runtime = interpreter(), single = false }: { runtime?: Runtime; single?: boolean } = {},
) {
  const spec = single ? float32('pairs') : float64('pairs');
  const loss = (
    logits: Tensor,
    g: Tensor,
    chosen: Tensor,
    structure: AssignmentBlocks<Tensor>,
  ): [Tensor, Tensor] => {
    const options: SafeAssignmentOptions = {
      lambda,
      margin:
        margin === 'none'
          ? undefined
          : margin === 'pairwise'
            ? { kind: margin, alpha, chosen }
            : { kind: margin, alpha },
    };
    const y = safeAssignment(logits, structure, options);
    return [sum(mul(g, y)), y];
  };
  const program = await compile(valueAndGrad(loss, { auxiliary: true }), [spec, spec, spec, blockSpecs], {
    runtime,
  });
  const inputs = arrays.map((array) => vector(single ? Float32Array.from(array) : array));
  const [, gradient, y] = await program.run(inputs[0]!, inputs[1]!, inputs[2]!, blockArrays(blocks));
  await program.dispose();
  return { gradient: gradient.data, y: y.data };
}

function randomProblem(seed: number) {
  const blocks = problems(seed);
  const pairs = blocks.columns.length;
  const logits = randomLogits(pairs, seed);
  const chosen = best(blocks, randomLogits(pairs, seed + 2));
  return { blocks, logits, g: randomLogits(pairs, seed + 1), chosen, costs: logits.map((value) => -value) };
}

describe('safeAssignment', () => {
  it('is the best joint action of every problem, with the gradient of the blackbox estimator', async () => {
    for (const seed of [1, 2]) {
      const { blocks, logits, g, chosen, costs } = randomProblem(seed);
      expect(blocks.agentOffsets.length).toBeGreaterThan(8);
      const { gradient, y } = await run(blocks, [logits, g, chosen], { margin: 'none', lambda: 2 });
      const now = best(blocks, costs);
      expect([...y]).toEqual([...now]);
      const moved = best(
        blocks,
        costs.map((cost, p) => cost + 2 * g[p]!),
      );
      expect(moved).not.toEqual(now);
      // Minus once more, since costs are minus the logits.
      gradient.forEach((value, p) => {
        expect(value).toBeCloseTo((now[p]! - moved[p]!) / 2, 12);
      });
    }
  });

  it('has the derivative of the interpolated loss (V(c + λg) − V(c)) / λ, V(c) the least total cost', async () => {
    const lambda = 1.5;
    const { blocks, logits, g, chosen } = randomProblem(3);
    const { gradient } = await run(blocks, [logits, g, chosen], { margin: 'none', lambda });
    const least = (costs: Float64Array): number => dot(costs, best(blocks, costs));
    const smoothed = (at: Float64Array): number => {
      const costs = at.map((value) => -value);
      return (least(costs.map((cost, p) => cost + lambda * g[p]!)) - least(costs)) / lambda;
    };
    const step = 1e-6;
    let some = 0;
    for (let p = 0; p < logits.length; p += 7) {
      const shifted = (by: number) => smoothed(logits.map((value, k) => (k === p ? value + by : value)));
      const slope = (shifted(step) - shifted(-step)) / (2 * step);
      expect(gradient[p]).toBeCloseTo(slope, 5);
      if (slope !== 0) some++;
    }
    expect(some).toBeGreaterThan(2);
  });

  it('adds α y to the gradient of the costs as margin of the total cost', async () => {
    const { blocks, logits, g, chosen } = randomProblem(4);
    const plain = await run(blocks, [logits, g, chosen], { margin: 'none', lambda: 3 });
    const margin = await run(blocks, [logits, g, chosen], { margin: 'totalCost', alpha: 0.7, lambda: 3 });
    expect(margin.y).toEqual(plain.y);
    margin.gradient.forEach((value, p) => {
      expect(value).toBeCloseTo(plain.gradient[p]! - 0.7 * plain.y[p]!, 12);
    });
    // A step against the gradient makes the chosen cheaper: their logits rise.
    const none = await run(blocks, [logits, g.fill(0), chosen], {
      margin: 'totalCost',
      alpha: 0.7,
      lambda: 3,
    });
    none.gradient.forEach((value, p) => {
      expect(value).toBeCloseTo(-0.7 * plain.y[p]!, 12);
    });
  });

  it('makes chosen pairs dearer by α/2 and others cheaper as pairwise margin', async () => {
    const { blocks, logits, g, chosen, costs } = randomProblem(5);
    const { y, gradient } = await run(blocks, [logits, g, chosen], {
      margin: 'pairwise',
      alpha: 2,
      lambda: 1,
    });
    const shifted = costs.map((cost, p) => cost + 2 * (chosen[p]! - 0.5));
    const expected = best(blocks, shifted);
    expect(expected).not.toEqual(best(blocks, costs));
    expect([...y]).toEqual([...expected]);
    const moved = best(
      blocks,
      shifted.map((cost, p) => cost + g[p]!),
    );
    gradient.forEach((value, p) => {
      expect(value).toBeCloseTo(expected[p]! - moved[p]!, 12);
    });
  });

  it('gives the same on onnxruntime in single precision', async () => {
    const { blocks, logits, g, chosen } = randomProblem(6);
    const single = [logits, g, chosen].map((array) => Float64Array.from(Float32Array.from(array)));
    const arrays = single as [Float64Array, Float64Array, Float64Array];
    const settings = { margin: 'totalCost', alpha: 0.5, lambda: 2 } as const;
    const one = await run(blocks, arrays, settings);
    const runtime = await onnxruntimeNode({ threads: 1 });
    const other = await run(blocks, arrays, settings, { runtime, single: true });
    expect([...other.y]).toEqual([...one.y]);
    other.gradient.forEach((value, p) => {
      expect(value).toBeCloseTo(one.gradient[p]!, 6);
    });
  });

  it('refuses numbers that are not finite, and bad options', async () => {
    const { blocks, logits, g, chosen } = randomProblem(7);
    const bad = logits.map((value, p) => (p === 3 ? NaN : value));
    const settings = { margin: 'none', lambda: 1 } as const;
    await expect(run(blocks, [bad, g, chosen], settings)).rejects.toThrow(
      /must be finite, got NaN at pair 3/,
    );
    const steep = g.map((value, p) => (p === 2 ? Infinity : value));
    await expect(run(blocks, [logits, steep, chosen], settings)).rejects.toThrow(/must be finite/);
    await expect(run(blocks, [logits, g, chosen], { margin: 'none', lambda: 0 })).rejects.toThrow(
      InvalidArgumentError,
    );
    await expect(
      run(blocks, [logits, g, chosen], { margin: 'totalCost', alpha: NaN, lambda: 1 }),
    ).rejects.toThrow(/margin.alpha must be a finite number/);
    await expect(
      run(blocks, [logits, g, chosen], { margin: 'hinge' as 'totalCost', alpha: 1, lambda: 1 }),
    ).rejects.toThrow(/margin.kind must be one of/);
  });
});
