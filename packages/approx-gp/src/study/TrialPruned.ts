import { PctError } from '@pct/core';

/** What an objective throws to end a trial early: `if (trial.shouldPrune()) throw new TrialPruned();`. */
export class TrialPruned extends PctError {
  constructor(message = 'the trial was pruned', options?: ErrorOptions) {
    super('ERR_TRIAL_PRUNED', message, options);
  }
}
