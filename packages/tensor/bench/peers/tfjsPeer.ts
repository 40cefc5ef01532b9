/**
 * Times the tasks of programs/task.ts in tfjs with its wasm engine for compare.ts, written as its users do. In
 * Node.js that engine has SIMD and one thread.
 *
 * Standard input: one JSON object per line, a task and `milliseconds`, for how long to repeat it. Standard output:
 * first `{ name, warning }`; then per line of input `{ milliseconds, values }`, or `{ unsupported }`.
 */
import { createInterface } from 'node:readline';
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import type { NdArray } from '../../src/index.js';
import { denseArrays, denseData } from '../programs/dense.js';
import { wave } from '../programs/numbers.js';
import type { Task } from '../programs/task.js';

// Its hints on how to install other engines go to the console, which here is the wire.
console.log = console.info = console.warn = () => undefined;
const tf = await import('@tensorflow/tfjs');
await import('@tensorflow/tfjs-backend-wasm');

function tensorOf({ data, shape }: NdArray): Tensor {
  return tf.tensor(data, [...shape]);
}

function loss(parameters: readonly Tensor[], x: Tensor, y: Tensor): Tensor {
  let h = x;
  for (let at = 0; at < parameters.length; at += 2) {
    const z = tf.add(tf.matMul(h as Tensor2D, parameters[at] as Tensor2D), parameters[at + 1]!);
    h = at + 2 < parameters.length ? tf.relu(z) : z;
  }
  return tf.mean(tf.squaredDifference(h, y));
}

/** Runs a task once; gives what compare.ts compares. Undefined if tfjs cannot do it. */
function prepare({ network, what, size }: Task): (() => number[]) | undefined {
  if (network === 'matmul') {
    const [a, b] = [0, 1].map((phase) => tensorOf(wave([size, size], 1, phase)) as Tensor2D);
    return () => [tf.tidy(() => tf.matMul(a!, b!)).dataSync()[1]!];
  }
  // Its wasm engine has no gradient of conv2d with respect to the kernels.
  if (network === 'lenet') return undefined;
  const [x, y] = denseData(size).map(tensorOf) as [Tensor, Tensor];
  if (what === 'hessian') {
    const [parameters, vector] = [denseArrays(0).map(tensorOf), denseArrays(5).map(tensorOf)];
    const gradient = tf.grads((...p: Tensor[]) => loss(p, x, y));
    const along = (...p: Tensor[]): Tensor =>
      tf.addN(gradient(p).map((g, i) => tf.sum(tf.mul(g, vector[i]!))));
    return () => {
      const product = tf.tidy(() => tf.grads(along)(parameters));
      const values = [product[0]!.dataSync()[1]!, product.at(-1)!.dataSync()[1]!];
      tf.dispose(product);
      return values;
    };
  }
  const parameters = denseArrays(0).map((array) => tf.variable(tensorOf(array)));
  if (what === 'gradient') return () => gradientOf(parameters, x, y);
  const optimizer = tf.train.adam(1e-3);
  return () => {
    const value = optimizer.minimize(() => loss(parameters, x, y).asScalar(), true, parameters)!;
    const values = [value.dataSync()[0]!, parameters[0]!.dataSync()[1]!];
    value.dispose();
    return values;
  };
}

function gradientOf(parameters: Variable[], x: Tensor, y: Tensor): number[] {
  const { value, grads } = tf.variableGrads(() => loss(parameters, x, y).asScalar(), parameters);
  const values = [value.dataSync()[0]!, grads[parameters[0]!.name]!.dataSync()[1]!];
  tf.dispose([value, grads]);
  return values;
}

function leastTime(run: () => unknown, milliseconds: number): number {
  let least = Infinity;
  const end = performance.now() + milliseconds;
  while (least === Infinity || performance.now() < end) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await tf.setBackend('wasm');
print({ name: `tfjs ${tf.version.tfjs}, wasm, 1 thread`, warning: '' });
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line) as Task & { milliseconds: number };
  const run = prepare(job);
  if (run === undefined) {
    print({ unsupported: 'no gradient of conv2d with respect to the kernels' });
    continue;
  }
  const values = run();
  print({ milliseconds: leastTime(run, job.milliseconds), values });
  tf.disposeVariables();
}
