import { createRng } from '@pct/core';
import { eigenDirections, eigenpairs, hessianOperator, sampleSurface } from '@viz/gradvis';
import { expect, it } from 'vitest';
import { iris } from '../curvature/models.js';

it('along eigenvectors a quadratic is ½ (λ₁ a² + λ₂ b²)', async () => {
  const values = [9, 4, 1, -2];
  // A rotation of the diagonal by a reflection.
  const u = createRng(1).fillNormal(new Float64Array(4));
  const uu = u.reduce((sum, x) => sum + x * x, 0);
  const reflect = (x: Float64Array) => {
    const share = (2 * x.reduce((sum, value, k) => sum + value * u[k]!, 0)) / uu;
    return x.map((value, k) => value - share * u[k]!);
  };
  const product = (x: Float64Array) => reflect(reflect(x).map((value, k) => values[k]! * value));
  const quadratic = {
    size: 4,
    loss: (x: Float64Array) => 0.5 * product(x).reduce((sum, value, k) => sum + value * x[k]!, 0),
    hessianVectorProduct: (_: Float64Array, v: Float64Array) => product(v),
  };
  const operator = await hessianOperator(quadratic, new Float64Array(4));
  const pairs = await eigenpairs(operator, { top: 2, bottom: 0 });
  const axes = eigenDirections(pairs).map((axis, i) => ({ ...axis, range: [-2, 1] as const, points: 4 + i }));
  const { values: losses, axes: sampled } = await sampleSurface(quadratic, new Float64Array(4), axes);
  losses.forEach((loss, index) => {
    const a = sampled[0]!.coordinates[index % 4]!;
    const b = sampled[1]!.coordinates[Math.floor(index / 4)]!;
    expect(loss).toBeCloseTo(0.5 * (9 * a * a + 4 * b * b), 10);
  });
});

it('softmax regression of Iris: ln 3 at zero, and the curvature of the largest eigenvalue', async () => {
  await using regression = iris();
  const zero = regression.initial();
  const pairs = await eigenpairs(await hessianOperator(regression, zero), { top: 2, bottom: 0 });
  expect(pairs.values[0]).toBeCloseTo(20.783398484, 6);
  const h = 1e-3;
  const [axis] = eigenDirections(pairs, [0]).map((one) => ({ ...one, range: [-h, h] as const, points: 3 }));
  const { values } = await sampleSurface(regression, zero, [axis!]);
  expect(values[1]).toBeCloseTo(Math.log(3), 12);
  expect((values[0]! - 2 * values[1]! + values[2]!) / h ** 2).toBeCloseTo(20.783398484, 3);
  // Convex along every line.
  const wide = await sampleSurface(regression, zero, [{ ...axis!, range: [-2, 2], points: 21 }]);
  for (let i = 1; i < 20; i++)
    expect(wide.values[i - 1]! - 2 * wide.values[i]! + wide.values[i + 1]!).toBeGreaterThan(0);
});
