import { createRng, InvalidArgumentError } from '@pct/core';
import { KinkEncoding } from '@pct/gnn-dfl';
import { describe, expect, it } from 'vitest';
import { hermiteWeights } from '../../src/message/plainKernels.js';

/** The encoding of an angle as the table gives it. */
function interpolated(encoding: KinkEncoding, angle: number): Float64Array {
  const { channels, knots, table } = encoding;
  const weights = new Float64Array(4);
  const knot = hermiteWeights(Math.fround(encoding.position(angle)), weights);
  const next = Math.min(knot + 1, knots - 1);
  const at = [2 * knot, 2 * knot + 1, 2 * next, 2 * next + 1];
  return Float64Array.from({ length: channels }, (_, c) =>
    at.reduce((sum, row, w) => sum + weights[w]! * table[row * channels + c]!, 0),
  );
}

describe('KinkEncoding', () => {
  const encoding = new KinkEncoding();
  const rng = createRng(1);
  const angles = Float64Array.from({ length: 2000 }, () => 0.8 * rng.uniform() ** 2);

  it('has the published frequencies', () => {
    expect(encoding.frequencies.length).toBe(64);
    expect(encoding.frequencies[0]).toBe(1);
    expect(encoding.frequencies[63]).toBeCloseTo(Math.exp((126 * -Math.log(0.001)) / 128), 6);
    const out = new Float64Array(128);
    encoding.encode(0.25, out);
    expect(out[0]).toBeCloseTo(Math.sin(0.5), 12);
    expect(out[1]).toBeCloseTo(Math.cos(0.5), 12);
  });

  it('is interpolated within the bound of its table', () => {
    const exact = new Float64Array(128);
    const step = Math.sqrt(0.8) / (encoding.knots - 1);
    let worst = 0;
    for (const angle of [0, 0.8, 2, ...angles]) {
      encoding.encode(angle, exact);
      const table = interpolated(encoding, angle);
      encoding.frequencies.forEach((frequency, k) => {
        // Positions and values are float32: 2000 knots resolve 1e-4 of a knot.
        const bound = (frequency * step) ** 4 / 384 + 1.3e-4 * frequency * step + 1e-6;
        for (const c of [2 * k, 2 * k + 1]) worst = Math.max(worst, Math.abs(table[c]! - exact[c]!) / bound);
      });
    }
    expect(worst).toBeLessThan(1);
  });

  it('has the moments of its channels', () => {
    const { mean, variance } = encoding.moments(
      Float32Array.from(angles, (angle) => encoding.position(angle)),
    );
    const rows = Array.from(angles, (angle) => {
      const out = new Float64Array(128);
      encoding.encode(angle, out);
      return out;
    });
    for (let c = 0; c < 128; c++) {
      const m = rows.reduce((sum, row) => sum + row[c]!, 0) / rows.length;
      const v = rows.reduce((sum, row) => sum + (row[c]! - m) ** 2, 0) / rows.length;
      expect(mean[c]).toBeCloseTo(m, 4);
      expect(variance[c]).toBeCloseTo(v, 3);
    }
    expect(encoding.moments(new Float32Array(0)).variance[5]).toBe(1);
  });

  it.each([
    [{ channels: 3 }, 'channels'],
    [{ finest: 1 }, 'finest'],
    [{ knots: 1 }, 'knots'],
    [{ maxAngle: 4 }, 'maxAngle'],
  ])('refuses %o', (options, words) => {
    expect(() => new KinkEncoding(options)).toThrow(InvalidArgumentError);
    expect(() => new KinkEncoding(options)).toThrow(words);
  });
});
