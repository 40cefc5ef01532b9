import type { CellProcess, M7Cell } from '../cell.js';
import type { Variant } from '../constants.js';
import { AS, SO4_NS, solubleCount, SS_AS } from '../modes.js';
import { carryOthers, prepareSeaSaltWater, seaSaltWater } from './seaSaltWater.js';
import { prepareSulfateWater, sulfateWater } from './sulfateWater.js';

/** Options of {@link zdanovskiiWater}. */
export interface ZdanovskiiWaterOptions {
  /**
   * Counts the carbon and dust of AS in CS with sea salt too, a slip of ECHAM6-HAM2 of 2012: for comparisons
   * with its output.
   * @defaultValue `false`
   */
  readonly carryOver?: boolean | undefined;
  /**
   * Lets the fit for sulfuric acid exceed 100 %, as the Fortran does for particles with less than one molecule of
   * it: their water is then negative.
   * @defaultValue `false`
   */
  readonly negativeWater?: boolean | undefined;
}

/**
 * The water uptake of the original M7: sulfuric acid solutions by a fit, sea salt by Zdanovskii's rule.
 *
 * @see Vignati et al. 2004, section 2.1
 */
export function zdanovskiiWater(
  variant: Variant,
  { carryOver = false, negativeWater = false }: ZdanovskiiWaterOptions = {},
): CellProcess {
  // g per particle; the older code compares µg
  const seaSaltLimit = variant === 'ham2' ? 1e-15 : 1e-21;
  const mostPercent = negativeWater ? Infinity : 100;
  return (cell: M7Cell) => {
    if (!cell.meteorologyKnown) {
      prepareSulfateWater(cell);
      prepareSeaSaltWater(cell, variant);
      cell.meteorologyKnown = true;
    }
    if (carryOver) carryOthers(cell);
    for (let mode = 0; mode < solubleCount; mode++) {
      const seaSalt = mode >= AS ? SS_AS + mode - AS : -1;
      if (cell.changed[mode] === 0 && !(carryOver && mode >= AS)) continue;
      const salty = seaSalt >= 0 && cell.mass[seaSalt]! > 1e-15 && cell.number[mode]! > 1e-10;
      if (salty) {
        seaSaltWater(cell, mode, variant);
      } else if (
        cell.perParticle[SO4_NS + mode]! > 0 &&
        (seaSalt < 0 || cell.perParticle[seaSalt]! < seaSaltLimit)
      ) {
        sulfateWater(cell, mode, variant, mostPercent);
      }
    }
  };
}
