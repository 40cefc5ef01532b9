import { createStudy, categorical, float, tpeSampler } from '@hpo/approx-gp';
import { redisStorage } from '@hpo/approx-gp/node';

/** A process that works on a study: `node worker.mjs <url> <prefix> <trials in all or +own> <milliseconds per trial>`. */
const [, , url = '', prefix = '', trials = '0', pause = '0'] = process.argv;

const study = createStudy({
  space: { x: float(-1, 1), c: categorical(['a', 'b']) },
  sampler: tpeSampler({ startupTrials: 4 }),
  // Never closed: the process ends all the same.
  storage: redisStorage(url, { prefix, aliveMs: 2000 }),
  seed: 11,
});
const finished = (): number =>
  study.trials.filter(({ state }) => state !== 'running' && state !== 'waiting').length;
const own = trials.startsWith('+');

await study.optimize(
  async (trial) => {
    for (let step = 0; step < 2; step++) {
      process.stdout.write('.');
      trial.report(step, trial.params.x + step);
      if (Number(pause) > 0) await new Promise((resolve) => setTimeout(resolve, Number(pause) / 2));
    }
    trial.setUserAttribute('noise', trial.rng.uniform());
    return trial.params.x ** 2 + (trial.params.c === 'a' ? 0 : 0.5);
  },
  {
    trials: own ? Number(trials) : Math.max(0, Number(trials) - finished()),
    // Others finish trials too.
    onTrial: () => {
      if (!own && finished() >= Number(trials)) study.stop();
    },
  },
);
