/**
 * Accuracy against speed: short trainings of networks of several sizes and last layers, scored on validation rows, and
 * processor time per cell beside that of M7. Writes the table of docs/m7-emulator.md.
 *
 *   npm run script -- docs/m7-emulator/sizes.ts [--rows 300000] [--steps 1000] [--seconds 2] [--tiny] [--print]
 */
import { parseArgs } from 'node:util';
import {
  createEmulator,
  createM7,
  createResult,
  type EmulatorModel,
  evaluateEmulation,
  trainEmulator,
} from '@climate/m7-emulator';
import { stateOfRows } from '@climate/m7-emulator/data';
import { cosineSchedule } from '@pct/tensor';
import { writeComparison } from '../tables.js';
import { pairsOnce, predictionsOf } from './runs.js';
import { tableOf } from './scores.js';
import { variantNamed } from './variants.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '300000' },
    steps: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '2' },
    /** Smallest sizes, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
  },
});
const rows = values.tiny ? 600 : Number(values.rows);
const steps = values.tiny ? 5 : Number(values.steps);
const seconds = values.tiny ? 0.01 : Number(values.seconds);
const block = values.tiny ? 128 : 8192;
const designs: readonly (readonly [variant: string, hidden: readonly number[]])[] = [
  ['baseline', [16]],
  ['baseline', [16, 16]],
  ['baseline', [64, 64]],
  ['baseline', [128, 128]],
  ['transfer', [16, 16]],
  ['transfer', [64, 64]],
  ['transfer', [128, 128]],
  ['process', [16]],
  ['process', [32, 32]],
  ['process', [64, 64]],
  ['process', [128, 128]],
];

/** Processor time of this process per call, µs: waiting for a processor does not count. */
async function cost(call: () => unknown): Promise<number> {
  await call();
  const before = process.cpuUsage();
  const spent = (): number => {
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  let calls = 0;
  while (spent() < seconds * 1e6) {
    await call();
    calls++;
  }
  return spent() / Math.max(1, calls);
}

const train = await pairsOnce('train', rows);
const validation = await pairsOnce('validation', values.tiny ? 300 : 100_000);
const inputs = validation.inputs.subarray(0, 32 * block);

async function microseconds(model: EmulatorModel): Promise<number> {
  const emulator = await createEmulator(model);
  const time = await cost(() => emulator.predict(inputs));
  await emulator.dispose();
  return time / block;
}

const { state, meteorology } = stateOfRows(inputs.slice());
const m7 = createM7();
const out = createResult(block);
const ofM7 = (await cost(() => m7.step(state, meteorology, 450, { out }))) / block;

const results: { name: string; r2: number; logR2: number; time: number }[] = [];
for (const [variant, hidden] of designs) {
  const { options, ours = false } = variantNamed(variant);
  const { model } = await trainEmulator(train, {
    ...options,
    spread: false,
    hidden,
    steps,
    batchSize: 512,
    learningRate: ours ? cosineSchedule({ initial: 3e-3, steps }) : 1e-3,
    seed: 1,
    threads: 1,
  });
  const { meanR2, meanLogR2 } = evaluateEmulation(
    validation,
    await predictionsOf(model, validation),
    model.scaling.target,
  );
  const time = await microseconds(model);
  results.push({ name: `${variant}, ${hidden.join('-')}`, r2: meanR2, logR2: meanLogR2, time });
  process.stderr.write(`${results.at(-1)!.name}: ${meanR2.toFixed(3)}, ${time.toFixed(2)} µs\n`);
}
const lines = results
  .toSorted((a, b) => a.time - b.time)
  .map(({ name, r2, logR2, time }) => {
    const beaten = results.some((other) => other.time < time && other.logR2 > logR2);
    return [
      name,
      r2.toFixed(3),
      logR2.toFixed(3),
      time.toFixed(2),
      (ofM7 / time).toFixed(1),
      beaten ? '' : 'yes',
    ];
  });
const titles = ['network', 'mean R²', 'mean log R²', 'µs per cell', 'times as fast as M7', 'on the front'];
const table = [
  `${steps} steps of 512 rows each, scored on ${validation.inputs.length / 32} validation rows; processor time of one thread in blocks of ${block}, M7 ${ofM7.toFixed(2)} µs.`,
  '',
  tableOf([titles, ...lines]),
].join('\n');
if (values.print) process.stdout.write(`${table}\n`);
else await writeComparison('m7-emulator.md', table, 'sizes');
