/**
 * Writes a finished run of study.ts into `@climate/m7-emulator`, as what `pretrainedEmulator()` gives.
 *
 *   npm run script -- docs/m7-emulator/publishWeights.ts FOLDER/VARIANT-SEED [--print]
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { decodeEmulator, encodeEmulator } from '@climate/m7-emulator';
import { writeFileAtomic } from '@pct/core/node';
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
const { variant, seed, sizes, metrics } = JSON.parse(await readFile(`${run}.json`, 'utf8')) as RunRecord;
const card = [
  `Variant ${variant}, seed ${seed}, of docs/m7-emulator/study.ts: ${sizes.steps} steps of ${sizes.batchSize} rows.`,
  `Trained on ${sizes.rows} synthetic pairs of 'ham2' (kappa water, Vehkamaki and activation) without edge cases and sea salt.`,
  `Test rows: mean R2 ${metrics.meanR2.toFixed(3)}, of logarithms ${metrics.meanLogR2.toFixed(3)}; no negatives, mass exact.`,
].join(' ');
const bytes = encodeEmulator({ ...model, notes: { ...model.notes, card } });

/** Characters per line of the encoded bytes; the file stays below the limit of lines. */
const LINE = 800;
const text = Buffer.from(bytes).toString('base64');
const lines = Array.from(
  { length: Math.ceil(text.length / LINE) },
  (_, k) => `  '${text.slice(k * LINE, (k + 1) * LINE)}'`,
);
const code = `// Written by docs/m7-emulator/publishWeights.ts; do not edit.

/** Safetensors bytes of \`encodeEmulator\` in base64; the file's notes say what it was trained on. */
export const pretrainedBase64 =
${lines.join(' +\n')};
`;
if (values.print) process.stdout.write(code);
else {
  const target = '../../packages/m7-emulator/src/emulator/weights/pretrained.ts';
  await writeFileAtomic(fileURLToPath(new URL(target, import.meta.url)), code);
}
