/** Everything that is compared: losses, and layers with a loss behind them, each with one number to choose. */
import {
  aimle,
  aimleState,
  assignmentLayer,
  blackbox,
  caveLoss,
  contrastiveMapLoss,
  fenchelYoungLoss,
  hammingLoss,
  identity,
  imle,
  listwiseRankingLoss,
  lpgd,
  noiseContrastiveLoss,
  pairwiseRankingLoss,
  perturbed,
  pointwiseRankingLoss,
  regret,
  regularizedFrankWolfe,
  sinkhorn,
  SolutionCache,
  spoPlusLoss,
  structuredHingeLoss,
} from '@pct/assignment/layers';
import type { Estimator, TracedEstimator } from '@pct/assignment/layers';
import { mean, mul, square, sub } from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import type { Examples } from './generator.js';

/** One mini-batch while tracing. */
export interface Batch {
  /** ĉ, [batch, side, side]. */
  readonly predicted: Tensor;
  /** c, like it. */
  readonly cost: Tensor;
  /** y*(c), like it. */
  readonly truth: Tensor;
  /** Number of the step, int32 []. */
  readonly seed: Tensor;
  /** Indices into the training set, int32 [batch]. */
  readonly examples: Tensor;
}

/** Loss of a mini-batch, []. */
export type LossOfBatch = (batch: Batch) => Tensor;

/** What a method may start from. */
export interface MethodData {
  readonly side: number;
  readonly training: Examples;
}

/** A way to train. */
export interface Method {
  readonly name: string;
  /** What its number is called in the table; undefined if it has none. */
  readonly parameter?: string | undefined;
  /** Values that the number is chosen from; one value for methods without. */
  readonly values: readonly (number | string)[];
  /** Whether a loss remembers earlier steps, so that every training needs its own. */
  readonly stateful?: boolean | undefined;
  make(value: number | string, data: MethodData): LossOfBatch;
}

type MakeEstimator = (value: number, seed: Tensor) => Estimator | TracedEstimator;

/** Layer with an estimator, trained by regret and by Hamming distance. */
function layerMethods(
  name: string,
  parameter: string,
  values: readonly number[],
  make: () => MakeEstimator,
  stateful = false,
): Method[] {
  const layerOf = (value: number | string) => {
    const estimator = make();
    return (cost: Tensor, { seed, examples }: Batch): Tensor =>
      assignmentLayer(cost, { estimator: estimator(value as number, seed), examples });
  };
  return [
    {
      name: `${name}, regret`,
      parameter,
      values,
      stateful,
      make: (value) => {
        const layer = layerOf(value);
        return (batch) => {
          const { predicted, cost, truth } = batch;
          // Sums, not means: how far estimators move the costs follows the gradient that reaches them.
          return regret(predicted, cost, { truth, layer: (c) => layer(c, batch), reduction: 'sum' });
        };
      },
    },
    {
      name: `${name}, Hamming`,
      parameter,
      values,
      stateful,
      make: (value, { side }) => {
        const layer = layerOf(value);
        return (batch) =>
          mul(side * side, hammingLoss(layer(batch.predicted, batch), batch.truth, { reduction: 'sum' }));
      },
    },
  ];
}

/** Pool with the true assignments of the training set. */
function cacheOf({ side, training }: MethodData): SolutionCache {
  const cache = new SolutionCache({
    rows: side,
    columns: side,
    capacity: 256,
    solveProbability: 0.1,
    seed: 1,
  });
  const size = side * side;
  for (let k = 0; k < training.count; k++) {
    const rowToColumn = Array.from({ length: side }, (_, i) =>
      training.truth.subarray(k * size + i * side, k * size + (i + 1) * side).indexOf(1),
    );
    cache.add(rowToColumn);
  }
  return cache;
}

const temperatures = [0.1, 0.5];
const steps = [1, 10];

