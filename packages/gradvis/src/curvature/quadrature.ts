import type { Rng } from '@pct/core';
import { Basis, type BasisPrecision } from '../linalg/Basis.js';
import { tridiagonalEigen } from '../linalg/tridiagonalEigen.js';
import { LanczosRun } from './lanczos.js';
import type { SymmetricOperator } from './operator.js';
import { unitProbe, type ProbeDistribution } from './probes.js';

/** What all runs of a quadrature share. */
export interface QuadratureSetting {
  readonly steps: number;
  readonly distribution: ProbeDistribution;
  readonly reorthogonalise: boolean;
  readonly precision: BasisPrecision;
}

/** Gauss quadrature of the spectral measure of one start vector. */
export interface Quadrature {
  /** Ritz values, ascending, [steps or fewer]. */
  readonly nodes: Float64Array;
  /** Sum 1. */
  readonly weights: Float64Array;
}

/**
 * Nodes and weights with Σ τ θʲ = vᵀ Aʲ v for j < 2 steps, for the random unit vector v of a run.
 *
 * @param basis - to be used again by the runs of one thread
 * @see Golub & Meurant 2010, Matrices, Moments and Quadrature, chapter 6
 */
export async function quadrature(
  operator: SymmetricOperator,
  { steps, distribution, reorthogonalise, precision }: QuadratureSetting,
  run: number,
  rng: Rng,
  signal: AbortSignal | undefined,
  basis: Basis = new Basis(operator.size, precision),
  onStep: () => void = () => undefined,
): Promise<Quadrature> {
  basis.truncate(0);
  const process = new LanczosRun(operator, reorthogonalise ? basis : undefined, signal);
  process.begin(unitProbe(rng, run, distribution, new Float64Array(operator.size)));
  for (let step = 0; step < Math.min(steps, operator.size) && !process.invariant; step++) {
    await process.step();
    onStep();
  }
  const { diagonal, offDiagonal } = process;
  const first = new Float64Array(diagonal.length);
  first[0] = 1;
  const { values, rows } = tridiagonalEigen(
    Float64Array.from(diagonal),
    Float64Array.from(offDiagonal),
    first,
    1,
  );
  return { nodes: values, weights: rows.map((entry) => entry * entry) };
}
