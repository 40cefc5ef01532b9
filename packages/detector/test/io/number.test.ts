import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseDecimal } from '../../src/io/number.js';

function parse(text: string): number {
  const bytes = new TextEncoder().encode(`,${text},`);
  return parseDecimal(bytes, 1, bytes.length - 1);
}

describe('parseDecimal', () => {
  it.each([
    '0',
    '-0',
    '+7',
    '12.',
    '.5',
    '-.25e-3',
    '1E5',
    '0.1',
    '007',
    '4.20922e-09',
    '0.30000000000000004',
    '1.7976931348623157e308',
    '5e-324',
    '2.2250738585072014e-308',
    '9007199254740993',
    '9007199254740993.00000000000000000000000001',
    '123456789012345678901234567890',
    '0.000000000000000000000000000000000012345678901234567',
    '1e400',
    '-1e400',
    '1e-400',
    '0e999999999999',
    '  42\t',
  ])('reads %s as Number does', (text) => {
    expect(parse(text)).toBe(Number(text));
  });

  it.each([
    '',
    ' ',
    '-',
    '.',
    'e5',
    '1e',
    '1e+',
    '1e5x',
    '--1',
    '1.2.3',
    '1,5',
    '1 2',
    'nan',
    'inf',
    'Infinity',
    '0x10',
    '1_0',
    'é',
  ])('gives NaN for %j', (text) => {
    expect(parse(text)).toBeNaN();
  });

  it('agrees with Number on shortest, long, fixed and scientific forms of any double', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 0, max: 25 }),
        (value, digits) => {
          const forms = [
            String(value),
            value.toExponential(),
            value.toExponential(digits),
            value.toPrecision(digits + 1),
          ];
          if (Math.abs(value) < 1e21) forms.push(value.toFixed(digits));
          for (const form of forms) expect(parse(form)).toBe(Number(form));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('agrees with Number on any decimal of 1 to 24 digits near the sizes of positions and energies', () => {
    const digits = fc.string({
      unit: fc.constantFrom(...'0123456789'.split('')),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: -25, max: 25 }), (whole, fraction, exponent) => {
        for (const text of [
          `${whole}.${fraction}`,
          `-${whole}.${fraction}e${exponent}`,
          `${whole}${fraction}e${exponent}`,
        ]) {
          expect(parse(text)).toBe(Number(text));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with Number on and beside the middle of two doubles, where rounding decides', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.integer({ min: 0, max: 19 }),
        fc.integer({ min: -2, max: 2 }),
        (seed, shift, offset) => {
          // An odd integer of 54 bits lies in the middle of two doubles.
          const middle = 2n ** 53n + BigInt(seed) * 4n + 1n + BigInt(offset);
          const text = middle.toString();
          const point = Math.max(1, text.length - shift);
          const form = `${text.slice(0, point)}.${text.slice(point)}0000`;
          expect(parse(form)).toBe(Number(form));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
