import { createRng } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernel, type CoordinateKind, type KernelParameters } from '../../src/kernels/Kernel.js';
import { KERNEL_NAMES, type KernelName } from '../../src/kernels/radial.js';
import { FORMULAS } from '../helpers/denseOracle.js';
import { numericalGradient, relativeDifference } from '../helpers/gradients.js';

const kinds: CoordinateKind[] = ['continuous', 'categorical', 'continuous'];
const points = Float64Array.of(0.1, 0, 0.9, 0.7, 2, 0.3, 0.4, 1, 0.55);
const x = Float64Array.of(0.45, 1, 0.2);
const scales = [0.4, 0.8, 1.3];
const weights = Float64Array.of(0.3, -1.2, 2);

const kernelOf = (parameters: Partial<KernelParameters> = {}, name: KernelName = 'matern52'): Kernel =>
  new Kernel(name, kinds, { lengthScales: scales, additiveShare: 0, additiveScale: 0.6, ...parameters });

function rowOf(kernel: Kernel, at: ArrayLike<number>): Float64Array {
  const out = new Float64Array(3);
  kernel.row(points, 3, at, 0, out);
  return out;
}

const weighted = (values: Float64Array): number =>
  values.reduce((sum, value, i) => sum + value * weights[i]!, 0);

describe('Kernel', () => {
  it('is one function of the distance, one of each coordinate, or both by their shares', () => {
    const deltas = [0.45 - 0.1, 1, 0.2 - 0.9].map((delta, j) => Math.abs(delta) / scales[j]!);
    const joint = FORMULAS.matern52(Math.hypot(...deltas));
    const additive = deltas.reduce((sum, delta) => sum + FORMULAS.matern52(delta / 0.6) / 3, 0);
    expect(rowOf(kernelOf(), x)[0]).toBeCloseTo(joint, 15);
    expect(rowOf(kernelOf({ additiveShare: 1 }), x)[0]).toBeCloseTo(additive, 15);
    expect(rowOf(kernelOf({ additiveShare: 0.3 }), x)[0]).toBeCloseTo(0.7 * joint + 0.3 * additive, 15);
  });

  it.each([0, 0.4, 1])('with the additive share %d compares codes by equality only', (additiveShare) => {
    const kernel = kernelOf({ additiveShare });
    expect([...rowOf(kernel, [0.45, 7, 0.2])]).toEqual([...rowOf(kernel, [0.45, -1, 0.2])]);
    expect(rowOf(kernel, [0.4, 1, 0.55])[2]).toBeCloseTo(1, 15);
  });

  it('all additive knows the fourth corner of a rectangle from the other three', () => {
    const corners = Float64Array.of(0, 0, 1, 0, 0, 1, 1, 1);
    const parameters = { lengthScales: [0.3, 0.7], additiveShare: 1, additiveScale: 1 };
    const kernel = new Kernel('matern52', ['continuous', 'continuous'], parameters);
    const out = new Float64Array(4);
    const coordinate = fc.double({ min: -1, max: 2, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, (a, b) => {
        kernel.row(corners, 4, [a, b], 0, out);
        expect(out[0]! + out[3]!).toBeCloseTo(out[1]! + out[2]!, 14);
      }),
    );
  });

  it.each([0, 0.5, 0.999])('with the additive share %d makes positive definite matrices', (additiveShare) => {
    const rng = createRng(3);
    const at = rng.fillUniform(new Float64Array(3 * 40));
    for (let i = 0; i < 40; i++) at[3 * i + 1] = i % 4;
    const rows = Array.from({ length: 40 }, (_, i) => {
      const out = new Float64Array(40);
      kernelOf({ additiveShare }).row(at, 40, at, 3 * i, out);
      return out;
    });
    for (let draw = 0; draw < 200; draw++) {
      const v = rng.fillNormal(new Float64Array(40));
      const form = rows.reduce((sum, row, i) => sum + v[i]! * row.reduce((s, k, j) => s + k * v[j]!, 0), 0);
      expect(form).toBeGreaterThan(0);
    }
  });

  describe.each([0, 0.3, 1])('with the additive share %d', (additiveShare) => {
    it.each(KERNEL_NAMES)('%s: the gradient with respect to the point agrees with differences', (name) => {
      const kernel = kernelOf({ additiveShare }, name);
      const gradient = Float64Array.of(9, 9, 9);
      kernel.inputGradient(points, 3, x, weights, gradient);
      const numerical = numericalGradient((at) => weighted(rowOf(kernel, [at[0]!, x[1]!, at[2]!])), x);
      expect(relativeDifference(gradient, numerical)).toBeLessThan(1e-8);
      expect(Math.abs(gradient[1]!)).toBe(0);
    });
  });

  it.each(KERNEL_NAMES)('%s: the gradient with respect to its numbers agrees with differences', (name) => {
    const at = Float64Array.of(...scales.map(Math.log), 0.3, Math.log(0.6));
    const read = (theta: Float64Array): KernelParameters => ({
      lengthScales: theta.slice(0, 3).map(Math.exp),
      additiveShare: theta[3]!,
      additiveScale: Math.exp(theta[4]!),
    });
    const gradient = new Float64Array(5).fill(1);
    const kernel = kernelOf(read(at), name);
    kernel.addParameterGradient(points, 3, x, 0, rowOf(kernel, x), weights, gradient);
    const numerical = numericalGradient((theta) => weighted(rowOf(kernelOf(read(theta), name), x)), at);
    expect(
      relativeDifference(
        gradient,
        numerical.map((slope) => slope + 1),
      ),
    ).toBeLessThan(1e-8);
  });

  it('without an additive part has derivatives with respect to length-scales alone', () => {
    const gradient = new Float64Array(5);
    kernelOf().addParameterGradient(points, 3, x, 0, rowOf(kernelOf(), x), weights, gradient);
    const numerical = numericalGradient(
      (logs) => weighted(rowOf(kernelOf({ lengthScales: logs.map(Math.exp) }), x)),
      Float64Array.from(scales, Math.log),
    );
    expect(relativeDifference(gradient.subarray(0, 3), numerical)).toBeLessThan(1e-8);
    expect([...gradient.subarray(3)]).toEqual([0, 0]);
  });
});
