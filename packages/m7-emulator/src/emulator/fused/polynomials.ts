import { f64x2, type Code, type Local } from '@pct/core/wasm';

const { add, mul: multiply } = f64x2;

/** Coefficients of the interpolation in Chebyshev nodes, in Chebyshev polynomials over −1 to 1. */
function chebyshev(count: number, f: (u: number) => number): number[] {
  const angles = Array.from({ length: count }, (_, k) => (Math.PI * (k + 0.5)) / count);
  const values = angles.map((angle) => f(Math.cos(angle)));
  return angles.map((_, n) => {
    const sum = values.reduce((total, value, k) => total + value * Math.cos(n * angles[k]!), 0);
    return ((n === 0 ? 1 : 2) * sum) / count;
  });
}

/** Product of two polynomials. */
function times(a: readonly number[], b: readonly number[]): number[] {
  const product = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => b.forEach((y, j) => (product[i + j]! += x * y)));
  return product;
}

/**
 * A polynomial near to the best one of so many coefficients over an interval: 1, x, x² and so on.
 *
 * @param f - smooth over the interval
 */
export function interpolate(count: number, from: number, to: number, f: (x: number) => number): number[] {
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  const factors = chebyshev(count, (u) => f(middle + half * u));
  // u = (x − middle) / half; Tₙ₊₁ = 2 u Tₙ − Tₙ₋₁.
  const u = [-middle / half, 1 / half];
  const sum = new Array<number>(count).fill(0);
  let [before, now] = [[1], u];
  factors.forEach((factor, n) => {
    (n === 0 ? [1] : now).forEach((coefficient, power) => (sum[power]! += factor * coefficient));
    if (n > 0) {
      const next = times(u, now).map((coefficient, power) => 2 * coefficient - (before[power] ?? 0));
      [before, now] = [now, next];
    }
  });
  return sum;
}

/**
 * a₀ + a₁ x + a₂ x² + … by halves: neighbours are joined with x, these with x², and so on, so that few operations wait for
 * others.
 *
 * @param coefficients - codes of a₀, a₁ …
 * @param powers - x, x², x⁴ …, as many as are needed
 */
export function evaluate(coefficients: readonly Code[], powers: readonly Local[]): Code {
  let terms = coefficients;
  for (let level = 0; terms.length > 1; level++) {
    const power = powers[level]!;
    const joined: Code[] = [];
    for (let k = 0; k < terms.length; k += 2) {
      const upper = terms[k + 1];
      joined.push(upper === undefined ? terms[k]! : add(terms[k]!, multiply(power.get, upper)));
    }
    terms = joined;
  }
  return terms[0]!;
}
