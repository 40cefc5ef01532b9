/** The simulated frames of the study. */
import { simulateFrames, type Frame } from '@pct/detector';

/** Water in front of the detector, mm. */
export const phantomsMm = [100, 150, 200] as const;
/** Primaries per frame of the test frames. */
export const densities = [50, 100, 150] as const;
/** Of the test frames for a network that is made for any density. */
export const manyDensities = [10, 20, 50, 100, 150, 200] as const;
const SEEDS = { training: 100, validation: 200, test: 300 } as const;

/**
 * Frames of all three phantoms and some densities in equal parts, in turn, so that any first ones are a mixture too.
 *
 * @param purpose - each has own seeds, so that no frame is in two sets
 * @param count - all frames together
 * @param primariesPerFrame - densities; at most ten, as their seeds are ten apart
 */
export async function mixedFrames(
  purpose: 'training' | 'validation',
  count: number,
  primariesPerFrame: readonly number[],
): Promise<Frame[]> {
  const each = Math.ceil(count / (phantomsMm.length * primariesPerFrame.length));
  const sets: Frame[][] = [];
  for (const [d, density] of primariesPerFrame.entries())
    for (const [p, phantomMm] of phantomsMm.entries())
      sets.push(
        await simulateFrames({
          phantomMm,
          frames: each,
          primariesPerFrame: density,
          seed: SEEDS[purpose] + 10 * d + p,
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
