/**
 * Prints what it costs to continue a study of Levy's function of 5 variables: processor seconds of all questions so far,
 * and of the first question after it is opened again, with and without `recall`. From the repository's root:
 *
 *   npm run script -- packages/approx-gp/bench/recall.ts [trials ...]
 */
import { createStudy, float, levy, memoryStorage } from '../src/index.js';

const target = levy(5);
const space = Object.fromEntries(target.lower.map((low, j) => [`x${j}`, float(low, target.upper[j]!)]));

function seconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 200];
const storage = memoryStorage();
const study = createStudy({ space, storage, seed: 1 });
let asking = 0;
for (let trials = 1; trials <= Math.max(...sizes); trials++) {
  asking += seconds(() => study.ask());
  const { params, number } = study.trials.at(-1)!;
  study.tell(number, target.evaluate(Object.values<number>(params)));
  if (!sizes.includes(trials)) continue;
  const [exact, quick] = [true, false].map((recall) => {
    const again = createStudy({ space, storage: memoryStorage(storage.toText()), recall });
    return seconds(() => again.ask()).toFixed(2);
  });
  console.log(
    `${trials} trials: all questions ${asking.toFixed(2)} s, the next after a restart ${exact} s, without recall ${quick} s`,
  );
}
