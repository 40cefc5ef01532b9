import { InvalidArgumentError, Rng } from '@pct/core';
import type { ParamsOf, Space } from '../space/parameters.js';
import type { Trial } from './Trial.js';
import type { TaskTrial } from './types.js';

/** What a task says. */
interface Report {
  readonly step: number;
  readonly value: number;
}

/** What it is answered: whether the trial is hopeless, or why the report was refused. */
type Answer = { readonly prune: boolean } | { readonly error: string };

/** The study's end of a channel to a task. */
export interface TaskChannel {
  /** For the task. */
  readonly port: MessagePort;
  close(): void;
}

/** Makes a channel: what a task reports by it the trial reports, and the task learns what the pruner thinks. */
export function openChannel<S extends Space>(trial: Trial<S>): TaskChannel {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<Report>) => {
    port1.postMessage(answerTo(trial, data));
  };
  return { port: port2, close: () => port1.close() };
}

function answerTo<S extends Space>(trial: Trial<S>, { step, value }: Report): Answer {
  try {
    trial.report(step, value);
    return { prune: trial.shouldPrune() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** A trial inside of a task, from {@link openTaskTrial}. */
export interface OpenTaskTrial<S extends Space> {
  readonly number: number;
  readonly params: ParamsOf<S>;
  /** The trial's own random stream. */
  readonly rng: Rng;
  /**
   * Reports how good the trial is so far, as `trial.report` does, and asks whether it is hopeless.
   *
   * @returns whether to stop by `throw new TrialPruned()`; false for ever without `reports` of `optimize`
   * @throws (rejects) {@link InvalidArgumentError} if the step or the value is none
   */
  report(step: number, value: number): Promise<boolean>;
}

/**
 * What a task, an objective in a worker thread, makes of its input to report on its way.
 *
 * @param input - what the task got; to be opened once
 * @example
 * ```ts
 * export const train = defineTask({
 *   module: import.meta.url,
 *   name: 'train',
 *   async run(input: TaskTrial<typeof space>) {
 *     const trial = openTaskTrial(input);
 *     for (let epoch = 0; epoch < 10; epoch++) {
 *       if (await trial.report(epoch, lossAfter(epoch, trial.params))) throw new TrialPruned();
 *     }
 *     return finalLoss();
 *   },
 * });
 * await study.optimize(train, { executor, reports: true });
 * ```
 */
export function openTaskTrial<S extends Space>(input: TaskTrial<S>): OpenTaskTrial<S> {
  const { number, params, port } = input;
  const rng = Rng.fromState(input.rng);
  if (port === undefined) return { number, params, rng, report: () => Promise.resolve(false) };
  /** Reports without an answer yet; answers come in their order. */
  const waiting: ((answer: Answer) => void)[] = [];
  port.onmessage = ({ data }: MessageEvent<Answer>) => waiting.shift()?.(data);
  const report = async (step: number, value: number): Promise<boolean> => {
    const answer = await new Promise<Answer>((resolve) => {
      waiting.push(resolve);
      port.postMessage({ step, value });
    });
    if ('error' in answer) throw new InvalidArgumentError(answer.error);
    return answer.prune;
  };
  return { number, params, rng, report };
}
