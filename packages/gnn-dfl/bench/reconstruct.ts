/**
 * Prints the parts of the reconstruction of one frame on one core. From the repository's root:
 *
 *   npm run script -- packages/gnn-dfl/bench/reconstruct.ts [rounds]
 *
 * Computing time is that of the process, so other programs on the machine count only by the caches they take; the least
 * of all rounds is printed.
 */
import { cpus } from 'node:os';
import { hitGraph, type HitGraph } from '@pct/detector';
import { gnnTracker, interactionNetwork } from '@pct/gnn-dfl';
import { compile, shapesOf } from '@pct/tensor';
import { assignSegments } from '../src/assign/layerPairs.js';
import { walk } from '../src/tracker/walk.js';
import { benchFrame, cpuTime } from './problem.js';

const [rounds = 30] = process.argv.slice(2).map(Number);
const frame = await benchFrame();
const network = interactionNetwork();
const parameters = network.initialize(1);
const program = await compile(network.logits, [shapesOf(parameters), network.sampleSpecs], { threads: 1 });
const tracker = gnnTracker({ network, parameters }, { threads: 1 });

const least = new Map<string, { cpu: number; wall: number }>();
async function part<T>(name: string, run: () => Promise<T> | T): Promise<T> {
  const before = cpuTime();
  const start = performance.now();
  const result = await run();
  const [cpu, wall] = [cpuTime() - before, performance.now() - start];
  const known = least.get(name) ?? { cpu: Infinity, wall: Infinity };
  least.set(name, { cpu: Math.min(known.cpu, cpu), wall: Math.min(known.wall, wall) });
  return result;
}

let graph: HitGraph | undefined;
for (let round = 0; round < rounds; round++) {
  graph = await part('graph of hits', () => hitGraph(frame));
  const { sample } = await part('graph of hits, line graph and arrays', () => network.prepare(frame));
  const { data } = await part('network', () => program.run(parameters, sample));
  const costs = Float64Array.from(data, (logit) => 1 - 1 / (1 + Math.exp(-logit)));
  const hits = graph;
  const chosen = await part('assignment', () => assignSegments(hits, costs));
  await part('walk', () => walk(hits, chosen, 2));
  await part('reconstruct, all of it', () => tracker.reconstruct(frame));
}
await program.dispose();
await tracker.dispose();

console.log(`${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${program.runtime} with one thread`);
console.log(`${frame.count} hits, ${graph!.edgeCount} segments\n`);
console.log('| part | computing time, ms | wall time, ms |\n|---|--:|--:|');
for (const [name, { cpu, wall }] of least)
  console.log(`| ${name} | ${cpu.toFixed(1)} | ${wall.toFixed(1)} |`);
