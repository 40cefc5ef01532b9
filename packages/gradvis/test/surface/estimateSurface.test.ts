import { InvalidArgumentError } from '@pct/core';
import { estimateSurface } from '@viz/gradvis';
import { expect, it } from 'vitest';
import { bowl } from '../fixtures/objectives.mjs';

const axes = [
  { name: 'x', direction: Float64Array.of(1, 0), points: 10 },
  { name: 'y', direction: Float64Array.of(0, 1), points: 7 },
];

it('multiplies the time of one evaluation by their number, over the threads', async () => {
  let evaluations = 0;
  const objective = {
    ...bowl({ curvatures: [1, 2] }),
    async loss() {
      evaluations++;
      await new Promise((resolve) => setTimeout(resolve, 2));
      return 0;
    },
  };
  const estimate = await estimateSurface(objective, new Float64Array(2), axes, { samples: 5, threads: 2 });
  expect(evaluations).toBe(6);
  expect(estimate.evaluations).toBe(70);
  expect(estimate.evaluationMs).toBeGreaterThan(1);
  expect(estimate.totalMs).toBe((70 * estimate.evaluationMs) / 2);
});

it('refuses what sampleSurface refuses, and stops when told to', async () => {
  const objective = bowl({ curvatures: [1, 2] });
  await expect(estimateSurface(objective, new Float64Array(3), axes)).rejects.toThrow(
    'estimateSurface: origin must be a Float64Array of length 2',
  );
  await expect(estimateSurface(objective, new Float64Array(2), axes, { threads: 0 })).rejects.toThrow(
    InvalidArgumentError,
  );
  const signal = AbortSignal.abort();
  await expect(estimateSurface(objective, new Float64Array(2), axes, { signal })).rejects.toThrow('aborted');
});
