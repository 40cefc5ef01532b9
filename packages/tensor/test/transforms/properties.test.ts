import type { NdArray, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../support.js';

/** Steps of a random program; each takes the newest array [2, 3] and an older one. */
const STEPS: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  (x, y) => t.add(x, y),
  (x, y) => t.mul(x, y),
  (x, y) => t.div(x, t.add(t.square(y), 1)),
  (x) => t.sin(x),
  (x) => t.tanh(x),
  (x) => t.softplus(x),
  (x, y) => t.maximum(x, y),
  (x) => t.softmax(x),
  (x) => t.sub(x, t.mean(x, { axes: 0, keepDims: true })),
  (x, y) => t.matmul(t.matmul(x, t.transpose(y)), x),
  (x) => t.flip(t.cumsum(x, 1), 1),
  (x, y) => t.reshape(t.slice(t.concat([x, y]), [[0, 4, 2]]), [2, 3]),
  (x, y) => t.add(x, t.max(y, { axes: 1, keepDims: true })),
  (x) => t.gather(x, t.constant(t.array([1, 1], 'int32'))),
  (x, y) => t.where(t.less(x, y), x, t.mul(y, 2)),
];

const programs = fc.array(fc.tuple(fc.nat(STEPS.length - 1), fc.nat(10)), { minLength: 1, maxLength: 6 });
const arrays = fc
  .array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: 6, maxLength: 6 })
  .map((values): NdArray => ({ data: Float64Array.from(values), shape: [2, 3] }));

function programOf(steps: readonly (readonly [number, number])[]): (x: Tensor) => Tensor {
  return (x) => {
    const made = [x];
    for (const [step, other] of steps) made.push(STEPS[step]!(made.at(-1)!, made[other % made.length]!));
    return made.at(-1)!;
  };
}

const dot = (a: Tensor, b: Tensor): Tensor => t.sum(t.mul(a, b));

function expectEqual(pair: readonly number[][]): void {
  const [a, b] = pair.flat() as [number, number];
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(a)));
}

describe('random programs', () => {
  it('have adjoint derivatives: <v, J u> = <Jᵀ v, u>', () => {
    fc.assert(
      fc.property(programs, arrays, arrays, arrays, (steps, x, u, v) => {
        const both = (at: Tensor, du: Tensor, dv: Tensor): Tensor[] => {
          const fn = programOf(steps);
          return [dot(dv, t.jvp(fn, [at], [du])[1]), dot(t.vjp(fn, at)[1](dv)[0], du)];
        };
        expectEqual(evaluate(both, x, u, v));
      }),
      { numRuns: 150 },
    );
  });

  it('have symmetric Hessians: <v, H u> = <u, H v>', () => {
    fc.assert(
      fc.property(programs, arrays, arrays, arrays, (steps, x, u, v) => {
        const both = (at: Tensor, du: Tensor, dv: Tensor): Tensor[] => {
          const product = t.hessianVectorProduct((y: Tensor) => t.sum(t.sin(programOf(steps)(y))));
          return [dot(dv, product(du, at)), dot(du, product(dv, at))];
        };
        expectEqual(evaluate(both, x, u, v));
      }),
      { numRuns: 100 },
    );
  });

  it('have linear derivatives: the gradient of a sum is the sum of gradients', () => {
    fc.assert(
      fc.property(programs, programs, arrays, arrays, (first, second, x, u) => {
        const [f, g] = [first, second].map((steps) => (y: Tensor) => t.sum(programOf(steps)(y)));
        const both = (at: Tensor, du: Tensor): Tensor[] => [
          dot(du, t.grad((y: Tensor) => t.add(f!(y), t.mul(g!(y), 3)))(at)),
          dot(du, t.add(t.grad(f!)(at), t.mul(t.grad(g!)(at), 3))),
        ];
        expectEqual(evaluate(both, x, u));
      }),
      { numRuns: 100 },
    );
  });
});
