/**
 * Runs on WebGPU and writes a line of JSON for each thing done. Arguments: `probe`; `network`; or `cases`, the index
 * of the first case, and the programs of each case to run.
 */
import { onnxruntimeNode, type NdArray } from '@pct/tensor';
import { writeSync } from 'node:fs';
import { allCases } from '../../conformance/all.js';
import { programsAt } from '../../conformance/programs.js';
import { network } from './network.js';

const say = (line: object): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};

const [what, first = '0', ...kinds] = process.argv.slice(2);
const runtime = await onnxruntimeNode({ executionProviders: ['webgpu'] }).catch((cause: unknown) => {
  say({ missing: (cause as Error).message });
  process.exit();
});

if (what === 'probe') say({ version: runtime.version });
if (what === 'network') {
  const expected = await network(await onnxruntimeNode({ threads: 1 }));
  const results = await network(runtime);
  say({ errors: results.map((array, i) => errorOf(array, expected[i]!)) });
}
if (what === 'cases') {
  for (let index = Number(first); index < allCases.length; index++) {
    say({ index });
    const outcome: Record<string, number | string> = {};
    for (const { what: kind, on, expected } of await programsAt(allCases[index]!, undefined, 'float32')) {
      if (!kinds.includes(kind)) continue;
      outcome[kind] = await on(runtime).then(
        (results) => Math.max(...results.map((array, i) => errorOf(array, expected[i]!))),
        (cause: unknown) => (cause as Error).message,
      );
    }
    say({ index, outcome });
  }
}
// Not by itself: threads of the device may live on.
process.exit();

/** Largest difference relative to the largest element, or to 1 if that is more; infinite for another shape. */
function errorOf(actual: NdArray, expected: NdArray): number {
  if (actual.shape.join() !== expected.shape.join()) return 1e300;
  let [scale, worst] = [1, 0];
  expected.data.forEach((value, i) => {
    if (Object.is(value, actual.data[i])) return;
    const difference = Math.abs(value - actual.data[i]!);
    worst = difference <= worst ? worst : Number.isNaN(difference) ? 1e300 : difference;
    if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
  });
  return worst / scale;
}
