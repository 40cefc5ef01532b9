import { describe, expect, it } from 'vitest';
import { daylight, hoursSinceTurn, meanDaylight } from '../../src/data/sun.js';

const equinox = 81;
const june = 172;

describe('the Sun', () => {
  it('stands in the zenith over the equator at noon of the equinox, and rises and sets at six', () => {
    expect(daylight(0, equinox, 12)).toBeCloseTo(1, 4);
    expect(daylight(0, equinox, 9)).toBeCloseTo(Math.SQRT1_2, 4);
    expect(daylight(0, equinox, 3)).toBe(0);
    expect(hoursSinceTurn(0, equinox, 9)).toBeCloseTo(3, 6);
    expect(hoursSinceTurn(0, equinox, 20)).toBeCloseTo(2, 6);
    expect(hoursSinceTurn(0, equinox, 5)).toBeCloseTo(11, 6);
    expect(meanDaylight(0, equinox)).toBeCloseTo(1 / Math.PI, 4);
  });

  it('does not set or rise at the poles', () => {
    expect(meanDaylight(90, june)).toBeCloseTo(Math.sin((23.45 * Math.PI) / 180), 3);
    expect(meanDaylight(-80, june)).toBe(0);
    expect(daylight(80, june, 0)).toBeGreaterThan(0);
    expect(hoursSinceTurn(80, june, 7)).toBe(24);
    expect(hoursSinceTurn(-80, june, 7)).toBe(24);
  });

  it('the mean is the mean', () => {
    for (const [latitude, day] of [
      [35, 15],
      [-50, 288],
      [66, 196],
    ] as const) {
      const hours = Array.from({ length: 2400 }, (_, k) => daylight(latitude, day, (k + 0.5) / 100));
      const mean = hours.reduce((sum, one) => sum + one, 0) / hours.length;
      expect(meanDaylight(latitude, day)).toBeCloseTo(mean, 5);
    }
  });
});
