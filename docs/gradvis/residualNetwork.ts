/** A small residual network with batch normalisation on handwritten digits: its training, and its loss with given statistics. */
import { createRng } from '@pct/core';
import {
  adam,
  add,
  averagePool2d,
  batchNormInference,
  batchNormState,
  batchNormTraining,
  compile,
  conv2d,
  crossEntropy,
  dense,
  denseParameters,
  fit,
  flatten,
  flattenParameters,
  heNormal,
  mean,
  normParameters,
  parameterBlocks,
  relu,
  shapesOf,
  unflattenParameters,
  type BatchNormState,
  type NormParameters,
  type Tensor,
  type TreeOf,
} from '@pct/tensor';
import type { BatchNormModel } from '@viz/gradvis';
import { digits } from './digits.js';

const channels = 8;
/** Axis of the channels of images. */
const axis = 1;

function initialParameters(seed: number) {
  const rng = createRng(seed);
  const layer = (inputs: number) => ({
    kernel: heNormal([channels, inputs, 3, 3], rng),
    norm: normParameters(channels),
  });
  return {
    stem: layer(1),
    first: layer(channels),
    second: layer(channels),
    last: denseParameters(channels * 7 * 7, 10, rng),
  };
}

const initialState = () => ({
  stem: batchNormState(channels),
  first: batchNormState(channels),
  second: batchNormState(channels),
});

type Parameters = TreeOf<ReturnType<typeof initialParameters>, Tensor>;
type State = TreeOf<ReturnType<typeof initialState>, Tensor>;
type Layer = keyof State;
type Normalize = (layer: Layer, parameters: NormParameters, x: Tensor) => Tensor;

/** Scores of the classes: a layer, a residual block of two, and a linear one, on images of half the size. */
function network(p: Parameters, images: Tensor, normalize: Normalize): Tensor {
  const layer = (name: Layer, x: Tensor): Tensor =>
    normalize(name, p[name].norm, conv2d(x, p[name].kernel, { padding: 'same' }));
  const stem = relu(layer('stem', averagePool2d(images, 2)));
  const block = relu(add(stem, layer('second', relu(layer('first', stem)))));
  return dense(p.last, flatten(averagePool2d(block, 2), 1));
}

/** The loss with the statistics of the batch, and the running statistics after it. */
function trainingLoss(momentum: number) {
  return (p: Parameters, state: State, images: Tensor, labels: Tensor): [Tensor, State] => {
    const next: Record<Layer, BatchNormState> = { ...state };
    const logits = network(p, images, (name, norm, x) => {
      const [result, running] = batchNormTraining(norm, state[name], x, { axis, momentum });
      next[name] = running;
      return result;
    });
    return [mean(crossEntropy(logits, labels)), next];
  };
}

function inferenceLoss(p: Parameters, state: State, images: Tensor, labels: Tensor): Tensor {
  const normalize: Normalize = (name, norm, x) => batchNormInference(norm, state[name], x, { axis });
  return mean(crossEntropy(network(p, images, normalize), labels));
}

/** A trained network. */
export interface TrainedResidual {
  readonly parameters: Float64Array;
  /** Running statistics. */
  readonly statistics: Float64Array;
}

/** Trains with Adam on batches of 100. */
export async function trainResidual(seed: number, epochs: number, count: number): Promise<TrainedResidual> {
  const { images, labels } = digits(0, count);
  const { lastParameters, lastState } = await fit(
    trainingLoss(0.1),
    initialParameters(seed),
    [images, labels],
    {
      state: initialState(),
      optimizer: adam({ learningRate: 2e-3 }),
      batchSize: 100,
      epochs,
      seed,
      threads: 1,
    },
  );
  return { parameters: flattenParameters(lastParameters), statistics: flattenParameters(lastState) };
}

/** The loss of the first training digits, whose statistics are also those that are recomputed. */
export async function residualModel(count: number): Promise<BatchNormModel & AsyncDisposable> {
  const { images, labels } = digits(0, count);
  const [p, s] = [initialParameters(0), initialState()];
  const specs = [shapesOf(p), shapesOf(s), shapesOf(images), shapesOf(labels)] as const;
  const loss = await compile(inferenceLoss, specs, { threads: 1 });
  // With a momentum of 1 nothing of the old statistics is left.
  const training = trainingLoss(1);
  const recompute = await compile(
    (parameters: Parameters, state: State, x: Tensor, y: Tensor) => training(parameters, state, x, y)[1],
    specs,
    {
      threads: 1,
    },
  );
  return {
    size: flattenParameters(p).length,
    statisticsSize: flattenParameters(s).length,
    blocks: parameterBlocks(p),
    label: `residual network, cross-entropy of ${count} digits`,
    async loss(parameters, statistics) {
      const state = unflattenParameters(statistics, s);
      const { data } = await loss.run(unflattenParameters(parameters, p), state, images, labels);
      return data[0]!;
    },
    statistics: async (parameters) =>
      flattenParameters(await recompute.run(unflattenParameters(parameters, p), s, images, labels)),
    async [Symbol.asyncDispose]() {
      await loss.dispose();
      await recompute.dispose();
    },
  };
}
