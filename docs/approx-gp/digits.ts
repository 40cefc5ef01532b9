/** Digits as the networks of this folder take them: whole, or pooled to 8 × 8 pixels. */
import { digitImages, PIXELS, SIDE, type DigitImages } from '../digits.js';

/** Digits of any number of pixels, [n, size, size]. */
export interface Digits extends DigitImages {
  /** Pixels along a side. */
  readonly size: number;
}

/** Some of the digits, from one place in the fixed order to before another. */
export function digits(from: number, to: number): Digits {
  return { ...digitImages(from, to), size: SIDE };
}

/** The same digits in 8 × 8 pixels: means of 4 × 4, with 2 empty ones on every side. */
export function pooled({ images, labels }: Digits): Digits {
  const size = 8;
  const small = new Float32Array(labels.length * size * size);
  for (let n = 0; n < labels.length; n++) {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const cell = ((y + 2) >> 2) * size + ((x + 2) >> 2);
        small[n * size * size + cell]! += images[n * PIXELS + y * SIDE + x]! / 16;
      }
    }
  }
  return { images: small, labels, size };
}
