import type { CellProcess, M7Cell } from '../cell.js';
import type { Variant } from '../constants.js';
import { AI, AS, CI, CS, KI, KS, modeCount, NS, SO4_NS, solubleCount } from '../modes.js';

/** The mode that takes the gas of the cloudy part: the first of these that exists. */
const cloudOrder = [CS, AS, KS, NS, CI, AI, KI] as const;

/**
 * Production of H2SO4 and its condensation on all modes. SO4 goes to the soluble modes at once; what reaches the
 * insoluble ones is held in `condensed` until ageing decides where it belongs.
 *
 * 'ham2': production and condensation together, solved exactly over the step; in clouds all gas is taken up.
 * 'classic': what is condensed follows from the gas before the step; at most 95 % of it.
 *
 * @see Stier et al. 2005; Kokkola et al. 2009, doi:10.5194/acp-9-1833-2009 for the integration
 */
export function condensation(variant: Variant): CellProcess {
  return variant === 'ham2' ? condenseExactly : condenseExplicitly;
}

function give(cell: M7Cell, mode: number, amount: number): void {
  if (mode < solubleCount) cell.mass[SO4_NS + mode]! += amount;
  else cell.condensed[mode]! += amount;
}

function condenseExactly(cell: M7Cell): void {
  const { dt, h2so4: gas, h2so4Production: production, sink, sinks } = cell;
  if (!(sink > 1e-10)) {
    cell.h2so4 = gas + production * dt;
    return;
  }
  const cloud = Math.min(Math.max(cell.cloudCover, 0), 1);
  const clear = 1 - cloud;
  const total = gas + production * dt;
  const steady = production / sink;
  const rest = Math.min(Math.max((gas - steady) * Math.exp(-sink * dt) + steady, 0), total);
  cell.h2so4 = clear * rest;
  const amount = clear * (total - rest);
  for (let mode = 0; mode < modeCount; mode++) {
    if (sinks[mode]! > 0) give(cell, mode, amount * (sinks[mode]! / sink));
  }
  if (!(cloud > 0)) return;
  for (const mode of cloudOrder) {
    if (sinks[mode]! > 0) {
      give(cell, mode, cloud * total);
      break;
    }
  }
}

function condenseExplicitly(cell: M7Cell): void {
  const { h2so4: gas, sink, sinks } = cell;
  if (!(sink > 0 && gas > 1e-10)) return;
  const amount = Math.min(sink * gas * cell.dt, 0.95 * gas);
  cell.h2so4 = gas - amount;
  for (let mode = 0; mode < modeCount; mode++) {
    if (sinks[mode]! > 0) give(cell, mode, amount * (sinks[mode]! / sink));
  }
}
