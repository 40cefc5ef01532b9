/**
 * Writes the best of the finished trainings of a configuration, by purity on validation frames, into `@pct/tracking-rl`, as
 * what `pretrainedPolicy()` gives.
 *
 *   npm run script -- docs/tracking-rl/publishWeights.ts [--runs rl-runs] [--config mixed] [--print]
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodePolicy, encodePolicy, type IterationRecord } from '@pct/tracking-rl';
import { writeWeights } from '../weightsModule.js';
import { configsNamed } from './configs.js';
import type { RunSettings } from './runs.js';

const { values } = parseArgs({
  options: {
    /** Folder of the study's trainings. */
    runs: { type: 'string', default: 'rl-runs' },
    config: { type: 'string', default: 'mixed' },
    /** Print the module instead of writing it. */
    print: { type: 'boolean', default: false },
  },
});
const [config] = configsNamed(values.config);
const prefix = `${config!.name}-`;
const candidates = [];
for (const name of await readdir(values.runs)) {
  if (!name.startsWith(prefix)) continue;
  const folder = join(values.runs, name);
  const { settings, records } = JSON.parse(await readFile(join(folder, 'records.json'), 'utf8')) as {
    settings: string;
    records: IterationRecord[];
  };
  const validated = records.flatMap(({ iteration, validation }) =>
    validation === undefined ? [] : [{ iteration, ...validation }],
  );
  const best = validated.reduce((one, other) => (other.purity > one.purity ? other : one));
  candidates.push({
    folder,
    seed: name.slice(prefix.length),
    settings: JSON.parse(settings) as RunSettings,
    best,
  });
}
if (candidates.length === 0)
  throw new Error(`${values.runs} has no training of ${config!.name}; run docs/tracking-rl/study.ts first`);
const { folder, seed, settings, best } = candidates.reduce((one, other) =>
  other.best.purity > one.best.purity ? other : one,
);
const file = join(folder, 'model.safetensors');
const model = decodePolicy(await readFile(file), { file });
const percent = (rate: number): string => `${(100 * rate).toFixed(1)} %`;
await writeWeights(
  'packages/tracking-rl/src/weights/pretrained.ts',
  {
    script: 'docs/tracking-rl/publishWeights.ts',
    notes: [
      'Safetensors bytes of `encodePolicy` in base64.',
      '',
      `Configuration ${config!.name} of docs/tracking-rl/study.ts, seed ${seed}: ${settings.iterations} iterations of one frame, drawn from ${settings.frames} simulated ones`,
      `of ${(config!.densities ?? [100]).join(', ')} primaries behind 100, 150 and 200 mm of water. Taken after iteration ${best.iteration}, with purity`,
      `${percent(best.purity)} and efficiency ${percent(best.efficiency)} on ${settings.validation} validation frames.`,
    ],
    bytes: encodePolicy(model),
    lineLength: 400,
  },
  values.print,
);
