/** A task that reports; threads run its compiled file. */
import { openTaskTrial, TrialPruned, type FloatParameter, type TaskTrial } from '@hpo/approx-gp';
import { defineTask } from '@pct/core';

type LineTrial = TaskTrial<{ x: FloatParameter }>;

export const descend = defineTask({
  module: import.meta.url,
  name: 'descend',
  async run(input: LineTrial) {
    const trial = openTaskTrial(input);
    const { x } = trial.params;
    for (let step = 0; step < 6; step++) {
      if (await trial.report(step, x + 1 / (step + 1))) throw new TrialPruned();
    }
    return { values: x, userAttributes: { draw: trial.rng.uniform() } };
  },
});

/** Reports what is none. */
export const blunder = defineTask({
  module: import.meta.url,
  name: 'blunder',
  async run(input: LineTrial) {
    await openTaskTrial(input).report(-1, 0);
    return 0;
  },
});