/** All methods, in the order of the table. */
export const methods: readonly Method[] = [
  {
    name: 'two-stage (squared error)',
    values: [0],
    make:
      () =>
      ({ predicted, cost }) =>
        mean(square(sub(predicted, cost))),
  },
  {
    name: '`spoPlusLoss`',
    values: [0],
    make:
      () =>
      ({ predicted, cost, truth }) =>
        spoPlusLoss(predicted, cost, { truth }),
  },
  {
    name: '`fenchelYoungLoss`, perturbed',
    parameter: 'temperature',
    values: temperatures,
    make:
      (value) =>
      ({ predicted, truth, seed, examples }) =>
        fenchelYoungLoss(predicted, truth, { temperature: value as number, samples: 5, seed, examples }),
  },
  ...(['quadratic', 'entropic'] as const).map((smoothing): Method => ({
    name: `\`fenchelYoungLoss\`, ${smoothing}`,
    parameter: 'temperature',
    values: temperatures,
    make:
      (value) =>
      ({ predicted, truth }) =>
        fenchelYoungLoss(predicted, truth, {
          smoothing,
          temperature: value as number,
          iterations: 20,
          tolerance: 1e-3,
        }),
  })),
  {
    name: '`structuredHingeLoss`',
    parameter: 'margin',
    values: [0.1, 0.5],
    make:
      (value) =>
      ({ predicted, truth }) =>
        structuredHingeLoss(predicted, truth, { margin: value as number }),
  },
  {
    name: '`caveLoss`, exact',
    values: [0],
    make:
      () =>
      ({ predicted, truth }) =>
        caveLoss(predicted, truth, { projection: 'exact' }),
  },
  {
    name: '`caveLoss`, interior',
    values: [0],
    make:
      () =>
      ({ predicted, truth }) =>
        caveLoss(predicted, truth),
  },
  ...([noiseContrastiveLoss, contrastiveMapLoss] as const).map((loss): Method => ({
    name: `\`${loss.name}\``,
    parameter: 'compared at',
    values: ['ĉ', 'ĉ - c'],
    stateful: true,
    make: (value, data) => {
      const cache = cacheOf(data);
      return ({ predicted, truth, cost }) =>
        loss(predicted, truth, { cache, trueCost: value === 'ĉ' ? undefined : cost });
    },
  })),
  {
    name: '`listwiseRankingLoss`',
    parameter: 'temperature',
    values: temperatures,
    stateful: true,
    make: (value, data) => {
      const cache = cacheOf(data);
      return ({ predicted, cost }) =>
        listwiseRankingLoss(predicted, cost, { cache, temperature: value as number });
    },
  },
  {
    name: '`pairwiseRankingLoss`',
    parameter: 'margin',
    values: [0.1, 0.5],
    stateful: true,
    make: (value, data) => {
      const cache = cacheOf(data);
      return ({ predicted, cost }) =>
        pairwiseRankingLoss(predicted, cost, { cache, margin: value as number });
    },
  },
  {
    name: '`pointwiseRankingLoss`',
    values: [0],
    stateful: true,
    make: (_, data) => {
      const cache = cacheOf(data);
      return ({ predicted, cost }) => pointwiseRankingLoss(predicted, cost, { cache });
    },
  },
  ...layerMethods('`blackbox`', 'λ', steps, () => (lambda) => blackbox({ lambda })),
  ...layerMethods(
    '`identity`',
    'mean (0) or standardise (1)',
    [0, 1],
    () => (value) => identity({ projection: value === 0 ? 'mean' : 'standardise' }),
  ),
  ...layerMethods('`lpgd`', 'τ', steps, () => (tau) => lpgd({ tau })),
  ...layerMethods(
    '`perturbed`',
    'σ',
    temperatures,
    () => (sigma, seed) => perturbed({ sigma, samples: 5, seed }),
  ),
  ...layerMethods(
    '`imle`',
    'λ',
    steps,
    () => (lambda, seed) => imle({ lambda, noise: 'gumbel', sigma: 0.1, samples: 2, seed }),
  ),
  ...layerMethods(
    '`aimle`',
    'σ',
    temperatures,
    () => {
      const state = aimleState();
      return (sigma, seed) => aimle({ state, noise: 'gumbel', sigma, samples: 2, seed });
    },
    true,
  ),
  ...layerMethods(
    '`sinkhorn`',
    'temperature',
    temperatures,
    () => (temperature) => sinkhorn({ temperature, iterations: 20, tolerance: 1e-3 }),
  ),
  ...layerMethods(
    '`regularizedFrankWolfe`',
    'μ',
    temperatures,
    () => (regularization) => regularizedFrankWolfe({ regularization, iterations: 20, tolerance: 1e-3 }),
  ),
];
