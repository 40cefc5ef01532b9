import type { Progress, ProgressTracker } from '@pct/core';
import { trackProgress } from '@pct/core';
import type { FitPlan } from './plan.js';
import type { FitState } from './state.js';
import type { FitProgress } from './types.js';

/** Reports how far a training has come. */
export class FitReporter {
  /** What the loss returned beside the loss in the last step. */
  auxiliary: unknown = undefined;
  private readonly tracker: ProgressTracker;
  private readonly state: FitState;
  private readonly start: number;
  private readonly total: number;

  constructor(plan: FitPlan, state: FitState, onProgress: ((progress: FitProgress) => void) | undefined) {
    this.state = state;
    this.start = state.step;
    const { total, batchesPerEpoch } = plan;
    this.total = total;
    // Only the steps of this call tell its pace.
    const report = ({ done, elapsedMs, remainingMs }: Progress): void => {
      const { step, loss, epochLosses, validations, best } = state;
      onProgress?.({
        done: this.start + done,
        total: Math.max(total, this.start),
        elapsedMs,
        remainingMs,
        step,
        epoch: Math.max(1, Math.ceil(step / batchesPerEpoch)),
        loss,
        epochLoss: epochLosses.at(-1),
        validation: validations.at(-1),
        best,
        auxiliary: this.auxiliary,
      });
    };
    this.tracker = trackProgress(Math.max(0, total - this.start), onProgress && report);
  }

  /** Says that a step is done. The last one is reported by {@link FitReporter.finish}, after its validation. */
  update(): void {
    if (this.state.step < this.total) this.tracker.report(this.state.step - this.start);
  }

  finish(): void {
    this.tracker.finish();
  }
}
