/** The plane of a small training, the same in Node.js and on a page. */
import { createRng } from '@pct/core';
import { crossEntropy, interpreter, mean, mlp, mlpParameters } from '@pct/tensor';
import { networkObjective, trajectorySurface, type TrajectorySurface } from '@viz/gradvis';

export async function smallTraining(): Promise<TrajectorySurface> {
  const turns = Array.from({ length: 20 }, (_, k) => 0.3 + 0.2 * k);
  const points = [1, -1].flatMap((s) =>
    turns.flatMap((t) => [s * t * Math.cos(2 * t), s * t * Math.sin(2 * t)]),
  );
  await using objective = networkObjective(
    {
      model: mlp,
      loss: (logits, classes) => mean(crossEntropy(logits, classes)),
      parameters: mlpParameters([2, 6, 2], createRng(1)),
      inputs: [{ data: Float32Array.from(points), shape: [40, 2] }],
      targets: [{ data: Int32Array.from({ length: 40 }, (_, k) => (k < 20 ? 0 : 1)), shape: [40] }],
    },
    { precision: 'float64', runtime: interpreter() },
  );
  const checkpoints = [objective.initial()];
  for (let step = 0; step < 20; step++) {
    const at = checkpoints.at(-1)!;
    const gradient = await objective.gradient(at);
    checkpoints.push(at.map((value, k) => value - 0.4 * gradient[k]!));
  }
  return await trajectorySurface({ ...objective, label: 'two spirals' }, checkpoints, { points: 9 });
}
