import { categorical, float, int } from '@hpo/approx-gp';
import { describe, expect, it } from 'vitest';
import { ParzenEstimator } from '../../src/samplers/tpe/ParzenEstimator.js';
import { SpaceEncoding } from '../../src/space/SpaceEncoding.js';
import { testRng } from '../support.js';

describe('the density', () => {
  const space = new SpaceEncoding('test', {
    x: float(0, 1),
    n: int(1, 5),
    c: categorical(['a', 'b', 'c']),
  });
  const observations = [
    { x: 0.1, n: 1, c: 'a' },
    { x: 0.15, n: 5, c: 'a' },
    { x: 0.9, n: 3, c: 'b' },
  ].map((params) => space.encode(params)!);
  const density = new ParzenEstimator(space, observations, [1, 1, 1]);

  it('has the mass 1', () => {
    let mass = 0;
    for (let i = 0; i < 400; i++) {
      for (let n = 1; n <= 5; n++) {
        for (const c of ['a', 'b', 'c']) {
          mass += Math.exp(density.logDensity(space.encode({ x: (i + 0.5) / 400, n, c })!)) / 400;
        }
      }
    }
    expect(mass).toBeCloseTo(1, 4);
  });

  it('is what is drawn', () => {
    const rng = testRng(1);
    const draws = Array.from({ length: 4000 }, () => space.snapInPlace(density.sample(rng)));
    for (const c of [0, 1, 2]) {
      for (const half of [0, 1]) {
        const drawn =
          draws.filter((point) => point[2] === c && (point[0]! < 0.5 ? 0 : 1) === half).length / 4000;
        let expected = 0;
        for (let i = 0; i < 100; i++) {
          for (let n = 1; n <= 5; n++) {
            const params = { x: half / 2 + (i + 0.5) / 200, n, c: ['a', 'b', 'c'][c] };
            expected += Math.exp(density.logDensity(space.encode(params)!)) / 200;
          }
        }
        // Four standard deviations of a share of 4000.
        expect(Math.abs(drawn - expected)).toBeLessThan(4 * Math.sqrt(0.25 / 4000));
      }
    }
  });

  it('is the prior without observations', () => {
    const prior = new ParzenEstimator(space, [], []);
    const [ends, middle] = [0, 0.5].map((x) => prior.logDensity(space.encode({ x, n: 3, c: 'a' })!));
    expect(middle! - ends!).toBeCloseTo(0.125, 10);
  });
});
