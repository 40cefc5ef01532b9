import { tridiagonalEigen } from '../linalg/tridiagonalEigen.js';

/** Nodes and weights of a rule for means over [0, 1]. */
export interface Quadrature {
  /** Ascending, in (0, 1), [n]. */
  readonly nodes: Float64Array;
  /** Of sum 1, [n]. */
  readonly weights: Float64Array;
}

/**
 * Gauss-Legendre rule, exact for polynomials up to degree 2n − 1.
 *
 * @param n - number of nodes
 * @see Golub & Welsch 1969, doi:10.2307/2004418
 */
export function gaussLegendre(n: number): Quadrature {
  const offDiagonal = Float64Array.from(
    { length: n - 1 },
    (_, i) => (i + 1) / Math.sqrt(4 * (i + 1) ** 2 - 1),
  );
  const first = new Float64Array(n);
  first[0] = 1;
  const { values, rows } = tridiagonalEigen(new Float64Array(n), offDiagonal, first, 1);
  // Symmetric about ½, as rounding does not leave them.
  const symmetric = values.map((x, i) => 0.5 + 0.25 * (x - values[n - 1 - i]!));
  return { nodes: symmetric, weights: rows.map((entry, i) => 0.5 * (entry ** 2 + rows[n - 1 - i]! ** 2)) };
}

/** The rule on each of some equal parts of [0, 1]. */
export function repeated({ nodes, weights }: Quadrature, parts: number): Quadrature {
  const each = Array.from({ length: parts }, (_, part) => part);
  return {
    nodes: Float64Array.from(each.flatMap((part) => Array.from(nodes, (x) => (part + x) / parts))),
    weights: Float64Array.from(each.flatMap(() => Array.from(weights, (weight) => weight / parts))),
  };
}
