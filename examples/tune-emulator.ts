/**
 * Tunes a small emulator of M7 with Bayesian optimisation, and draws the loss around the best network that it found: three
 * packages that meet at plain functions and at the `Objective` of `@pct/core`.
 */
import { parseArgs } from 'node:util';
import { createEmulator, emulatorObjective, evaluateEmulation, trainEmulator } from '@climate/m7-emulator';
import { generatePairs } from '@climate/m7-emulator/data';
import { categorical, createStudy, float, int } from '@hpo/approx-gp';
import { flattenParameters } from '@pct/tensor';
import { contourFigure, randomDirections, sampleSurface } from '@viz/gradvis';
import { writeFigure } from '@viz/gradvis/node';

const usage = `Tunes an emulator of M7, and draws the loss around the best one.

Usage: npm run script -- examples/tune-emulator.ts [options]

  --trials N   trainings (default 12)
  --steps N    steps of each training (default 150)
  --rows N     rows to train on (default 4000)
  --points N   grid points per axis of the plane (default 15)
  --out FILE   figure, .svg or .png (default tune-emulator.svg)
  --help       this text
`;
const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '12' },
    steps: { type: 'string', default: '150' },
    rows: { type: 'string', default: '4000' },
    points: { type: 'string', default: '15' },
    out: { type: 'string', default: 'tune-emulator.svg' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit();
}
const [trials, steps, rows, points] = [values.trials, values.steps, values.rows, values.points].map(Number);

/** Inputs and outputs of single steps of M7. */
async function pairsOf(split: 'train' | 'validation', count: number) {
  const pairs = { inputs: new Float64Array(count * 32), outputs: new Float64Array(count * 28) };
  for await (const chunk of generatePairs({ rows: count, split, seed: 1, edgeShare: 0 })) {
    pairs.inputs.set(chunk.inputs, chunk.first * 32);
    pairs.outputs.set(chunk.outputs, chunk.first * 28);
  }
  return pairs;
}
const data = await pairsOf('train', rows!);
const validation = await pairsOf('validation', Math.ceil(rows! / 4));

const space = {
  learningRate: float(1e-4, 3e-2, { log: true }),
  width: int(8, 64, { log: true }),
  activation: categorical(['relu', 'silu']),
};
const train = async ({
  width,
  ...options
}: {
  learningRate: number;
  width: number;
  activation: 'relu' | 'silu';
}) => {
  const settings = { output: 'transfer', inputs: 'modes', skip: true, gradientNorm: 1 } as const;
  const { model } = await trainEmulator(data, {
    ...{ ...settings, ...options, hidden: [width, width], steps, batchSize: 256, seed: 1, threads: 1 },
  });
  return model;
};

const study = createStudy({ space, direction: 'maximize', seed: 1 });
await study.optimize(
  async ({ params }) => {
    const model = await train(params);
    await using emulator = await createEmulator(model);
    const { values: predicted } = await emulator.predict(validation.inputs);
    return evaluateEmulation(validation, predicted, model.scaling.target).meanLogR2;
  },
  {
    trials: trials!,
    onTrial: ({ number, value, params }) =>
      console.log(`trial ${number}: ${value?.toFixed(3) ?? 'failed'} ${JSON.stringify(params)}`),
  },
);
const { best } = study;
if (best?.value === undefined) throw new Error('every training failed');
console.log(`best: trial ${best.number}, mean R² of logarithms ${best.value.toFixed(3)}`);

const model = await train(best.params);
const objective = emulatorObjective(model, validation, { threads: 1 });
const minimum = flattenParameters(model.parameters);
const axes = randomDirections(objective, minimum, 2, { rng: 1 }).map((direction) => ({
  ...direction,
  range: [-0.5, 0.5] as const,
  points: points!,
}));
const plane = await sampleSurface(objective, minimum, axes);
await writeFigure(values.out, contourFigure(plane, { scale: 'log1p' }));
const lowest = Math.min(...plane.values.filter(Number.isFinite));
console.log(
  `loss at the network ${(await objective.loss(minimum)).toFixed(3)}, lowest of the plane ${lowest.toFixed(3)}`,
);
console.log(`figure: ${values.out}`);
