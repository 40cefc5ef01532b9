import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brief, fixed, grouped, label, linear, textWidth, ticks, wrap } from '../../src/display/scale.js';

describe('ticks', () => {
  it('are round, within the range, and exact decimals', () => {
    expect(ticks(-28, 28, 5)).toEqual([-20, 0, 20]);
    expect(ticks(0, 0.35, 4)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(ticks(225, 480, 6)).toEqual([250, 300, 350, 400, 450]);
  });

  it('keep to the range, are equidistant by 1, 2 or 5, and are not more than wanted plus one', () => {
    const range = fc.tuple(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(range, fc.integer({ min: 2, max: 12 }), ([low, length], wanted) => {
        const high = low + length;
        const values = ticks(low, high, wanted);
        expect(values.length).toBeLessThanOrEqual(wanted + 1);
        const slack = 1e-6 * length + 1e-9 * Math.abs(low);
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(low - slack);
          expect(value).toBeLessThanOrEqual(high + slack);
          expect(Object.is(value, -0)).toBe(false);
        }
        if (values.length < 2) return;
        const step = values[1]! - values[0]!;
        values.forEach((value, k) =>
          expect(Math.abs(value - values[0]! - k * step)).toBeLessThanOrEqual(slack),
        );
        const mantissa = step / 10 ** Math.floor(Math.log10(step) + 1e-6);
        expect(Math.min(...[1, 2, 5, 10].map((m) => Math.abs(m - mantissa)))).toBeLessThan(1e-3);
      }),
    );
  });
});

describe('linear', () => {
  it('maps the ends to the ends, also turned round', () => {
    const scale = linear(10, 20, 300, 100);
    expect([scale.map(10), scale.map(15), scale.map(20)]).toEqual([300, 200, 100]);
  });
});

describe('numbers for readers', () => {
  it('have no negative zero, a minus sign, and groups of three', () => {
    expect([fixed(-0.001), fixed(1.25), fixed(-2.348), fixed(300)]).toEqual(['0', '1.25', '-2.35', '300']);
    expect(label(-20)).toBe('\u221220');
    expect([grouped(7), grouped(1234), grouped(1234567)]).toEqual(['7', '1\u2009234', '1\u2009234\u2009567']);
    expect([brief(0.01234), brief(12.34), brief(186.19)]).toEqual(['0.012', '12', '186']);
  });
});

describe('wrap', () => {
  it('breaks at spaces, and cuts only after the last line', () => {
    expect(wrap('one two', 10, 1000, 2)).toEqual(['one two']);
    expect(wrap('alpha beta gamma', 10, textWidth('alpha beta', 10) + 1, 2)).toEqual(['alpha beta', 'gamma']);
    const cut = wrap('alpha beta gamma delta epsilon', 10, textWidth('alpha beta', 10) + 1, 2);
    expect(cut[0]).toBe('alpha beta');
    expect(cut[1]).toMatch(/^gamma.*\u2026$/);
  });

  it('never gives a line that is wider than the room', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 120 }), fc.integer({ min: 40, max: 300 }), (text, room) => {
        const lines = wrap(text, 12, room, 2);
        expect(lines.length).toBeLessThanOrEqual(2);
        for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(room + 12);
      }),
    );
  });
});
