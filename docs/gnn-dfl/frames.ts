/** The simulated frames of the study. */
import { simulateFrames, type Frame } from '@pct/detector';

/** Water in front of the detector, mm. */
export const phantomsMm = [100, 150, 200] as const;
/** Primaries per frame of the test frames. */
export const densities = [50, 100, 150] as const;
/** Primaries per frame in training and validation. */
const TRAINING_DENSITY = 100;

const SEEDS = { training: 100, validation: 200, test: 300 } as const;

/**
 * Frames of all three phantoms in equal parts, in turn, so that any first ones are a mixture too.
 *
 * @param purpose - each has own seeds, so that no frame is in two sets
 * @param tiny - frames of a few primaries, for a test of the scripts
 */
export async function mixedFrames(
  purpose: 'training' | 'validation',
  count: number,
  tiny = false,
): Promise<Frame[]> {
  const each = Math.ceil(count / phantomsMm.length);
  const sets: Frame[][] = [];
  for (const [p, phantomMm] of phantomsMm.entries())
    sets.push(
      await simulateFrames({
        phantomMm,
        frames: each,
        primariesPerFrame: tiny ? 4 : TRAINING_DENSITY,
        seed: SEEDS[purpose] + p,
      }),
    );
  return Array.from({ length: count }, (_, k) => sets[k % sets.length]![Math.floor(k / sets.length)]!);
}

/** Test frames of one cell of the table. */
export function testFrames(phantomMm: number, primariesPerFrame: number, frames: number): Promise<Frame[]> {
  return simulateFrames({
    phantomMm,
    frames,
    primariesPerFrame,
    seed: SEEDS.test + 1000 * phantomMm + primariesPerFrame,
  });
}
