import { dot } from '../linalg/vectors.js';
import type { SymmetricOperator } from './operator.js';
import { sampleMean, sampleProducts, type Estimate, type SamplingOptions } from './sampling.js';

/**
 * Trace of a matrix: mean of vᵀ A v over random vectors with E v vᵀ = I. The variance of a sample is
 * 2 (‖A‖² − Σ aᵢᵢ²) for entries ±1, and 2 ‖A‖² for normal ones, in Frobenius' norm.
 *
 * @param operator - symmetric
 * @param options - {@link SamplingOptions}
 * @throws `NumericalError` if the operator is not symmetric or not deterministic · `InvalidArgumentError` if an option is
 *   not such, or there is an executor but no source · the signal's reason
 * @see Hutchinson 1989, doi:10.1080/03610918908812806 · Avron & Toledo 2011, J. ACM 58(2), doi:10.1145/1944345.1944349
 */
export function hutchinsonTrace(
  operator: SymmetricOperator,
  options: SamplingOptions = {},
): Promise<Estimate> {
  return sampleMean('hutchinsonTrace', operator, options, dot);
}

/**
 * Frobenius norm, √Σ aᵢⱼ²: root of the mean of |A v|² over random vectors.
 *
 * @param operator - symmetric
 * @param options - {@link SamplingOptions}; the tolerance is that of the norm
 * @throws as {@link hutchinsonTrace}
 */
export async function frobeniusNorm(
  operator: SymmetricOperator,
  options: SamplingOptions = {},
): Promise<Estimate> {
  const { tolerance } = options;
  // The relative error of a root is half that of its square.
  const ofSquare = tolerance === undefined ? options : { ...options, tolerance: 2 * tolerance };
  const square = await sampleMean('frobeniusNorm', operator, ofSquare, (_, product) => dot(product, product));
  const value = Math.sqrt(square.value);
  return { ...square, value, standardError: value === 0 ? 0 : square.standardError / (2 * value) };
}

/** The diagonal of a matrix with the errors of its entries. */
export interface DiagonalEstimate {
  /** [size] */
  readonly values: Float64Array;
  /** Standard deviation of each value, [size]. */
  readonly standardErrors: Float64Array;
  readonly products: number;
  readonly status: 'converged' | 'maxSamples';
}

/**
 * Diagonal of a matrix: Σ v ∘ A v / Σ v ∘ v over random vectors.
 *
 * @param operator - symmetric
 * @param options - {@link SamplingOptions}; the tolerance is for the length of the vector of standard errors over that of the
 *   diagonal
 * @throws as {@link hutchinsonTrace}
 * @see Bekas, Kokiopoulou & Saad 2007, Appl. Numer. Math. 57, doi:10.1016/j.apnum.2007.01.003
 */
export async function hutchinsonDiagonal(
  operator: SymmetricOperator,
  options: SamplingOptions = {},
): Promise<DiagonalEstimate> {
  const { size } = operator;
  const sums = new Float64Array(size);
  const squares = new Float64Array(size);
  const lengths = new Float64Array(size);
  let count = 0;
  const use = (vector: Float64Array, product: Float64Array): void => {
    count++;
    for (let k = 0; k < size; k++) {
      const value = vector[k]! * product[k]!;
      sums[k]! += value;
      squares[k]! += value * value;
      lengths[k]! += vector[k]! * vector[k]!;
    }
  };
  const result = (): Pick<DiagonalEstimate, 'values' | 'standardErrors'> => ({
    values: sums.map((sum, k) => sum / lengths[k]!),
    standardErrors: squares.map((square, k) => {
      const spread = Math.max(0, square - sums[k]! ** 2 / count) / (count - 1);
      return Math.sqrt(spread * count) / lengths[k]!;
    }),
  });
  const relativeError = (): number => {
    const { values, standardErrors } = result();
    const error = dot(standardErrors, standardErrors);
    return error === 0 ? 0 : Math.sqrt(error / dot(values, values));
  };
  const outcome = await sampleProducts('hutchinsonDiagonal', operator, options, use, relativeError);
  return { ...result(), ...outcome };
}
