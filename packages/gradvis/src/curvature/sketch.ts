import { checkInteger, toRng, trackProgress, type Rng } from '@pct/core';
import { Basis } from '../linalg/Basis.js';
import { dot, norm } from '../linalg/vectors.js';
import { requireSymmetric } from './checkOperator.js';
import { checkIsOperator, type SymmetricOperator } from './operator.js';
import { probe, type ProbeDistribution } from './probes.js';
import { forEachProduct } from './remote.js';
import type { SamplingOptions } from './sampling.js';

/** Options of `hutchPlusPlusTrace`, `xTrace` and `xDiagonal`. */
export interface SketchOptions extends Pick<
  SamplingOptions,
  'check' | 'seed' | 'executor' | 'signal' | 'onProgress'
> {
  /**
   * Number of products.
   * @defaultValue `60`
   */
  readonly products?: number | undefined;
}

/** Columns that are shorter than this after orthogonalisation, relative to before, add nothing to the range. */
const RANK_TOLERANCE = 1e-10;

/** The vectors of a basis, which is float64. */
export function* vectorsOf(basis: Basis): Generator<Float64Array> {
  for (const vector of basis.arrays()) yield vector as Float64Array;
}

/** Ω, Y = A Ω = Q R, and the diagonal of Ωᵀ A Ω. */
export interface Sketch {
  readonly omegas: readonly Float64Array[];
  /** Q, without columns of Y that add nothing to the range. */
  readonly basis: Basis;
  /** R, [columns, columns] row-major, of full rank only if Q has as many columns. */
  readonly triangle: Float64Array;
  /** ωᵢᵀ A ωᵢ. */
  readonly samples: Float64Array;
}

/** Products for a sketch, counted. */
export interface SketchJob {
  readonly total: number;
  readonly done: number;
  readonly rng: Rng;
  products(
    vectors: Iterable<Float64Array>,
    use: (product: Float64Array, index: number) => void,
  ): Promise<void>;
  sketch(columns: number, distribution: ProbeDistribution): Promise<Sketch>;
  finish(): void;
}

/** Checks options and operator, and begins to count products. */
export async function beginSketch(
  name: string,
  operator: SymmetricOperator,
  options: SketchOptions,
  least: number,
): Promise<SketchJob> {
  checkIsOperator(name, operator);
  const { products: total = 60, seed = 0, check = true, executor, signal, onProgress } = options;
  checkInteger(name, 'option products', total, { min: least });
  const rng = toRng(seed, name).split('probes');
  await requireSymmetric(name, operator, check);
  const tracker = trackProgress(total, onProgress);
  let done = 0;
  const products: SketchJob['products'] = (vectors, use) =>
    forEachProduct(
      name,
      operator,
      vectors,
      (product, index) => {
        use(product, index);
        tracker.report(++done);
      },
      executor,
      signal,
    );
  return {
    total,
    rng,
    products,
    get done() {
      return done;
    },
    finish: () => tracker.finish(),
    async sketch(columns, distribution) {
      const omegas = Array.from({ length: columns }, (_, k) =>
        probe(rng, k, distribution, new Float64Array(operator.size)),
      );
      const basis = new Basis(operator.size);
      const triangle = new Float64Array(columns * columns);
      const samples = new Float64Array(columns);
      let largest = 0;
      await products(omegas, (product, column) => {
        samples[column] = dot(omegas[column]!, product);
        largest = Math.max(largest, norm(product));
        const length = basis.orthogonalise(product);
        for (let k = 0; k < basis.count; k++) triangle[k * columns + column] = basis.coefficients[k]!;
        if (!(length > RANK_TOLERANCE * largest)) return;
        triangle[basis.count * columns + column] = length;
        basis.append(product, 1 / length);
      });
      return { omegas, basis, triangle, samples };
    },
  };
}

/** Unit vector s with sᵀ R[:, j] = 0 for all columns j but i: row i of R⁻¹, of a triangular R. */
export function leftOut(triangle: Float64Array, n: number, i: number): Float64Array {
  const s = new Float64Array(n);
  s[i] = 1;
  // Rᵀ s = eᵢ up to a factor, from row i on.
  for (let j = i + 1; j < n; j++) {
    let sum = 0;
    for (let k = i; k < j; k++) sum += triangle[k * n + j]! * s[k]!;
    s[j] = -sum / triangle[j * n + j]!;
  }
  const length = norm(s);
  return s.map((entry) => entry / length);
}
