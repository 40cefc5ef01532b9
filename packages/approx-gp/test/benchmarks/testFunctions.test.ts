import { createRng } from '@pct/core';
import { describe, expect, it } from 'vitest';
import {
  ackley,
  branin,
  griewank,
  hartmann3,
  hartmann6,
  levy,
  michalewicz,
  rastrigin,
  rosenbrock,
  shekel,
  sixHumpCamel,
  styblinskiTang,
} from '../../src/benchmarks/testFunctions.js';

const all = [
  levy(5),
  ackley(5),
  rosenbrock(4),
  rastrigin(5),
  griewank(3),
  styblinskiTang(5),
  michalewicz(2),
  michalewicz(10),
  branin(),
  sixHumpCamel(),
  hartmann3(),
  hartmann6(),
  shekel(),
];

describe('test functions', () => {
  it.each(all)('$name has its least value where it says', (target) => {
    const { lower, upper, minimum, minimizer } = target;
    expect(target.evaluate(minimizer)).toBeCloseTo(minimum, 6);
    const rng = createRng(2);
    for (let trial = 0; trial < 2000; trial++) {
      // Anywhere in the box, and near the minimum.
      const width = trial % 2 === 0 ? 1 : 0.01;
      const x = lower.map((low, j) => {
        const step = width * (upper[j]! - low) * (rng.uniform() - 0.5);
        const center = width === 1 ? (low + upper[j]!) / 2 : minimizer[j]!;
        return Math.min(upper[j]!, Math.max(low, center + step));
      });
      expect(target.evaluate(x)).toBeGreaterThanOrEqual(minimum - 1e-6);
    }
  });

  it('have the values of other implementations', () => {
    expect(michalewicz(2).minimum).toBeCloseTo(-1.80130341, 7);
    expect(michalewicz(5).minimum).toBeCloseTo(-4.687658179, 7);
    expect(levy(2).evaluate([0, 0])).toBeCloseTo(
      0.5 + 0.0625 * (1 + 10 * Math.sin(0.75 * Math.PI + 1) ** 2) + 0.0625 * 2,
      12,
    );
    expect(branin().evaluate([-Math.PI, 12.275])).toBeCloseTo(0.397887357729738, 12);
    expect(() => michalewicz(11)).toThrow('michalewicz: d must be an integer from 1 to 10, got 11');
  });
});
