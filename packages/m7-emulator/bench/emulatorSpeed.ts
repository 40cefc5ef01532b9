/**
 * Least microseconds per cell of emulators on onnxruntime-node, beside PyTorch and the box model.
 *
 *   PYTHON=/usr/bin/python3 npm run script -- packages/m7-emulator/bench/emulatorSpeed.ts [--milliseconds 1000]
 *
 * Without PyTorch its rows are left out. The first rows are the paper's network in float32, as PyTorch runs it; the
 * others are whole emulators, inputs to values in float64. Times include what goes into and out of the engine. stepSpeed.ts
 * has whole steps.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  createEmulator,
  createM7,
  createResult,
  type EmulatorModel,
  pretrainedEmulator,
  type TrainEmulatorOptions,
  trainEmulator,
} from '@climate/m7-emulator';
import { generatePairs, stateOfRows } from '@climate/m7-emulator/data';
import { createRng } from '@pct/core';
import {
  add,
  compile,
  constant,
  float32,
  float64,
  mapTree,
  mul,
  sub,
  type NdArray,
  type Tensor,
} from '@pct/tensor';
import { predict } from '../src/emulator/model.js';
import { network } from '../src/emulator/network/network.js';

const { values } = parseArgs({ options: { milliseconds: { type: 'string', default: '1000' } } });
const milliseconds = Number(values.milliseconds);
const counts = [1, 31, 8192, 65_536];
const runtime = 'onnxruntime-node';

/** Least time of calls within the time given, ms. */
async function least(call: () => unknown): Promise<number> {
  let best = Infinity;
  const start = performance.now();
  for (let now = start; now - start < milliseconds;) {
    await call();
    const after = performance.now();
    best = Math.min(best, after - now);
    now = after;
  }
  return best;
}

async function peerTimes(
  threads: number,
): Promise<{ readonly name: string; readonly times: readonly number[] } | undefined> {
  const file = fileURLToPath(new URL('emulatorPeer.py', import.meta.url));
  const peer = spawn(process.env['PYTHON'] ?? 'python3', [file], { stdio: ['pipe', 'pipe', 'ignore'] });
  peer.stdin.end(`${JSON.stringify({ cells: counts, milliseconds, threads })}\n`);
  const [output] = await Promise.all([text(peer.stdout), once(peer, 'close')]);
  return output === '' ? undefined : (JSON.parse(output) as { name: string; times: number[] });
}

const rows = Math.max(...counts);
const made = 2048;
const inputs = new Float64Array(rows * 32);
const outputs = new Float64Array(rows * 28);
for await (const chunk of generatePairs({ rows: made, seed: 1, edgeShare: 0 })) {
  inputs.set(chunk.inputs, 32 * chunk.first);
  outputs.set(chunk.outputs, 28 * chunk.first);
}
for (let at = made; at < rows; at += made) inputs.copyWithin(32 * at, 0, 32 * made);

/** Untrained: times do not depend on the weights. */
async function untrained(options: TrainEmulatorOptions): Promise<EmulatorModel> {
  const pairs = { inputs: inputs.subarray(0, 32 * 256), outputs: outputs.subarray(0, 28 * 256) };
  return (await trainEmulator(pairs, { runtime, threads: 1, ...options, steps: 1 })).model;
}

async function timesOf(fn: (x: Tensor) => Tensor, wide: boolean, threads: number): Promise<number[]> {
  const program = await compile(fn, [(wide ? float64 : float32)('batch', 32)], { runtime, threads });
  const times: number[] = [];
  for (const cells of counts) {
    const part = inputs.subarray(0, 32 * cells);
    const x: NdArray = { data: wide ? part.slice() : Float32Array.from(part), shape: [cells, 32] };
    const out = program.allocateOutputs({ batch: cells });
    times.push(await least(() => program.runInto(out, x)));
  }
  await program.dispose();
  return times;
}

const emulatorTimes = (model: EmulatorModel, threads: number): Promise<number[]> => {
  const parameters = mapTree(model.parameters, (leaf: NdArray) => constant(leaf));
  return timesOf((x) => predict(model, parameters, x).values, true, threads);
};

const print = (name: string, numbers: readonly number[]): void => {
  process.stdout.write(`| ${name} | ${numbers.map((one) => one.toPrecision(3)).join(' | ')} |\n`);
};
const suffixOf = (threads: number): string => (threads === 1 ? '1 thread' : `${threads} threads`);
/** Milliseconds per call as microseconds per cell. */
const perCell = (times: readonly number[]): number[] => times.map((time, k) => (1e3 * time) / counts[k]!);

process.stdout.write(`| µs per cell, blocks of | ${counts.join(' | ')} |\n`);
process.stdout.write(`|${' --- |'.repeat(counts.length + 1)}\n`);
const plain = await untrained({});
const rng = createRng(1);
const row = (length: number): Tensor =>
  constant({ data: rng.fillUniform(new Float32Array(length)), shape: [length] });
for (const threads of [1, 2]) {
  const ours = await timesOf(
    (x) => {
      const parameters = mapTree(plain.parameters, (leaf: NdArray) => constant(leaf));
      return add(mul(network(plain.design, parameters, mul(sub(x, row(32)), row(32))), row(28)), row(28));
    },
    false,
    threads,
  );
  const suffix = suffixOf(threads);
  print(`network of the paper, float32, ${suffix}`, perCell(ours));
  const peer = await peerTimes(threads);
  if (peer !== undefined) {
    print(`${peer.name}, ${suffix}`, perCell(peer.times));
    print(
      'PyTorch / ours',
      peer.times.map((time, k) => time / ours[k]!),
    );
  }
}
const shipped = await pretrainedEmulator();
const accurate = { inputs: 'modes', skip: true, activation: 'silu', output: 'transfer' } as const;
const models: readonly (readonly [name: string, model: EmulatorModel])[] = [
  [`shipped ('${shipped.output.name}', ${shipped.design.hidden.join('-')})`, shipped],
  [`'transfer', 128-128`, await untrained(accurate)],
  [`'standard', 128-128`, await untrained({})],
  [`'standard', 16-16`, await untrained({ hidden: [16, 16] })],
];
for (const threads of [1, 2]) {
  for (const [name, model] of models) {
    print(`${name}, ${suffixOf(threads)}`, perCell(await emulatorTimes(model, threads)));
  }
}

for (const [name, model] of models) {
  await using emulator = await createEmulator(model, { runtime: 'fused' });
  const times: number[] = [];
  for (const cells of counts) {
    const part = inputs.slice(0, 32 * cells);
    times.push(await least(() => emulator.predict(part)));
  }
  print(`${name}, fused, 1 thread`, perCell(times));
}

const m7 = createM7();
const box: number[] = [];
for (const cells of counts) {
  const { state, meteorology } = stateOfRows(inputs.slice(0, 32 * cells));
  const out = createResult(cells);
  box.push(await least(() => m7.step(state, meteorology, 450, { out })));
}
print('the box model, 1 thread', perCell(box));
