/**
 * Times one training step of this package for ../step.ts, in a process of its own so that its memory can be told:
 * the same lines as pytorch_peer.py. Argument: the number of threads.
 */
import { createInterface } from 'node:readline';
import { frameLoss, graphArrays, graphSpecs, interactionNetwork, targetSpecs, targetsOf } from '@pct/gnn-dfl';
import { compile, shapesOf, valueAndGrad, type NdArray } from '@pct/tensor';
import { benchFrame, cpuTime } from '../problem.js';

const threads = Number(process.argv[2]);
const frame = await benchFrame();
const network = interactionNetwork();
const parameters = network.initialize(1);
const { graph, sample } = network.prepare(frame);
const program = await compile(
  valueAndGrad(frameLoss(network, { mode: 'predict-then-track' })),
  [shapesOf(parameters), network.sampleSpecs, graphSpecs, targetSpecs],
  { threads },
);
const structure = graphArrays(graph);
const targets = targetsOf(frame, graph, 1);
const edges = sample['senders']!.data.length;
const norm = ({ data }: NdArray): number => Math.hypot(...data);

const name = `@pct/gnn-dfl on ${program.runtime}, Node.js ${process.versions.node}, ${threads} thread(s)`;
console.log(JSON.stringify({ name, segments: graph.edgeCount, edges }));
for await (const what of createInterface({ input: process.stdin })) {
  const before = cpuTime();
  const start = performance.now();
  if (what === 'graph') {
    network.prepare(frame);
    console.log(JSON.stringify({ cpu: cpuTime() - before, wall: performance.now() - start }));
    continue;
  }
  const [value, gradient] = await program.run(parameters, sample, structure, targets);
  const [cpu, wall] = [cpuTime() - before, performance.now() - start];
  const { message, score } = gradient;
  const values = [message.first.weight, message.second.weight, message.third.norm.scale, score.third.weight];
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ cpu, wall, loss: value.data[0], values: values.map(norm), peak }));
}
