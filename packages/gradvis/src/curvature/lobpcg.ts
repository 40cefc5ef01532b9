import {
  checkFinite,
  checkInteger,
  checkOneOf,
  InvalidArgumentError,
  NumericalError,
  toRng,
  trackProgress,
  type Progress,
} from '@pct/core';
import { symmetricEigen } from '../linalg/symmetricEigen.js';
import { addScaled, dot, fixSign, norm, scale } from '../linalg/vectors.js';
import { checkVector } from '../objective/check.js';
import { provenanceOf } from '../results/provenance.js';
import { requireSymmetric } from './checkOperator.js';
import type { EigenpairsResult } from './eigenpairs.js';
import { checkIsOperator, type SymmetricOperator } from './operator.js';
import { paced } from './pace.js';
import { probe } from './probes.js';

/** Options of {@link lobpcg}. */
export interface LobpcgOptions {
  /**
   * Number of eigenpairs.
   * @defaultValue the number of start vectors, or 1
   */
  readonly count?: number | undefined;
  /**
   * Which end of the spectrum.
   * @defaultValue `'top'`
   */
  readonly end?: 'top' | 'bottom' | undefined;
  /**
   * Start vectors, [size] each, such as the eigenvectors at a point nearby; random ones are added.
   * @defaultValue random
   */
  readonly start?: readonly Float64Array[] | undefined;
  /**
   * A pair is converged when |A v − λ v| is at most this times |λ|, or is down at rounding of the largest eigenvalue seen.
   * @defaultValue `1e-6`
   */
  readonly tolerance?: number | undefined;
  /**
   * Most iterations, each with a product per pair that is not converged.
   * @defaultValue `200`
   */
  readonly maxIterations?: number | undefined;
  /**
   * Approximates the inverse of A − λ, for residuals, in place.
   * @defaultValue none
   */
  readonly preconditioner?: ((residual: Float64Array, eigenvalue: number) => void) | undefined;
  /**
   * Whether to make sure first that the operator is symmetric and deterministic, by three products.
   * @defaultValue `true`
   */
  readonly check?: boolean | undefined;
  /**
   * Of the random vectors.
   * @defaultValue `0`
   */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Is told the number of iterations. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A vector and its product with the operator. */
interface Pair {
  readonly v: Float64Array;
  readonly av: Float64Array;
}

/**
 * Largest or smallest eigenvalues by locally optimal block conjugate gradients. Memory is six vectors per pair whatever the number of
 * iterations; all copies of repeated eigenvalues are found; good start vectors make it short.
 *
 * @param operator - symmetric
 * @param options - {@link LobpcgOptions}
 * @throws as `eigenpairs`
 * @see Knyazev 2001, SIAM J. Sci. Comput. 23(2), doi:10.1137/S1064827500366124
 */
export async function lobpcg(
  operator: SymmetricOperator,
  options: LobpcgOptions = {},
): Promise<EigenpairsResult> {
  const name = 'lobpcg';
  checkIsOperator(name, operator);
  const { size } = operator;
  const { start = [], end = 'top', tolerance = 1e-6, maxIterations = 200, seed = 0, check = true } = options;
  const { count = Math.max(1, start.length), preconditioner, signal } = options;
  checkInteger(name, 'option count', count, { min: 1, max: size });
  checkOneOf(name, 'option end', end, ['top', 'bottom']);
  checkFinite(name, 'option tolerance', tolerance, { min: 0 });
  checkInteger(name, 'option maxIterations', maxIterations, { min: 1 });
  if (start.length > count)
    throw new InvalidArgumentError(
      `${name}: option start must hold at most count = ${count} vectors, got ${start.length}`,
    );
  start.forEach((vector, k) => checkVector(name, `option start[${k}]`, vector, size));
  const rng = toRng(seed, name).split(name);
  await requireSymmetric(name, operator, check);

  const pause = paced(signal);
  let products = 0;
  const product = async (v: Float64Array): Promise<Pair> => {
    await pause();
    products++;
    const av = (await operator.apply(v)).slice();
    if (!Number.isFinite(norm(av)))
      throw new NumericalError(`${name}: product ${products} with the operator holds NaN or infinity`);
    return { v, av };
  };
  const block: Pair[] = [];
  for (let draw = 0; block.length < count; draw++) {
    const vector = start[draw]?.slice() ?? probe(rng, draw, 'normal', new Float64Array(size));
    if (orthonormalise(vector, block)) block.push(await product(vector));
  }

  const tracker = trackProgress(maxIterations, options.onProgress);
  let directions: Pair[] = [];
  let pairs = rayleighRitz(block, [], count, end);
  let fresh = true;
  let largest = 0;
  for (let iteration = 0; ; iteration++) {
    const residuals = pairs.best.map(({ v, av }, k) => {
      const residual = av.slice();
      addScaled(residual, -pairs.values[k]!, v);
      return residual;
    });
    const lengths = Float64Array.from(residuals, norm);
    largest = Math.max(largest, ...pairs.values.map(Math.abs), ...lengths);
    const noise = 100 * Number.EPSILON * Math.sqrt(size) * largest;
    const converged = Uint8Array.from(lengths, (length, k) =>
      length <= Math.max(tolerance * Math.abs(pairs.values[k]!), noise) ? 1 : 0,
    );
    const all = converged.every((flag) => flag === 1);
    if (fresh && (all || iteration >= maxIterations)) {
      const { values, best } = pairs;
      tracker.finish();
      for (const { v } of best) fixSign(v);
      return {
        kind: 'eigenpairs',
        matrix: operator.matrix ?? 'hessian',
        values,
        residuals: lengths,
        vectors: best.map(({ v }) => v),
        converged,
        status: all ? 'converged' : 'maxProducts',
        products,
        provenance: provenanceOf(
          name,
          { count, end, tolerance, maxIterations, starts: start.length },
          { seed, ...operator.facts },
        ),
      };
    }
    if (all || iteration >= maxIterations) {
      // Products were combined from older ones: look again with new ones.
      const renewed: Pair[] = [];
      for (const { v } of pairs.best) if (orthonormalise(v, renewed)) renewed.push(await product(v));
      pairs = rayleighRitz(renewed, [], count, end);
      directions = [];
      fresh = true;
      continue;
    }
    const extra: Pair[] = [];
    for (const [k, residual] of residuals.entries()) {
      if (converged[k] === 1) continue;
      preconditioner?.(residual, pairs.values[k]!);
      if (orthonormalise(residual, [...pairs.best, ...extra])) extra.push(await product(residual));
    }
    for (const direction of directions)
      if (orthonormalisePair(direction, [...pairs.best, ...extra])) extra.push(direction);
    pairs = rayleighRitz(pairs.best, extra, count, end);
    directions = pairs.directions;
    fresh = false;
    tracker.report(iteration + 1);
  }
}

interface Ritz {
  /** Descending, [count]. */
  readonly values: Float64Array;
  readonly best: Pair[];
  /** The parts of the best outside the block they came from: conjugate directions. */
  readonly directions: Pair[];
}

/** Best approximations in the span of orthonormal vectors. */
function rayleighRitz(
  block: readonly Pair[],
  extra: readonly Pair[],
  count: number,
  end: 'top' | 'bottom',
): Ritz {
  const all = [...block, ...extra];
  const n = all.length;
  const projected = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++)
      projected[i * n + j] = (dot(all[i]!.v, all[j]!.av) + dot(all[j]!.v, all[i]!.av)) / 2;
  const { values, vectors } = symmetricEigen(projected, n);
  const chosen = Array.from({ length: count }, (_, k) => (end === 'top' ? n - 1 - k : count - 1 - k));
  const combined = (row: number, from: number): Pair => {
    const v = new Float64Array(block[0]!.v.length);
    const av = new Float64Array(v.length);
    for (let i = from; i < n; i++) {
      addScaled(v, vectors[row * n + i]!, all[i]!.v);
      addScaled(av, vectors[row * n + i]!, all[i]!.av);
    }
    return { v, av };
  };
  return {
    values: Float64Array.from(chosen, (row) => values[row]!),
    best: chosen.map((row) => combined(row, 0)),
    directions: extra.length === 0 ? [] : chosen.map((row) => combined(row, block.length)),
  };
}

/** A vector that shrinks to less than this share of itself depended on the others. */
const DEPENDENT = 1e-10;

/** Makes a vector orthogonal to others and of length 1; false if nothing is left of it. */
function orthonormalise(vector: Float64Array, others: readonly Pair[]): boolean {
  return orthonormalisePair({ v: vector, av: new Float64Array(0) }, others);
}

/** The same for a vector with its product. */
function orthonormalisePair({ v, av }: Pair, others: readonly Pair[]): boolean {
  const before = norm(v);
  if (before === 0) return false;
  // The part that is left may be tiny: one pass more than for whole vectors.
  for (let pass = 0; pass < 3; pass++) {
    for (const other of others) {
      const along = dot(v, other.v);
      addScaled(v, -along, other.v);
      if (av.length > 0) addScaled(av, -along, other.av);
    }
  }
  const length = norm(v);
  if (!(length > DEPENDENT * before)) return false;
  scale(v, 1 / length);
  if (av.length > 0) scale(av, 1 / length);
  return true;
}
