import { describe, expect, it } from 'vitest';
import { ArdKernel, type CoordinateKind } from '../../src/kernels/ArdKernel.js';
import { RADIALS, type KernelName } from '../../src/kernels/radial.js';
import { numericalGradient, relativeDifference } from '../helpers/gradients.js';

const names = Object.keys(RADIALS) as KernelName[];
const kinds: CoordinateKind[] = ['continuous', 'categorical', 'continuous'];
const points = Float64Array.of(0.1, 0, 0.9, 0.7, 2, 0.3, 0.4, 1, 0.55);
const x = Float64Array.of(0.45, 1, 0.2);
const scales = [0.4, 0.8, 1.3];

function valuesOf(name: KernelName, at: ArrayLike<number>, lengthScales: ArrayLike<number>): Float64Array {
  const out = new Float64Array(3);
  new ArdKernel(name, kinds, lengthScales).row(points, 3, at, 0, out);
  return out;
}

describe('ArdKernel', () => {
  it('has the values of the formulas at r = 0 and r = 1', () => {
    const at = (name: KernelName): number => {
      const out = new Float64Array(1);
      new ArdKernel(name, ['continuous'], [1]).row(Float64Array.of(0), 1, [1], 0, out);
      return out[0]!;
    };
    expect(at('matern12')).toBeCloseTo(Math.exp(-1), 15);
    expect(at('matern32')).toBeCloseTo((1 + Math.sqrt(3)) * Math.exp(-Math.sqrt(3)), 15);
    expect(at('matern52')).toBeCloseTo((1 + Math.sqrt(5) + 5 / 3) * Math.exp(-Math.sqrt(5)), 15);
    expect(at('rbf')).toBeCloseTo(Math.exp(-0.5), 15);
  });

  it('compares codes by equality only', () => {
    const far = valuesOf('matern52', [0.45, 7, 0.2], scales);
    const other = valuesOf('matern52', [0.45, -1, 0.2], scales);
    expect([...far]).toEqual([...other]);
    expect(valuesOf('matern52', [0.4, 1, 0.55], scales)[2]).toBe(1);
  });

  it.each(names)('%s: the gradient with respect to the point agrees with differences', (name) => {
    const kernel = new ArdKernel(name, kinds, scales);
    const weights = Float64Array.of(0.3, -1.2, 2);
    const slopes = new Float64Array(3);
    const gradient = new Float64Array(3);
    kernel.slopes(points, 3, x, 0, slopes);
    kernel.inputGradient(points, 3, x, slopes, weights, gradient);
    const numerical = numericalGradient((at) => {
      const k = valuesOf(name, [at[0]!, x[1]!, at[2]!], scales);
      return k.reduce((sum, value, i) => sum + value * weights[i]!, 0);
    }, x);
    expect(relativeDifference(gradient, numerical)).toBeLessThan(1e-8);
    expect(Math.abs(gradient[1]!)).toBe(0);
  });

  it.each(names)('%s: the gradient with respect to log length-scales agrees with differences', (name) => {
    const kernel = new ArdKernel(name, kinds, scales);
    const weights = Float64Array.of(0.3, -1.2, 2);
    const slopes = new Float64Array(3);
    kernel.slopes(points, 3, x, 0, slopes);
    const gradient = new Float64Array(3);
    kernel.addScaleGradient(
      points,
      3,
      x,
      0,
      slopes.map((slope, i) => slope * weights[i]!),
      gradient,
    );
    const numerical = numericalGradient(
      (logs) => valuesOf(name, x, logs.map(Math.exp)).reduce((sum, value, i) => sum + value * weights[i]!, 0),
      scales.map(Math.log),
    );
    expect(relativeDifference(gradient, numerical)).toBeLessThan(1e-8);
  });
});
