import { createRng, type Rng } from '@pct/core';
import { createStudy, float, type Sampler, type Study } from '@hpo/approx-gp';

/** The smallest study there is. */
export const lineSpace = { x: float(0, 1) };

/** A sampler that takes points from a list, one after the other by the trial's number, and starts again at its end. */
export function listSampler(points: readonly (readonly number[])[]): Sampler {
  return { name: 'list', ask: ({ number }) => Float64Array.from(points[number % points.length]!) };
}

/** A study of one parameter with its trials already told. */
export async function toldStudy(values: readonly number[]): Promise<Study<typeof lineSpace>> {
  const study = createStudy({ space: lineSpace });
  return study.optimize(({ number }) => values[number]!, { trials: values.length });
}

/** A stream for tests. */
export const testRng = (key: number): Rng => createRng('approx-gp tests').split(key);
