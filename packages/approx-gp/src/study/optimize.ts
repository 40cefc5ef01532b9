import {
  checkFinite,
  checkInteger,
  InvalidArgumentError,
  throwIfAborted,
  trackProgress,
  yieldToEventLoop,
  type Task,
} from '@pct/core';
import type { Space } from '../space/parameters.js';
import { evaluator, type Outcome } from './evaluate.js';
import type { Study } from './Study.js';
import type { Trial } from './Trial.js';
import type { Objective, ObjectiveValue, OptimizeOptions, TaskOutcome, TaskTrial } from './types.js';

/** What the loop needs of the study besides its public face. */
export interface LoopControl {
  readonly isStopping: () => boolean;
  /** Says that a trial was given up without a result. */
  readonly release: (number: number) => void;
}

/** Longest time between two pauses for the event loop, unless one trial alone takes longer. */
const PAUSE_MS = 10;

/** The loop of {@link Study.optimize}. */
export async function runOptimization<S extends Space, O>(
  study: Study<S>,
  objective: Objective<S> | Task<TaskTrial<S>, O>,
  options: OptimizeOptions<S>,
  control: LoopControl,
): Promise<void> {
  const { concurrency = 1, signal } = checkOptions(options);
  const evaluate = evaluator(objective, options);
  throwIfAborted(signal);
  const loop = new Loop(study, evaluate, options, control);
  const aborted = new Promise<never>((_, reject) => {
    loop.onAbort = () => reject(signal?.reason as Error);
  });
  signal?.addEventListener('abort', loop.onAbort, { once: true });
  try {
    await Promise.race([Promise.all(Array.from({ length: concurrency }, () => loop.run())), aborted]);
    loop.progress.finish();
  } catch (error) {
    loop.giveUp(error);
    throw error;
  } finally {
    signal?.removeEventListener('abort', loop.onAbort);
  }
}

/** What the workers of one call share. */
class Loop<S extends Space> {
  onAbort: () => void = () => {};
  readonly progress;
  private readonly study: Study<S>;
  private readonly evaluate: (trial: Trial<S>) => Promise<Outcome>;
  private readonly options: OptimizeOptions<S>;
  private readonly control: LoopControl;
  private readonly controller = new AbortController();
  private readonly running = new Set<number>();
  private readonly limit: number;
  private readonly deadline: number;
  private begun = 0;
  private errors = 0;
  private lastPause = performance.now();

  constructor(
    study: Study<S>,
    evaluate: (trial: Trial<S>) => Promise<Outcome>,
    options: OptimizeOptions<S>,
    control: LoopControl,
  ) {
    this.study = study;
    this.evaluate = evaluate;
    this.options = options;
    this.control = control;
    this.limit = options.trials ?? Infinity;
    this.deadline = performance.now() + (options.timeoutMs ?? Infinity);
    this.progress = trackProgress(this.limit, options.onProgress);
  }

  /** One trial after the other. */
  async run(): Promise<void> {
    const { signal } = this.controller;
    while (!this.control.isStopping() && this.begun < this.limit && performance.now() < this.deadline) {
      this.begun++;
      await this.pause();
      if (signal.aborted) return;
      const trial = this.study.ask(signal);
      this.running.add(trial.number);
      const outcome = await this.evaluate(trial);
      // Given up in the meantime: the result comes too late.
      if (signal.aborted) return;
      this.finish(trial, outcome);
      this.running.delete(trial.number);
    }
  }

  private finish(trial: Trial<S>, outcome: Outcome): void {
    const error = this.tell(trial, outcome);
    this.errors = error === undefined ? 0 : this.errors + 1;
    this.options.onTrial?.(this.study.trials[trial.number]!);
    this.progress.advance();
    if (error !== undefined && this.errors >= (this.options.maxErrors ?? 10)) throw error.cause;
  }

  /**
   * Says how the trial ended; gives the error if it was one. Where the storage fails, the trial stays as it is, to be taken
   * up again: nothing was wrong with it.
   */
  private tell(trial: Trial<S>, outcome: Outcome): { readonly cause: unknown } | undefined {
    try {
      if (outcome.kind === 'error') throw outcome.error;
      if (outcome.kind === 'pruned') this.study.tell(trial, undefined, { state: 'pruned' });
      else this.tellValues(trial, outcome.values);
      return undefined;
    } catch (cause) {
      const isMistake = cause instanceof InvalidArgumentError || cause instanceof TypeError;
      if (outcome.kind !== 'error' && !isMistake) throw cause;
      // A worker that was not heard of for long finds that another one has ended its trial.
      if (this.study.trials[trial.number]!.state !== 'running') return undefined;
      this.study.tell(trial.number, undefined, { state: 'fail', reason: String(cause) });
      return { cause };
    }
  }

  private tellValues(trial: Trial<S>, result: unknown): void {
    const { values, constraints, userAttributes = {} } = readValues(result);
    for (const [key, value] of Object.entries(userAttributes)) trial.setUserAttribute(key, value);
    this.study.tell(trial, values, { constraints: constraints ?? trial.constraints });
  }

  /** Stops the objectives that run, and leaves their trials to be taken up again. */
  giveUp(reason: unknown): void {
    this.controller.abort(reason);
    for (const number of this.running) this.control.release(number);
  }

  private async pause(): Promise<void> {
    if (performance.now() - this.lastPause < PAUSE_MS) return;
    await yieldToEventLoop();
    this.lastPause = performance.now();
  }
}

/** What tasks may return besides plain values. */
function readValues(values: unknown): TaskOutcome {
  const isOutcome =
    typeof values === 'object' && values !== null && 'values' in values && !Array.isArray(values);
  // No values are a mistake of the objective, which the study names.
  return isOutcome ? (values as TaskOutcome) : { values: (values ?? []) as ObjectiveValue };
}

function checkOptions<S extends Space>(options: OptimizeOptions<S>): OptimizeOptions<S> {
  const name = 'Study.optimize';
  const { trials = Infinity, timeoutMs = Infinity, concurrency = 1, maxErrors = 10 } = options;
  if (trials !== Infinity) checkInteger(name, 'trials', trials, { min: 0 });
  if (timeoutMs !== Infinity) checkFinite(name, 'timeoutMs', timeoutMs, { min: 0 });
  checkInteger(name, 'concurrency', concurrency, { min: 1 });
  if (maxErrors !== Infinity) checkInteger(name, 'maxErrors', maxErrors, { min: 1 });
  return options;
}
