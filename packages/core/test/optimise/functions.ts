import type { ValueAndGradient } from '@pct/core';

const { PI, cos, sin } = Math;

export const rosenbrock: ValueAndGradient = (x, gradient) => {
  let value = 0;
  gradient.fill(0);
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1]! - x[i]! ** 2;
    const b = 1 - x[i]!;
    value += 100 * a * a + b * b;
    gradient[i]! += -400 * x[i]! * a - 2 * b;
    gradient[i + 1]! += 200 * a;
  }
  return value;
};

const branin: ValueAndGradient = (x, gradient) => {
  const [u, v] = [x[0]!, x[1]!];
  const b = 5.1 / (4 * PI ** 2);
  const inner = v - b * u * u + (5 * u) / PI - 6;
  const height = 10 * (1 - 1 / (8 * PI));
  gradient[0] = 2 * inner * (5 / PI - 2 * b * u) - height * sin(u);
  gradient[1] = 2 * inner;
  return inner * inner + height * cos(u) + 10;
};

const beale: ValueAndGradient = (x, gradient) => {
  const [u, v] = [x[0]!, x[1]!];
  gradient.fill(0);
  return [1.5, 2.25, 2.625].reduce((sum, constant, k) => {
    const term = constant - u + u * v ** (k + 1);
    gradient[0]! += 2 * term * (v ** (k + 1) - 1);
    gradient[1]! += 2 * term * (k + 1) * u * v ** k;
    return sum + term * term;
  }, 0);
};

const styblinskiTang: ValueAndGradient = (x, gradient) =>
  x.reduce((sum, u, i) => {
    gradient[i] = 2 * u ** 3 - 16 * u + 2.5;
    return sum + (u ** 4 - 16 * u * u + 5 * u) / 2;
  }, 0);

const trid: ValueAndGradient = (x, gradient) =>
  x.reduce((sum, u, i) => {
    const before = x[i - 1] ?? 0;
    gradient[i] = 2 * (u - 1) - before - (x[i + 1] ?? 0);
    return sum + (u - 1) ** 2 - u * before;
  }, 0);

const powell: ValueAndGradient = (x, gradient) => {
  const [a, b, c, d] = [x[0]!, x[1]!, x[2]!, x[3]!];
  const [p, q, r, s] = [a + 10 * b, c - d, b - 2 * c, a - d];
  gradient.set([2 * p + 40 * s ** 3, 20 * p + 4 * r ** 3, 10 * q - 8 * r ** 3, -10 * q - 40 * s ** 3]);
  return p * p + 5 * q * q + r ** 4 + 10 * s ** 4;
};

export const functions: Record<string, ValueAndGradient> = {
  rosenbrock,
  branin,
  beale,
  styblinski_tang: styblinskiTang,
  trid,
  powell,
};

/** ½ xᵀ A x − bᵀ x, A symmetric `[n, n]` row-major. */
export const quadratic =
  (a: ArrayLike<number>, b: ArrayLike<number>): ValueAndGradient =>
  (x, gradient) => {
    const n = x.length;
    let value = 0;
    for (let i = 0; i < n; i++) {
      let product = 0;
      for (let j = 0; j < n; j++) product += a[i * n + j]! * x[j]!;
      gradient[i] = product - b[i]!;
      value += x[i]! * (product / 2 - b[i]!);
    }
    return value;
  };
