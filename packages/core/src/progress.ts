import { checkFinite, checkInteger } from './check.js';
import { InvalidArgumentError } from './errors.js';

/** How far a long call has come. */
export interface Progress {
  /** Steps finished, from 0 to total; never less than in an earlier report. */
  readonly done: number;
  /** All steps; `Infinity` while not known. */
  readonly total: number;
  /** Milliseconds since the work began. */
  readonly elapsedMs: number;
  /**
   * Estimate of the milliseconds left, at the mean pace so far; `undefined` before the first step is done
   * and while the total is not known, 0 at the end.
   */
  readonly remainingMs: number | undefined;
  /** What is being worked on. */
  readonly message?: string | undefined;
}

/** Options of {@link trackProgress}. */
export interface TrackProgressOptions {
  /**
   * Least time between two reports, in milliseconds; the first report and the end are exempt.
   * @defaultValue `100`
   */
  readonly minimumIntervalMs?: number | undefined;
}

/** Turns finished steps into occasional reports; from {@link trackProgress}. */
export interface ProgressTracker {
  /**
   * Says how many steps are finished. Fewer than before count as no change, more than all as all.
   *
   * @param done - finished steps, counted from the start
   * @param message - what is being worked on; the last one said is kept
   */
  report(done: number, message?: string): void;
  /** Says that some more steps are finished (1 by default). */
  advance(steps?: number, message?: string): void;
  /** Says that the work is finished; reports the end unless that was reported already. */
  finish(message?: string): void;
}

/**
 * Reports the progress of a long call, not too often: a report comes at the first step, then at most every
 * `minimumIntervalMs`, and always once at the end.
 *
 * @param total - number of steps, an integer of at least 0; `Infinity` if not known
 * @param onProgress - receives the reports; without it the tracker does nothing
 * @param options - {@link TrackProgressOptions}
 * @throws {@link InvalidArgumentError} if total or the interval is not such
 * @example
 * ```ts
 * const progress = trackProgress(files.length, onProgress);
 * for (const file of files) {
 *   await convert(file);
 *   progress.advance();
 * }
 * progress.finish();
 * ```
 */
export function trackProgress(
  total: number,
  onProgress: ((progress: Progress) => void) | undefined,
  options: TrackProgressOptions = {},
): ProgressTracker {
  if (total !== Infinity) checkInteger('trackProgress', 'total', total, { min: 0 });
  const { minimumIntervalMs = 100 } = options;
  checkFinite('trackProgress', 'minimumIntervalMs', minimumIntervalMs, { min: 0 });
  return new Tracker(total, onProgress, minimumIntervalMs);
}

class Tracker implements ProgressTracker {
  private readonly started = performance.now();
  private readonly onProgress: ((progress: Progress) => void) | undefined;
  private readonly interval: number;
  private total: number;
  private done = 0;
  private message: string | undefined;
  private lastReport = -Infinity;
  private ended = false;

  constructor(total: number, onProgress: ((progress: Progress) => void) | undefined, interval: number) {
    this.total = total;
    this.onProgress = onProgress;
    this.interval = interval;
  }

  report(done: number, message?: string): void {
    if (this.onProgress === undefined || this.ended) return;
    if (Number.isNaN(done))
      throw new InvalidArgumentError('ProgressTracker.report: done must be a number, got NaN');
    this.done = Math.min(Math.max(done, this.done), this.total);
    if (message !== undefined) this.message = message;
    const now = performance.now();
    const atEnd = this.done === this.total;
    if (!atEnd && now - this.lastReport < this.interval) return;
    this.lastReport = now;
    this.ended = atEnd;
    this.onProgress(this.at(now - this.started));
  }

  advance(steps = 1, message?: string): void {
    this.report(this.done + steps, message);
  }

  finish(message?: string): void {
    if (this.total === Infinity) this.total = this.done;
    this.report(this.total, message);
  }

  private at(elapsedMs: number): Progress {
    const { done, total, message } = this;
    const progress = { done, total, elapsedMs, remainingMs: remaining(done, total, elapsedMs) };
    return message === undefined ? progress : { ...progress, message };
  }
}

function remaining(done: number, total: number, elapsedMs: number): number | undefined {
  if (done === total) return 0;
  return done === 0 || total === Infinity ? undefined : (elapsedMs / done) * (total - done);
}
