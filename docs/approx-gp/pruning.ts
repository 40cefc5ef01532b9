/**
 * The table of docs/approx-gp.md on pruners: what they find in `digitsTable()` for the same number of epochs.
 *
 *   npm run script -- docs/approx-gp/pruning.ts [--budget 20] [--seeds 20] [--tiny] [--print]
 */
import { parseArgs } from 'node:util';
import {
  createStudy,
  gpSampler,
  hyperbandPruner,
  medianPruner,
  nopPruner,
  randomSampler,
  successiveHalvingPruner,
  tpeSampler,
  type Pruner,
  type Sampler,
} from '@hpo/approx-gp';
import { digitsTable } from '@hpo/approx-gp/tables';
import { quantile } from '../quantile.js';
import { writeComparison } from '../tables.js';

const { values } = parseArgs({
  options: {
    /** Epochs to spend, in whole trainings. */
    budget: { type: 'string' },
    seeds: { type: 'string' },
    /** Smallest sizes, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    /** Print the table instead of writing the page. */
    print: { type: 'boolean', default: false },
  },
});
const budget = Number(values.budget ?? (values.tiny ? 3 : 20));
const seeds = Number(values.seeds ?? (values.tiny ? 2 : 20));
const table = digitsTable();

const pruners: Readonly<Record<string, () => Pruner>> = {
  nopPruner,
  medianPruner: () => medianPruner({ warmupSteps: 3 }),
  successiveHalvingPruner: () => successiveHalvingPruner({ minResource: 1, reductionFactor: 3 }),
  hyperbandPruner: () => hyperbandPruner({ maxResource: table.epochs }),
};
const samplers: Readonly<Record<string, () => Sampler>> = {
  randomSampler,
  tpeSampler: () => tpeSampler(),
  gpSampler: () => gpSampler(),
};

/** Distance of the best trial from the best of the table, and the trials that were begun. */
async function outcomeOf(
  sampler: Sampler,
  pruner: Pruner,
  seed: number,
): Promise<{ readonly regret: number; readonly trials: number }> {
  const study = createStudy({ space: table.space, sampler, pruner, seed, name: `seed ${seed}` });
  let spent = 0;
  await study.optimize(table.objective, {
    onTrial({ intermediates }) {
      spent += intermediates.size;
      if (spent >= budget * table.epochs) study.stop();
    },
  });
  return { regret: (study.best?.value ?? 1) - table.minimum, trials: study.trials.length };
}

const rows: string[] = [];
for (const [samplerName, makeSampler] of Object.entries(samplers)) {
  for (const [prunerName, makePruner] of Object.entries(pruners)) {
    const outcomes = [];
    for (let seed = 1; seed <= seeds; seed++)
      outcomes.push(await outcomeOf(makeSampler(), makePruner(), seed));
    const regrets = outcomes.map(({ regret }) => 100 * regret);
    const at = (share: number): string => quantile(regrets, share).toFixed(2);
    const trials = outcomes.reduce((sum, outcome) => sum + outcome.trials, 0) / seeds;
    rows.push(
      `| \`${samplerName}\` | \`${prunerName}\` | ${at(0.5)} (${at(0.25)} to ${at(0.75)}) | ${trials.toFixed(0)} |`,
    );
  }
}

const text = [
  `Made by \`docs/approx-gp/pruning.ts --budget ${budget} --seeds ${seeds}\`: validation error above that of the best network of`,
  `the table, ${(100 * table.minimum).toFixed(2)} %, in percentage points, after ${budget * table.epochs} epochs; median and quartiles of the seeds.`,
  '',
  '| sampler | pruner | regret | trials begun |',
  '| --- | --- | ---: | ---: |',
  ...rows,
].join('\n');
if (values.print) process.stdout.write(`${text}\n`);
else await writeComparison('approx-gp.md', text, 'pruning');
