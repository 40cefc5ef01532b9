/**
 * Writes a finished run of study.ts into `@climate/m7-emulator`, as what `pretrainedEmulator()` gives.
 *
 *   npm run script -- docs/m7-emulator/publishWeights.ts FOLDER/VARIANT-SEED [--print]
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { decodeEmulator, encodeEmulator } from '@climate/m7-emulator';
import { writeWeights } from '../weightsModule.js';
import type { RunRecord } from './runs.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Print the module instead of writing it. */
    print: { type: 'boolean', default: false },
  },
});
const [run] = positionals;
if (run === undefined) throw new Error('publishWeights.ts needs a run: FOLDER/VARIANT-SEED');
const model = decodeEmulator(await readFile(`${run}.safetensors`), { file: run });
const record = JSON.parse(await readFile(`${run}.json`, 'utf8')) as RunRecord;
const { variant, seed, sizes, metrics, meanR2Interval } = record;
const { hidden, inputs } = model.design;
/** What `model.notes` says: the model card. */
const notes = {
  ...model.notes,
  card: [
    `Output layer '${model.output.name}', inputs '${inputs}', hidden layers ${hidden.join('-')}: variant ${variant}, seed ${seed}, of docs/m7-emulator/study.ts.`,
    `Trained on ${sizes.rows} synthetic pairs, ${sizes.steps} steps of ${sizes.batchSize} rows.`,
  ].join(' '),
  data: `Pairs of generatePairs({ seed: 1, edgeShare: 0 }): steps of ${model.dt} s of 'ham2' with kappa water, Vehkamaki nucleation and activation, in twelve regimes of air; no sea salt, no edge cases, not ECHAM-HAM.`,
  metrics: [
    `${metrics.rows} rows of another season and seed:`,
    `mean R2 of changes ${metrics.meanR2.toFixed(3)} (95 % interval ${meanR2Interval[0].toFixed(3)} to ${meanR2Interval[1].toFixed(3)}), of their logarithms ${metrics.meanLogR2.toFixed(3)};`,
    `largest relative error of mass ${metrics.worstMassError.toExponential(0)}; negative values ${metrics.negativeFraction}.`,
  ].join(' '),
  limits:
    'Only steps of this length and this choice of processes; the score hangs on few rows, and changes of single cells may be far off; cells unlike the training data are flagged by their distance.',
};
await writeWeights(
  'packages/m7-emulator/src/emulator/weights/pretrained.ts',
  {
    script: 'docs/m7-emulator/publishWeights.ts',
    notes: [
      'Safetensors bytes of `encodeEmulator` in base64. Its notes say what it was trained on, and how well:',
      '',
      ...['card', 'data', 'metrics', 'limits'].map((key) => notes[key as keyof typeof notes]),
    ],
    bytes: encodeEmulator({ ...model, notes }),
    lineLength: 800,
  },
  values.print,
);
