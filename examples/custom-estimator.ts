/**
 * A gradient estimator of one's own beside those of the assignment layer. A linear model prices pairs by their
 * features; it learns from best assignments alone, once per estimator, and a table shows how well.
 */
import { parseArgs } from 'node:util';
import {
  assignmentLayer,
  blackbox,
  identity,
  sinkhorn,
  type Estimator,
  type TracedEstimator,
} from '@pct/assignment/layers';
import { createRng, PctError, type Rng } from '@pct/core';
import {
  adam,
  compile,
  matmul,
  mean,
  reshape,
  shapesOf,
  square,
  sub,
  valueAndGrad,
  type NdArray,
  type Tensor,
} from '@pct/tensor';

const usage = `Trains a model through the assignment layer, with an estimator of one's own and with others.

  --steps N   training steps per estimator   (default 60)
  --seed N    seed of the problems           (default 1)
  --help      this text`;

/** Problems, rows and columns of each, and features per pair. */
const [problems, rows, columns, features] = [16, 5, 6, 4] as const;

/**
 * Exact assignments out; on the way back every row counts as if it chose its column by itself, with probabilities
 * softmax(-c / temperature). The price of a column that several rows want is not seen, so it is a rough estimate.
 */
function independentRows(temperature: number): Estimator {
  return {
    name: 'independentRows',
    forward: ({ cost }, { solve }) => ({ output: solve(cost).y, saved: [] }),
    backward({ cost, columns: m }, _output, _saved, cotangent) {
      const gradient = new Float64Array(cost.length);
      for (let from = 0; from < cost.length; from += m) {
        const row = cost.subarray(from, from + m);
        const least = Math.min(...row);
        const weights = Array.from(row, (c) => Math.exp((least - c) / temperature)); // 0 for Infinity: forbidden
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const expected = weights.reduce((sum, weight, j) => sum + (weight / total) * cotangent[from + j]!, 0);
        for (let j = 0; j < m; j++) {
          gradient[from + j] = (-(weights[j]! / total) * (cotangent[from + j]! - expected)) / temperature;
        }
      }
      return gradient;
    },
  };
}

const estimators: readonly (readonly [string, Estimator | TracedEstimator])[] = [
  ['independentRows (this file)', independentRows(0.5)],
  ['blackbox', blackbox({ lambda: 200 })],
  ['identity', identity()],
  ['sinkhorn', sinkhorn({ temperature: 0.3 })],
];

interface Data {
  /** Features of each pair, [problems * rows * columns, features]. */
  readonly x: NdArray;
  /** Best assignments for the hidden prices, [problems, rows, columns]. */
  readonly truth: NdArray;
}

const prices = (x: Tensor, weights: Tensor): Tensor => reshape(matmul(x, weights), [problems, rows, columns]);

async function makeData(rng: Rng): Promise<Data> {
  const x = {
    data: rng.fillNormal(new Float64Array(problems * rows * columns * features)),
    shape: [problems * rows * columns, features],
  };
  const hidden = { data: rng.fillNormal(new Float64Array(features)), shape: [features, 1] };
  const specs = [shapesOf(x), shapesOf(hidden)] as const;
  await using solve = await compile((a: Tensor, w: Tensor) => assignmentLayer(prices(a, w)), specs, {
    runtime: 'interpreter',
  });
  return { x, truth: await solve.run(x, hidden) };
}

/** Share of the rows, in percent, that get the right column before and after training. */
async function train(
  estimator: Estimator | TracedEstimator,
  { x, truth }: Data,
  steps: number,
): Promise<number[]> {
  let weights: NdArray = { data: new Float64Array(features).fill(0.1), shape: [features, 1] };
  const loss = (w: Tensor, a: Tensor, y: Tensor): [Tensor, Tensor] => {
    const costs = prices(a, w);
    return [mean(square(sub(assignmentLayer(costs, { estimator }), y))), assignmentLayer(costs)];
  };
  await using step = await compile(
    valueAndGrad(loss, { auxiliary: true }),
    [shapesOf(weights), shapesOf(x), shapesOf(truth)],
    { runtime: 'interpreter' },
  );
  const optimizer = adam({ learningRate: 0.05 });
  let state = optimizer.init(weights);
  const right: number[] = [];
  for (let k = 0; k <= steps; k++) {
    const [, gradient, found] = await step.run(weights, x, truth);
    let agreed = 0;
    for (const [at, y] of truth.data.entries()) agreed += y * found.data[at]!;
    right.push((100 * agreed) / (problems * rows));
    [weights, state] = optimizer.update(gradient, state, weights);
  }
  return [right[0]!, right.at(-1)!];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      steps: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const [steps, seed] = [Number(values.steps), Number(values.seed)];
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new Error(`--steps must be an integer of at least 1, got ${values.steps}`);
  }
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed must be an integer, got ${values.seed}`);
  const data = await makeData(createRng(seed));
  console.log(`rows that get the right column, % of ${problems * rows}`);
  console.log(`${'estimator'.padEnd(28)} before  after`);
  for (const [name, estimator] of estimators) {
    const [before, after] = await train(estimator, data, steps);
    console.log(`${name.padEnd(28)} ${before!.toFixed(1).padStart(6)} ${after!.toFixed(1).padStart(6)}`);
  }
}

main().catch((error: unknown) => {
  console.error(
    `error: ${error instanceof PctError || error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
});
