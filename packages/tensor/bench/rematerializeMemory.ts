/**
 * Prints the peak memory of the gradient of a long chain of layers, with and without `rematerializeChain`, each in a
 * process of its own. onnxruntime takes memory in pieces of doubling size, so that the numbers move in steps. From the
 * repository's root:
 *
 *   npm run script -- packages/tensor/bench/rematerializeMemory.ts
 */
import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import type { NdArray } from '../src/graph/types.js';
import { add } from '../src/primitives/add.js';
import { matmul } from '../src/primitives/matmul.js';
import { tanh } from '../src/primitives/tanh.js';
import { mean } from '../src/ops/reductions.js';
import { square } from '../src/ops/elementwise.js';
import { compile } from '../src/runtime/compile.js';
import { onnxruntimeNode } from '../src/runtimes/onnxruntimeNode.js';
import { float32, shapesOf } from '../src/trace/spec.js';
import type { Tensor } from '../src/trace/Tensor.js';
import { valueAndGrad } from '../src/transforms/grad.js';
import { rematerializeChain } from '../src/transforms/rematerialize.js';

const LAYERS = 64;
const BATCH = 4096;
const WIDTH = 128;
const RUNS = 3;
const MEGABYTE = 2 ** 20;

/** What one process measures. */
interface Measured {
  /** Growth of the peak resident memory from before the first run, in megabytes. */
  readonly peak: number;
  /** Shortest run, in milliseconds. */
  readonly milliseconds: number;
  readonly loss: number;
  /** Sum of the gradient's elements. */
  readonly gradient: number;
}

function wave(shape: number[], scale: number, phase: number): NdArray {
  const length = shape.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length }, (_, k) => scale * Math.sin(0.37 * k + phase)), shape };
}

async function measure(segments: number): Promise<Measured> {
  const weights = Array.from({ length: LAYERS }, (_, i) => wave([WIDTH, WIDTH], 0.1, i));
  const biases = Array.from({ length: LAYERS }, (_, i) => wave([WIDTH], 0.1, i));
  const x = wave([BATCH, WIDTH], 1, 0.5);
  const loss = (w: readonly Tensor[], b: readonly Tensor[], input: Tensor): Tensor => {
    const layers = w.map((weight, i) => (y: Tensor) => tanh(add(matmul(y, weight), b[i]!)));
    const y =
      segments === 0
        ? layers.reduce((z, layer) => layer(z), input)
        : rematerializeChain(layers, input, { segments });
    return mean(square(y));
  };
  const program = await compile(
    valueAndGrad(loss),
    [shapesOf(weights), shapesOf(biases), float32(BATCH, WIDTH)],
    { runtime: await onnxruntimeNode({ threads: 1 }) },
  );
  const before = process.memoryUsage.rss();
  let milliseconds = Infinity;
  let result: Awaited<ReturnType<typeof program.run>> | undefined;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    result = await program.run(weights, biases, x);
    milliseconds = Math.min(milliseconds, performance.now() - start);
  }
  const peak = process.resourceUsage().maxRSS / 1024 - before / MEGABYTE;
  await program.dispose();
  const [value, gradient] = result!;
  const sum = gradient.flatMap(({ data }) => [...data]).reduce((a, b) => a + b, 0);
  return { peak, milliseconds, loss: value.data[0]!, gradient: sum };
}

function measureApart(segments: number): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, [String(segments)], { execArgv: process.execArgv });
    child.on('message', (message) => resolve(message as Measured));
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the process with ${segments} segments ended with ${code}`)));
  });
}

const own = process.argv[2];
if (own !== undefined) {
  process.send?.(await measure(Number(own)));
} else {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, node ${process.versions.node}, 1 thread`);
  console.log(`${LAYERS} dense layers of ${WIDTH} with tanh, batch ${BATCH}: value and gradient`);
  for (const segments of [0, 4, 8, 16, 64]) {
    const { peak, milliseconds, loss, gradient } = await measureApart(segments);
    const label = segments === 0 ? 'everything kept' : `${segments} segments`;
    console.log(
      `${label.padEnd(18)}${peak.toFixed(0).padStart(6)} MB ${milliseconds.toFixed(0).padStart(6)} ms   loss ${loss}, gradient ${gradient}`,
    );
  }
}
