/**
 * Least milliseconds per call of emulators on onnxruntime-node, one thread, beside PyTorch and the box model.
 *
 *   PYTHON=/usr/bin/python3 npm run script -- packages/m7-emulator/bench/emulatorSpeed.ts [--milliseconds 1000]
 *
 * Without PyTorch its column is empty. The first row is the paper's network in float32, as PyTorch runs it; the others
 * are whole emulators, inputs to values in float64.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  createM7,
  createResult,
  type EmulatorModel,
  standardOutput,
  trainEmulator,
  transferOutput,
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
const engine = { runtime: 'onnxruntime-node', threads: 1 } as const;

/** Least time of calls within the time given. */
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

async function peerTimes(): Promise<
  { readonly name: string; readonly times: readonly number[] } | undefined
> {
  const file = fileURLToPath(new URL('emulatorPeer.py', import.meta.url));
  const peer = spawn(process.env['PYTHON'] ?? 'python3', [file], { stdio: ['pipe', 'pipe', 'ignore'] });
  peer.stdin.end(`${JSON.stringify({ cells: counts, milliseconds })}\n`);
  const [output] = await Promise.all([text(peer.stdout), once(peer, 'close')]);
  return output === '' ? undefined : (JSON.parse(output) as { name: string; times: number[] });
}

const rows = Math.max(...counts);
const inputs = new Float64Array(rows * 32);
const outputs = new Float64Array(rows * 28);
for await (const chunk of generatePairs({ rows: 2048, seed: 1, edgeShare: 0 })) {
  inputs.set(chunk.inputs, 32 * chunk.first);
  outputs.set(chunk.outputs, 28 * chunk.first);
}
for (let at = 2048; at < rows; at += 2048) {
  inputs.copyWithin(32 * at, 0, 32 * 2048);
  outputs.copyWithin(28 * at, 0, 28 * 2048);
}
/** Untrained: times do not depend on the weights. */
async function modelOf(
  hidden: readonly number[],
  options: Parameters<typeof trainEmulator>[1],
): Promise<EmulatorModel> {
  const pairs = { inputs: inputs.subarray(0, 32 * 256), outputs: outputs.subarray(0, 28 * 256) };
  return (await trainEmulator(pairs, { ...engine, ...options, hidden, steps: 1 })).model;
}

async function timesOf(fn: (x: Tensor) => Tensor, wide: boolean): Promise<number[]> {
  const program = await compile(fn, [(wide ? float64 : float32)('batch', 32)], engine);
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

const print = (name: string, times: readonly number[]): void => {
  process.stdout.write(`| ${name} | ${times.map((time) => time.toPrecision(3)).join(' | ')} |\n`);
};
print('ms for cells', counts);
process.stdout.write(`|${' --- |'.repeat(counts.length + 1)}\n`);
const plain = await modelOf([128, 128], {});
const rng = createRng(1);
const row = (length: number): Tensor =>
  constant({ data: rng.fillUniform(new Float32Array(length)), shape: [length] });
const ours = await timesOf((x) => {
  const parameters = mapTree(plain.parameters, (leaf: NdArray) => constant(leaf));
  return add(mul(network(plain.design, parameters, mul(sub(x, row(32)), row(32))), row(28)), row(28));
}, false);
print('network of the paper, float32', ours);
const peer = await peerTimes();
if (peer !== undefined) {
  print(peer.name, peer.times);
  print(
    'PyTorch / ours',
    peer.times.map((time, k) => time / ours[k]!),
  );
}
const accurate = { inputs: 'modes', skip: true, activation: 'silu' } as const;
const sizes = [
  [16, 16],
  [32, 32],
  [64, 64],
  [128, 128],
  [256, 256],
  [128, 128, 128],
  [256, 256, 256],
  [512, 512],
];
for (const hidden of sizes) {
  const model = await modelOf(hidden, { ...accurate, output: transferOutput });
  const parameters = mapTree(model.parameters, (leaf: NdArray) => constant(leaf));
  print(`'transfer', ${hidden.join('-')}`, await timesOf((x) => predict(model, parameters, x).values, true));
}
const standard = await modelOf([128, 128], { output: standardOutput });
const parameters = mapTree(standard.parameters, (leaf: NdArray) => constant(leaf));
print(`'standard', 128-128`, await timesOf((x) => predict(standard, parameters, x).values, true));

const m7 = createM7();
const box: number[] = [];
for (const cells of counts) {
  const { state, meteorology } = stateOfRows(inputs.slice(0, 32 * cells));
  const out = createResult(cells);
  box.push(await least(() => m7.step(state, meteorology, 450, { out })));
}
print('the box model', box);
