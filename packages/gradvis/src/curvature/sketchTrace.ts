import { addScaled, dot } from '../linalg/vectors.js';
import { meanWithError } from './density.js';
import type { SymmetricOperator } from './operator.js';
import { probe } from './probes.js';
import type { Estimate } from './sampling.js';
import { beginSketch, leftOut, vectorsOf, type SketchOptions } from './sketch.js';

/**
 * Trace of a matrix in three parts of the products: a sketch of the range, the trace within it, exactly, and Hutchinson's estimate
 * of what is left. The error falls as 1 / products where Hutchinson's falls as its root, if eigenvalues decay.
 *
 * @param operator - symmetric
 * @param options - {@link SketchOptions}; at least 6 products. 2/3 of them as many vectors are kept in memory
 * @returns the error is that of the last part
 * @throws as `hutchinsonTrace`
 * @see Meyer et al. 2021, Hutch++, doi:10.1137/1.9781611976496.16
 */
export async function hutchPlusPlusTrace(
  operator: SymmetricOperator,
  options: SketchOptions = {},
): Promise<Estimate> {
  const job = await beginSketch('hutchPlusPlusTrace', operator, options, 6);
  const columns = Math.floor(job.total / 3);
  const { basis } = await job.sketch(columns, 'rademacher');
  const { size } = operator;
  let within = 0;
  await job.products(
    vectorsOf(basis),
    (product, index) => (within += dot(basis.arrays()[index] as Float64Array, product)),
  );
  const rest = new Map<number, Float64Array>();
  const estimates: number[] = [];
  const left = Math.max(1, job.total - 2 * columns);
  const outside = (function* () {
    for (let k = 0; k < left; k++) {
      const vector = probe(job.rng, columns + k, 'rademacher', new Float64Array(size));
      basis.orthogonalise(vector);
      rest.set(k, vector);
      yield vector;
    }
  })();
  await job.products(outside, (product, index) => {
    estimates.push(dot(rest.get(index)!, product));
    rest.delete(index);
  });
  job.finish();
  const { mean, standardError } = meanWithError(estimates);
  return { value: within + mean, standardError, products: job.done, status: 'maxSamples' };
}

/**
 * Trace of a matrix by leaving out one column of the sketch at a time, so that each product serves both parts of Hutch++.
 *
 * @param operator - symmetric
 * @param options - {@link SketchOptions}; at least 4 products, an even number. As many vectors and half as many more are kept in
 *   memory
 * @throws as `hutchinsonTrace`
 * @see Epperly, Tropp & Webber 2024, XTrace, SIAM J. Matrix Anal. Appl. 45(1), doi:10.1137/23M1548323
 */
export async function xTrace(operator: SymmetricOperator, options: SketchOptions = {}): Promise<Estimate> {
  const job = await beginSketch('xTrace', operator, options, 4);
  const { size } = operator;
  const columns = Math.min(Math.floor(job.total / 2), size);
  const { basis, triangle, omegas, samples } = await job.sketch(columns, 'normal');
  const q = basis.arrays() as readonly Float64Array[];
  const rank = basis.count;
  // [rank, rank] Qᵀ A Q and [rank, columns] (A Q)ᵀ Ω, Qᵀ Ω.
  const h = new Float64Array(rank * rank);
  const t = new Float64Array(rank * columns);
  await job.products(vectorsOf(basis), (product, row) => {
    for (let i = 0; i < rank; i++) h[i * rank + row] = dot(q[i]!, product);
    for (let i = 0; i < columns; i++) t[row * columns + i] = dot(product, omegas[i]!);
  });
  job.finish();
  let trace = 0;
  for (let i = 0; i < rank; i++) trace += h[i * rank + i]!;
  const outcome = { products: job.done, status: 'maxSamples' as const };
  // The sketch holds the whole range: there is nothing left to estimate.
  if (rank < columns || rank === size) return { value: trace, standardError: 0, ...outcome };

  const estimates = omegas.map((omega, i) => {
    const s = leftOut(triangle, rank, i);
    const w = Float64Array.from(q, (vector) => dot(vector, omega));
    const along = dot(s, w);
    addScaled(w, -along, s);
    // What is left of ω outside the sketch without column i, and its product with A, by coefficients.
    const squares = dot(omega, omega) - dot(w, w);
    let quadratic = samples[i]! + form(h, w, w);
    for (let j = 0; j < rank; j++) quadratic -= 2 * t[j * columns + i]! * w[j]!;
    return trace - form(h, s, s) + ((size - columns + 1) * quadratic) / squares;
  });
  const { mean, standardError } = meanWithError(estimates);
  return { value: mean, standardError, ...outcome };
}

/** xᵀ H y, where H stands for its symmetric part. */
function form(h: Float64Array, x: Float64Array, y: Float64Array): number {
  const n = x.length;
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += x[i]! * h[i * n + j]! * y[j]!;
  return sum;
}
