import { createRng, InvalidArgumentError, NumericalError, ShapeError } from '@pct/core';
import { linearCka, linearCkaMatrix } from '@pct/gnn-dfl';
import type { NdArray } from '@pct/tensor';
import { describe, expect, it } from 'vitest';

const rng = createRng(4);
const random = (rows: number, channels: number): NdArray => ({
  data: Float64Array.from({ length: rows * channels }, () => rng.normal()),
  shape: [rows, channels],
});

/** x [rows, 2] turned by an angle, scaled and moved. */
function turned({ data, shape }: NdArray, angle: number, scale: number, shift: number): NdArray {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const out = Float64Array.from(data, (_, at) => {
    const [x, y] = [data[at - (at % 2)]!, data[at - (at % 2) + 1]!];
    return shift + scale * (at % 2 === 0 ? cos * x - sin * y : sin * x + cos * y);
  });
  return { data: out, shape };
}

/** The estimator by matrices of rows by rows, Song et al. 2012, eq. 5. */
function slowHsic(x: NdArray, y: NdArray): number {
  const [n] = x.shape as [number];
  const [k, l] = [x, y].map(({ data, shape: [, channels] }) =>
    Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => {
        let sum = 0;
        for (let c = 0; c < channels!; c++) sum += data[i * channels! + c]! * data[j * channels! + c]!;
        return i === j ? 0 : sum;
      }),
    ),
  );
  let [trace, sumK, sumL, both] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      trace += k![i]![j]! * l![j]![i]!;
      sumK += k![i]![j]!;
      sumL += l![i]![j]!;
      for (let h = 0; h < n; h++) both += k![i]![j]! * l![j]![h]!;
    }
  return (trace + (sumK * sumL) / ((n - 1) * (n - 2)) - (2 / (n - 2)) * both) / (n * (n - 3));
}

describe('linearCka', () => {
  it('agrees with matrices of rows by rows', () => {
    const [x, y] = [random(12, 3), random(12, 2)];
    for (let k = 0; k < 24; k++) y.data[k]! += x.data[3 * Math.floor(k / 2)]!;
    const expected = slowHsic(x, y) / Math.sqrt(slowHsic(x, x) * slowHsic(y, y));
    expect(linearCka(x, y, { shuffles: 1 })).toBeCloseTo(expected, 12);
  });

  it('is 1 for the same representation, also when turned, scaled and moved', () => {
    const x = random(300, 2);
    expect(linearCka(x, x, { batchSize: 64 })).toBeCloseTo(1, 12);
    expect(linearCka(x, turned(x, 0.7, 3, 5), { batchSize: 64 })).toBeCloseTo(1, 12);
  });

  it('is not 1 when one channel is scaled alone', () => {
    const x = random(300, 2);
    const stretched = { data: x.data.map((value, k) => (k % 2 === 0 ? 5 * value : value)), shape: x.shape };
    expect(linearCka(x, stretched as NdArray)).toBeLessThan(0.9);
  });

  it('is about 0 for independent ones, on either side: there is no bias', () => {
    const found = Array.from({ length: 20 }, () =>
      linearCka(random(400, 8), random(400, 8), { batchSize: 50 }),
    );
    expect(Math.max(...found.map(Math.abs))).toBeLessThan(0.1);
    expect(Math.min(...found)).toBeLessThan(0);
    expect(Math.abs(found.reduce((sum, value) => sum + value, 0) / 20)).toBeLessThan(0.02);
  });

  it('gives all pairs of two lists, and the same for the same seed', () => {
    const [x, y, z] = [random(64, 3), random(64, 4), random(64, 2)];
    const options = { batchSize: 20, shuffles: 2, rng: 5 };
    const matrix = linearCkaMatrix([x, y], [z, x, y], options);
    expect(matrix.length).toBe(6);
    expect(matrix[1]).toBeCloseTo(1, 12);
    expect(matrix[5]).toBeCloseTo(1, 12);
    expect(matrix[2]).toBeCloseTo(matrix[4]!, 12);
    expect(matrix[0]).toBe(linearCka(x, z, options));
    expect(matrix[0]).not.toBe(linearCka(x, z, { ...options, rng: 6 }));
  });

  it('refuses what does not fit', () => {
    expect(() => linearCka(random(5, 2), random(6, 2))).toThrow(ShapeError);
    expect(() => linearCka(random(3, 2), random(3, 2))).toThrow('4 or more, got [3, 2] and [3, 2]');
    expect(() => linearCka(random(8, 2), random(8, 2), { batchSize: 9 })).toThrow(InvalidArgumentError);
    expect(() => linearCka(random(8, 2), random(8, 2), { shuffles: 0 })).toThrow('shuffles');
    const flat = { data: new Float32Array(16).fill(3), shape: [8, 2] };
    expect(() => linearCka(random(8, 2), flat)).toThrow(NumericalError);
    const broken = random(8, 2);
    broken.data[3] = NaN;
    expect(() => linearCka(broken, broken)).toThrow('got NaN at 3');
  });
});
