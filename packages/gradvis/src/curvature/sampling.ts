import {
  checkFinite,
  checkInteger,
  checkOneOf,
  toRng,
  trackProgress,
  type Executor,
  type Progress,
} from '@pct/core';
import { requireSymmetric } from './checkOperator.js';
import { meanWithError } from './density.js';
import { checkIsOperator, type SymmetricOperator } from './operator.js';
import { probe, type ProbeDistribution } from './probes.js';
import { forEachProduct } from './remote.js';

/** Options of estimates by products with random vectors. */
export interface SamplingOptions {
  /**
   * Most products.
   * @defaultValue `100`
   */
  readonly samples?: number | undefined;
  /**
   * Stops early once the standard error is at most this times the magnitude of the estimate; looked at after every 8th
   * product from the 16th. 0 takes all samples.
   * @defaultValue `0`
   */
  readonly tolerance?: number | undefined;
  /**
   * Of the entries of the random vectors; ±1 has the smaller variance.
   * @defaultValue `'rademacher'`
   */
  readonly distribution?: ProbeDistribution | undefined;
  /**
   * Whether to make sure first that the operator is symmetric and deterministic, by three products.
   * @defaultValue `true`
   */
  readonly check?: boolean | undefined;
  /**
   * Of the random vectors; product k has the child stream k.
   * @defaultValue `0`
   */
  readonly seed?: number | undefined;
  /** Shares the products; the operator must then be made from an `ObjectiveSource`. The result is the same, bit for bit. */
  readonly executor?: Executor | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Is told the number of products. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** An estimate with its error. */
export interface Estimate {
  readonly value: number;
  /** Standard deviation of the value; NaN for a single sample. */
  readonly standardError: number;
  /** Products with the operator, without those for the check. */
  readonly products: number;
  readonly status: 'converged' | 'maxSamples';
}

/** Products after which the error is looked at again; fixed, so that it does not depend on the number of threads. */
const WAVE = 8;

/** Draws samples until the error is small enough. What a sample is, the functions of this type decide. */
export async function sampleProducts(
  functionName: string,
  operator: SymmetricOperator,
  options: SamplingOptions,
  use: (vector: Float64Array, product: Float64Array) => void,
  relativeError: () => number,
): Promise<Pick<Estimate, 'products' | 'status'>> {
  checkIsOperator(functionName, operator);
  const { samples = 100, tolerance = 0, distribution = 'rademacher', seed = 0, check = true } = options;
  const { executor, signal, onProgress } = options;
  checkInteger(functionName, 'option samples', samples, { min: 1 });
  checkFinite(functionName, 'option tolerance', tolerance, { min: 0 });
  checkOneOf(functionName, 'option distribution', distribution, ['rademacher', 'normal']);
  const rng = toRng(seed, functionName).split('probes');
  await requireSymmetric(functionName, operator, check);
  const tracker = trackProgress(samples, onProgress);
  let products = 0;
  let status: Estimate['status'] = 'maxSamples';
  while (products < samples && status !== 'converged') {
    const wave = new Map<number, Float64Array>();
    const first = products;
    const vectors = (function* () {
      for (let k = first; k < Math.min(samples, first + WAVE); k++) {
        const vector = probe(rng, k, distribution, new Float64Array(operator.size));
        wave.set(k - first, vector);
        yield vector;
      }
    })();
    const take = (product: Float64Array, index: number): void => {
      use(wave.get(index)!, product);
      wave.delete(index);
      tracker.report(++products);
    };
    await forEachProduct(functionName, operator, vectors, take, executor, signal);
    if (tolerance > 0 && products >= 2 * WAVE && relativeError() <= tolerance) status = 'converged';
  }
  tracker.finish();
  return { products, status };
}

/** Mean of one number per product. */
export async function sampleMean(
  functionName: string,
  operator: SymmetricOperator,
  options: SamplingOptions,
  of: (vector: Float64Array, product: Float64Array) => number,
): Promise<Estimate> {
  const values: number[] = [];
  const { products, status } = await sampleProducts(
    functionName,
    operator,
    options,
    (vector, product) => values.push(of(vector, product)),
    () => {
      const { mean, standardError } = meanWithError(values);
      return standardError === 0 ? 0 : standardError / Math.abs(mean);
    },
  );
  const { mean, standardError } = meanWithError(values);
  return { value: mean, standardError, products, status };
}
