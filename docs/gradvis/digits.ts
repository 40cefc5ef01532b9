/** The digits as arrays of programs. */
import type { NdArray } from '@pct/tensor';
import { digitImages, SIDE } from '../digits.js';

/** Images and their digits. */
export interface Digits {
  /** [n, 1, 28, 28], in [0, 1]. */
  readonly images: NdArray;
  /** [n] of int32. */
  readonly labels: NdArray;
}

/** Digits from one place to before another; the first 9000 are for training, the others for tests. */
export function digits(from: number, to: number): Digits {
  const { images, labels } = digitImages(from, to);
  return {
    images: { data: images, shape: [to - from, 1, SIDE, SIDE] },
    labels: { data: labels, shape: [to - from] },
  };
}

export const trainingDigits = 9000;
export const digitsInAll = 10_000;
