import { checkFinite, checkInteger, checkOneOf } from '@pct/core';
import type { LazyGaussianProcess } from './LazyGaussianProcess.js';

/**
 * When hyper-parameters are learnt anew.
 * - `never`: not at all, they stay as they were given
 * - `constant`: every `lag` rows; the total cost grows with the fourth power of the rows
 * - `geometric`: when the rows have grown by `factor`; all refits together cost O(n³), as one does
 * - `adaptive`: as `geometric`, and earlier if recent targets surprise the process too much or too little
 */
export type RefitPolicy =
  | { readonly kind: 'never' }
  | { readonly kind: 'constant'; /** At least 1. */ readonly lag: number }
  | {
      readonly kind: 'geometric';
      /** Above 1. @defaultValue `1.25` */ readonly factor?: number | undefined;
    }
  | {
      readonly kind: 'adaptive';
      /** Above 1. @defaultValue `1.5` */ readonly factor?: number | undefined;
      /** Smallest growth between two refits, above 1. @defaultValue `1.08` */ readonly minFactor?:
        number | undefined;
    };

/** 99th percentile of the standard normal distribution. */
const QUANTILE = 2.3263478740408408;

/** Decides when a process should learn its hyper-parameters anew. */
export class RefitSchedule {
  private readonly policy: RefitPolicy;
  private fittedRows = 0;

  /** @throws {@link InvalidArgumentError} if the policy's numbers are out of range */
  constructor(policy: RefitPolicy) {
    checkOneOf('RefitSchedule', 'kind', policy.kind, ['never', 'constant', 'geometric', 'adaptive']);
    if (policy.kind === 'constant') checkInteger('RefitSchedule', 'lag', policy.lag, { min: 1 });
    if (policy.kind === 'geometric' || policy.kind === 'adaptive') {
      checkFinite('RefitSchedule', 'factor', policy.factor ?? 1.5, { min: 1 + 1e-6 });
    }
    if (policy.kind === 'adaptive') {
      checkFinite('RefitSchedule', 'minFactor', policy.minFactor ?? 1.08, { min: 1 + 1e-6 });
    }
    this.policy = policy;
  }

  /** Whether it is time, given the process as it is now. */
  isDue(process: LazyGaussianProcess): boolean {
    const { policy, fittedRows } = this;
    const n = process.size;
    if (policy.kind === 'never' || n < 2) return false;
    if (fittedRows === 0) return true;
    if (n <= fittedRows) return false;
    if (policy.kind === 'constant') return n - fittedRows >= policy.lag;
    if (policy.kind === 'geometric') return n >= (policy.factor ?? 1.25) * fittedRows;
    if (n >= (policy.factor ?? 1.5) * fittedRows) return true;
    return n >= (policy.minFactor ?? 1.08) * fittedRows && isSurprised(process, n - fittedRows);
  }

  /** Is told that the process has just been fitted. */
  fitted(process: LazyGaussianProcess): void {
    this.fittedRows = process.size;
  }
}

/**
 * Whether the mean square of the last W innovations, W = max(8, 2 d) but no more than are new, is outside the central
 * 98 % of χ²_W / W.
 */
function isSurprised(process: LazyGaussianProcess, fresh: number): boolean {
  const innovations = process.innovations();
  const window = Math.min(fresh, Math.max(8, 2 * process.kinds.length));
  let sum = 0;
  for (let i = innovations.length - window; i < innovations.length; i++) sum += innovations[i]! ** 2;
  // Wilson & Hilferty: (χ²_W / W)^(1/3) is nearly normal with mean 1 − 2 / (9 W) and variance 2 / (9 W).
  const spread = 2 / (9 * window);
  return Math.abs(Math.cbrt(sum / window) - (1 - spread)) > QUANTILE * Math.sqrt(spread);
}
