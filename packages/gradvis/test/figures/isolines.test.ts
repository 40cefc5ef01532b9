import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isolines } from '../../src/figures/isolines.js';

/** [ny, nx] values of a formula of column and row. */
function grid(nx: number, ny: number, value: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: nx * ny }, (_, at) => value(at % nx, Math.floor(at / nx)));
}

describe('isolines', () => {
  it('of a slope along x is one upright line from border to border', () => {
    const [line, ...more] = isolines(
      grid(7, 4, (i) => i),
      7,
      2.25,
    );
    expect(more).toEqual([]);
    expect(line!.every(([x]) => Math.abs(x - 2.25) < 1e-12)).toBe(true);
    expect(line!.map(([, y]) => y).sort((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  });

  it('of a slope along y lies flat: x and y are not swapped', () => {
    const [line] = isolines(
      grid(7, 4, (_, j) => 10 * j),
      7,
      12.5,
    );
    expect(line!.every(([, y]) => Math.abs(y - 1.25) < 1e-12)).toBe(true);
    expect(line!).toHaveLength(7);
  });

  it('of a bowl is one closed ring around its middle', () => {
    const lines = isolines(
      grid(21, 31, (i, j) => (i - 10) ** 2 + (j - 15) ** 2),
      21,
      36,
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]![0]).toEqual(lines[0]!.at(-1));
    for (const [x, y] of lines[0]!) expect(Math.hypot(x - 10, y - 15)).toBeCloseTo(6, 1);
  });

  it('keeps away from cells with a corner that is not finite', () => {
    for (const hole of [NaN, Infinity, -Infinity]) {
      const lines = isolines(
        grid(7, 5, (i, j) => (i === 3 && j === 2 ? hole : j)),
        7,
        1.5,
      );
      const xs = lines.flat().map(([x]) => x);
      expect(lines).toHaveLength(2);
      expect(xs.every((x) => x <= 2 || x >= 4)).toBe(true);
      expect(
        isolines(
          grid(7, 5, () => hole),
          7,
          1.5,
        ),
      ).toEqual([]);
    }
  });

  it('lies where linear interpolation gives the level, on any plane', () => {
    const slope = fc.integer({ min: -500, max: 500 }).map((hundredths) => (hundredths || 1) / 100);
    fc.assert(
      fc.property(slope, slope, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (a, b, share) => {
        const values = grid(6, 9, (i, j) => a * i + b * j);
        const [low, high] = [Math.min(...values), Math.max(...values)];
        const level = low + share * (high - low);
        const lines = isolines(values, 6, level);
        expect(lines.length).toBeGreaterThan(0);
        for (const [x, y] of lines.flat()) expect(a * x + b * y).toBeCloseTo(level, 6);
      }),
    );
  });
});
