import { createStudy, categorical, float, tpeSampler } from '@hpo/approx-gp';
import { journalFile } from '@hpo/approx-gp/node';

/** A process that works on a study: `node worker.mjs <journal> <trials in all> <milliseconds per trial>`. */
const [, , file = '', trials = '0', pause = '0'] = process.argv;

const study = createStudy({
  space: { x: float(-1, 1), c: categorical(['a', 'b']) },
  sampler: tpeSampler({ startupTrials: 4 }),
  storage: journalFile(file, { flush: false }),
  seed: 11,
});
const finished = (): number =>
  study.trials.filter(({ state }) => state !== 'running' && state !== 'waiting').length;

await study.optimize(
  async (trial) => {
    for (let step = 0; step < 3; step++) {
      process.stdout.write('.');
      trial.report(step, trial.params.x + step);
      await new Promise((resolve) => setTimeout(resolve, Number(pause) / 3));
    }
    trial.setUserAttribute('noise', trial.rng.uniform());
    return trial.params.x ** 2 + (trial.params.c === 'a' ? 0 : 0.5);
  },
  {
    trials: Math.max(0, Number(trials) - finished()),
    // Others finish trials too.
    onTrial: () => {
      if (finished() >= Number(trials)) study.stop();
    },
  },
);
