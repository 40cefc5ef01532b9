import { InvalidArgumentError, ShapeError, type Objective } from '@pct/core';
import {
  checkOperator,
  eigenpairs,
  frobeniusNorm,
  gaussNewtonOperator,
  hessianOperator,
  hutchinsonTrace,
  spectralDensity,
  traceOf,
  type SymmetricOperator,
} from '@viz/gradvis';
import { describe, expect, it } from 'vitest';
import { iris, xor } from './models.js';
import { denseOperator } from './support.js';

/** The whole matrix, by columns. */
async function dense(operator: SymmetricOperator): Promise<number[][]> {
  const { size } = operator;
  const columns: number[][] = [];
  for (let k = 0; k < size; k++) {
    const unit = new Float64Array(size);
    unit[k] = 1;
    columns.push([...(await operator.apply(unit))]);
  }
  return columns;
}

const all = async (operator: SymmetricOperator): Promise<number[]> => [
  ...(await eigenpairs(operator, { top: operator.size, tolerance: 1e-12 })).values,
];

describe('exclusive or', () => {
  it('has the Hessian of the complex-step method', async () => {
    const fit = xor();
    const at = fit.initial();
    expect(await fit.loss(at)).toBeCloseTo(0.25813248847484926, 15);
    const gradient = await fit.gradient(at);
    [
      -0.1347541775, -0.2061519951, 0.1077853351, 0.1753422005, -0.276494465, 0.2366727176, -0.0712334539,
      -0.1560809258, -0.4726920531,
    ].forEach((value, k) => expect(gradient[k]).toBeCloseTo(value, 9));
    const operator = await hessianOperator(fit, at);
    const product = await operator.apply(Float64Array.from({ length: 9 }, (_, k) => k + 1));
    [
      4.2382204089, 1.3458629458, -5.7357765189, -4.9315179562, 4.7457572841, -9.6558735367, 0.5555331425,
      0.5411707032, 11.942275843,
    ].forEach((value, k) => expect(product[k]).toBeCloseTo(value, 9));
    const eigenvalues = await all(operator);
    [
      2.1023924686, 0.6051918993, 0.3839204862, 0.2235578628, 0.0834503531, -0.0066470267, -0.0449811252,
      -0.4055558361, -0.5667100361,
    ].forEach((value, k) => expect(eigenvalues[k]).toBeCloseTo(value, 9));
    const spectrum = await spectralDensity(operator, { runs: 1, steps: 9 });
    expect(spectrum).toMatchObject({ kind: 'spectrum', matrix: 'hessian', size: 9 });
    // The mean over many vectors; the exact values by all unit vectors.
    const columns = await dense(operator);
    expect(columns.reduce((sum, column, k) => sum + column[k]!, 0)).toBeCloseTo(2.374619046029, 11);
    expect(Math.hypot(...columns.flat())).toBeCloseTo(2.340587881705, 10);
    const estimate = await hutchinsonTrace(operator, { samples: 400 });
    expect(Math.abs(estimate.value - 2.374619046029)).toBeLessThan(4 * estimate.standardError);
    const norm = await frobeniusNorm(operator, { samples: 400 });
    expect(Math.abs(norm.value - 2.340587881705)).toBeLessThan(4 * norm.standardError);
    const { mean, standardError } = traceOf(
      await spectralDensity(operator, { runs: 100, steps: 9 }),
      (x) => x,
    );
    expect(Math.abs(mean - 2.374619046029)).toBeLessThan(4 * standardError);
    await fit.dispose();
  });

  it('has a Gauss-Newton matrix of rank 4', async () => {
    await using fit = xor();
    const operator = await gaussNewtonOperator(fit, fit.initial());
    expect(operator.matrix).toBe('gauss-newton');
    const eigenvalues = await all(operator);
    [2.0315196573, 0.306687789, 0.1689841171, 0.0072735652].forEach((value, k) =>
      expect(eigenvalues[k]).toBeCloseTo(value, 9),
    );
    for (const value of eigenvalues.slice(4)) expect(Math.abs(value)).toBeLessThan(1e-14);
    expect(eigenvalues.reduce((a, b) => a + b)).toBeCloseTo(2.514465128655, 11);
  });

  it('gives the same by differences of the gradient', async () => {
    await using fit = xor();
    const at = fit.initial();
    const exact = await hessianOperator(fit, at, { products: 'exact' });
    const firstOrder: Objective = {
      size: fit.size,
      loss: (parameters) => fit.loss(parameters),
      gradient: (parameters) => fit.gradient(parameters),
    };
    const differences = await hessianOperator(firstOrder, at);
    const { status, referenceError, asymmetry, nonrepeatability } = await checkOperator(exact, {
      reference: differences,
    });
    expect(status).toBe('good');
    expect(referenceError).toBeLessThan(1e-9);
    expect(referenceError).toBeGreaterThan(0);
    expect(asymmetry).toBeLessThan(1e-14);
    expect(nonrepeatability).toBe(0);
    const rough = await hessianOperator(fit, at, { products: 'differences', relativeStep: 0.3 });
    expect((await checkOperator(exact, { reference: rough })).status).toBe('notReference');
    expect(await differences.apply(new Float64Array(9))).toEqual(new Float64Array(9));
  });

  it('has diagonal blocks by layer', async () => {
    await using fit = xor();
    const at = fit.initial();
    const whole = await dense(await hessianOperator(fit, at));
    const cases = [
      ['W', [0, 1, 2, 3]],
      [/^[bc]$/, [4, 5, 8]],
      [
        ['v', 'b'],
        [4, 5, 6, 7],
      ],
      ['*', [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    ] as const;
    for (const [block, places] of cases) {
      const part = await dense(await hessianOperator(fit, at, { block }));
      expect(part).toHaveLength(places.length);
      places.forEach((row, i) =>
        places.forEach((column, j) => expect(part[j]![i]).toBeCloseTo(whole[column]![row]!, 13)),
      );
      const rough = await dense(await hessianOperator(fit, at, { block, products: 'differences' }));
      expect(rough[0]![0]).toBeCloseTo(part[0]![0]!, 8);
    }
  });
});

it('softmax regression on Iris has its closed form', async () => {
  await using fit = iris();
  const at = fit.initial();
  expect(await fit.loss(at)).toBeCloseTo(1.0986122887, 10);
  const expected = [
    20.783398484, 20.783398484, 0.71133013202, 0.71133013202, 0.026669603359, 0.026669603359, 0.0078956302679,
    0.0078956302679, 0.0024617062472, 0.0024617062472,
  ];
  // Outputs are linear in the parameters: both matrices are the same.
  for (const operator of [await hessianOperator(fit, at), await gaussNewtonOperator(fit, at)]) {
    const eigenvalues = await all(operator);
    expected.forEach((value, k) => expect(eigenvalues[k]! / value).toBeCloseTo(1, 9));
    for (const value of eigenvalues.slice(10)) expect(Math.abs(value)).toBeLessThan(1e-13);
    expect(eigenvalues.reduce((a, b) => a + b)).toBeCloseTo(43.063511111, 8);
  }
});

it('Rosenbrock has its Hessian at the minimum', async () => {
  const rosenbrock: Objective = {
    size: 2,
    loss: ([x, y]) => (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2,
    gradient: ([x, y]) => Float64Array.of(-2 * (1 - x!) - 400 * x! * (y! - x! ** 2), 200 * (y! - x! ** 2)),
  };
  const { values } = await eigenpairs(await hessianOperator(rosenbrock, Float64Array.of(1, 1)), {
    top: 1,
    bottom: 1,
  });
  expect(values[0]).toBeCloseTo(1001.6006392, 5);
  expect(values[1]).toBeCloseTo(0.39936076749, 5);
});

it.each([
  [2, 1, 2],
  [3, 2, 7.559526299],
  [4, 2, 11.313708499],
])('a product of %i weights at the balanced minimum for %f', async (depth, target, expected) => {
  const rest = (w: Float64Array, without: readonly number[]): number =>
    w.reduce((product, x, k) => (without.includes(k) ? product : product * x), 1);
  const objective: Objective = {
    size: depth,
    loss: (w) => 0.5 * (rest(w, []) - target) ** 2,
    hessianVectorProduct: (w, v) =>
      w.map((_, i) =>
        v.reduce((sum, x, j) => {
          const outer = rest(w, [i]) * rest(w, [j]);
          return sum + x * (outer + (i === j ? 0 : (rest(w, []) - target) * rest(w, [i, j])));
        }, 0),
      ),
  };
  const minimum = new Float64Array(depth).fill(target ** (1 / depth));
  const { values } = await eigenpairs(await hessianOperator(objective, minimum), { top: depth });
  expect(values[0]).toBeCloseTo(expected, 8);
  for (const value of values.slice(1)) expect(Math.abs(value)).toBeLessThan(1e-13);
  if (depth > 2) return;
  const saddle = await eigenpairs(await hessianOperator(objective, new Float64Array(2)), { top: 2 });
  expect([...saddle.values]).toEqual([expect.closeTo(1, 12), expect.closeTo(-1, 12)]);
});

describe('checkOperator', () => {
  it('tells what is wrong', async () => {
    let calls = 0;
    const status = async (operator: SymmetricOperator): Promise<string> =>
      (await checkOperator(operator)).status;
    expect(await status(denseOperator([1, 2, 2, 3], 2))).toBe('good');
    expect(await status(denseOperator([1, 2, -2, 3], 2))).toBe('notSymmetric');
    expect(await status({ size: 3, apply: () => new Float64Array(3) })).toBe('good');
    expect(await status({ size: 3, apply: () => Float64Array.of(1, NaN, 0) })).toBe('notFinite');
    expect(await status({ size: 3, apply: (v) => v.map((x) => x + calls++) })).toBe('notDeterministic');
    // Operators that give the same array every time are read before the next call.
    const out = new Float64Array(2);
    expect(await status({ size: 2, apply: ([x, y]) => (out.set([3 * x!, y!]), out) })).toBe('good');
  });

  it('refuses bad options', async () => {
    await expect(checkOperator({} as SymmetricOperator)).rejects.toThrow(InvalidArgumentError);
    const options = { symmetryTolerance: -1 };
    await expect(checkOperator(denseOperator([1], 1), options)).rejects.toThrow(/symmetryTolerance/);
  });
});

it('operators refuse bad input', async () => {
  await using fit = xor();
  const at = fit.initial();
  const lossOnly: Objective = { size: 2, loss: () => 0 };
  const gradientOnly: Objective = { size: 2, loss: () => 0, gradient: () => new Float64Array(2) };
  const two = new Float64Array(2);
  await expect(hessianOperator(lossOnly, two)).rejects.toThrow(/hessianVectorProduct or gradient/);
  await expect(hessianOperator(gradientOnly, two, { products: 'exact' })).rejects.toThrow(
    /take "differences"/,
  );
  await expect(hessianOperator(gradientOnly, two, { block: 'a' })).rejects.toThrow(/with blocks/);
  await expect(gaussNewtonOperator(gradientOnly, two)).rejects.toThrow(/networkObjective/);
  await expect(hessianOperator(fit, two)).rejects.toThrow(ShapeError);
  await expect(hessianOperator(fit, at, { block: 'layer' })).rejects.toThrow(
    /choose from W, b, v, c, got "layer"/,
  );
  await expect(hessianOperator(fit, at, { block: 3 as never })).rejects.toThrow(/regular expression, got 3/);
  await expect(hessianOperator(fit, at, { relativeStep: 0 })).rejects.toThrow(/relativeStep/);
  await expect(hessianOperator(fit, at.with(3, NaN))).rejects.toThrow(/finite/);
  await fit.dispose();
  await expect(fit.gaussNewtonVectorProduct(at, at)).rejects.toThrow(/disposed/);
});
