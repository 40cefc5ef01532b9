/** The tasks as programs for onnxruntime. */
import {
  compile,
  float32,
  hessianVectorProduct,
  int32,
  matmul,
  onnxruntimeNode,
  shapesOf,
  valueAndGrad,
} from '../../src/index.js';
import type { NdArray, Runtime, Tensor, TensorSpec } from '../../src/index.js';
import { adamUpdate, type AdamState } from './adam.js';
import { denseArrays, denseData, denseLoss, WIDTHS } from './dense.js';
import { lenetArrays, lenetData, lenetLoss } from './lenet.js';
import { wave } from './numbers.js';
import type { Prepared, Task } from './task.js';

interface Network {
  readonly loss: (parameters: readonly Tensor[], x: Tensor, y: Tensor) => Tensor;
  readonly arrays: (phase: number) => NdArray[];
  readonly data: (size: number) => [NdArray, NdArray];
  readonly types: readonly [TensorSpec, TensorSpec];
}

const NETWORKS: Readonly<Record<'dense' | 'lenet', Network>> = {
  dense: {
    loss: denseLoss,
    arrays: denseArrays,
    data: denseData,
    types: [float32('batch', WIDTHS[0]), float32('batch', WIDTHS[3])],
  },
  lenet: {
    loss: lenetLoss,
    arrays: lenetArrays,
    data: lenetData,
    types: [float32('batch', 1, 28, 28), int32('batch')],
  },
};

/** Compiles a task for onnxruntime. */
export async function prepare(task: Task): Promise<Prepared> {
  const runtime = await onnxruntimeNode({ threads: task.threads });
  if (task.network === 'matmul') return prepareProduct(task.size, runtime);
  const network = NETWORKS[task.network];
  if (task.what === 'adam') return prepareAdam(network, task.size, runtime);
  return task.what === 'hessian'
    ? prepareHessian(network, task.size, runtime)
    : prepareGradient(network, task.size, runtime);
}

async function prepareProduct(size: number, runtime: Runtime): Promise<Prepared> {
  const [a, b] = [wave([size, size], 1, 0), wave([size, size], 1, 1)];
  const product = (left: Tensor, right: Tensor): Tensor => matmul(left, right);
  const program = await compile(product, [shapesOf(a), shapesOf(b)], { runtime });
  return {
    run: async () => [(await program.run(a, b)).data[1]!],
    dispose: () => program.dispose(),
  };
}

async function prepareGradient(network: Network, size: number, runtime: Runtime): Promise<Prepared> {
  const parameters = network.arrays(0);
  const [x, y] = network.data(size);
  const specs = [shapesOf(parameters), ...network.types] as const;
  const program = await compile(valueAndGrad(network.loss), specs, { runtime });
  return {
    run: async () => {
      const [value, gradient] = await program.run(parameters, x, y);
      return [value.data[0]!, gradient[0]!.data[1]!];
    },
    dispose: () => program.dispose(),
  };
}

async function prepareAdam(network: Network, size: number, runtime: Runtime): Promise<Prepared> {
  const parameters = network.arrays(0);
  const zeros = parameters.map(({ data, shape }) => ({ data: data.slice().fill(0), shape }));
  const [x, y] = network.data(size);
  let state: AdamState<NdArray> = { parameters, means: zeros, squares: zeros };
  let count = 0;
  const step = (before: AdamState<Tensor>, number: Tensor, images: Tensor, wanted: Tensor) => {
    const [value, gradient] = valueAndGrad(network.loss)(before.parameters, images, wanted);
    return [value, adamUpdate(gradient, before, number)] as const;
  };
  const specs = [shapesOf(state), float32(), ...network.types] as const;
  const program = await compile(step, specs, { runtime });
  return {
    run: async () => {
      const [value, next] = await program.run(state, ++count, x, y);
      state = next;
      return [value.data[0]!, next.parameters[0]!.data[1]!];
    },
    dispose: () => program.dispose(),
  };
}

async function prepareHessian(network: Network, size: number, runtime: Runtime): Promise<Prepared> {
  const [parameters, vector] = [network.arrays(0), network.arrays(5)];
  const [x, y] = network.data(size);
  const specs = [shapesOf(vector), shapesOf(parameters), ...network.types] as const;
  const program = await compile(hessianVectorProduct(network.loss), specs, { runtime });
  return {
    run: async () => {
      const product = await program.run(vector, parameters, x, y);
      return [product[0]!.data[1]!, product.at(-1)!.data[1]!];
    },
    dispose: () => program.dispose(),
  };
}
