/**
 * Prints how much memory the process holds while programs run and are compiled over and over. From the repository's
 * root:
 *
 *   npm run script -- packages/tensor/bench/memory.ts [engine]
 *
 * Each line has the work, how often it is done by then, and the resident memory in MB.
 */
import { createRng } from '@pct/core';
import type { RuntimeName, Tensor, TreeOf } from '@pct/tensor';
import {
  chooseRuntime,
  compile,
  float32,
  mean,
  mlp,
  mlpParameters,
  shapesOf,
  square,
  sub,
  tanh,
  valueAndGrad,
} from '@pct/tensor';

const STEPS = 10_000;
const COMPILATIONS = 200;
const BATCH = 16;

const { runtime } = await chooseRuntime((process.argv[2] ?? 'onnxruntime-node') as RuntimeName, {
  threads: 1,
});
const rng = createRng(1);
const parameters = mlpParameters([8, 32, 32, 1], rng);
const specs = [shapesOf(parameters), float32('batch', 8), float32('batch', 1)] as const;
const x = { data: rng.fillNormal(new Float32Array(BATCH * 8)), shape: [BATCH, 8] };
const y = { data: rng.fillNormal(new Float32Array(BATCH)), shape: [BATCH, 1] };
const loss = (p: TreeOf<typeof parameters, Tensor>, inputs: Tensor, targets: Tensor): Tensor =>
  mean(square(sub(mlp(p, inputs, tanh), targets)));

function print(work: string, count: number): void {
  console.log(`${work} ${count} ${(process.memoryUsage().rss / 2 ** 20).toFixed(1)}`);
}

const step = await compile(valueAndGrad(loss), specs, { runtime });
for (let i = 1; i <= STEPS; i++) {
  await step.run(parameters, x, y);
  if (i % 2000 === 0) print('run', i);
}
const outputs = step.allocateOutputs();
for (let i = 1; i <= STEPS; i++) {
  await step.runInto(outputs, parameters, x, y);
  if (i % 2000 === 0) print('runInto', i);
}
await step.dispose();
for (let i = 1; i <= COMPILATIONS; i++) {
  const program = await compile(valueAndGrad(loss), specs, { runtime });
  await program.run(parameters, x, y);
  await program.dispose();
  if (i % 40 === 0) print('compile', i);
}
