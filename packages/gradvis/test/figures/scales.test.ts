import { InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourAt } from '../../src/figures/colours.js';
import { lossScale, type LossScaleName } from '../../src/figures/lossScale.js';
import { axisScale, linearTicks, logTicks, rangeOf, shortNumber } from '../../src/figures/scales.js';
import { escapeMarkup, px, wrapText } from '../../src/figures/svg.js';

describe('ticks', () => {
  it('are round numbers inside the range', () => {
    expect(linearTicks(-1, 1).map(({ text }) => text)).toEqual(['−1', '−0.5', '0', '0.5', '1']);
    expect(linearTicks(0, 0.3).map(({ value }) => value)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(logTicks(0.1, 1000).map(({ value }) => value)).toEqual([0.1, 1, 10, 100, 1000]);
    expect(logTicks(1, 20).map(({ value }) => value)).toEqual([1, 2, 5, 10, 20]);
    expect(logTicks(1e-30, 1e30).length).toBeLessThan(12);
    expect(linearTicks(1, 1)).toEqual([]);
  });

  it('stay in the range and ascend, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e12, max: 1e12, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e12, noNaN: true }),
        (low, width) => {
          fc.pre(low + width > low);
          const values = linearTicks(low, low + width).map(({ value }) => value);
          const slack = 1e-8 * width + 1e-11 * Math.abs(low);
          expect(values.every((value) => value >= low - slack && value <= low + width + slack)).toBe(true);
          expect(values.length).toBeLessThan(12);
        },
      ),
    );
  });

  it('have short texts', () => {
    expect([0, -0.25, 123456, 1.5e-7, 1e-7, 12.34567].map(shortNumber)).toEqual([
      '0',
      '−0.25',
      '1.23e5',
      '1.5e−7',
      '1e−7',
      '12.35',
    ]);
  });
});

describe('axisScale', () => {
  it('maps the ends to the ends', () => {
    const linear = axisScale('linear', [2, 4], [10, 30]);
    expect([2, 3, 4].map(linear.to)).toEqual([10, 20, 30]);
    const log = axisScale('log', [1, 100], [0, 2]);
    expect(log.to(10)).toBeCloseTo(1, 12);
    const single = axisScale('linear', [5, 5], [0, 10]);
    expect(single.to(5)).toBe(5);
    const huge = axisScale('linear', [-Number.MAX_VALUE, Number.MAX_VALUE], [0, 1]);
    expect(huge.to(0)).toBe(0.5);
    expect(() => axisScale('log', [0, 1], [0, 1])).toThrow(InvalidArgumentError);
  });

  it('takes ranges of what is finite', () => {
    expect(rangeOf([NaN, 3, -1, Infinity])).toEqual([-1, 3]);
    expect(rangeOf([NaN, 3, -1, 0.5], 'log')).toEqual([0.5, 3]);
    expect(rangeOf([])).toEqual([0, 1]);
  });
});

describe('lossScale', () => {
  const values = Float64Array.of(0.1, 1, 10, 1000, NaN, Infinity);

  it('spreads losses by logarithm where they differ much, and refuses what a scale does not take', () => {
    const log = lossScale('f', values);
    expect(log.name).toBe('log');
    expect([0.1, 10, 1000].map(log.share)).toEqual([0, expect.closeTo(0.5, 12), 1]);
    expect(log.lossAt(0.5)).toBeCloseTo(10, 10);
    expect(log.share(Infinity)).toBeNaN();
    expect(lossScale('f', Float64Array.of(0, 1)).name).toBe('linear');
    expect(() => lossScale('f', Float64Array.of(0, 1), 'log')).toThrow(
      /f: the scale 'log' needs losses above 0, got 0/,
    );
    expect(() => lossScale('f', Float64Array.of(-1, 1), 'log1p')).toThrow(/above -1/);
    expect(() => lossScale('f', values, 'cube' as 'log')).toThrow(/scale must be one of/);
    expect(() => lossScale('f', values, 'log', 0.05)).toThrow(/clip must be above the least loss 0.1/);
  });

  it('has one class above the limit', () => {
    const clipped = lossScale('f', values, 'linear', 10);
    expect(clipped.limit).toBe(10);
    expect([clipped.share(10), clipped.share(1000)]).toEqual([1, 1]);
    expect(lossScale('f', values, 'linear', 5000).limit).toBeUndefined();
  });

  it('gives equal losses the same rank', () => {
    const rank = lossScale('f', Float64Array.of(5, 1, 1, 9, 5), 'rank');
    expect([1, 5, 9].map(rank.share)).toEqual([0.125, 0.625, 1]);
    expect(rank.lossAt(0)).toBe(1);
  });

  it('goes up with the loss and back, on every scale', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<LossScaleName>('linear', 'log', 'log1p', 'rank'),
        fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 }),
        (name, losses) => {
          const scale = lossScale('f', Float64Array.from(losses), name);
          const sorted = [...losses].sort((a, b) => a - b);
          const shares = sorted.map(scale.share);
          shares.forEach((share, k) => {
            expect(share).toBeGreaterThanOrEqual(k === 0 ? 0 : shares[k - 1]!);
            expect(share).toBeLessThanOrEqual(1);
            if (name !== 'rank') expect(scale.lossAt(share)).toBeCloseTo(sorted[k]!, 4);
          });
        },
      ),
    );
  });
});

describe('colourAt', () => {
  it('grows lighter all the way, and darker in the shade', () => {
    const lightness = (colour: string): number => {
      const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255) as [
        number,
        number,
        number,
      ];
      const linear = [r, g, b].map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [
        number,
        number,
        number,
      ];
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    };
    const steps = Array.from({ length: 33 }, (_, k) => lightness(colourAt(k / 32)));
    for (let k = 1; k < steps.length; k++) expect(steps[k]).toBeGreaterThan(steps[k - 1]!);
    expect(lightness(colourAt(0.5, 0.6))).toBeLessThan(lightness(colourAt(0.5)));
    expect([colourAt(-1), colourAt(2)]).toEqual(['#440154', '#fde725']);
  });
});

describe('svg text', () => {
  it('is safe and has fixed decimals', () => {
    expect(escapeMarkup('a<b & "c"\u0000\uD800')).toBe('a&#60;b &#38; &#34;c&#34;  ');
    expect([1 / 3, -0.001, 2].map(px)).toEqual(['0.33', '0', '2']);
    expect(wrapText('one two three', 10, 60)).toEqual(['one two', 'three']);
    expect(wrapText('', 10, 60)).toEqual([]);
  });
});
