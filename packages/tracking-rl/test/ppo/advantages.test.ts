import { createRng } from '@pct/core';
import { explainedVariance, generalizedAdvantages } from '@pct/tracking-rl';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Tracks of random lengths whose steps are interleaved. */
function randomTracks(seed: number): {
  rewards: Float64Array;
  values: Float64Array;
  next: Int32Array;
  tracks: number[][];
} {
  const rng = createRng(seed);
  const steps = 30;
  const tracks: number[][] = [[], [], [], []];
  for (let i = 0; i < steps; i++) tracks[rng.integer(0, tracks.length)]!.push(i);
  const next = new Int32Array(steps).fill(-1);
  for (const track of tracks) track.forEach((step, k) => (next[step] = track[k + 1] ?? -1));
  const [rewards, values] = [new Float64Array(steps), new Float64Array(steps)];
  return { rewards: rng.fillNormal(rewards), values: rng.fillNormal(values), next, tracks };
}

describe('generalizedAdvantages', () => {
  it('is the discounted sum of differences along each track', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, gamma, gaeLambda) => {
          const { rewards, values, next, tracks } = randomTracks(seed);
          const { advantages, returns } = generalizedAdvantages(rewards, values, next, { gamma, gaeLambda });
          for (const track of tracks)
            track.forEach((step, k) => {
              let sum = 0;
              track.slice(k).forEach((later, l) => {
                const after = track[k + l + 1];
                const difference =
                  rewards[later]! + (after === undefined ? 0 : gamma * values[after]!) - values[later]!;
                sum += (gamma * gaeLambda) ** l * difference;
              });
              expect(advantages[step]).toBeCloseTo(sum, 10);
              expect(returns[step]).toBeCloseTo(sum + values[step]!, 10);
            });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('adds up rewards alone with λ = 1, and those after a cut by the critic', () => {
    const options = { gamma: 0.5, gaeLambda: 1 };
    expect(generalizedAdvantages([1, 2, 4], [9, 9, 9], [1, 2, -1], options).returns).toEqual(
      Float64Array.of(3, 4, 4),
    );
    const bootstrap = [0, 0, 8];
    expect(
      generalizedAdvantages([1, 2, 4], [9, 9, 9], [1, 2, -1], { ...options, bootstrap }).returns,
    ).toEqual(Float64Array.of(4, 6, 8));
  });

  it('refuses steps that go back in time, and lengths that differ', () => {
    expect(() => generalizedAdvantages([1, 1], [0, 0], [-1, 0])).toThrow(
      'generalizedAdvantages: next[1] must be −1 or from 2 to 1, got 0',
    );
    expect(() => generalizedAdvantages([1, 1], [0], [-1, -1])).toThrow('must have one length, got 2, 1, 2');
    expect(() => generalizedAdvantages([1], [0], [-1], { gamma: 1.5 })).toThrow('gamma');
  });
});

describe('explainedVariance', () => {
  it('is 1 for a perfect critic, 0 for a constant one, and not a number without variance', () => {
    expect(explainedVariance([1, 2, 4], [1, 2, 4])).toBe(1);
    expect(explainedVariance([3, 3, 3], [1, 2, 4])).toBe(0);
    expect(explainedVariance([1, 2], [5, 5])).toBeNaN();
  });
});
