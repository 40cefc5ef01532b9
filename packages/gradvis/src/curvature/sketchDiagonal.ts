import { addScaled } from '../linalg/vectors.js';
import type { SymmetricOperator } from './operator.js';
import { paced } from './pace.js';
import { probe } from './probes.js';
import {
  beginSketch,
  leftOut,
  vectorsOf,
  type Sketch,
  type SketchJob,
  type SketchOptions,
} from './sketch.js';
import type { DiagonalEstimate } from './trace.js';

/**
 * Diagonal of a matrix by leaving out one column of a sketch at a time: the diagonal of what lies in the range of the other columns,
 * exactly, and Hutchinson's estimate of what is left with the one left out. Far better than `hutchinsonDiagonal` where a few
 * eigenvalues outweigh the others, a little worse where there are none such, since half the products go into the range.
 *
 * With as many products as the matrix has rows, unit vectors give the diagonal itself.
 *
 * @param operator - symmetric
 * @param options - {@link SketchOptions}; at least 4 products, an even number. Half as many vectors more than these are kept in
 *   memory
 * @returns errors are those of the mean over the columns left out
 * @throws as `hutchinsonDiagonal`
 * @see Epperly, Tropp & Webber 2024, XTrace, SIAM J. Matrix Anal. Appl. 45(1), doi:10.1137/23M1548323 (XDiag)
 */
export async function xDiagonal(
  operator: SymmetricOperator,
  options: SketchOptions = {},
): Promise<DiagonalEstimate> {
  const job = await beginSketch('xDiagonal', operator, options, 4);
  const found =
    job.total >= operator.size
      ? await unitVectors(job, operator.size)
      : await leaveOneOut(job, operator.size, options.signal);
  job.finish();
  return { ...found.result(), products: job.done, status: 'maxSamples' };
}

/** Entries aᵢᵢ = eᵢᵀ A eᵢ. */
async function unitVectors(job: SketchJob, size: number): Promise<Samples> {
  const diagonal = new Float64Array(size);
  const units = (function* () {
    for (let k = 0; k < size; k++) {
      const unit = new Float64Array(size);
      unit[k] = 1;
      yield unit;
    }
  })();
  await job.products(units, (product, k) => (diagonal[k] = product[k]!));
  return new Samples(diagonal);
}

/**
 * With Q R = A Ω and sᵢ the unit vector across all columns of R but the ith, the projection to the range without column i is
 * Q (I − sᵢ sᵢᵀ) Qᵀ. The diagonal of its product with A is that of Q Qᵀ A less Q sᵢ ∘ A Q sᵢ, and what it leaves of A ωᵢ is
 * (sᵢᵀ R eᵢ) Q sᵢ.
 */
async function leaveOneOut(job: SketchJob, size: number, signal: AbortSignal | undefined): Promise<Samples> {
  const columns = Math.floor(job.total / 2);
  const sketch = await job.sketch(columns, 'rademacher');
  const { basis, triangle, omegas } = sketch;
  const q = basis.arrays() as readonly Float64Array[];
  const inRange = new Float64Array(size);
  const images: Float64Array[] = [];
  await job.products(vectorsOf(basis), (product, i) => {
    for (let k = 0; k < size; k++) inRange[k]! += q[i]![k]! * product[k]!;
    images.push(product);
  });
  const samples = new Samples(inRange);
  if (basis.count < columns) {
    await sampleRest(job, sketch, samples, size);
    return samples;
  }
  const pause = paced(signal);
  const [along, image, sample] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (const [i, omega] of omegas.entries()) {
    await pause();
    const s = leftOut(triangle, columns, i);
    along.fill(0);
    image.fill(0);
    let left = 0;
    s.forEach((weight, j) => {
      addScaled(along, weight, q[j]!);
      addScaled(image, weight, images[j]!);
      left += weight * triangle[j * columns + i]!;
    });
    // ω has entries ±1, so that dividing by them is multiplying.
    for (let k = 0; k < size; k++) sample[k] = along[k]! * (left * omega[k]! - image[k]!);
    samples.add(sample);
  }
  return samples;
}

/**
 * The sketch lost columns, since it holds the whole range or, in few dimensions, by chance: products that are left over tell which,
 * as Hutchinson's estimate of what lies outside.
 */
async function sampleRest(
  job: SketchJob,
  { basis, omegas }: Sketch,
  samples: Samples,
  size: number,
): Promise<void> {
  const vectors = Array.from({ length: job.total - job.done }, (_, k) =>
    probe(job.rng, omegas.length + k, 'rademacher', new Float64Array(size)),
  );
  await job.products(vectors, (product, index) => {
    basis.orthogonalise(product);
    for (let k = 0; k < size; k++) product[k]! *= vectors[index]![k]!;
    samples.add(product);
  });
}

/** A diagonal that is known, and the mean and spread of vectors that are added to it. */
class Samples {
  private readonly known: Float64Array;
  private readonly mean: Float64Array;
  private readonly squares: Float64Array;
  private count = 0;

  constructor(known: Float64Array) {
    this.known = known;
    this.mean = new Float64Array(known.length);
    this.squares = new Float64Array(known.length);
  }

  /** @see Welford 1962, doi:10.2307/1266577 */
  add(sample: Float64Array): void {
    const { mean, squares } = this;
    this.count++;
    for (let k = 0; k < sample.length; k++) {
      const before = sample[k]! - mean[k]!;
      mean[k]! += before / this.count;
      squares[k]! += before * (sample[k]! - mean[k]!);
    }
  }

  /** Standard errors are 0 without samples, and NaN for a single one. */
  result(): Pick<DiagonalEstimate, 'values' | 'standardErrors'> {
    const { known, mean, squares, count } = this;
    return {
      values: known.map((value, k) => value + mean[k]!),
      standardErrors: squares.map((square) => (count === 0 ? 0 : Math.sqrt(square / (count * (count - 1))))),
    };
  }
}
