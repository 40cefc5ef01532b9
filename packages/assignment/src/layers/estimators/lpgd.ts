import { checkFinite, checkOneOf, checkPositive } from '@pct/core';
import { LARGEST_COST } from '../../kernels/rowScans.js';
import type { Estimator } from '../types.js';
import { bounded, shiftedCosts, solutionSaved, startFrom } from './oracle.js';

/** Options of {@link lpgd}. */
export interface LpgdOptions {
  /**
   * τ, how strongly the loss pulls, finite and above 0; as λ of `blackbox`.
   *
   * @defaultValue `20`
   */
  readonly tau?: number | undefined;
  /**
   * ρ, how strongly the moved assignment is held to the first, in the unit of the costs, at least 0: every pair that
   * changes costs ρ / 2 more.
   *
   * @defaultValue `0`
   */
  readonly rho?: number | undefined;
  /**
   * Which proximal map: of the loss pulled down (`'lower'`), pushed up (`'upper'`), or the average of both.
   *
   * @defaultValue `'average'`
   */
  readonly envelope?: 'lower' | 'upper' | 'average' | undefined;
}

/**
 * Lagrangian proximal gradient descent: exact assignments out, and gradients of the Lagrangian's Moreau envelopes.
 *
 * With y(τ) = argmin ⟨c + τ g, y'⟩ + (ρ / 2) ‖y' - y‖² over assignments y', lower: dL/dc = (y(τ) - y) / τ, upper:
 * (y - y(-τ)) / τ, and half of their sum. Lower with ρ = 0 is {@link blackbox} with λ = τ.
 *
 * @param options - {@link LpgdOptions}
 * @throws {@link InvalidArgumentError} if an option is outside its range
 * @see Paulus, Martius & Musil 2024, "LPGD: a general framework for backpropagation through embedded optimization
 * layers", ICML, arXiv:2407.05920
 */
export function lpgd({ tau = 20, rho = 0, envelope = 'average' }: LpgdOptions = {}): Estimator {
  const name = 'lpgd';
  checkPositive(name, 'tau', tau);
  checkFinite(name, 'rho', rho, { min: 0, max: LARGEST_COST });
  checkOneOf(name, 'envelope', envelope, ['lower', 'upper', 'average']);
  return {
    name,
    saved: solutionSaved,
    forward(batch, { solve }) {
      const { y, rowDuals, columnDuals, rowToColumn } = solve(batch.cost);
      return { output: y, saved: [rowDuals, columnDuals, Float64Array.from(rowToColumn)] };
    },
    backward(batch, output, saved, cotangent, { solve }) {
      const start = startFrom(saved);
      const at = (strength: number): ArrayLike<number> => {
        const costs = shiftedCosts(batch.cost, cotangent, strength);
        // ‖y' - y‖² is linear in 0/1 arrays y'.
        if (rho > 0) {
          for (let k = 0; k < costs.length; k++) {
            if (costs[k] !== Infinity) costs[k] = bounded(costs[k]! + (rho / 2) * (1 - 2 * output[k]!));
          }
        }
        return solve(costs, start).y;
      };
      const ahead = envelope === 'upper' ? output : at(tau);
      const behind = envelope === 'lower' ? output : at(-tau);
      const scale = envelope === 'average' ? 1 / (2 * tau) : 1 / tau;
      return Float64Array.from(ahead, (value, k) => (value - behind[k]!) * scale);
    },
  };
}
