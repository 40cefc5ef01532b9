import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cubicMinimiser, LineSearch } from '../../src/optimise/lineSearch.js';

type Phi = (step: number) => [value: number, slope: number];

/** The test functions of Moré and Thuente 1994, section 5 (eqs. 5.1-5.3), with their parameters. */
const rational: Phi = (a) => [-a / (a * a + 2), (a * a - 2) / (a * a + 2) ** 2];
const quintic: Phi = (a) => [
  (a + 0.004) ** 5 - 2 * (a + 0.004) ** 4,
  5 * (a + 0.004) ** 4 - 8 * (a + 0.004) ** 3,
];
const wavy: Phi = (a) => {
  const [beta, l] = [0.01, 39];
  const smooth: [number, number] =
    a <= 1 - beta
      ? [1 - a, -1]
      : a >= 1 + beta
        ? [a - 1, 1]
        : [(a - 1) ** 2 / (2 * beta) + beta / 2, (a - 1) / beta];
  const wave = ((l * Math.PI) / 2) * a;
  return [
    smooth[0] + ((2 * (1 - beta)) / (l * Math.PI)) * Math.sin(wave),
    smooth[1] + (1 - beta) * Math.cos(wave),
  ];
};
const yanai =
  (b1: number, b2: number): Phi =>
  (a) => {
    const gamma = (beta: number) => Math.sqrt(1 + beta * beta) - beta;
    const [left, right] = [Math.hypot(1 - a, b2), Math.hypot(a, b1)];
    return [gamma(b1) * left + gamma(b2) * right, (gamma(b1) * (a - 1)) / left + (gamma(b2) * a) / right];
  };

function search(phi: Phi, first: number, maximum = 1e10) {
  const line = new LineSearch();
  const [value0, slope0] = phi(0);
  line.start(value0, slope0, first, maximum);
  for (let count = 1; count <= 60; count++) {
    const [value, slope] = phi(line.step);
    const step = line.step;
    const state = Number.isFinite(value) ? line.tell(value, slope) : line.reject();
    if (state !== 'evaluate') return { state, step, count, value, slope, value0, slope0 };
  }
  throw new Error('no end');
}

describe('LineSearch', () => {
  const problems: [string, Phi][] = [
    ['rational', rational],
    ['quintic', quintic],
    ['wavy', wavy],
    ['Yanai 0.001 0.001', yanai(0.001, 0.001)],
    ['Yanai 0.01 0.001', yanai(0.01, 0.001)],
    ['Yanai 0.001 0.01', yanai(0.001, 0.01)],
  ];
  it.each(problems.flatMap(([name, phi]) => [1e-3, 1e-1, 1e1, 1e3].map((first) => ({ name, phi, first }))))(
    'finds a step with both Wolfe conditions: $name from $first',
    ({ phi, first }) => {
      const { state, step, count, value, slope, value0, slope0 } = search(phi, first);
      expect(state).toBe('done');
      expect(value).toBeLessThanOrEqual(value0 + 1e-3 * step * slope0);
      expect(Math.abs(slope)).toBeLessThanOrEqual(0.9 * Math.abs(slope0));
      expect(count).toBeLessThan(15);
    },
  );

  it('does so for random quartics', () => {
    const scale = fc.double({ min: 0.01, max: 100, noNaN: true });
    const tilt = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(scale, tilt, tilt, scale, scale, (slope, b, c, d, first) => {
        const phi: Phi = (a) => [
          -slope * a + b * a ** 2 + c * a ** 3 + d * a ** 4,
          -slope + 2 * b * a + 3 * c * a ** 2 + 4 * d * a ** 3,
        ];
        const found = search(phi, first);
        expect(found.state).toBe('done');
        expect(found.value).toBeLessThanOrEqual(1e-3 * found.step * found.slope0);
        expect(Math.abs(found.slope)).toBeLessThanOrEqual(0.9 * slope);
      }),
      { numRuns: 300 },
    );
  });

  it('stops at the largest step while the value still falls', () => {
    const falling: Phi = (a) => [-a, -1];
    expect(search(falling, 1, 7)).toMatchObject({ state: 'done', step: 7 });
    expect(search(falling, 100, 7)).toMatchObject({ state: 'done', step: 7, count: 1 });
  });

  it('shortens a step that has no value', () => {
    const cliff: Phi = (a) => (a > 0.01 ? [NaN, NaN] : [-Math.log(1 + a), -1 / (1 + a)]);
    const { state, step } = search(cliff, 1);
    expect(state).not.toBe('evaluate');
    expect(step).toBeLessThanOrEqual(0.01);
    expect(step).toBeGreaterThan(0);
  });

  it('is stuck where no step lowers the value', () => {
    const wrong: Phi = (a) => [a, a === 0 ? -1 : 1];
    const line = new LineSearch();
    line.start(0, -1, 1, 10);
    let state: string = 'evaluate';
    for (let k = 0; k < 200 && state === 'evaluate'; k++) state = line.tell(...wrong(line.step));
    expect(state).toBe('stuck');
    expect(line.best).toBe(0);
  });
});

it('cubicMinimiser finds the minimum of a cubic', () => {
  // x³ − 3 x: minimum at 1.
  const value = (x: number) => x ** 3 - 3 * x;
  const slope = (x: number) => 3 * x * x - 3;
  expect(cubicMinimiser(0, value(0), slope(0), 3, value(3), slope(3))).toBeCloseTo(1, 12);
  expect(cubicMinimiser(3, value(3), slope(3), 0, value(0), slope(0))).toBeCloseTo(1, 12);
  // x³ + x has none.
  expect(cubicMinimiser(0, 0, 1, 1, 2, 4)).toBeNaN();
});
