import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { array, crossEntropy, dense, mean, type Tensor } from '@pct/tensor';
import { hessianOperator, lobpcg, networkObjective, spectralDensity, traceOf } from '@viz/gradvis';
import { expect, it } from 'vitest';

/** Rows of 64 pixels from 0 to 1, and their digits. */
function digits(): { readonly pixels: number[][]; readonly labels: Int32Array } {
  const file = new URL('../fixtures/digits.csv.gz', import.meta.url);
  const rows = gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));
  return {
    pixels: rows.map((row) => row.slice(0, 64).map((value) => value / 16)),
    labels: Int32Array.from(rows, (row) => row[64]!),
  };
}

/** H of softmax regression at 0 is (I − 1/10) / 10 ⊗ X'X / N, so that every eigenvalue but 0 is there nine times. */
it('softmax regression on Digits has its closed form, nine times over', { timeout: 120_000 }, async () => {
  const { pixels, labels } = digits();
  await using fit = networkObjective(
    {
      model: (p: { readonly weight: Tensor; readonly bias: Tensor }, x: Tensor) => dense(p, x),
      loss: (logits: Tensor, classes: Tensor) => mean(crossEntropy(logits, classes)),
      parameters: {
        weight: { data: new Float64Array(640), shape: [64, 10] },
        bias: { data: new Float64Array(10), shape: [10] },
      },
      inputs: [array(pixels, 'float64')],
      targets: [{ data: labels, shape: [labels.length] }],
    },
    { precision: 'float64' },
  );
  expect(fit.size).toBe(650);
  const at = fit.initial();
  expect(await fit.loss(at)).toBeCloseTo(Math.log(10), 12);
  const operator = await hessianOperator(fit, at);

  const block = await lobpcg(operator, { count: 10, seed: 1 });
  for (const value of block.values.slice(0, 9)) expect(value).toBeCloseTo(1.144352838917, 10);
  expect(block.values[9]).toBeCloseTo(0.0698834363, 8);

  // Quadrature sees each eigenvalue with the weight of all nine.
  const spectrum = await spectralDensity(operator, { runs: 40, steps: 40, seed: 1 });
  for (const value of [1.144352838917, 0.0698834363, 0.063862707, 0.0552576689, 0.0393790479]) {
    const nearest = Math.min(...spectrum.nodes[0]!.map((node) => Math.abs(node / value - 1)));
    expect(nearest).toBeLessThan(1e-6);
  }
  const largest = spectrum.nodes.map((nodes, run) =>
    spectrum.weights[run]!.filter((_, k) => nodes[k]! > 1).reduce((a, b) => a + b),
  );
  const weight = largest.reduce((a, b) => a + b) / largest.length;
  expect(weight).toBeGreaterThan(0.6 * (9 / 650));
  expect(weight).toBeLessThan(1.4 * (9 / 650));
  const { mean: trace, standardError } = traceOf(spectrum, (value) => value);
  expect(Math.abs(trace - 14.412779111)).toBeLessThan(4 * standardError);
  expect(standardError).toBeLessThan(1);
});
