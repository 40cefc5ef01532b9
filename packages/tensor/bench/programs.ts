/** The programs that the benches time: a training step of a small network, its Hessian product, one product. */
import type { NdArray } from '../src/graph/types.js';
import { mean } from '../src/ops/reductions.js';
import { add } from '../src/primitives/add.js';
import { matmul } from '../src/primitives/matmul.js';
import { mul } from '../src/primitives/mul.js';
import { relu } from '../src/primitives/relu.js';
import { sub } from '../src/primitives/sub.js';
import { compile } from '../src/runtime/compile.js';
import { onnxruntimeNode } from '../src/runtimes/onnxruntimeNode.js';
import { float32, shapesOf } from '../src/trace/spec.js';
import type { Tensor } from '../src/trace/Tensor.js';
import { valueAndGrad } from '../src/transforms/grad.js';
import { hessianVectorProduct } from '../src/transforms/hessian.js';

/** Widths of the network's layers. */
const WIDTHS = [34, 128, 128, 28] as const;

export interface Task {
  readonly task: 'step' | 'hvp' | 'matmul';
  /** Rows of the training data, or of the square matrices. */
  readonly size: number;
  readonly threads: number;
}

/** All tasks that are timed. */
export const TASKS: readonly Task[] = [1, 2].flatMap((threads) => [
  ...[64, 256, 8192].map((size) => ({ task: 'step' as const, size, threads })),
  ...[64, 8192].map((size) => ({ task: 'hvp' as const, size, threads })),
  { task: 'matmul' as const, size: 1024, threads },
]);

export function labelOf({ task, size, threads }: Task): string {
  const what = { step: 'value and gradient, batch', hvp: 'Hessian product, batch', matmul: 'matrix product' };
  return `${what[task]} ${size}, ${threads} thread${threads === 1 ? '' : 's'}`;
}

/** Numbers that any language computes alike: scale * sin(0.37 k + phase). */
function wave(shape: number[], scale: number, phase: number): NdArray {
  const length = shape.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length }, (_, k) => scale * Math.sin(0.37 * k + phase)), shape };
}

interface Layer<T> {
  readonly weight: T;
  readonly bias: T;
}

function makeLayers(phase: number): Layer<NdArray>[] {
  return WIDTHS.slice(1).map((width, index) => ({
    weight: wave([WIDTHS[index]!, width], 0.1, phase + index),
    bias: wave([width], 0.1, phase - index),
  }));
}

function loss(layers: readonly Layer<Tensor>[], x: Tensor, y: Tensor): Tensor {
  const out = layers.reduce((h, { weight, bias }, index) => {
    const z = add(matmul(h, weight), bias);
    return index < layers.length - 1 ? relu(z) : z;
  }, x);
  const error = sub(out, y);
  return mean(mul(error, error));
}

export interface Prepared {
  /** Runs the program once; gives a number that depends on the result. */
  run(): Promise<number>;
  dispose(): Promise<void>;
}

/** Compiles a task for onnxruntime. */
export async function prepare({ task, size, threads }: Task): Promise<Prepared> {
  const runtime = await onnxruntimeNode({ threads });
  if (task === 'matmul') {
    const [a, b] = [wave([size, size], 1, 0), wave([size, size], 1, 1)];
    const program = await compile(
      (left: Tensor, right: Tensor) => matmul(left, right),
      [shapesOf(a), shapesOf(b)],
      {
        runtime,
      },
    );
    return {
      run: async () => (await program.run(a, b)).data[1]!,
      dispose: () => program.dispose(),
    };
  }
  const layers = makeLayers(0);
  const x = wave([size, WIDTHS[0]], 1, 2);
  const y = wave([size, WIDTHS[3]], 1, 3);
  const types = [float32('batch', WIDTHS[0]), float32('batch', WIDTHS[3])] as const;
  if (task === 'step') {
    const program = await compile(valueAndGrad(loss), [shapesOf(layers), ...types], { runtime });
    return {
      run: async () => (await program.run(layers, x, y))[0].data[0]!,
      dispose: () => program.dispose(),
    };
  }
  const vector = makeLayers(5);
  const specs = [shapesOf(vector), shapesOf(layers), ...types] as const;
  const program = await compile(hessianVectorProduct(loss), specs, { runtime });
  return {
    run: async () => (await program.run(vector, layers, x, y))[0]!.weight.data[1]!,
    dispose: () => program.dispose(),
  };
}
