/**
 * Compares two estimates of the diagonal of a Hessian, Hutchinson's and that which leaves columns of a sketch out, for a small
 * network and for LeNet-5. Prints the table of docs/gradvis.md.
 *
 *   npm run script -- docs/gradvis/diagonal.ts [--products 20,60,180] [--repeats 10] [--digits 100] [--epochs 1] [--tiny]
 */
import { parseArgs } from 'node:util';
import { collect, createRng, inlineExecutor } from '@pct/core';
import {
  adam,
  array,
  crossEntropy,
  fit,
  flattenParameters,
  mean,
  mlp,
  mlpParameters,
  type Tensor,
} from '@pct/tensor';
import {
  hessianOperator,
  hutchinsonDiagonal,
  networkObjective,
  xDiagonal,
  type SymmetricOperator,
} from '@viz/gradvis';
import { trainingDigits } from './digits.js';
import { labelOf, lenetObjective, trainLenet } from './lenetNetwork.js';

const { values } = parseArgs({
  options: {
    /** Products of each estimate, ascending. */
    products: { type: 'string', default: '20,60,180' },
    /** Estimates of each kind, with the seeds 0, 1, 2, … */
    repeats: { type: 'string', default: '10' },
    /** Digits that LeNet's loss is measured on. */
    digits: { type: 'string', default: '100' },
    epochs: { type: 'string', default: '1' },
    /** Few digits and products, for a test of the script. */
    tiny: { type: 'boolean', default: false },
  },
});
const { tiny } = values;
const counts = tiny ? [6] : values.products.split(',').map(Number);
const repeats = tiny ? 3 : Number(values.repeats);

/** Two spirals, and a network of 2-16-16-2 neurons after 500 steps. */
async function spirals(): Promise<{ operator: SymmetricOperator; name: string }> {
  const turns = Array.from({ length: 100 }, (_, k) => 0.3 + 0.04 * k);
  const points = array(
    [1, -1].flatMap((s) => turns.map((t) => [s * t * Math.cos(2 * t), s * t * Math.sin(2 * t)])),
  );
  const labels = { data: Int32Array.from({ length: 200 }, (_, k) => (k < 100 ? 0 : 1)), shape: [200] };
  const loss = (logits: Tensor, classes: Tensor): Tensor => mean(crossEntropy(logits, classes));
  const initial = mlpParameters([2, 16, 16, 2], createRng(1));
  const trained = await fit((p, x, y) => loss(mlp(p, x), y), initial, [points, labels], {
    optimizer: adam({ learningRate: 1e-2 }),
    batchSize: 200,
    steps: tiny ? 5 : 500,
    seed: 1,
    threads: 1,
  });
  const objective = networkObjective(
    { model: mlp, loss, parameters: initial, inputs: [points], targets: [labels] },
    { precision: 'float64', threads: 1 },
  );
  const operator = await hessianOperator(objective, flattenParameters(trained.lastParameters));
  return { operator, name: `two spirals, ${operator.size} parameters` };
}

/** LeNet-5 after a training. */
async function lenet(): Promise<{ operator: SymmetricOperator; name: string }> {
  const count = tiny ? 10 : Number(values.digits);
  const order = {
    seed: 1,
    epochs: tiny ? 1 : Number(values.epochs),
    perEpoch: 1,
    count: tiny ? 100 : trainingDigits,
  };
  const [training] = await collect(inlineExecutor().map(trainLenet, [order]));
  const operator = await hessianOperator(lenetObjective({ count }), training!.checkpoints.at(-1)!);
  return { operator, name: `${labelOf(count)}, ${operator.size} parameters` };
}

type Estimator = (products: number, seed: number) => Promise<{ readonly values: Float64Array }>;

/** Sum of the variances of all entries over some estimates. */
function varianceOf(estimates: readonly Float64Array[]): number {
  const count = estimates.length;
  let sum = 0;
  for (let k = 0; k < estimates[0]!.length; k++) {
    const centre = estimates.reduce((total, one) => total + one[k]!, 0) / count;
    for (const one of estimates) sum += (one[k]! - centre) ** 2 / (count - 1);
  }
  return sum;
}

/** The squared length of the diagonal, without what the variance adds to that of the mean of some estimates. */
function squaredLength(estimates: readonly Float64Array[]): number {
  const count = estimates.length;
  let squares = 0;
  for (let k = 0; k < estimates[0]!.length; k++)
    squares += (estimates.reduce((total, one) => total + one[k]!, 0) / count) ** 2;
  return squares - varianceOf(estimates) / count;
}

const short = (value: number): string =>
  value < 1e-4 ? value.toExponential(1) : String(Number(value.toPrecision(2)));

const lines = [
  '| network | products | variance by `hutchinsonDiagonal` | by `xDiagonal` | ratio |',
  '| --- | --- | --- | --- | --- |',
];
for (const make of [spirals, lenet]) {
  const { operator, name } = await make();
  const hutchinson: Estimator = (samples, seed) =>
    hutchinsonDiagonal(operator, { samples, seed, check: seed === 0 });
  const leavingOut: Estimator = (products, seed) => xDiagonal(operator, { products, seed, check: false });
  const variances: number[][] = [];
  let length = NaN;
  for (const products of counts) {
    variances.push([]);
    for (const estimator of [hutchinson, leavingOut]) {
      const estimates: Float64Array[] = [];
      for (let seed = 0; seed < repeats; seed++) {
        estimates.push((await estimator(products, seed)).values);
        process.stderr.write(`\r${name}, ${products} products: ${estimates.length} of ${repeats}   `);
      }
      variances.at(-1)!.push(varianceOf(estimates));
      // The last is the best, and makes all variances relative.
      length = squaredLength(estimates);
    }
  }
  for (const [k, products] of counts.entries()) {
    const [plain, left] = variances[k]!.map((variance) => variance / length) as [number, number];
    lines.push(`| ${name} | ${products} | ${short(plain)} | ${short(left)} | ${short(plain / left)} |`);
  }
}
process.stderr.write('\n');
process.stdout.write(`${lines.join('\n')}\n`);
