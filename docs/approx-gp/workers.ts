/** Workers that share a study, on a clock that is simulated: nobody waits. */
import type { ObjectiveValue, Space, Study, Trial } from '@hpo/approx-gp';
import { createRng } from '@pct/core';

/** How the workers work. */
export interface WorkerOptions<S extends Space> {
  readonly workers: number;
  /** Trials that are finished at most. */
  readonly trials: number;
  /** Of the durations. */
  readonly seed: number;
  /** Value of a trial when it is done. */
  readonly evaluate: (trial: Trial<S>) => ObjectiveValue;
  /** Whether to stop after this trial. */
  readonly isEnough: (value: ObjectiveValue) => boolean;
}

/** When the workers had enough. */
export interface WorkerOutcome {
  /** Mean durations of a trial that went by; null if they never had enough. */
  readonly time: number | null;
  /** Trials that were finished. */
  readonly trials: number;
}

/** Standard deviation of the logarithm of durations: of ten trials one takes twice the median or longer. */
export const DURATION_SPREAD = 0.5;

/**
 * Asks and tells as asynchronous workers would: each asks for its next trial when its last one is told. A trial takes a
 * log-normal time with mean 1, fixed by the seed and its number; asking takes none.
 */
export function simulateWorkers<S extends Space>(study: Study<S>, options: WorkerOptions<S>): WorkerOutcome {
  const { workers, trials, evaluate, isEnough } = options;
  const durations = createRng(`durations ${options.seed}`);
  const running: { trial: Trial<S>; until: number }[] = [];
  const begin = (now: number): void => {
    const trial = study.ask();
    const draw = durations.split(trial.number).normal(-(DURATION_SPREAD ** 2) / 2, DURATION_SPREAD);
    running.push({ trial, until: now + Math.exp(draw) });
  };
  for (let worker = 0; worker < workers; worker++) begin(0);
  for (let finished = 1; ; finished++) {
    const next = running.reduce((first, other) => (other.until < first.until ? other : first));
    running.splice(running.indexOf(next), 1);
    const value = evaluate(next.trial);
    study.tell(next.trial, value);
    if (isEnough(value)) return { time: next.until, trials: finished };
    if (finished === trials) return { time: null, trials: finished };
    begin(next.until);
  }
}
