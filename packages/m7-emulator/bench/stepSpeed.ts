/**
 * What a step of the box model costs beside one of the emulator of the package, inputs and particles included: processor
 * time per cell of one thread, and cells per second on one and two threads.
 *
 *   npm run script -- packages/m7-emulator/bench/stepSpeed.ts [--rounds 15] [--model FILE.safetensors]
 *
 * Rounds go through all of them in turn, so that other work on the machine meets all alike; the numbers are medians.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  createEmulator,
  createM7,
  createResult,
  decodeEmulator,
  type M7State,
  pretrainedEmulator,
} from '@climate/m7-emulator';
import { generatePairs, type MeteorologyFields, stateOfRows } from '@climate/m7-emulator/data';
import { stepBlock } from '@climate/m7-emulator/m7';
import { threadExecutor } from '@pct/core/node';
import { emulatorBlock } from './emulatorBlock.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, model: { type: 'string' } },
});
const rounds = Number(values.rounds);
const dt = 450;
const made = 8192;
const inputs = new Float64Array(32 * made);
for await (const chunk of generatePairs({ rows: made, seed: 1, edgeShare: 0 })) {
  inputs.set(chunk.inputs, 32 * chunk.first);
}

const model =
  values.model === undefined ? await pretrainedEmulator() : decodeEmulator(await readFile(values.model));
const fused = await createEmulator(model, { runtime: 'fused' });
const onnx = await createEmulator(model, { runtime: 'onnxruntime-node', threads: 1 });
const m7 = createM7();

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

/** Processor time of this process for so many calls, µs. */
async function spent(calls: number, call: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let k = 0; k < calls; k++) await call();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const name = `${model.output.name}, ${model.design.hidden.join('-')}`;
const print = (...cells: readonly string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);
print('µs of processor time per cell, 1 thread, blocks of', '1', '31', '512', '8192');
print('---', '---', '---', '---', '---');
const table = new Map<string, string[]>();
for (const cells of [1, 31, 512, made]) {
  const rows = inputs.slice(0, 32 * cells);
  const { state, meteorology } = stateOfRows(rows);
  const out = createResult(cells);
  const subjects: Readonly<Record<string, () => unknown>> = {
    'the box model, a step': () => m7.step(state, meteorology, dt, { out }),
    [`emulator (${name}), a step`]: () => fused.step(state, meteorology, dt, { out }),
    [`emulator (${name}), predict`]: () => fused.predict(rows),
    'the same on onnxruntime-node, a step': () => onnx.step(state, meteorology, dt, { out }),
    'the same on onnxruntime-node, predict': () => onnx.predict(rows),
  };
  const calls = Math.ceil(8192 / cells);
  const times = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round++) {
    for (const [subject, call] of Object.entries(subjects)) {
      const few = subject.includes('onnx') ? Math.ceil(calls / 8) : calls;
      const time = (await spent(few, call)) / (few * cells);
      // The first round is for compilers.
      if (round > 0) times.set(subject, [...(times.get(subject) ?? []), time]);
    }
  }
  const ofM7 = median(times.get('the box model, a step')!);
  for (const [subject, all] of times) {
    const ratio = subject.startsWith('the box') ? '' : ` (${(ofM7 / median(all)).toFixed(1)})`;
    table.set(subject, [...(table.get(subject) ?? []), `${median(all).toPrecision(3)}${ratio}`]);
  }
}
for (const [subject, cells] of table) print(subject, ...cells);
process.stdout.write('(in brackets: times as fast as the box model)\n\n');

/** Blocks on shared memory, so that nothing is copied to threads. */
function sharedBlock(cells: number): { readonly state: M7State; readonly meteorology: MeteorologyFields } {
  const share = (from: Float64Array): Float64Array => {
    const to = new Float64Array(new SharedArrayBuffer(from.byteLength));
    to.set(from);
    return to;
  };
  const { state, meteorology } = stateOfRows(inputs.slice(0, 32 * cells));
  return {
    state: { cells, h2so4: share(state.h2so4), mass: share(state.mass), number: share(state.number) },
    meteorology: Object.fromEntries(
      Object.entries(meteorology).map(([key, field]) => [key, share(field)]),
    ) as unknown as MeteorologyFields,
  };
}

/** The tasks are TypeScript, which threads need tsx for; it stands beside the examples. */
const examples = createRequire(new URL('../../../examples/package.json', import.meta.url));
const tsx = pathToFileURL(examples.resolve('tsx/esm/api').replace(/\.cjs$/, '.mjs')).href;
const loader = `import { register } from ${JSON.stringify(tsx)}; register();`;
const conditions = process.execArgv.filter((argument) => argument.startsWith('--conditions'));
const execArgv = [...conditions, '--import', `data:text/javascript,${encodeURIComponent(loader)}`];

print('million cells per second by the clock, 16 blocks of 8192', '1 thread', '2 threads');
print('---', '---', '---');
const block = { ...sharedBlock(made), dt };
const blocks = Array.from({ length: 16 }, () => block);
const rates: Record<'m7' | 'emulator', number[][]> = { m7: [], emulator: [] };
for (const threads of [1, 2]) {
  await using executor = threadExecutor({ threads, execArgv });
  const run = async (withModel: boolean): Promise<number> => {
    const start = performance.now();
    const results = withModel
      ? executor.map(
          stepBlock,
          blocks.map((one) => ({ ...one, options: {} })),
        )
      : executor.map(emulatorBlock, blocks);
    for await (const { output } of results) if (output.unresolved > 0) throw new Error('unresolved cells');
    return (1e-3 * blocks.length * made) / (performance.now() - start);
  };
  const [m7Rates, emulatorRates]: [number[], number[]] = [[], []];
  for (let round = 0; round <= Math.ceil(rounds / 3); round++) {
    const [ofModel, ofEmulator] = [await run(true), await run(false)];
    if (round === 0) continue;
    m7Rates.push(ofModel);
    emulatorRates.push(ofEmulator);
  }
  rates.m7.push(m7Rates);
  rates.emulator.push(emulatorRates);
}
print('the box model', ...rates.m7.map((all) => median(all).toPrecision(3)));
print(
  'the emulator of the package',
  ...rates.emulator.map((all, k) => {
    const ratio = median(all) / median(rates.m7[k]!);
    return `${median(all).toPrecision(3)} (${ratio.toFixed(1)})`;
  }),
);
await fused.dispose();
await onnx.dispose();
