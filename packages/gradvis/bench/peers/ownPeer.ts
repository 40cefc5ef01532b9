/**
 * Times this package for ../curvature.ts, in a process of its own, and prints one line of JSON. Arguments: `one` or `threads`,
 * the precision, the number of images, the number of rounds.
 */
import { createRng, type Executor } from '@pct/core';
import { hessianOperator, sampleSurface, spectralDensity, type ObjectiveSource } from '@viz/gradvis';
import { testThreads } from '../../test/threads.js';
import { lenet, type LenetSettings } from '../lenet.js';

interface Timed {
  readonly cpu: number;
  readonly wall: number;
}

const [mode, precision, images, rounds] = process.argv.slice(2);
const settings: LenetSettings = {
  images: Number(images),
  precision: precision === 'float64' ? 'float64' : 'float32',
  threads: 1,
};

async function time(repeats: number, work: () => Promise<unknown>): Promise<Timed> {
  let [cpu, wall] = [Infinity, Infinity];
  for (let round = 0; round < repeats; round++) {
    const before = process.cpuUsage();
    const start = performance.now();
    await work();
    wall = Math.min(wall, performance.now() - start);
    const { user, system } = process.cpuUsage(before);
    cpu = Math.min(cpu, (user + system) / 1000);
  }
  return { cpu, wall };
}

const objective = lenet(settings);
const at = objective.initial();
const vector = at.map((_, k) => Math.cos(k));
const direction = createRng(2).fillNormal(new Float64Array(at.length));
const axis = (name: string, points: number) => ({ name, direction, range: [-0.1, 0.1] as const, points });
const length = (x: Float64Array): number => Math.hypot(...x);

if (mode === 'one') {
  const values = [
    await objective.loss(at),
    length(await objective.gradient(at)),
    length(await objective.hessianVectorProduct(at, vector)),
  ];
  const repeats = Number(rounds);
  const operator = await hessianOperator(objective, at);
  const report = {
    name: `here, ${precision}`,
    loss: await time(repeats, () => objective.loss(at)),
    gradient: await time(repeats, () => objective.gradient(at)),
    product: await time(repeats, () => operator.apply(vector) as Promise<Float64Array>),
    line: await time(1, () => sampleSurface(objective, at, [axis('line', 51)])),
    density: await time(1, () => spectralDensity(operator, { runs: 2, steps: 20, check: false })),
    values,
    peak: process.resourceUsage().maxRSS / 1024,
  };
  console.log(JSON.stringify(report));
} else {
  const source: ObjectiveSource = {
    module: new URL('../lenet.ts', import.meta.url).href,
    name: 'lenet',
    settings,
  };
  const operator = await hessianOperator(source, at);
  const surface: Timed[] = [];
  const density: Timed[] = [];
  for (const threads of [1, 2]) {
    const executor: Executor = testThreads(threads);
    // Each thread loads its objective and compiles both programs first.
    await sampleSurface(source, at, [axis('line', 4 * threads)], { executor });
    await spectralDensity(operator, { runs: 2 * threads, steps: 1, check: false, executor });
    surface.push(await time(1, () => sampleSurface(source, at, [axis('line', 204)], { executor })));
    density.push(
      await time(1, () => spectralDensity(operator, { runs: 4, steps: 10, check: false, executor })),
    );
    await executor.close();
  }
  console.log(JSON.stringify({ surface, density }));
}
await objective.dispose();
