/**
 * Prints the memory and time of 100 Lanczos steps with full reorthogonalisation on a million parameters, with a diagonal matrix for
 * an operator, so that nothing else counts. Fails if the process needs 1 GiB or more. From the repository's root:
 *
 *   npm run script -- packages/gradvis/bench/memory.ts [float64 | float32] [parameters] [steps]
 */
import { spectralDensity, type SymmetricOperator } from '@viz/gradvis';

const [precision = 'float64', parameters = '1000000', steps = '100'] = process.argv.slice(2);
const size = Number(parameters);
const operator: SymmetricOperator = {
  size,
  apply: (vector) => {
    const product = new Float64Array(size);
    for (let k = 0; k < size; k++) product[k] = vector[k]! * (1 + k / size);
    return product;
  },
};
const before = process.resourceUsage().maxRSS / 1024;
const start = performance.now();
const { nodes, weights } = await spectralDensity(operator, {
  runs: 1,
  steps: Number(steps),
  precision: precision === 'float32' ? 'float32' : 'float64',
  check: false,
});
const seconds = (performance.now() - start) / 1000;
const cpu = process.cpuUsage();
const peak = process.resourceUsage().maxRSS / 1024;
const moment = nodes[0]!.reduce((sum, node, k) => sum + node * weights[0]![k]!, 0);
console.log(`${size} parameters, ${nodes[0]!.length} vectors in ${precision}`);
console.log(`mean eigenvalue ${moment.toFixed(6)}, exact ${(1.5 - 0.5 / size).toFixed(6)}`);
console.log(`peak of the process ${peak.toFixed(0)} MiB, of which ${before.toFixed(0)} MiB before the run`);
console.log(`${seconds.toFixed(1)} s, computing time ${((cpu.user + cpu.system) / 1e6).toFixed(1)} s`);
if (peak >= 1024) process.exitCode = 1;
