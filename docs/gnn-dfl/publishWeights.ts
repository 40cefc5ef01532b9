/**
 * Writes the weights of a finished run of `train.ts` into `@pct/gnn-dfl`, as what `pretrainedModel()` gives.
 *
 *   npm run script -- docs/gnn-dfl/publishWeights.ts FOLDER/CONFIG-SEED [--print]
 */
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeModel } from '@pct/gnn-dfl';
import { writeWeights } from '../weightsModule.js';
import { finishedRuns } from './runs.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Print the module instead of writing it. */
    print: { type: 'boolean', default: false },
  },
});
const folder = resolve(positionals[0] ?? '.');
const run = (await finishedRuns(dirname(folder))).find((one) => one.folder === folder);
if (run === undefined) throw new Error(`${folder} is no finished run of docs/gnn-dfl/train.ts`);
const { config, settings, model, log } = run;
const best = log
  .flatMap(({ validation }) => (validation === undefined ? [] : [validation]))
  .reduce((one, other) => (other.purity > one.purity ? other : one));
const percent = (rate: number): string => `${(100 * rate).toFixed(1)} %`;

await writeWeights(
  'packages/gnn-dfl/src/weights/pretrained.ts',
  {
    script: 'docs/gnn-dfl/publishWeights.ts',
    notes: [
      'Safetensors bytes of `encodeModel` in base64.',
      '',
      `Configuration ${settings.config}, seed ${settings.seed}: at most ${settings.steps} steps of ${settings.batch} frames, drawn from ${settings.frames} simulated ones of`,
      `${config.densities.join(', ')} primaries behind 100, 150 and 200 mm of water. Taken after step ${best.step}, with purity ${percent(best.purity)} and`,
      `efficiency ${percent(best.efficiency)} on ${settings.validation} validation frames.`,
    ],
    bytes: encodeModel(model),
  },
  values.print,
);
